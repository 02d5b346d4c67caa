import { freePorts } from '../ports.ts';
import type { Failed, Workspaces } from '../workspaces.ts';
import { CarryOverError, NOTHING_CARRIED, type CarryOver } from './carry-over.ts';
import { diffFiles, showFile, unifiedDiff } from './diff.ts';
import { git, GitError, type Repository } from './git.ts';
import { commitTree } from './commit.ts';
import { mergeAttempt, mergeTrees } from './integrate.ts';
import { LockTimeout } from './lock.ts';
import { attemptRef, lookRef, readRef } from './refs.ts';
import { rollBackTasks } from './roll-back.ts';
import { glance, takeLook, takeSnapshot } from './snapshot.ts';
import { prepareWorktree, removeWorktrees, worktreeAt, worktreeEnv } from './worktrees.ts';

/** A run's workspaces as git worktrees, with what they are to get from the user's checkout. */
export function gitWorkspaces(repository: Repository, runId: string, carry: CarryOver = NOTHING_CARRIED): Workspaces {
  const worktree = (slot: number) => worktreeAt(repository, runId, slot + 1);
  const ports = new Map<number, Promise<number | undefined>>();
  // They move one branch: side by side, all but one of them would have to be made again.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const own = last.then(work, work);
    last = own;
    return own;
  };
  return {
    path: (slot) => worktree(slot).path,
    env: worktreeEnv(repository),
    portBase(slot) {
      const base = ports.get(slot) ?? freePorts(slot, repository.root);
      ports.set(slot, base);
      return base;
    },
    prepare: (slot, base, content) =>
      orFailed(async () => {
        await prepareWorktree(repository, { runId, slot: slot + 1, base, content, carry });
        return { done: true };
      }),
    async snapshot({ slot, base, task, attempt, message }) {
      const ref = attemptRef(runId, task, attempt);
      const { problem, ...taken } = await takeSnapshot(repository, { worktree: worktree(slot), base, ref, message });
      return problem === undefined ? taken : { error: problem };
    },
    look: ({ slot, base, task, attempt }) =>
      takeLook(repository, { worktree: worktree(slot), base, ref: lookRef(runId, task, attempt) }),
    async looks({ base, task, attempt }) {
      const ref = lookRef(runId, task, attempt);
      if ((await readRef(repository, ref)) === undefined) return [];
      const text = await git(repository, ['rev-list', '--first-parent', '--reverse', `${base}..${ref}`, '--']);
      return text.split('\n').filter((commit) => commit !== '');
    },
    changed: (before, after) => diffFiles(repository, before, after),
    async merge(request) {
      const merge = await inTurn(() => mergeAttempt(repository, { runId, ...request }));
      if (merge.kind === 'blocked') throw new Error(`${merge.problem.message} ${merge.problem.fix}`);
      return merge;
    },
    async rollBack(request) {
      const done = await orFailed(() => inTurn(() => rollBackTasks(repository, { runId, ...request })));
      return 'error' in done ? { kind: 'blocked', message: done.error } : done;
    },
    async glance({ slot, base, last }) {
      const tree = await glance(repository, { worktree: worktree(slot), by: 'radar', isFirst: last === undefined });
      if (last !== undefined && tree === (await git(repository, ['rev-parse', `${last}^{tree}`]))) return last;
      return tree && commitTree(repository, { tree, parents: [base], message: 'What an attempt has so far' });
    },
    async conflicts(one, other) {
      const merged = await mergeTrees(repository, one, other);
      return 'conflicts' in merged ? merged.conflicts : [];
    },
    async read(commit, path) {
      const bytes = await showFile(repository, commit, path);
      return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
    },
    diff: (before, after, context) => unifiedDiff(repository, before, after, context),
    remove: () => removeWorktrees(repository, runId),
  };
}

async function orFailed<T>(work: () => Promise<T>): Promise<T | Failed> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GitError || error instanceof LockTimeout || error instanceof CarryOverError)
      return { error: error.message };
    throw error;
  }
}
