import { blameRows, type BlameRow } from '../core/view/blame.ts';
import type { RunState } from '../core/run/state.ts';
import { blame, originsOf, type BlameOptions } from './git/blame.ts';
import type { Repository } from './git/git.ts';

/**
 * Who wrote the lines of a file, with what the journals of the runs say of them. `runOf` reads a run, and gives undefined
 * where it cannot. Undefined: git does not know the file. Throws GitError.
 */
export async function blameFile(
  repository: Repository,
  path: string,
  runOf: (id: string) => Promise<RunState | undefined>,
  options: BlameOptions = {},
): Promise<BlameRow[] | undefined> {
  const lines = await blame(repository, path, options);
  if (lines === undefined) return undefined;
  const origins = await originsOf(
    repository,
    lines.flatMap(({ commit }) => commit ?? []),
  );
  const ids = new Set([...origins.values()].map(({ run }) => run));
  const runs = await Promise.all([...ids].map(async (id) => [id, await runOf(id)] as const));
  return blameRows(lines, origins, new Map(runs.flatMap(([id, run]) => (run === undefined ? [] : [[id, run]]))));
}
