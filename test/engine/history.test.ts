import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeLine } from '../../src/core/run/codec.ts';
import type { RunEvent } from '../../src/core/run/event.ts';
import { History } from '../../src/engine/history.ts';
import { codec } from '../../src/engine/journal.ts';
import { executionsDir, journalPath, runDir } from '../../src/engine/run-files.ts';
import { EPOCH, spec, started } from '../core/view/runs.ts';
import { plan, task } from '../core/view/sample.ts';
import { scratch } from './git/rig.ts';

/** A run of one task that began at a minute of the clock. */
function journal(root: string, id: string, minute: number, more: readonly RunEvent[] = []): string {
  mkdirSync(runDir(root, id), { recursive: true });
  const events: RunEvent[] = [
    { type: 'run.started', version: 1, spec: spec(plan([task('a', { minutes: 5 })]), { id }) },
    { type: 'session.started', epoch: 1, driver: 'cli', pid: 1, boot: 'boot' },
    ...more,
  ];
  const path = journalPath(runDir(root, id));
  const at = { at: EPOCH + minute * 60_000, mono: minute * 60_000 };
  writeFileSync(path, events.map((event, i) => `${encodeLine({ seq: i + 1, ...at, event }, codec)}\n`).join(''));
  utimesSync(path, minute * 60, minute * 60);
  return path;
}

test('the newest runs are read, and again only where their journal has changed', async () => {
  const root = scratch();
  const history = new History();
  expect(await history.runs(root, 5)).toEqual({ runs: [], of: 0 });

  journal(root, 'exec-1', 1, [{ type: 'run.finished', outcome: 'cancelled' }]);
  journal(root, 'exec-2', 2, [started('a', 0)]);
  journal(root, 'exec-3', 3, [{ type: 'run.finished', outcome: 'succeeded' }]);
  writeFileSync(join(executionsDir(root), '.gitignore'), '*\n');
  const ids = async (most: number): Promise<string[]> => (await history.runs(root, most)).runs.map(({ id }) => id);
  expect(await ids(5)).toEqual(['exec-3', 'exec-2', 'exec-1']);
  expect(await ids(2)).toEqual(['exec-3', 'exec-2']);
  expect((await history.runs(root, 2)).of).toBe(3);
  const [last, left, first] = (await history.runs(root, 5)).runs;
  expect(last).toMatchObject({ state: 'succeeded', tasks: 1, done: 0, root });
  // Nobody drives it: it waits, whatever its journal said last.
  expect(left).toMatchObject({ state: 'paused' });
  expect(first).toMatchObject({ state: 'cancelled' });
  expect((await history.runs(root, 1)).runs[0]).toBe(last);

  journal(root, 'exec-3', 4, [{ type: 'run.finished', outcome: 'failed' }]);
  expect((await history.runs(root, 1)).runs[0]).toMatchObject({ state: 'failed' });
});

test('a run that cannot be read says so, and one of which only the folder is left', async () => {
  const root = scratch();
  writeFileSync(journal(root, 'exec-1', 1), 'torn\nby somebody\n');
  mkdirSync(runDir(root, 'exec-2'), { recursive: true });
  const { runs } = await new History().runs(root, 5);
  expect(runs.map((run) => [run.id, 'problem' in run]).sort()).toEqual([
    ['exec-1', true],
    ['exec-2', true],
  ]);
  expect(await new History().samples(root)).toEqual([]);
});
