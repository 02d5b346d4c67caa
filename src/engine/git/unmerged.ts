import { MARK } from './base.ts';
import { git, GitError, runGit, textOf, type Repository } from './git.ts';
import { mergeTrees } from './integrate.ts';

/** A commit of which no branch of the user's has the change. */
export interface UnmergedCommit {
  readonly commit: string;
  /** Of the task that it is the result of; absent: somebody else made it. */
  readonly task?: string;
  readonly subject: string;
}

/** What the user has: everything but the branches that runs are merged into. */
const THEIRS = ['HEAD', '--exclude=orca/*/integration', '--branches', '--tags', '--remotes'];

/** So many branches are looked into for the same change under another commit, the newest first. */
const MOST_BRANCHES = 30;

/**
 * The commits of `head` whose change is nowhere in the user's branches, oldest first: neither the commit itself, nor one
 * with the same patch (rebased, cherry-picked), nor all of them as one (squashed). What the run began from is not its work.
 */
export async function unmergedCommits(repository: Repository, head: string): Promise<UnmergedCommit[]> {
  const trailer = (key: string): string => `%(trailers:key=${key},valueonly,separator=%x2C)`;
  const format = `%H%x00${trailer('Orca-Task')}%x00${trailer(MARK)}%x00${trailer('Orca-Reverts')}%x00%s`;
  const args = ['--no-merges', '--reverse', '--no-commit-header', `--format=${format}`, head, '--not', ...THEIRS];
  const lines = (await git(repository, ['rev-list', ...args])).split('\n').filter((line) => line !== '');
  // What was rolled back, and that it was, is no work that is there.
  const gone = new Set(lines.flatMap((line) => line.split('\0')[3] ?? []));
  let left = lines.flatMap((line): UnmergedCommit[] => {
    const [commit = '', task = '', mark = '', reverts = '', subject = ''] = line.split('\0');
    return mark === '' && reverts === '' && !gone.has(commit)
      ? [{ commit, subject, ...(task !== '' && { task }) }]
      : [];
  });
  for (const branch of left.length === 0 ? [] : await newestBranches(repository)) {
    if (await holds(repository, branch, head)) return [];
    const range = `${branch}...${head}`;
    const cherry = await git(repository, ['rev-list', '--cherry-pick', '--right-only', '--no-merges', range, '--']);
    const own = new Set(cherry.split('\n'));
    left = left.filter(({ commit }) => own.has(commit));
    if (left.length === 0) return [];
  }
  return left;
}

async function newestBranches(repository: Repository): Promise<string[]> {
  const format = '--format=%(objectname) %(refname)';
  const text = await git(repository, ['for-each-ref', '--sort=-committerdate', format, 'refs/heads', 'refs/remotes']);
  const branches = text
    .split('\n')
    .filter((line) => line !== '' && !/ refs\/heads\/orca\/.*\/integration$/.test(line))
    .map((line) => line.slice(0, line.indexOf(' ')));
  const head = await runGit(repository, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  return [...new Set([...(head.code === 0 ? [textOf(head)] : []), ...branches])].slice(0, MOST_BRANCHES);
}

/** To merge it would change nothing. */
async function holds(repository: Repository, branch: string, head: string): Promise<boolean> {
  try {
    const merged = await mergeTrees(repository, branch, head);
    return 'tree' in merged && merged.tree === (await git(repository, ['rev-parse', `${branch}^{tree}`]));
  } catch (error) {
    // Histories that have nothing in common.
    if (error instanceof GitError) return false;
    throw error;
  }
}
