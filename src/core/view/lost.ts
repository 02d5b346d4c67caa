import { count, list, oneLine } from './print.ts';

/** What would be gone with a run: work of which nothing else has a copy. */
export interface Lost {
  /** On the run's branch and on none of the user's: ids of tasks, or what a commit of somebody else is called. */
  readonly commits: readonly string[];
  /** Tasks whose last attempt left a result that was not merged. */
  readonly attempts: readonly string[];
  /** Tasks with changes in a worktree that are in no commit. */
  readonly worktrees: readonly string[];
  /** Files of the user's that planning replaced, kept in the run's folder and nowhere in git: paths in the repository. */
  readonly replaced: readonly string[];
  /** Why it cannot be known, in a sentence. */
  readonly unknown?: string;
}

export function isNothing({ unknown, ...lost }: Lost): boolean {
  return unknown === undefined && Object.values(lost).every((names) => names.length === 0);
}

/** How many tasks lose something. */
export function lostTasks({ commits, attempts, worktrees }: Lost): number {
  return new Set([...commits, ...attempts, ...worktrees]).size;
}

/** A sentence for each way of being lost. */
export function lostText({ commits, attempts, worktrees, replaced, unknown }: Lost): string[] {
  return [
    ...sentence(commits, 'merged into the branch of the run, and into none of yours'),
    ...sentence(attempts, 'a result that was never merged'),
    ...sentence(worktrees, 'changes in a worktree that are committed nowhere'),
    ...(replaced.length === 0
      ? []
      : [
          `${count(replaced.length, 'file')} of yours (${list(replaced.map(oneLine), 5)}): as before planning replaced ${replaced.length === 1 ? 'it' : 'them'}.`,
        ]),
    ...(unknown === undefined ? [] : [unknown]),
  ];
}

function sentence(tasks: readonly string[], what: string): string[] {
  return tasks.length === 0 ? [] : [`${count(tasks.length, 'task')} (${list(tasks.map(oneLine), 5)}): ${what}.`];
}

/** The button that says it, of so many tasks. */
export function deleteAll(n: number): string {
  return n === 0 ? 'Delete All the Same' : `Delete ${n} Unmerged ${n === 1 ? 'Task' : 'Tasks'} Too`;
}
