import type { RolledBack } from '../workspaces.ts';
import { commitTree } from './commit.ts';
import { git, GitError, runGit } from './git.ts';
import type { Repository } from './git.ts';
import { inTheWay, integrationHead, mergeTrees, oneLine } from './integrate.ts';
import { integrationBranch, integrationRef, readRef } from './refs.ts';

/**
 * Takes back what was merged of these tasks, the newest first, by a commit for each of theirs, as `git revert` does; the
 * branch moves once, when all of that is made. May be repeated: what is taken back already is not taken back again. Where
 * later work is in the same lines, or the user has the branch checked out, it stays as it was.
 */
export async function rollBackTasks(
  repository: Repository,
  { runId, base, tasks }: { readonly runId: string; readonly base: string; readonly tasks: readonly string[] },
): Promise<RolledBack> {
  const ref = integrationRef(runId);
  for (;;) {
    const head = await readRef(repository, ref);
    if (head === undefined) throw new Error(`there is no branch ${integrationBranch(runId)}`);
    const merges = await mergesOf(repository, { base, tasks, head: head.commit });
    if (merges.length === 0) return { kind: 'rolled-back', commit: head.commit };
    const blocked = inTheWay(repository, runId, head);
    if (blocked !== undefined) return { kind: 'blocked', message: `${blocked.message} ${blocked.fix}` };
    let at = head.commit;
    for (const { commit, subject } of merges) {
      const reverted = await mergeTrees(repository, at, `${commit}^`, commit);
      if ('conflicts' in reverted) return { kind: 'conflict', files: reverted.conflicts };
      const trailers = [`Orca-Run: ${runId}`, `Orca-Reverts: ${commit}`];
      at = await commitTree(repository, {
        tree: reverted.tree,
        parents: [at],
        message: `Roll back ${subject}\n\n${trailers.join('\n')}`,
      });
    }
    const update = ['update-ref', '-m', `orca: roll back ${oneLine(tasks[0] ?? '')}`, ref, at, head.commit];
    const updated = await runGit(repository, update);
    if (updated.code === 0) return { kind: 'rolled-back', commit: at };
    // Moved by someone else meanwhile: once more, from what is there now.
    if ((await integrationHead(repository, runId)) === head.commit) throw new GitError(update, updated);
  }
}

interface MergeCommit {
  readonly commit: string;
  readonly subject: string;
}

/** The commits of these tasks on the branch that nothing has taken back, newest first. */
async function mergesOf(
  repository: Repository,
  { base, tasks, head }: { readonly base: string; readonly tasks: readonly string[]; readonly head: string },
): Promise<MergeCommit[]> {
  const trailer = (key: string) => `%(trailers:key=${key},valueonly,separator=%x2C)%x00`;
  const format = `%H%x00%s%x00${trailer('Orca-Task')}${trailer('Orca-Reverts')}`;
  const text = await git(repository, [
    'rev-list',
    '--first-parent',
    '--no-commit-header',
    `--format=${format}`,
    `${base}..${head}`,
    '--',
  ]);
  const names = new Set(tasks.map(oneLine));
  const gone = new Set<string>();
  const found: MergeCommit[] = [];
  const fields = text.split('\0');
  for (let i = 0; i + 3 < fields.length; i += 4) {
    const [commit = '', subject = '', task = '', reverts = ''] = fields.slice(i, i + 4).map((field) => field.trim());
    if (reverts !== '') gone.add(reverts);
    else if (names.has(task) && !gone.has(commit)) found.push({ commit, subject });
  }
  return found;
}
