import { brief, count } from '../view/print.ts';

interface Folder {
  /** Of several, where each holds nothing but the next. */
  readonly name: string;
  readonly depth: number;
  /** Of the files in it and below it, relative to it. */
  readonly paths: readonly string[];
}

interface Entry {
  readonly line: string;
  /** Of a line that names a folder. */
  readonly inner?: Folder;
}

/** Of one folder, so many files and folders are named; the rest is a number. */
const MOST_OF_A_FOLDER = 30;
const LONGEST_NAME = 100;

/**
 * Paths (`/` as separator) as an indented tree of at most `most` characters, line ends included: folders first, by name.
 * It is opened level by level; a folder whose content has no room any more stays closed, with the number of its files.
 */
export function boundedTree(paths: readonly string[], most: number): string[] {
  const root: Folder = { name: '', depth: 0, paths };
  const contents = new Map<Folder, readonly Entry[]>();
  let left = most;
  for (let level = [root]; level.length > 0;) {
    const next: Folder[] = [];
    for (const folder of level) {
      const content = contentOf(folder);
      const size = content.reduce((sum, { line }) => sum + line.length + 1, 0);
      if (size > left) continue;
      left -= size;
      contents.set(folder, content);
      next.push(...content.flatMap(({ inner }) => inner ?? []));
    }
    level = next;
  }
  return draw(root, contents);
}

/** Only folders that are open have content, and there is room for few, so that no depth is too deep. */
function draw(folder: Folder, contents: ReadonlyMap<Folder, readonly Entry[]>): string[] {
  return (contents.get(folder) ?? []).flatMap(({ line, inner }) => [
    line,
    ...(inner === undefined ? [] : draw(inner, contents)),
  ]);
}

function contentOf({ paths, depth }: Folder): Entry[] {
  const indent = '  '.repeat(depth);
  const files = paths.filter((path) => !path.includes('/')).sort();
  const folders = foldersOf(paths, depth + 1);
  const shown = folders.slice(0, MOST_OF_A_FOLDER);
  const moreFolders = folders.length - shown.length;
  const moreFiles = files.length - MOST_OF_A_FOLDER;
  return [
    ...shown.map((inner) => ({
      line: `${indent}${brief(inner.name, LONGEST_NAME)}/ (${inner.paths.length})`,
      inner,
    })),
    ...(moreFolders > 0 ? [{ line: `${indent}… ${count(moreFolders, 'more folder')}` }] : []),
    ...files.slice(0, MOST_OF_A_FOLDER).map((name) => ({ line: `${indent}${brief(name, LONGEST_NAME)}` })),
    ...(moreFiles > 0 ? [{ line: `${indent}… ${count(moreFiles, 'more file')}` }] : []),
  ];
}

function foldersOf(paths: readonly string[], depth: number): Folder[] {
  const inner = new Map<string, string[]>();
  for (const path of paths) {
    const slash = path.indexOf('/');
    if (slash === -1) continue;
    const name = path.slice(0, slash);
    const rest = inner.get(name);
    if (rest === undefined) inner.set(name, [path.slice(slash + 1)]);
    else rest.push(path.slice(slash + 1));
  }
  return [...inner].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, rest]) => joined({ name, depth, paths: rest }));
}

/** Folders that hold nothing but one folder are one: `src/main/java`. */
function joined({ name, depth, paths }: Folder): Folder {
  const [first = '', ...others] = paths;
  let common = first.slice(0, first.lastIndexOf('/') + 1);
  while (!others.every((path) => path.startsWith(common)))
    common = common.slice(0, common.lastIndexOf('/', common.length - 2) + 1);
  return common === ''
    ? { name, depth, paths }
    : { name: `${name}/${common.slice(0, -1)}`, depth, paths: paths.map((path) => path.slice(common.length)) };
}
