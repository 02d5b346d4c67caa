import { chmod, lstat, mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { basename, delimiter, dirname, join, relative, resolve } from 'node:path';
import { carryOver, dropLinks, NOTHING_CARRIED, type CarryOver } from './carry-over.ts';
import { exists, git, isMissing, nulList } from './git.ts';
import type { Env, GitCall, Repository } from './git.ts';
import { copyIndex } from './index-copy.ts';

/** What Orca keeps in a checkout that is never part of any result; relative to its root. */
export const OWN_FOLDERS = ['.orca/executions', '.orca/worktrees'] as const;

/** A folder that an attempt works in. */
export interface Worktree {
  readonly path: string;
  /**
   * Orca's own index of it. It holds the base as it was prepared, with the times of its files, whatever the agent does
   * to the index that its own git uses.
   */
  readonly index: string;
}

/** Where a slot's worktree is, made or not. Slots count from 1. */
export function worktreeAt(repository: Pick<Repository, 'root'>, runId: string, slot: number): Worktree {
  const path = join(poolOf(repository), `${runId}-${slot}`);
  return { path, index: `${path}.index` };
}

/** Keeps git from climbing out of a worktree that has lost its `.git` into the user's checkout. */
export function worktreeEnv(repository: Repository): Record<string, string> {
  const inherited = repository.env.GIT_CEILING_DIRECTORIES;
  const ceilings = [poolOf(repository), ...(inherited === undefined ? [] : [inherited])];
  return { GIT_CEILING_DIRECTORIES: ceilings.join(delimiter) };
}

/** Git as in that worktree, by its folder alone: the agent may have done anything to its `.git`. */
export function inWorktree(repository: Repository, { path, index }: Worktree): GitCall & { readonly env: Env } {
  return { cwd: path, env: { GIT_DIR: repository.gitDir, GIT_WORK_TREE: path, GIT_INDEX_FILE: index } };
}

/** Worktrees are whole, also where the user's checkout is sparse. */
export const WHOLE = ['-c', 'core.sparseCheckout=false'] as const;

interface Preparation {
  readonly runId: string;
  /** From 1. */
  readonly slot: number;
  readonly base: string;
  readonly content?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a slot's worktree hold exactly `base`, detached, with nothing untracked or ignored left; then, with `content`,
 * the files of that commit instead, as uncommitted changes on top of `base`; then what is carried over from the user's
 * checkout, untracked. Whatever the last attempt left (locks, a rebase, a branch, flags in the index, no worktree at
 * all) is gone. May be repeated. Throws GitError, CarryOverError.
 */
export async function prepareWorktree(
  repository: Repository,
  request: Preparation & { readonly carry?: CarryOver | undefined },
): Promise<Worktree> {
  const worktree = await makeWorktree(repository, request);
  await carryOver(repository, worktree, request.carry ?? NOTHING_CARRIED);
  return worktree;
}

async function makeWorktree(repository: Repository, request: Preparation): Promise<Worktree> {
  const { runId, slot, signal } = request;
  const pool = await makePool(repository);
  const worktree = worktreeAt(repository, runId, slot);
  if (dirname(worktree.path) !== pool) throw new Error(`not a run id: ${JSON.stringify(runId)}`);
  await dropLinks(worktree);
  const gitDir = await adminOf(repository, worktree.path);
  if (gitDir !== undefined) {
    try {
      await reset(repository, worktree, gitDir, request);
      return worktree;
    } catch {
      // Whatever is wrong with it, a new one has not.
      signal?.throwIfAborted();
    }
  }
  await removeFolder(worktree.path);
  await rm(worktree.index, { force: true });
  // Forced twice, it also replaces a registration of a worktree that is gone, and a locked one.
  const add = ['worktree', 'add', '--force', '--force', '--detach', '--no-checkout', worktree.path, request.base];
  await repository.lock.run(() => git(repository, add, { signal }), signal);
  const added = await adminOf(repository, worktree.path);
  if (added === undefined) throw new Error(`git made no worktree at ${worktree.path}`);
  await reset(repository, worktree, added, request);
  return worktree;
}

/** Takes a run's worktrees away; what is missing already is no error. Removes nothing outside the pool. */
export async function removeWorktrees(repository: Repository, runId: string): Promise<void> {
  const pool = poolOf(repository);
  // The last number is the slot, so that a run is not taken for one whose id begins like its own.
  const isOurs = (path: string): boolean => {
    const name = relative(pool, path);
    return name === basename(path) && /^(.*)-\d+(?:\.index(?:\.\w+)?)?$/s.exec(name)?.[1] === runId;
  };
  await repository.lock.run(async () => {
    const listing = nulList(await git(repository, ['worktree', 'list', '--porcelain', '-z']));
    const registered = listing.filter((line) => line.startsWith('worktree ')).map((line) => resolve(line.slice(9)));
    if (await exists(pool)) {
      await assertOwn(repository);
      for (const name of await readdir(pool)) if (isOurs(join(pool, name))) await removeFolder(join(pool, name));
    }
    for (const path of registered.filter(isOurs)) {
      await git(repository, ['worktree', 'remove', '--force', '--force', path]);
    }
  });
}

/** The folder that git keeps for a worktree, where both still point at each other. */
export async function adminOf({ commonDir }: Repository, path: string): Promise<string | undefined> {
  try {
    if (!(await lstat(path)).isDirectory()) return undefined;
    const link = /^gitdir: (.*?)\r?\n?$/s.exec(await readFile(join(path, '.git'), 'utf8'))?.[1];
    if (link === undefined) return undefined;
    const admin = await realpath(resolve(path, link));
    const back = (await readFile(join(admin, 'gitdir'), 'utf8')).replace(/\r?\n$/, '');
    const isOurs =
      dirname(admin) === (await realpath(join(commonDir, 'worktrees'))) &&
      (await realpath(resolve(admin, back))) === (await realpath(join(path, '.git')));
    return isOurs ? admin : undefined;
  } catch (error) {
    if (isMissing(error) || (error as NodeJS.ErrnoException).code === 'EISDIR') return undefined;
    throw error;
  }
}

async function reset(
  repository: Repository,
  worktree: Worktree,
  gitDir: string,
  { base, content, signal }: Preparation,
): Promise<void> {
  // All but the link itself is the last attempt's: its HEAD's locks, rebases, bisects, its own configuration.
  for (const name of await readdir(gitDir))
    if (!LINK.includes(name)) await rm(join(gitDir, name), { recursive: true, force: true });
  await rm(`${worktree.index}.lock`, { force: true });
  const { path, index } = worktree;
  const at = (file: string): GitCall => ({
    cwd: path,
    env: { GIT_DIR: gitDir, GIT_WORK_TREE: path, GIT_INDEX_FILE: file },
    signal,
  });
  await git(repository, [...WHOLE, 'clean', '-ffdxq'], at(index));
  await removeInnerGit(path);
  await git(repository, [...WHOLE, 'checkout', '--quiet', '--force', '--detach', base, '--'], at(index));
  if (content !== undefined) {
    const scratch = `${index}.content`;
    await copyIndex(index, scratch);
    await git(repository, [...WHOLE, 'read-tree', '-m', '-u', base, content], at(scratch));
    await rm(scratch, { force: true });
  }
  await copyIndex(index, join(gitDir, 'index'));
}

const LINK: readonly string[] = ['HEAD', 'commondir', 'gitdir', 'locked', 'reftable'];

function poolOf({ root }: Pick<Repository, 'root'>): string {
  return join(root, '.orca', 'worktrees');
}

/** Makes the pool, which ignores itself. */
async function makePool(repository: Repository): Promise<string> {
  const pool = poolOf(repository);
  await mkdir(pool, { recursive: true });
  await assertOwn(repository);
  await writeFile(join(pool, '.gitignore'), '*\n');
  return pool;
}

/** A repository may bring an `.orca` that is a symlink to somewhere else. */
async function assertOwn(repository: Repository): Promise<void> {
  const pool = poolOf(repository);
  const real = await realpath(pool);
  if (relative(join(await realpath(repository.root), '.orca', 'worktrees'), real) !== '')
    throw new Error(`${pool} leads out of the checkout, to ${real}`);
}

/** Also where something in it was made read-only, as package caches do. Follows no symlink. */
async function removeFolder(path: string): Promise<void> {
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  try {
    await remove();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    await makeWritable(path);
    await remove();
  }
}

/** A repository that was made in a tracked folder: what git tracks there is cleaned, yet never a `.git`. */
async function removeInnerGit(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === '.git') continue;
    const inner = join(folder, entry.name);
    await removeFolder(join(inner, '.git'));
    await removeInnerGit(inner);
  }
}

async function makeWritable(path: string): Promise<void> {
  if (!(await lstat(path)).isDirectory()) return;
  await chmod(path, 0o700);
  for (const entry of await readdir(path, { withFileTypes: true }))
    if (entry.isDirectory()) await makeWritable(join(path, entry.name));
}
