import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listRuns } from '../../../src/engine/open-run.ts';
import { buildDriver, drive, expectDone, notingTask, testRepository } from './repository.ts';

let driver: Awaited<ReturnType<typeof buildDriver>>;
beforeAll(async () => {
  driver = await buildDriver();
});
afterAll(() => driver.dispose());

/** Set ORCA_KILLS for a longer run; the figures of 200 are in the documentation. */
const KILLS = Number(process.env.ORCA_KILLS ?? 40);

it(`the engine survives ${KILLS} kills at any moment with agents at work`, async () => {
  const ids = Array.from({ length: KILLS }, (_, i) => `t${i}`);
  const repository = testRepository((diary) =>
    ['# Many', '', ...ids.map((id, i) => notingTask(diary, id, i < 2 ? [] : [`t${i - 2}`], 'sleep 0.3'))].join('\n'),
  );
  const random = seeded(20241201);
  let kills = 0;
  for (;;) {
    const engine = drive(driver.path, repository.folder);
    const kill = kills < KILLS;
    if (kill) {
      // From when it is up, so that a slow machine is not only killed while it starts.
      await engine.up;
      await Promise.race([delay(random() * 900), engine.ended]);
      engine.process.kill('SIGKILL');
    }
    const { killed, output } = await engine.ended;
    if (killed && kill) {
      kills++;
      continue;
    }
    expect(output).toContain('points');
    const [run] = await listRuns(repository.folder);
    if (run?.state?.status.kind === 'finished') break;
  }
  await expectDone(repository, ids);
  process.stdout.write(`${kills} kills, ${ids.length} tasks: none lost, run again or doubled\n`);
  repository.dispose();
}, 3_600_000);

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
