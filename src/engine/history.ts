import { readdir, stat } from 'node:fs/promises';
import type { Sample } from '../core/schedule/calibration.ts';
import { samplesOf } from '../core/view/history.ts';
import { pastRun, type PastRun } from '../core/view/past-run.ts';
import { readRun } from './open-run.ts';
import { ownership } from './owner.ts';
import { executionsDir, journalPath, ownerDir, runDir } from './run-files.ts';

/** The newest runs that are looked at: what an agent needed long ago tells little of today's. */
const MOST_RUNS = 50;

/** A run of a repository, or why it cannot be read. */
export type ListedPastRun =
  ({ readonly root: string } & PastRun) | { readonly root: string; readonly id: string; readonly problem: string };

interface Known {
  readonly version: string;
  readonly samples: readonly Sample[];
  readonly run: ListedPastRun;
}

/** The past runs of repositories. A journal is read again only where it has changed. */
export class History {
  readonly #known = new Map<string, Known>();

  /** What they tell of estimates; those that cannot be read tell nothing. */
  async samples(root: string): Promise<readonly Sample[]> {
    return (await this.#newest(root, MOST_RUNS)).known.flatMap(({ samples }) => samples);
  }

  /** The `most` that were written to last, the latest begun first, and how many there are in all. */
  async runs(root: string, most: number): Promise<{ readonly runs: readonly ListedPastRun[]; readonly of: number }> {
    const { known, of } = await this.#newest(root, most);
    const begun = (run: ListedPastRun): number => ('startedAt' in run ? run.startedAt : 0);
    const runs = await Promise.all(known.map(({ run }) => asItStands(run)));
    return { runs: runs.sort((a, b) => begun(b) - begun(a)), of };
  }

  async #newest(root: string, most: number): Promise<{ readonly known: readonly Known[]; readonly of: number }> {
    const entries = await readdir(executionsDir(root), { withFileTypes: true }).catch(() => []);
    const folders = entries.filter((entry) => entry.isDirectory());
    const runs = await Promise.all(
      folders.map(async ({ name: id }) => {
        const dir = runDir(root, id);
        const path = journalPath(dir);
        // One that was not begun or not removed to its end is a folder alone.
        const found = await stat(path).catch(() => stat(dir).catch(() => undefined));
        return found === undefined ? [] : [{ id, path, size: found.size, at: found.mtimeMs }];
      }),
    );
    const all = runs.flat().sort((a, b) => b.at - a.at);
    const known: Known[] = [];
    // One after another: a journal may be large.
    for (const { id, path, size, at } of all.slice(0, most))
      known.push(await this.#read(root, id, path, `${size} ${at}`));
    return { known, of: all.length };
  }

  async #read(root: string, id: string, path: string, version: string): Promise<Known> {
    const before = this.#known.get(path);
    if (before?.version === version) return before;
    const read = await readRun(runDir(root, id));
    const known: Known =
      read.kind === 'read'
        ? { version, samples: samplesOf(read.state), run: { root, ...pastRun(read.state) } }
        : { version, samples: [], run: { root, id, problem: read.message } };
    this.#known.set(path, known);
    return known;
  }
}

/** One that nobody drives waits, whatever its journal said last. */
async function asItStands(run: ListedPastRun): Promise<ListedPastRun> {
  if ('problem' in run || (run.state !== 'running' && run.state !== 'cancelling')) return run;
  const now = await ownership(ownerDir(runDir(run.root, run.id)));
  return now.kind === 'owned' ? run : { ...run, state: 'paused' };
}
