import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { commitTree } from './commit.ts';
import { git, nulList } from './git.ts';
import type { Repository } from './git.ts';
import { copyIndex } from './index-copy.ts';
import { unignored } from './snapshot.ts';
import { OWN_FOLDERS } from './worktrees.ts';

/** Trailer of such a commit, so that a merge can tell the user's own work from what was made on top of it. */
export const MARK = 'Orca-Base';

/**
 * A commit on top of HEAD of everything the user has not committed, untracked files too and ignored ones not, for a run
 * to start from. HEAD itself where there is nothing. The user's HEAD, index and files stay as they are. Repositories
 * inside the checkout that are not tracked cannot be committed, and are left out.
 */
export async function commitUncommitted(
  repository: Repository,
  { message }: { readonly message: string },
): Promise<string> {
  const scratch = await mkdtemp(join(repository.gitDir, 'orca-base-'));
  try {
    const index = join(scratch, 'index');
    await copyIndex(join(repository.gitDir, 'index'), index);
    const env = { GIT_INDEX_FILE: index };
    const untracked = await git(repository, ['ls-files', '-z', '--others', '--exclude-standard'], { env });
    const own = await unignored(repository, OWN_FOLDERS, { env });
    const left = [...own, ...nulList(untracked).filter((path) => path.endsWith('/'))];
    const except = left.map((path) => `:(exclude,top,literal)${path}`);
    await git(repository, ['add', '--all', '--sparse', '--', '.', ...except], { env });
    const tree = await git(repository, ['write-tree'], { env });
    const [head = '', headTree] = (await git(repository, ['rev-parse', 'HEAD^{commit}', 'HEAD^{tree}'])).split('\n');
    return tree === headTree
      ? head
      : await commitTree(repository, { tree, parents: [head], message: `${message.trim()}\n\n${MARK}: uncommitted` });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
