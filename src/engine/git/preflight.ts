import { realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { exists, git, isMissing, nulList, runGit, textOf } from './git.ts';
import type { Git, GitProblem, Repository } from './git.ts';
import { createRepositoryLock, type LockOptions } from './lock.ts';
import { currentIdentity, isAlive } from '../process/identity.ts';
import { readStatus } from './status.ts';

export type Opened =
  { readonly ok: true; readonly repository: Repository } | { readonly ok: false; readonly problem: GitProblem };

export type Preflight =
  | {
      readonly ok: true;
      readonly head: string;
      /** Absent: HEAD is detached. */
      readonly branch?: string;
      /** Changed and untracked paths, relative to the root. */
      readonly dirty: readonly string[];
    }
  | { readonly ok: false; readonly problem: GitProblem };

/**
 * Finds the repository that `dir` lies in. A linked worktree is as good as the main one. What is not given is this
 * process's own: its environment, its identity, and git as found by PATH.
 */
export async function openRepository(dir: string, given: Partial<Git & LockOptions> = {}): Promise<Opened> {
  const { gitPath = 'git', env = process.env } = given;
  const problem = (await unusableGit({ gitPath, env })) ?? (await notAFolder(dir));
  if (problem !== undefined) return { ok: false, problem };

  const questions = ['--is-bare-repository', '--absolute-git-dir', '--git-common-dir', '--show-toplevel'];
  const said = await runGit({ gitPath, env }, ['rev-parse', '--path-format=absolute', ...questions], { cwd: dir });
  const [bare, gitDir, commonDir, root, ...rest] = textOf(said).split('\n');
  // Outside of a working tree the last question ends it.
  if (said.code !== 0 && bare === 'true') return { ok: false, problem: bareRepository(dir) };
  if (said.code !== 0 || !gitDir || !commonDir || !root || rest.length > 0)
    return { ok: false, problem: notARepository(dir, said.stderr) };
  return {
    ok: true,
    repository: {
      gitPath,
      env,
      root: await realpath(root),
      gitDir: resolve(gitDir),
      commonDir: resolve(commonDir),
      lock: createRepositoryLock(join(resolve(commonDir), 'orca.lock'), { self: currentIdentity(), isAlive, ...given }),
    },
  };
}

/** Names what a run cannot begin on, and otherwise what it would begin from. Changes nothing. */
export async function preflight(repository: Repository): Promise<Preflight> {
  const status = await readStatus(repository);
  if (status.head === undefined) return { ok: false, problem: unbornBranch(status.branch) };
  const operation = await operationInProgress(repository);
  if (operation !== undefined) return { ok: false, problem: operation };
  if (status.unmerged.length > 0) return { ok: false, problem: unmerged(status.unmerged) };
  const tracked = nulList(await git(repository, ['ls-tree', '-r', '-z', '--full-tree', status.head]));
  const submodules = tracked.filter((line) => line.startsWith('160000 ')).map((line) => line.replace(/^.*?\t/s, ''));
  const all = [...new Set([...submodules, ...status.submodules])];
  if (all.length > 0) return { ok: false, problem: hasSubmodules(all) };
  return {
    ok: true,
    head: status.head,
    ...(status.branch !== undefined && { branch: status.branch }),
    dirty: status.dirty,
  };
}

/** What the user is in the middle of in this checkout. */
export async function operationInProgress({ gitDir }: Repository): Promise<GitProblem | undefined> {
  for (const [file, name, way] of OPERATIONS) {
    if (!(await exists(join(gitDir, file)))) continue;
    return {
      code: 'operation-in-progress',
      message: `A ${name} is in progress in this checkout.`,
      fix: `Finish it, or give it up with "git ${way}".`,
    };
  }
  return undefined;
}

/** In the order in which they hide each other. */
const OPERATIONS = [
  ['rebase-merge', 'rebase', 'rebase --abort'],
  ['rebase-apply/applying', 'series of patches (git am)', 'am --abort'],
  ['rebase-apply', 'rebase', 'rebase --abort'],
  ['MERGE_HEAD', 'merge', 'merge --abort'],
  ['CHERRY_PICK_HEAD', 'cherry-pick', 'cherry-pick --abort'],
  ['REVERT_HEAD', 'revert', 'revert --abort'],
  ['sequencer', 'series of cherry-picks or reverts', 'cherry-pick --abort'],
  ['BISECT_LOG', 'bisect', 'bisect reset'],
] as const;

/** The first with `merge-tree --write-tree`. */
const OLDEST = [2, 38] as const;

async function unusableGit(environment: Git): Promise<GitProblem | undefined> {
  let said;
  try {
    said = textOf(await runGit(environment, ['--version']));
  } catch (error) {
    if (!isMissing(error) && (error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    return {
      code: 'no-git',
      message: `Git was not found ("${environment.gitPath}").`,
      fix: `Install git ${OLDEST.join('.')} or newer, or say where it is (setting git.path, or PATH).`,
    };
  }
  const [, major, minor] = /(\d+)\.(\d+)/.exec(said) ?? [];
  const isNew = Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]);
  if (isNew) return undefined;
  return {
    code: 'git-too-old',
    message: `Git is too old: ${said.trim() || 'it names no version'}.`,
    fix: `Install git ${OLDEST.join('.')} or newer.`,
  };
}

async function notAFolder(dir: string): Promise<GitProblem | undefined> {
  const isFolder = await stat(dir).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  return isFolder ? undefined : notARepository(dir, '');
}

function notARepository(dir: string, said: string): GitProblem {
  if (said.includes('dubious ownership'))
    return {
      code: 'unsafe-repository',
      message: `Git does not trust ${dir}, since another user owns it.`,
      fix: `If you trust it: git config --global --add safe.directory "${dir}"`,
    };
  return {
    code: 'no-repository',
    message: `${dir} is not in a git repository.`,
    fix: 'Make it one: git init, then commit what is there.',
  };
}

function bareRepository(dir: string): GitProblem {
  return {
    code: 'bare',
    message: `${dir} is a bare repository: it has no files to work on.`,
    fix: 'Open a checkout of it: git worktree add, or git clone.',
  };
}

function unbornBranch(branch: string | undefined): GitProblem {
  return {
    code: 'unborn-branch',
    message: `${branch === undefined ? 'HEAD' : `The branch ${branch}`} has no commit yet.`,
    fix: 'Make the first commit: git add -A, then git commit.',
  };
}

function unmerged(paths: readonly string[]): GitProblem {
  return {
    code: 'operation-in-progress',
    message: `Files with unresolved conflicts: ${someOf(paths)}.`,
    fix: 'Resolve them, then git add them.',
    paths,
  };
}

function hasSubmodules(paths: readonly string[]): GitProblem {
  return {
    code: 'submodules',
    message: `The repository has submodules, which Orca does not work with: ${someOf(paths)}.`,
    fix: 'Run the plan inside the submodule that it is about, or in a repository without submodules.',
    paths,
  };
}

export function someOf(paths: readonly string[]): string {
  const shown = paths.slice(0, 5).join(', ');
  return paths.length > 5 ? `${shown} and ${paths.length - 5} more` : shown;
}
