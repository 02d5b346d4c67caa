import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../src/core/graph/build.ts';
import {
  durationRange,
  factorsFor,
  quantile,
  taskKind,
  type Sample,
  type TaskKind,
} from '../../../src/core/schedule/calibration.ts';
import { simulate } from '../../../src/core/schedule/simulate.ts';
import { planOf } from '../graph/plans.ts';

const past = (kind: TaskKind, agent: string, ...factors: readonly number[]): Sample[] =>
  factors.map((factor) => ({ kind, agent, factor, attempts: 2 }));

describe('a kind of task', () => {
  it.each<[readonly string[], string, TaskKind]>([
    [['src/a.ts', 'test/a.test.ts'], 'x', 'code'],
    [['test/a.test.ts', 'tests/b.py'], 'x', 'tests'],
    [['README.md', 'docs/a.html'], 'x', 'docs'],
    [['.github/workflows/ci.yml', 'package.json', 'Dockerfile'], 'x', 'setup'],
    [['src/**'], 'Write the tests', 'code'],
    [[], 'Integration testing', 'tests'],
    [[], 'Write the API documentation', 'docs'],
    [[], 'Docker configuration', 'setup'],
    [[], 'Latest news', 'code'],
  ])('of %j "%s" is %s', (files, title, kind) => expect(taskKind({ files, title })).toBe(kind));
});

describe('factors', () => {
  it.each([
    [[1], 0.9, 1],
    [[1, 3], 0.5, 2],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 0.9, 10],
    [[0, 10], 0.25, 2.5],
  ])('of %j at %d are %d', (values, q, expected) => expect(quantile(values, q)).toBeCloseTo(expected, 12));

  it('are of the kind where it has been done often enough, else of the agent, else nothing', () => {
    const code = past('code', 'claude', 1, 2, 3, 4, 5);
    const docs = past('docs', 'claude', 10, 10);
    const all = [...code, ...docs, ...past('code', 'codex', 100, 100, 100, 100)];
    expect(factorsFor(all, 'code', 'claude')).toEqual({
      p50: 3,
      p90: 4.6,
      tasks: 5,
      attempts: 10,
      of: 'kind',
      samples: code,
    });
    expect(factorsFor(all, 'docs', 'claude')).toMatchObject({ p50: 4, tasks: 7, attempts: 14, of: 'agent' });
    expect(factorsFor(all, 'code', 'codex')).toBeUndefined();
    expect(factorsFor(all, 'code', 'gemini')).toBeUndefined();
  });
});

describe('the range of a plan', () => {
  const graph = buildGraph(
    planOf([
      { id: 'a', minutes: 10 },
      { id: 'b', minutes: 20, needs: ['a'] },
      { id: 'c', minutes: 5 },
    ]),
  );
  const schedule = simulate(graph, { strategy: 'hybrid', agents: 2 });
  const factors = (...values: readonly number[]) => factorsFor(past('code', 'claude', ...values), 'code', 'claude');

  it('is nothing without history', () => {
    expect(durationRange(graph, schedule, [undefined, undefined, undefined])).toBeUndefined();
  });

  it('is the schedule itself where estimates have always been right', () => {
    const right = factors(1, 1, 1, 1, 1);
    expect(durationRange(graph, schedule, [right, right, undefined])).toEqual({
      p50: schedule.minutes,
      p90: schedule.minutes,
      calibrated: 2,
      others: 1,
      samples: 5,
    });
  });

  it('lies between the least and the most that was seen, and is the same each time', () => {
    const seen = factors(1, 1, 2, 2, 4);
    const range = durationRange(graph, schedule, [seen, seen, seen]);
    expect(range).toEqual(durationRange(graph, schedule, [seen, seen, seen]));
    expect(range?.p50).toBeGreaterThan(schedule.minutes);
    expect(range?.p90).toBeGreaterThan(range?.p50 ?? 0);
    expect(range?.p90).toBeLessThanOrEqual(4 * schedule.minutes);
    expect(range?.samples).toBe(5);
  });
});
