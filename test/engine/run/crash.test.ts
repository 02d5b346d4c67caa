import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  buildDriver,
  drive,
  expectDone,
  faultsIn,
  notingTask,
  stateOf,
  testRepository,
  type TestRepository,
} from './repository.ts';

let driver: Awaited<ReturnType<typeof buildDriver>>;
beforeAll(async () => {
  driver = await buildDriver();
});
afterAll(() => driver.dispose());

const small = (diary: string): string =>
  `# Small\n\n${notingTask(diary, 'a', [], ':')}${notingTask(diary, 'b', [], ':')}${notingTask(diary, 'c', ['a', 'b'], ':')}`;

/** So many points at a time: an engine waits for other processes more than it computes. */
const LANES = 3;

/** Set ORCA_CRASHES=all for each single write, which takes three times as long. */
it('the engine may end at every kind of write to the journal: nothing is lost, run again or doubled', async () => {
  await crashEverywhere({
    plan: small,
    done: (repository) => expectDone(repository, ['a', 'b', 'c']),
  });
}, 1_800_000);

it('the same while a task is rolled back and begun again: each commit is reverted once', async () => {
  await crashEverywhere({
    plan: (diary) => `# Chain\n\n${notingTask(diary, 'a', [], ':')}${notingTask(diary, 'b', ['a'], ':')}`,
    rolledBack: 'a',
    done: expectRolledBack,
  });
}, 1_800_000);

interface Scenario {
  readonly plan: (diary: string) => string;
  readonly rolledBack?: string;
  readonly done: (repository: TestRepository) => Promise<void>;
}

async function crashEverywhere(scenario: Scenario): Promise<void> {
  const more = scenario.rolledBack === undefined ? [] : [scenario.rolledBack];
  const whole = testRepository(scenario.plan);
  const { output } = await drive(driver.path, whole.folder, 0, ...more).ended;
  await scenario.done(whole);
  whole.dispose();
  const names = /points (.+)/.exec(output)?.[1]?.split(' ') ?? [];
  expect(names.length).toBeGreaterThan(30);

  const points = process.env.ORCA_CRASHES === 'all' ? names.map((_, i) => i + 1) : oneOfEach(names);
  const lane = async (): Promise<void> => {
    for (let point = points.shift(); point !== undefined; point = points.shift()) await crashAt(point, scenario, more);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

/** A point before and one after each kind of event, now an early one of its kind and now a late one; from 1. */
function oneOfEach(names: readonly string[]): number[] {
  return [...new Set(names)].map((name, kind) => {
    const own = names.flatMap((other, i) => (other === name ? [i + 1] : []));
    return own[kind % own.length] ?? 1;
  });
}

/** Ends an engine at a point, and has the next one go on from there. */
async function crashAt(point: number, { plan, done }: Scenario, more: readonly string[]): Promise<void> {
  const repository = testRepository(plan);
  const crash = await drive(driver.path, repository.folder, point, ...more).ended;
  // Runs differ a little in how their events fall together; a point past the end ends nothing.
  if (crash.killed) expect(crash.output).toContain('crashed at');
  else expect(crash.output).toContain('points');
  const after = await drive(driver.path, repository.folder, 0, ...more).ended;
  expect(after.output, `after point ${point}: ${crash.output}`).toContain('points');
  await done(repository);
  repository.dispose();
}

/** Both were merged, taken back, and merged anew. */
async function expectRolledBack(repository: TestRepository): Promise<void> {
  const state = await stateOf(repository);
  expect(state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
  expect(state.tasks.map(({ attempts }) => attempts.length)).toEqual([2, 2]);
  expect(faultsIn(repository.diary).doubled).toEqual([]);
  const branch = `orca/${state.spec.id}/integration`;
  expect(repository.git('rev-parse', branch).trim()).toBe(state.integration);
  const subjects = repository.git('log', '--reverse', '--format=%s', `main..${branch}`).trim().split('\n');
  const merges = ['a: Task a', 'b: Task b'];
  expect(subjects).toEqual([...merges, ...merges.toReversed().map((subject) => `Roll back ${subject}`), ...merges]);
  expect(repository.git('ls-tree', '--name-only', branch)).toBe('a.txt\nb.txt\nplan.md\n');
  expect(repository.git('status', '--porcelain')).toBe('');
}
