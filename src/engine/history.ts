import { readdir, stat } from 'node:fs/promises';
import type { Sample } from '../core/schedule/calibration.ts';
import { samplesOf } from '../core/view/history.ts';
import { readRun } from './open-run.ts';
import { executionsDir, journalPath, runDir } from './run-files.ts';

/** The newest runs that are looked at: what an agent needed long ago tells little of today's. */
const MOST_RUNS = 50;

/** What the past runs of repositories tell of estimates. A journal is read again only where it has changed. */
export class History {
  readonly #known = new Map<string, { readonly version: string; readonly samples: readonly Sample[] }>();

  /** Of all its runs; those that cannot be read tell nothing. */
  async samples(root: string): Promise<readonly Sample[]> {
    const names = await readdir(executionsDir(root)).catch(() => []);
    const runs = await Promise.all(
      names.map(async (id) => {
        const path = journalPath(runDir(root, id));
        const found = await stat(path).catch(() => undefined);
        return found === undefined ? [] : [{ dir: runDir(root, id), path, size: found.size, at: found.mtimeMs }];
      }),
    );
    const newest = runs
      .flat()
      .sort((a, b) => b.at - a.at)
      .slice(0, MOST_RUNS);
    const samples: Sample[] = [];
    // One after another: a journal may be large.
    for (const { dir, path, size, at } of newest) {
      const version = `${size} ${at}`;
      let known = this.#known.get(path);
      if (known?.version !== version) {
        const read = await readRun(dir);
        known = { version, samples: read.kind === 'read' ? samplesOf(read.state) : [] };
        this.#known.set(path, known);
      }
      samples.push(...known.samples);
    }
    return samples;
  }
}
