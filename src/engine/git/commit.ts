import { git, GitError, runGit, textOf } from './git.ts';
import type { Repository } from './git.ts';

export interface Person {
  readonly name: string;
  readonly email: string;
}

export interface CommitRequest {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author?: Person;
}

/** Makes a commit object and touches nothing else. Committed by the user as configured, else by Orca. */
export async function commitTree(repository: Repository, request: CommitRequest): Promise<string> {
  const { tree, parents, message, author } = request;
  // Without a configured name git would make one up from the machine's.
  const args = [
    '-c',
    'user.useConfigOnly=true',
    'commit-tree',
    tree,
    ...parents.flatMap((id) => ['-p', id]),
    '-F',
    '-',
  ];
  const authorEnv = author === undefined ? {} : { GIT_AUTHOR_NAME: author.name, GIT_AUTHOR_EMAIL: author.email };
  // Git refuses NUL in a message.
  const input = `${message.replaceAll('\0', '').trim()}\n`;
  const result = await runGit(repository, args, { env: authorEnv, input });
  if (result.code === 0) return textOf(result);
  if (!/identity|ident name|email/i.test(result.stderr)) throw new GitError(args, result);
  const orca = { GIT_COMMITTER_NAME: 'Orca', GIT_COMMITTER_EMAIL: 'orca@localhost' };
  const env = { GIT_AUTHOR_NAME: 'Orca', GIT_AUTHOR_EMAIL: 'orca@localhost', ...orca, ...authorEnv };
  return git(repository, args, { env, input });
}
