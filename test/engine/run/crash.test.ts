import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildDriver, drive, expectDone, notingTask, testRepository } from './repository.ts';

let driver: Awaited<ReturnType<typeof buildDriver>>;
beforeAll(async () => {
  driver = await buildDriver();
});
afterAll(() => driver.dispose());

const small = (diary: string): string =>
  `# Small\n\n${notingTask(diary, 'a', [], ':')}${notingTask(diary, 'b', [], ':')}${notingTask(diary, 'c', ['a', 'b'], ':')}`;

/** So many points at a time: an engine waits for other processes more than it computes. */
const LANES = 3;

it('the engine may end at every write to the journal: nothing is lost, run again or doubled', async () => {
  const whole = testRepository(small);
  const { output } = await drive(driver.path, whole.folder).ended;
  await expectDone(whole, ['a', 'b', 'c']);
  whole.dispose();
  const points = Number(/points (\d+)/.exec(output)?.[1]);
  expect(points).toBeGreaterThan(30);

  let next = 1;
  const lane = async (): Promise<void> => {
    while (next <= points) await crashAt(next++);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}, 1_800_000);

/** Ends an engine at a point, and has the next one go on from there. */
async function crashAt(point: number): Promise<void> {
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
