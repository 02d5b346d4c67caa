/**
 * Where plans usually are, relative to a folder; `*` for any part of a name. Of a plan that is a folder of files, one of
 * the files.
 */
export const USUAL_PLACES: readonly string[] = [
  'plan.md',
  '*.plan.md',
  'tasks.md',
  '.kiro/specs/*/tasks.md',
  'specs/*/tasks.md',
  'kitty-specs/*/tasks.md',
  'kitty-specs/*/tasks/WP*.md',
  '.taskmaster/tasks/tasks.json',
  'tasks/tasks.json',
  'backlog/tasks/*.md',
];

/** Folders in a plan's folder that may hold its files. */
export const INNER_FOLDERS: readonly string[] = ['tasks', 'issues', 'completed'];

/** The folder whose files a file or folder is one of, where its name tells that: `backlog` for `backlog/tasks/a.md`. */
export function planFolderOf(path: string): string | undefined {
  const backlog = /^(?:.*\/)?backlog(?=\/(?:tasks|completed)(?:\/[^/]+\.md)?$)/i.exec(path);
  const kitty = /^(?:.*\/)?kitty-specs\/[^/]+(?=\/(?:tasks\.md|tasks(?:\/[^/]+\.md)?)$)/i.exec(path);
  return (backlog ?? kitty)?.[0];
}

/**
 * The files of the plan that a folder is: one that is a plan alone, or all those of its tasks. Names are relative to the
 * folder, those of `INNER_FOLDERS` among them. None: the folder is no plan.
 */
export function filesOfFolder(names: readonly string[]): string[] {
  const has = (name: string): string[] => names.filter((own) => own.toLowerCase() === name);
  const packages = inOrder(names.filter((name) => /^tasks\/WP\d[^/]*\.md$/i.test(name)));
  if (packages.length > 0) return [...has('tasks.md'), ...packages];
  for (const name of ['plan.md', 'tasks.md', 'tasks.json', 'tasks/tasks.json']) {
    const [found] = has(name);
    if (found !== undefined) return [found];
  }
  const texts = names.filter(
    (name) => /\.md$/i.test(name) && !/(?:^|\/)(?:readme|agents|claude|spec)\.md$/i.test(name),
  );
  const inner = inOrder(texts.filter((name) => /^(?:tasks|issues)\//i.test(name)));
  if (inner.length > 0) return [...inner, ...inOrder(texts.filter((name) => /^completed\//i.test(name)))];
  return inOrder(texts.filter((name) => !name.includes('/')));
}

/** `task-2` before `task-10`. */
function inOrder(names: readonly string[]): string[] {
  return names.toSorted((a, b) => compare(a, b) || (a < b ? -1 : 1));
}

function compare(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (const [i, part] of left.entries()) {
    const other = right[i];
    if (other === undefined) return 1;
    if (part === other) continue;
    const byNumber = Number(part) - Number(other);
    return Number.isNaN(byNumber) || byNumber === 0 ? (part < other ? -1 : 1) : byNumber;
  }
  return left.length - right.length;
}

function partsOf(name: string): string[] {
  return name.toLowerCase().match(/\d+|\D+/g) ?? [];
}
