import type { RawFinding } from '../gate/read/report.ts';
import { buildGraph, dependentsOf } from '../graph/build.ts';
import type { PlanTask } from '../plan/plan.ts';
import { compileGlob, globsOverlap, type Glob } from '../schedule/overlap.ts';
import { fault } from './artefact-file.ts';
import { hasCode } from './languages.ts';
import { fieldStart, lineAt, type TaskText } from './task-text.ts';

/** Beyond so many, they are not held against each other: such a plan has to become smaller first. */
const MOST_TASKS = 500;
const MOST_FILES = 2000;
const MOST_FINDINGS = 50;

interface TaskFile {
  readonly task: PlanTask;
  /** As the plan names it: a path or a glob. */
  readonly path: string;
  readonly glob: Glob;
  /** 1-based. */
  readonly line: number;
  /** `(new)` stands behind it. */
  readonly isNew: boolean;
}

/** Whether tasks that may run at once write different files, and name files that there are. `open`: those still to be done. */
export function checkFiles(text: TaskText, open: readonly PlanTask[], paths: ReadonlySet<string>): RawFinding[] {
  if (open.length > MOST_TASKS) {
    const message = `A plan has at most ${MOST_TASKS} tasks, this one ${open.length}: join what belongs together.`;
    return [fault(text.file, 'plan/too-many-tasks', 1, message)];
  }
  const named = open.reduce((sum, task) => sum + task.files.length, 0);
  if (named > MOST_FILES) {
    const message = `The tasks name ${named} files: name folders instead, such as \`src/users/**\`, at most ${MOST_FILES} in all.`;
    return [fault(text.file, 'plan/too-many-files', 1, message)];
  }
  const files = open.flatMap((task) => filesOf(text, task));
  return [...sameFiles(text, files), ...(hasCode([...paths]) ? noSuchFiles(text, files, paths) : [])];
}

function filesOf(text: TaskText, task: PlanTask): TaskFile[] {
  const start = fieldStart(text, task, /files?|owns|boundary|touches/);
  const written = text.file.text.slice(start, task.span.end);
  return task.files.map((path) => {
    const at = new RegExp(`(?<![\\p{L}\\p{N}_*@/-])(?:\\./)?${escaped(path)}(?![\\p{L}\\p{N}_*/-]|\\.\\w)`, 'u').exec(
      written,
    );
    const behind = at === null ? '' : written.slice(at.index + at[0].length, at.index + at[0].length + 100);
    return {
      task,
      path,
      glob: compileGlob(path),
      line: lineAt(text, start + (at?.index ?? 0)),
      isNew: /^[`"'*_]*[ \t]*\([^()\n]*\bnew\b[^()\n]*\)/i.test(behind),
    };
  });
}

/** Two tasks of one layer of which neither waits for the other may run at once. */
function sameFiles({ file, plan }: TaskText, files: readonly TaskFile[]): RawFinding[] {
  const graph = buildGraph(plan);
  const indexOf = new Map(plan.tasks.map((task, index) => [task, index]));
  const filesAt = new Map<number, TaskFile[]>();
  for (const one of files) {
    const index = indexOf.get(one.task) ?? -1;
    const own = filesAt.get(index);
    if (own === undefined) filesAt.set(index, [one]);
    else own.push(one);
  }
  const findings: RawFinding[] = [];
  for (const { tasks } of graph.layers) {
    for (const [at, a] of tasks.entries()) {
      if (findings.length >= MOST_FINDINGS) return findings;
      const after = filesAt.has(a) ? dependentsOf(graph, a) : new Set<number>();
      for (const b of tasks.slice(at + 1)) {
        const pair = firstOverlap(filesAt.get(a) ?? [], filesAt.get(b) ?? []);
        if (pair === undefined || after.has(b) || dependentsOf(graph, b).has(a)) continue;
        findings.push(clash(file.path, ...pair), clash(file.path, pair[1], pair[0]));
      }
    }
  }
  return findings;
}

function firstOverlap(a: readonly TaskFile[], b: readonly TaskFile[]): [TaskFile, TaskFile] | undefined {
  for (const one of a) {
    const other = b.find(({ glob }) => globsOverlap(one.glob, glob));
    if (other !== undefined) return [one, other];
  }
  return undefined;
}

function clash(path: string, own: TaskFile, other: TaskFile): RawFinding {
  const what = own.path === other.path ? `\`${own.path}\`` : `\`${own.path}\` (the other says \`${other.path}\`)`;
  const message =
    `\`${own.task.id}\` and \`${other.task.id}\` may run at the same time, and both write ${what}: ` +
    `give the file to one of them, or let one depend on the other.`;
  const related = [{ message: `\`${other.task.id}\` writes it here.`, path, line: other.line }];
  return fault({ path }, 'plan/same-file', own.line, message, related);
}

/** Where there is code, a file is one that is there, or one that the plan says it makes. */
function noSuchFiles({ file }: TaskText, files: readonly TaskFile[], paths: ReadonlySet<string>): RawFinding[] {
  const there = new Repository(paths);
  const made = files.filter(({ isNew }) => isNew);
  return files.flatMap((one) => {
    const { task, path, glob, line, isNew } = one;
    if (isNew || there.has(path, glob)) return [];
    if (made.some((other) => other.task !== task && globsOverlap(other.glob, glob))) return [];
    const alike = there.alike(path);
    const way = alike === undefined ? '' : `; or do you mean \`${alike}\`?`;
    const message = `There is no \`${path}\` in the repository: if \`${task.id}\` makes it, write \`(new)\` behind it${way || '.'}`;
    return [fault(file, 'plan/no-such-file', line, message)];
  });
}

/** What is there, made ready for look-ups as they are needed. */
class Repository {
  readonly #paths: ReadonlySet<string>;
  #folders: Set<string> | undefined;
  #files: { readonly lower: string; readonly glob: Glob }[] | undefined;

  constructor(paths: ReadonlySet<string>) {
    this.#paths = paths;
  }

  has(path: string, glob: Glob): boolean {
    const plain = path.replace(/\/+$/, '');
    if (this.#paths.has(plain) || this.#inFolders().has(plain)) return true;
    if (!/[*?{}[\]()!]/.test(path)) return false;
    this.#files ??= [...this.#paths].map((one) => ({ lower: one.toLowerCase(), glob: compileGlob(one) }));
    const files = this.#files;
    // A look at the words of a glob spares most of the comparing.
    return glob.some((segments) => {
      const words = segments.flatMap((segment) => segment.split(/[*?]+/)).filter((word) => word !== '');
      return files.some(
        (file) => words.every((word) => file.lower.includes(word)) && globsOverlap([segments], file.glob),
      );
    });
  }

  /** A file of the same name elsewhere. */
  alike(path: string): string | undefined {
    const name = `/${path.slice(path.lastIndexOf('/') + 1)}`;
    return [...this.#paths].find((other) => `/${other}`.endsWith(name));
  }

  #inFolders(): ReadonlySet<string> {
    if (this.#folders !== undefined) return this.#folders;
    const folders = new Set<string>();
    for (const path of this.#paths)
      for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
        const folder = path.slice(0, end);
        if (folders.has(folder)) break;
        folders.add(folder);
      }
    return (this.#folders = folders);
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
