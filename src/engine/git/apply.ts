import { lstat, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChangedFile } from '../../core/run/event.ts';
import { foldersOf } from '../inside.ts';
import { MARK } from './base.ts';
import { commitTree } from './commit.ts';
import { diffFiles } from './diff.ts';
import { git, GitError, runGit } from './git.ts';
import type { GitProblem, Repository } from './git.ts';
import { mergeTrees } from './integrate.ts';
import { operationInProgress, someOf } from './preflight.ts';
import { integrationBranch, integrationRef, readRef } from './refs.ts';
import { readStatus } from './status.ts';

/** What merging a run into the user's current branch would come to. */
export type ApplyForecast =
  | { readonly kind: 'up-to-date'; readonly branch: string; readonly head: string }
  | {
      readonly kind: 'fast-forward' | 'merge';
      readonly branch: string;
      readonly head: string;
      /** The integration branch's. */
      readonly target: string;
      /** Commits that the branch would get. */
      readonly ahead: number;
      /** As merged. */
      readonly tree: string;
      readonly files: readonly ChangedFile[];
    }
  | { readonly kind: 'conflict'; readonly branch: string; readonly ahead: number; readonly files: readonly string[] }
  | { readonly kind: 'blocked'; readonly problem: GitProblem };

export type Applied =
  | { readonly ok: true; readonly branch: string; readonly commit: string }
  /** Everything is as it was. */
  | { readonly ok: false; readonly message: string };

/** Says beforehand what `applyRun` would do. Changes nothing. */
export async function forecastApply(repository: Repository, runId: string): Promise<ApplyForecast> {
  const integration = await readRef(repository, integrationRef(runId));
  if (integration === undefined) return blocked(noIntegration(runId));
  const { head, branch, dirty } = await readStatus(repository);
  const operation = await operationInProgress(repository);
  if (operation !== undefined) return blocked(operation);
  if (branch === undefined || head === undefined) return blocked(detached());

  const target = integration.commit;
  const { ahead, uncommitted } = await commitsAhead(repository, head, target);
  if (ahead === 0) return { kind: 'up-to-date', branch, head };
  const begunFrom = uncommitted === undefined ? [] : await diffFiles(repository, `${uncommitted}^`, uncommitted);
  const stillDirty = dirtyAmong(begunFrom, dirty);
  if (stillDirty.length > 0) return blocked(notCommittedYet(stillDirty));

  const behind = Number(await git(repository, ['rev-list', '--count', `${target}..${head}`, '--']));
  const isForward = behind === 0 && uncommitted === undefined;
  const merged = isForward ? integration : await mergeTrees(repository, head, target, uncommitted);
  if ('conflicts' in merged) return { kind: 'conflict', branch, ahead, files: merged.conflicts };

  const { tree } = merged;
  const files = await diffFiles(repository, head, tree);
  const inTheWay = [...dirtyAmong(files, dirty), ...(await presentAmong(repository, files))];
  if (inTheWay.length > 0) return blocked(filesInTheWay([...new Set(inTheWay)].sort()));
  return { kind: isForward ? 'fast-forward' : 'merge', branch, head, target, ahead, tree, files };
}

/**
 * Merges a run into the user's current branch, where the forecast says that it can; their other changes stay. Branches
 * that went apart get a merge commit, made beforehand, so that for the checkout it is a fast-forward each time and never
 * stops half-way with conflicts. No hooks run: the merge brings what agents wrote, and that may be the hooks.
 */
export async function applyRun(repository: Repository, runId: string): Promise<Applied> {
  const forecast = await forecastApply(repository, runId);
  if (forecast.kind === 'blocked') return { ok: false, message: `${forecast.problem.message} ${forecast.problem.fix}` };
  if (forecast.kind === 'conflict') return { ok: false, message: conflictMessage(runId, forecast) };
  const { branch, head } = forecast;
  if (forecast.kind === 'up-to-date') return { ok: true, branch, commit: head };
  const message = `Merge ${integrationBranch(runId)}`;
  const { target, tree, files } = forecast;
  const commit =
    forecast.kind === 'fast-forward'
      ? target
      : await commitTree(repository, { tree, parents: [head, target], message });
  const result = await runGit(repository, ['merge', ...PLAIN_MERGE, commit]);
  if (result.code === 0) return { ok: true, branch, commit };
  if (!REFUSED.test(result.stderr)) await undo(repository, head, files);
  return { ok: false, message: new GitError(['merge'], result).message };
}

/** Takes back what the user's configuration may add to every merge. */
const PLAIN_MERGE = ['--ff-only', '--no-squash', '--no-autostash', '--no-verify-signatures', '--no-stat', '--quiet'];

/** Git looked before it wrote, and wrote nothing. */
const REFUSED = /would be overwritten|would be removed|would lose untracked|Not possible to fast-forward|index\.lock/;

/**
 * A merge that broke off has not moved HEAD: while it wrote (a full disk), or when it had written all, index included,
 * and could not move the branch. Of these paths, which were clean before, index and files go back to HEAD's.
 */
async function undo(repository: Repository, head: string, files: readonly ChangedFile[]): Promise<void> {
  if ((await readStatus(repository)).head !== head) return;
  const isIndexMoved = (await runGit(repository, ['diff-index', '--cached', '--quiet', head, '--'])).code === 1;
  const reset = ['--literal-pathspecs', 'reset', '--quiet', head, '--pathspec-from-file=-', '--pathspec-file-nul'];
  if (isIndexMoved) await runGit(repository, reset, { input: files.map(({ path }) => `${path}\0`).join('') });
  for (const { path } of files.filter(({ status }) => status === 'added')) {
    await rm(join(repository.root, path), { force: true });
    // Its folders, too, where they are empty.
    for (const folder of foldersOf(path).reverse()) await rmdir(join(repository.root, folder)).catch(() => undefined);
  }
  const input = files
    .filter(({ status }) => status !== 'added')
    .map(({ path }) => `${path}\0`)
    .join('');
  await runGit(repository, ['checkout-index', '--force', '-z', '--stdin'], { input });
}

/**
 * What the branch would get. A run that began from uncommitted work has that as its first commit, which is no work of
 * the run's: the user commits, keeps or drops it by themselves.
 */
async function commitsAhead(
  repository: Repository,
  head: string,
  target: string,
): Promise<{ readonly ahead: number; readonly uncommitted?: string }> {
  const format = `--format=%H %(trailers:key=${MARK},valueonly,separator=%x2C)`;
  const args = ['rev-list', '--topo-order', '--no-commit-header', format, `${head}..${target}`, '--'];
  const lines = (await git(repository, args)).split('\n').filter((line) => line !== '');
  const [first, mark] = lines.at(-1)?.split(' ') ?? [];
  if (mark !== 'uncommitted' || first === undefined) return { ahead: lines.length };
  return { ahead: lines.length - 1, uncommitted: first };
}

/** Of the user's changed paths, those that the merge would write to, write below, or need as a folder. */
function dirtyAmong(files: readonly ChangedFile[], dirty: readonly string[]): string[] {
  const written = new Set(files.flatMap(({ path }) => [path, ...foldersOf(path)]));
  const paths = new Set(files.map(({ path }) => path));
  return dirty.filter((path) => {
    const name = path.replace(/\/$/, '');
    return written.has(name) || foldersOf(name).some((folder) => paths.has(folder));
  });
}

/** New files whose place is taken by something that git does not track. It would overwrite ignored ones silently. */
async function presentAmong({ root }: Repository, files: readonly ChangedFile[]): Promise<string[]> {
  // Lower case: on some systems a file is there under the name that the merge takes it away from.
  const leaving = new Set(files.filter(({ status }) => status === 'deleted').map(({ path }) => path.toLowerCase()));
  const leavingBelow = new Set([...leaving].flatMap(foldersOf));
  const present: string[] = [];
  for (const { path } of files.filter(({ status }) => status === 'added')) {
    for (const place of [...foldersOf(path), path]) {
      const entry = await lstat(join(root, place)).catch(() => undefined);
      if (entry === undefined) break;
      if (entry.isDirectory() && place !== path) continue;
      const lower = place.toLowerCase();
      if (!leaving.has(lower) && !leavingBelow.has(lower)) present.push(place);
      break;
    }
  }
  return present;
}

function blocked(problem: GitProblem): ApplyForecast {
  return { kind: 'blocked', problem };
}

function conflictMessage(runId: string, { branch, files }: Extract<ApplyForecast, { kind: 'conflict' }>): string {
  const way = `Merge it by hand: git merge ${integrationBranch(runId)}`;
  return `${integrationBranch(runId)} conflicts with ${branch} in ${someOf(files)}. ${way}`;
}

function noIntegration(runId: string): GitProblem {
  return {
    code: 'no-integration',
    message: `There is no branch ${integrationBranch(runId)}.`,
    fix: 'Resume the run, or choose another one: this one has no results to apply.',
  };
}

function detached(): GitProblem {
  return {
    code: 'detached',
    message: 'No branch is checked out.',
    fix: 'Switch to the branch that is to get the results: git switch <branch>',
  };
}

function notCommittedYet(paths: readonly string[]): GitProblem {
  return {
    code: 'files-in-the-way',
    message: `The run began from changes of yours which are still not committed: ${someOf(paths)}.`,
    fix: 'Commit them first, so that the results go on top of them.',
    paths,
  };
}

function filesInTheWay(paths: readonly string[]): GitProblem {
  return {
    code: 'files-in-the-way',
    message: `The result changes files that have changes of yours which are not committed: ${someOf(paths)}.`,
    fix: 'Commit them, stash them, or move them away.',
    paths,
  };
}
