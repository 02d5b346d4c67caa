import { relative } from 'node:path';
import { commitTree } from './commit.ts';
import { git, GitError, nulList, runGit, textOf } from './git.ts';
import type { GitProblem, Repository } from './git.ts';
import { integrationBranch, integrationRef, readRef, type Ref } from './refs.ts';
import { OWN_FOLDERS } from './worktrees.ts';

export interface MergeRequest {
  readonly runId: string;
  readonly task: string;
  readonly attempt: number;
  /** As `takeSnapshot` made it: its parent is the attempt's base. */
  readonly commit: string;
  readonly message: string;
}

export type Merge =
  | { readonly kind: 'merged'; /** The branch's head. */ readonly commit: string }
  | { readonly kind: 'conflict'; readonly files: readonly string[] }
  | { readonly kind: 'blocked'; readonly problem: GitProblem };

/** Makes the run's integration branch. It is no error that it is there already, at the same base. */
export async function createIntegration(
  repository: Repository,
  runId: string,
  base: string,
): Promise<{ readonly ok: true } | { readonly ok: false; readonly problem: GitProblem }> {
  const ref = integrationRef(runId);
  // An empty old value: only where it is not there.
  const created = await runGit(repository, ['update-ref', ref, base, '']);
  if (created.code === 0) return { ok: true };
  const found = await readRef(repository, ref);
  if (found?.commit === base) return { ok: true };
  const branch = integrationBranch(runId);
  if (found !== undefined)
    return {
      ok: false,
      problem: {
        code: 'branch-taken',
        message: `The branch ${branch} is there already, with other work.`,
        fix: `Rename or delete it: git branch -m ${branch} <new name>`,
      },
    };
  // A branch `orca` leaves no room for branches below it.
  const [inTheWay] = nulList(
    await git(repository, [
      'for-each-ref',
      '--format=%(refname:lstrip=2)',
      'refs/heads/orca',
      `refs/heads/orca/${runId}`,
    ]),
  ).flatMap((lines) => lines.split('\n').filter((name) => name !== '' && branch.startsWith(`${name}/`)));
  if (inTheWay === undefined) throw new GitError(['update-ref'], created);
  return {
    ok: false,
    problem: {
      code: 'branch-taken',
      message: `The branch ${inTheWay} leaves no room for ${branch}.`,
      fix: `Rename it: git branch -m ${inTheWay} <new name>`,
    },
  };
}

/** The integration branch's head; undefined where there is no such branch. */
export async function integrationHead(repository: Repository, runId: string): Promise<string | undefined> {
  return (await readRef(repository, integrationRef(runId)))?.commit;
}

/**
 * Puts an attempt's difference on the integration branch as one commit with one parent. May be repeated: an attempt
 * that is on the branch already is not put there again. A conflict leaves the branch as it was, and so does a branch that
 * the user has checked out, whose files would no longer be its own.
 */
export async function mergeAttempt(repository: Repository, request: MergeRequest): Promise<Merge> {
  const { runId, task, attempt, commit, message } = request;
  const ref = integrationRef(runId);
  for (;;) {
    const head = await readRef(repository, ref);
    if (head === undefined) throw new Error(`there is no branch ${integrationBranch(runId)}`);
    const before = await mergedBefore(repository, request, head.commit);
    if (before !== undefined) return { kind: 'merged', commit: before };
    const problem = inTheWay(repository, runId, head);
    if (problem !== undefined) return { kind: 'blocked', problem };
    const merged = await mergeTrees(repository, head.commit, commit);
    if ('conflicts' in merged) return { kind: 'conflict', files: merged.conflicts };
    if (merged.tree === head.tree) return { kind: 'merged', commit: head.commit };
    const trailers = [`Orca-Run: ${runId}`, `Orca-Task: ${oneLine(task)}`, `Orca-Attempt: ${attempt}`];
    const result = await commitTree(repository, {
      tree: merged.tree,
      parents: [head.commit],
      message: `${message.trim()}\n\n${trailers.join('\n')}`,
    });
    const update = ['update-ref', '-m', `orca: ${oneLine(task)}`, ref, result, head.commit];
    const updated = await runGit(repository, update);
    if (updated.code === 0) return { kind: 'merged', commit: result };
    // Moved by someone else meanwhile: once more, on what is there now.
    if ((await integrationHead(repository, runId)) === head.commit) throw new GitError(update, updated);
  }
}

/** What stands against moving the run's branch: the user has it checked out. */
export function inTheWay(repository: Repository, runId: string, { worktree }: Ref): GitProblem | undefined {
  return worktree === undefined || isInPool(repository, worktree) ? undefined : checkedOut(runId, worktree);
}

/** Merges two commits without touching index or files; as if `base` were where they went apart, if it is given. */
export async function mergeTrees(
  repository: Repository,
  ours: string,
  theirs: string,
  base?: string,
): Promise<{ readonly tree: string } | { readonly conflicts: readonly string[] }> {
  // `--merge-base` came with git 2.40; stand-ins for both that descend from the base do the same.
  const sides: string[] = [];
  for (const side of [ours, theirs])
    sides.push(
      base === undefined
        ? side
        : await commitTree(repository, { tree: `${side}^{tree}`, parents: [base], message: 'Stand-in for a merge' }),
    );
  const args = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', ...sides];
  const result = await runGit(repository, args);
  const [tree = '', ...files] = nulList(textOf(result));
  if (result.code === 0) return { tree };
  if (result.code === 1) {
    const names = files.filter((path) => path !== '').map((path) => ownName(path, sides));
    return { conflicts: [...new Set(names)] };
  }
  throw new GitError(args, result);
}

/** A file that is a folder on the other side is named after its own side by git: `file~commit`. */
function ownName(path: string, sides: readonly string[]): string {
  const side = sides.find((one) => path.includes(`~${one}`));
  return side === undefined ? path : path.slice(0, path.lastIndexOf(`~${side}`));
}

/** A crash between moving the branch and recording it leaves the commit as the only witness. */
async function mergedBefore(
  repository: Repository,
  { task, attempt, commit }: MergeRequest,
  head: string,
): Promise<string | undefined> {
  const trailer = (key: string) => `%(trailers:key=${key},valueonly,separator=%x2C)%x00`;
  const format = `%H%x00${trailer('Orca-Task')}${trailer('Orca-Attempt')}`;
  // Where an attempt began was a head of the branch, so its merge can only be after that.
  const range = `${commit}^..${head}`;
  const text = await git(repository, ['rev-list', '--no-commit-header', `--format=${format}`, range, '--']);
  const fields = text.split('\0');
  for (let i = 0; i + 2 < fields.length; i += 3)
    if (fields[i + 1] === oneLine(task) && fields[i + 2] === String(attempt)) return fields[i]?.trim();
  return undefined;
}

/** A task's id as a trailer holds it, the same each time. */
export function oneLine(task: string): string {
  return /^[^\p{C}\s](?:[^\p{C}]*[^\p{C}\s])?$/u.test(task) ? task : JSON.stringify(task).replace(/\s/gu, ' ');
}

/** A folder of Orca's own, not one that the user has made. */
export function isInPool({ root }: Repository, worktree: string): boolean {
  return relative(root, worktree).replaceAll('\\', '/').startsWith(`${OWN_FOLDERS[1]}/`);
}

function checkedOut(runId: string, worktree: string): GitProblem {
  return {
    code: 'branch-checked-out',
    message: `The branch ${integrationBranch(runId)} is checked out in ${worktree}.`,
    fix: 'Switch to another branch there, since the run is still adding to this one.',
  };
}
