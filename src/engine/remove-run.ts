import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Attempt, RunState } from '../core/run/state.ts';
import { isNothing, type Lost } from '../core/view/lost.ts';
import { git, GitError, runGit, type Repository } from './git/git.ts';
import { isInPool } from './git/integrate.ts';
import { attemptRef, integrationBranch, integrationRef, readRef } from './git/refs.ts';
import { takeSnapshot } from './git/snapshot.ts';
import { unmergedCommits } from './git/unmerged.ts';
import { removeWorktrees, worktreeAt } from './git/worktrees.ts';
import { ownership, releaseOwnership, takeOwnership, type Owner } from './owner.ts';
import { currentIdentity, isAlive, type ProcessIdentity } from './process/identity.ts';
import { executionsDir, ownerDir, runDir } from './run-files.ts';
import { readRunnerProcess } from './runner/agent-files.ts';

/** A run as its journal tells it; undefined: it cannot be read. */
export type ReadState = (dir: string) => Promise<RunState | undefined>;

export type Removed =
  | { readonly kind: 'removed' }
  /** Nothing was touched: this work is nowhere else. */
  | { readonly kind: 'lost'; readonly lost: Lost }
  /** Nothing was touched: why, and the way out. */
  | { readonly kind: 'refused'; readonly message: string };

/**
 * Takes a run away: its worktrees, what git keeps of its attempts, its branch and, last of all, its folder, so that one
 * that broke off half-way is still there to be removed again. Without `force` only where nothing is lost.
 */
export async function removeRun(
  repository: Repository,
  id: string,
  { readState, force }: { readonly readState: ReadState; readonly force: boolean },
): Promise<Removed> {
  const dir = runDir(repository.root, id);
  const against = await whyNotRemoved(repository, id, readState);
  if (against !== undefined) return { kind: 'refused', message: against };
  // Owned, so that nobody takes it up meanwhile; the file goes with the folder.
  const taken = await takeOwnership(ownerDir(dir), {
    identity: currentIdentity(),
    driver: 'cli',
    address: '',
    token: '',
  });
  if (taken.kind === 'owned') return { kind: 'refused', message: drivenBy(id, taken.owner) };
  let removed = false;
  try {
    const lost = force ? undefined : await whatIsLost(repository, id, readState);
    if (lost !== undefined && !isNothing(lost)) return { kind: 'lost', lost };
    await removeWorktrees(repository, id);
    await removeRefs(repository, id);
    await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    removed = true;
    return { kind: 'removed' };
  } finally {
    // A folder of which only a part went has no owner any more.
    if (!removed) await releaseOwnership(ownerDir(dir), taken.epoch).catch(() => undefined);
  }
}

/** What stands against removing a run whatever is lost, and the way out; undefined: nothing does. */
export async function whyNotRemoved(
  repository: Repository,
  id: string,
  readState: ReadState,
): Promise<string | undefined> {
  const dir = runDir(repository.root, id);
  const names: string[] = await readdir(executionsDir(repository.root)).catch(() => []);
  if (!names.includes(id) || !(await isFolder(dir))) return `There is no run ${id}.`;
  const now = await ownership(ownerDir(dir));
  if (now.kind === 'owned') return drivenBy(id, now.owner);
  const runners = await liveRunners(dir, (await readState(dir))?.status.kind === 'finished');
  if (runners.length > 0) {
    const processes = runners.map(({ pid }) => pid).join(', ');
    return `Agents of ${id} are still running (process ${processes}). Cancel the run first.`;
  }
  const worktree = (await readRef(repository, integrationRef(id)))?.worktree;
  return worktree === undefined || isInPool(repository, worktree)
    ? undefined
    : `The branch ${integrationBranch(id)} is checked out in ${worktree}. Switch to another branch there: git switch <branch>`;
}

function drivenBy(id: string, { identity }: Owner): string {
  return `${id} is being driven by process ${identity.pid}. Cancel the run, or close what drives it, first.`;
}

interface LastAttempt {
  readonly task: string;
  readonly attempt: Attempt;
}

/** What would be gone with a run. Changes nothing. */
export async function whatIsLost(repository: Repository, id: string, readState: ReadState): Promise<Lost> {
  const state = await readState(runDir(repository.root, id));
  // Of a branch that is gone the journal still knows the head, and git may still have it.
  const head = (await readRef(repository, integrationRef(id)))?.commit ?? state?.integration;
  const known = head !== undefined && (await hasCommit(repository, head));
  const commits = known ? await unmergedCommits(repository, head) : [];
  const own = {
    // What was planned and handed over is in the user's folder, as far as they wanted it.
    commits: state?.delivered === undefined ? [...new Set(commits.map(({ task, subject }) => task ?? subject))] : [],
    replaced: await replacedFiles(repository, join(runDir(repository.root, id), 'replaced')),
  };
  if (state === undefined) {
    const isKept = (await git(repository, ['for-each-ref', '--count=1', `refs/orca/${id}`])) !== '';
    const unknown = 'Its journal cannot be read, so what its agents made and nobody merged is not known.';
    return { ...own, attempts: [], worktrees: [], ...(isKept && { unknown }) };
  }
  const last = state.graph.nodes.flatMap(({ id: task }, i): LastAttempt[] => {
    const attempt = state.tasks[i]?.attempts.at(-1);
    return attempt === undefined ? [] : [{ task, attempt }];
  });
  // The last that left anything: one after it may have done nothing at all.
  const attempts = state.graph.nodes.flatMap(({ id: task }, i) => {
    const left = state.tasks[i]?.attempts.findLast(({ snapshot }) => snapshot?.commit !== undefined);
    return left === undefined || left.merged === true ? [] : [task];
  });
  return {
    ...own,
    attempts,
    worktrees: await uncommitted(repository, id, last),
  };
}

/** Of the user's files that planning kept before it replaced them, those that git does not have. */
async function replacedFiles(repository: Repository, folder: string): Promise<string[]> {
  const names: string[] = await readdir(folder, { recursive: true }).catch(() => []);
  const lost: string[] = [];
  for (const native of names) {
    const path = join(folder, native);
    if (await isFolder(path)) continue;
    const name = native.replaceAll('\\', '/');
    // As git would store it there, whatever its line ends.
    const hash = await git(repository, ['hash-object', '--path', name, path]);
    if ((await runGit(repository, ['cat-file', '-e', hash])).code !== 0) lost.push(name);
  }
  return lost.sort();
}

/** Tasks whose worktree has changes, of those whose last attempt left no commit. */
async function uncommitted(repository: Repository, id: string, last: readonly LastAttempt[]): Promise<string[]> {
  // A slot's worktree is that of the attempt that came last to it.
  const newest = new Map(
    last.toSorted((a, b) => a.attempt.startedAt - b.attempt.startedAt).map((each) => [each.attempt.agent, each]),
  );
  const tasks: string[] = [];
  for (const [slot, { task, attempt }] of newest) {
    const worktree = worktreeAt(repository, id, slot + 1);
    if (attempt.snapshot?.commit !== undefined || !(await isFolder(worktree.path))) continue;
    const ref = `${attemptRef(id, task, attempt.number)}-left`;
    const { commit, problem } = await takeSnapshot(repository, { worktree, base: attempt.base, ref, message: 'Left' });
    await runGit(repository, ['update-ref', '-d', ref]);
    // What cannot be committed is something, too.
    if (commit !== undefined || problem !== undefined) tasks.push(task);
  }
  return tasks;
}

async function removeRefs(repository: Repository, id: string): Promise<void> {
  const format = '--format=delete %(refname) %(objectname)';
  const refs = await git(repository, ['for-each-ref', format, `refs/orca/${id}`, integrationRef(id)]);
  if (refs !== '') await git(repository, ['update-ref', '--stdin'], { input: `${refs}\n` });
}

/** Those of a finished run end by themselves in a moment. */
async function liveRunners(dir: string, finished: boolean): Promise<ProcessIdentity[]> {
  for (let tries = finished ? 20 : 1; ; tries--) {
    const alive: ProcessIdentity[] = [];
    for (const identity of await runnersOf(dir)) if ((await isAlive(identity)) !== 'dead') alive.push(identity);
    if (alive.length === 0 || tries <= 1) return alive;
    await delay(250);
  }
}

async function runnersOf(dir: string): Promise<ProcessIdentity[]> {
  const agents = join(dir, 'agents');
  const names = await readdir(agents).catch(() => []);
  const runners = await Promise.all(
    names.map(async (agent) =>
      (await readdir(join(agents, agent)).catch(() => [])).map((name) => readRunnerProcess(join(agents, agent, name))),
    ),
  );
  return runners.flat().flatMap((identity) => identity ?? []);
}

async function hasCommit(repository: Repository, commit: string): Promise<boolean> {
  const found = await runGit(repository, ['cat-file', '-e', `${commit}^{commit}`]);
  if (found.code > 128) throw new GitError(['cat-file'], found);
  return found.code === 0;
}

async function isFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}
