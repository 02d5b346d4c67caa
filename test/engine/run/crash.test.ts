import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRun, listRuns } from '../../../src/engine/open-run.ts';
import { runDir } from '../../../src/engine/run-files.ts';
import { buildDriver, drive, faultsIn, notingTask, testRepository, type TestRepository } from './repository.ts';

let driver: Awaited<ReturnType<typeof buildDriver>>;
beforeAll(async () => {
  driver = await buildDriver();
});
afterAll(() => driver.dispose());

const small = (diary: string): string =>
  `# Small\n\n${notingTask(diary, 'a', [], ':')}${notingTask(diary, 'b', [], ':')}${notingTask(diary, 'c', ['a', 'b'], ':')}`;

describe('every write to the journal is a place where the engine may end', () => {
  it('goes on from each, and nothing is lost, run again or doubled', { timeout: 1_800_000 }, async () => {
    const whole = testRepository(small);
    const { output } = await drive(driver.path, whole.folder).ended;
    await expectDone(whole, ['a', 'b', 'c']);
    whole.dispose();
    const points = Number(/points (\d+)/.exec(output)?.[1]);
    expect(points).toBeGreaterThan(30);

    for (let point = 1; point <= points; point++) {
      const repository = testRepository(small);
      const crash = await drive(driver.path, repository.folder, point).ended;
      // Runs differ a little in how their events fall together; a point past the end ends nothing.
      if (crash.killed) expect(crash.output).toContain('crashed at');
      else expect(crash.output).toContain('points');
      const after = await drive(driver.path, repository.folder).ended;
      expect(after.output, `after point ${point}: ${crash.output}`).toContain('points');
      await expectDone(repository, ['a', 'b', 'c']);
      repository.dispose();
    }
  });
});

/** Set ORCA_KILLS for a longer run; the figures of 200 are in the documentation. */
const KILLS = Number(process.env.ORCA_KILLS ?? 40);

describe('the engine killed at any moment with agents at work', () => {
  it(`survives ${KILLS} kills`, { timeout: 3_600_000 }, async () => {
    const ids = Array.from({ length: KILLS }, (_, i) => `t${i}`);
    const repository = testRepository((diary) =>
      ['# Many', '', ...ids.map((id, i) => notingTask(diary, id, i < 2 ? [] : [`t${i - 2}`], 'sleep 0.3'))].join('\n'),
    );
    const random = seeded(20241201);
    let kills = 0;
    for (;;) {
      const engine = drive(driver.path, repository.folder);
      if (kills < KILLS) {
        const stop = new AbortController();
        const timer = setTimeout(() => engine.process.kill('SIGKILL'), 150 + random() * 900);
        stop.signal.addEventListener('abort', () => clearTimeout(timer));
        const { killed } = await engine.ended;
        stop.abort();
        if (killed) {
          kills++;
          continue;
        }
      } else await engine.ended;
      const [run] = await listRuns(repository.folder);
      if (run?.state?.status.kind === 'finished') break;
    }
    await expectDone(repository, ids);
    process.stdout.write(`${kills} kills, ${ids.length} tasks: none lost, run again or doubled\n`);
    repository.dispose();
  });
});

async function expectDone(repository: TestRepository, ids: readonly string[]): Promise<void> {
  const [listed] = await listRuns(repository.folder);
  const run = await readRun(runDir(repository.folder, listed?.id ?? ''));
  if (run.kind !== 'read') throw new Error(run.message);
  const { state } = run;
  expect(state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
  expect(faultsIn(repository.diary)).toEqual({ again: [], doubled: [] });
  const integration = `orca/${state.spec.id}/integration`;
  const files = repository
    .git('ls-tree', '--name-only', integration)
    .split('\n')
    .filter((name) => name.endsWith('.txt'));
  expect(files.sort()).toEqual(ids.map((id) => `${id}.txt`).sort());
  expect(repository.git('rev-list', '--count', `main..${integration}`).trim()).toBe(String(ids.length));
  expect(repository.git('status', '--porcelain')).toBe('');
}

/** mulberry32: the same kills each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
