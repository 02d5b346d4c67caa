import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { commitTree } from '../git/commit.ts';
import { git, runGit, textOf, type Repository } from '../git/git.ts';
import { openRepository, type Opened } from '../git/preflight.ts';

/** Left by the system or an editor in a folder that is as good as empty. */
const NOTHING = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini', '.vscode', '.git']);

/** The repository to plan in, or why there is none; an empty folder can be made one. */
export type PlanningFolder = Opened | { readonly ok: 'empty'; readonly folder: string };

/**
 * Finds the repository that a folder lies in. A folder with nothing in it, and one whose repository has neither a commit
 * nor a file, is `empty`: `makeRepository` makes it ready. What has files is the user's to commit first.
 */
export async function openFolder(folder: string): Promise<PlanningFolder> {
  const opened = await openRepository(folder);
  if (opened.ok) {
    const isBorn = (await runGit(opened.repository, ['rev-parse', '--verify', '--quiet', 'HEAD'])).code === 0;
    if (isBorn || !(await isEmpty(opened.repository.root))) return opened;
    return { ok: 'empty', folder: opened.repository.root };
  }
  if (opened.problem.code !== 'no-repository') return opened;
  if (await isEmpty(folder)) return { ok: 'empty', folder };
  return {
    ok: false,
    problem: {
      ...opened.problem,
      message: `${basename(folder)} has files and is no git repository.`,
      fix: 'Agents work in worktrees of a commit: run "git init", "git add ." and "git commit", and start again.',
    },
  };
}

/** Makes an empty folder a repository with one empty commit, for worktrees to begin from. */
export async function makeRepository(folder: string): Promise<Opened> {
  const made = await runGit({ gitPath: 'git', env: process.env }, ['init', '--quiet'], { cwd: folder });
  const opened = await openRepository(folder);
  if (made.code !== 0 || !opened.ok)
    return opened.ok
      ? { ok: false, problem: { code: 'no-repository', message: made.stderr.trim(), fix: 'Run "git init" there.' } }
      : opened;
  await commitNothing(opened.repository);
  return opened;
}

async function commitNothing(repository: Repository): Promise<void> {
  const tree = textOf(await runGit(repository, ['mktree'], { input: '' }));
  const commit = await commitTree(repository, { tree, parents: [], message: 'Begin' });
  await git(repository, ['update-ref', 'HEAD', commit, '']);
}

async function isEmpty(folder: string): Promise<boolean> {
  return (await readdir(folder)).every((name) => NOTHING.has(name));
}
