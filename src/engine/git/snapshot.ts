import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChangedFile } from '../../core/run/event.ts';
import { carriedInto, isReached } from './carry-over.ts';
import { commitTree, type Person } from './commit.ts';
import { DIFF, parseDiff } from './diff.ts';
import { git, GitError, nulList, runGit } from './git.ts';
import type { GitCall, Repository } from './git.ts';
import { copyIndex, isCopyOf } from './index-copy.ts';
import { someOf } from './preflight.ts';
import { readRef } from './refs.ts';
import { adminOf, inWorktree, OWN_FOLDERS, WHOLE, type Worktree } from './worktrees.ts';

export interface SnapshotRequest {
  readonly worktree: Worktree;
  readonly base: string;
  /** Keeps the commit alive: `attemptRef`. */
  readonly ref: string;
  readonly message: string;
  readonly author?: Person;
}

export interface TakenSnapshot {
  /** Its one parent is the base. Absent: nothing was changed, or there is a problem. */
  readonly commit?: string;
  readonly files: readonly ChangedFile[];
  /** Why the difference cannot be committed, in a sentence. */
  readonly problem?: string;
}

/**
 * Commits the difference between a worktree and its base, however it came about: edited, staged, or committed by the
 * agent. Untracked files count, ignored ones only where the agent added them to its index by force, and those that were
 * carried over from the user's checkout never. Changes nothing in the worktree, and may be repeated: the same difference
 * gives the same commit.
 */
export async function takeSnapshot(repository: Repository, request: SnapshotRequest): Promise<TakenSnapshot> {
  const { worktree, base, ref, message, author } = request;
  const index = `${worktree.index}.snapshot`;
  const call = inWorktree(repository, { ...worktree, index });
  // A symlink in its place would make someone else's files the result.
  const isThere = await lstat(worktree.path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (!isThere) return { files: [], problem: 'The worktree is gone.' };
  try {
    if (!(await copyIndex(worktree.index, index)))
      await git(repository, [...WHOLE, 'read-tree', base], { env: call.env });
    const problem = await stage(repository, worktree, call);
    if (problem !== undefined) return { files: [], problem };
    const files = parseDiff(await git(repository, [...WHOLE, 'diff-index', '--cached', ...DIFF, base, '--'], call));
    const embedded = files.filter((file) => file.gitlink).map((file) => file.path);
    if (embedded.length > 0) return { files: [], problem: embeddedProblem(embedded) };
    if (files.length === 0) return { files: [] };
    const tree = await git(repository, ['write-tree'], call);
    const changed = files.map(({ gitlink: _gitlink, ...file }) => file);
    const known = await readRef(repository, ref);
    if (known?.tree === tree && known.parents.join() === base) return { commit: known.commit, files: changed };
    const commit = await commitTree(repository, { tree, parents: [base], message, ...(author && { author }) });
    await git(repository, ['update-ref', ref, commit]);
    return { commit, files: changed };
  } finally {
    await rm(index, { force: true });
  }
}

/**
 * Keeps the worktree as it is now behind `ref`, whose commits are an attempt's moments, the last one first. Nothing
 * where nothing has changed since, or where the agent is in the way.
 */
export async function takeLook(
  repository: Repository,
  { worktree, base, ref }: { readonly worktree: Worktree; readonly base: string; readonly ref: string },
): Promise<void> {
  const last = await readRef(repository, ref);
  const tree = await glance(repository, { worktree, by: 'look', isFirst: last === undefined });
  if (tree === undefined || tree === (last?.tree ?? (await git(repository, ['rev-parse', `${base}^{tree}`])))) return;
  const message = 'A moment of an attempt';
  const commit = await commitTree(repository, { tree, parents: [last?.commit ?? base], message });
  await git(repository, ['update-ref', ref, commit]);
}

/**
 * The tree of what the worktree holds now; undefined where the agent is in the way. `by`: whose look it is, with an index
 * of its own that stays from look to look, so that git reads only what has changed. `isFirst`: of this attempt.
 */
export async function glance(
  repository: Repository,
  { worktree, by, isFirst }: { readonly worktree: Worktree; readonly by: string; readonly isFirst: boolean },
): Promise<string | undefined> {
  const index = `${worktree.index}.${by}`;
  const call = inWorktree(repository, { ...worktree, index });
  try {
    // Nobody else uses this index: a lock on it is of a look that was killed.
    await rm(`${index}.lock`, { force: true });
    if (isFirst && !(await copyIndex(worktree.index, index))) return undefined;
    if ((await stage(repository, worktree, call)) !== undefined) return undefined;
    return await git(repository, ['write-tree'], call);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return undefined;
  }
}

async function stage(repository: Repository, worktree: Worktree, call: GitCall): Promise<string | undefined> {
  const carried = await carriedInto(worktree);
  const left = await unignored(repository, [...OWN_FOLDERS, ...carried], call);
  const added = await runGit(repository, [...WHOLE, 'add', '--all', '--pathspec-from-file=-', '--pathspec-file-nul'], {
    ...call,
    input: ['.', ...left.map((path) => `:(exclude,top,literal)${path}`)].join('\0'),
  });
  if (added.code !== 0) {
    const others = await runGit(repository, ['ls-files', '-z', '--others', '--exclude-standard'], call);
    const embedded = nulList(others.stdout.toString('utf8')).filter((path) => path.endsWith('/'));
    // Nothing is wrong with the work: it is taken as soon as it can be.
    if (embedded.length === 0 && NO_ROOM.test(added.stderr)) throw new GitError(['add'], added);
    return embedded.length > 0 ? embeddedProblem(embedded) : `git add failed: ${added.stderr.trim()}`;
  }
  const isLeft = (file: string): boolean =>
    [...OWN_FOLDERS, ...carried].some((path) => file === path || file.startsWith(`${path}/`));
  const forced = (await addedByForce(repository, worktree)).filter((file) => !isLeft(file));
  if (forced.length === 0) return undefined;
  const input = forced.map((path) => `${path}\0`).join('');
  const update = ['update-index', '--add', '--remove', '--replace', '-z', '--stdin'];
  const updated = await runGit(repository, [...WHOLE, ...update], { ...call, input });
  return updated.code === 0 ? undefined : `git update-index failed: ${updated.stderr.trim()}`;
}

const NO_ROOM = /No space left on device|Disk quota exceeded|There is not enough space on the disk/i;

/** Git does not add what is ignored or beyond a link, and takes it for a mistake to be told not to. */
export async function unignored(repository: Repository, of: readonly string[], call: GitCall): Promise<string[]> {
  const paths: string[] = [];
  for (const path of of) if (await isReached(call.cwd ?? repository.root, path)) paths.push(path);
  if (paths.length === 0) return [];
  const input = paths.map((path) => `${path}\0`).join('');
  const { code, stdout, stderr } = await runGit(repository, ['check-ignore', '-z', '--stdin'], { ...call, input });
  if (code > 1) throw new GitError(['check-ignore'], { code, stderr });
  const ignored = new Set(nulList(stdout.toString('utf8')));
  return paths.filter((path) => !ignored.has(path));
}

/** Ignored files in the agent's own index. Where the agent broke its git, it has added nothing. */
async function addedByForce(repository: Repository, { path, index }: Worktree): Promise<string[]> {
  const gitDir = await adminOf(repository, path);
  if (gitDir === undefined || (await isCopyOf(index, join(gitDir, 'index')))) return [];
  const call = { cwd: path, env: { GIT_DIR: gitDir, GIT_WORK_TREE: path } };
  const args = [...WHOLE, 'ls-files', '-z', '--cached', '--ignored', '--exclude-standard'];
  const { code, stdout } = await runGit(repository, args, call);
  if (code !== 0) return [];
  return nulList(stdout.toString('utf8'));
}

function embeddedProblem(paths: readonly string[]): string {
  const names = paths.map((path) => path.replace(/\/$/, ''));
  return `The attempt made a git repository inside its worktree, which cannot be committed: ${someOf(names)}.`;
}
