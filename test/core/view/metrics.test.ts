import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/core/run/event.ts';
import { measure } from '../../../src/core/view/measure.ts';
import { FIGURES, runFigures } from '../../../src/core/view/metrics.ts';
import { gateSpec, merged, MINUTE, report, run, spec, started, taken } from './runs.ts';
import { plan, task } from './sample.ts';

const TWO = plan([task('a', { minutes: 10 }), task('b', { minutes: 20 })]);

function gate(
  of: string,
  name: string,
  more: Parameters<typeof report>[2] & { verdict?: 'passed' | 'failed' | 'not-run' },
): RunEvent {
  const { verdict = 'passed', ...rest } = more;
  return { type: 'gate.ended', scope: { kind: 'task', task: of, attempt: 1 }, report: report(name, verdict, rest) };
}

function values(figures: ReturnType<typeof runFigures>): Record<string, string> {
  return Object.fromEntries(figures.map(({ id, value }) => [id, value]));
}

describe('what a run measures', () => {
  it('is nothing before anything has run', () => {
    const state = run(spec(TWO), []);
    expect(measure(state, 0)).toEqual({
      tasks: 2,
      merged: 0,
      busyAgents: 0,
      elapsedMs: 0,
      sequentialMs: 0,
      savedMs: 0,
      remainingMinutes: 20,
      quality: { checkedTasks: 0, passedTasks: 0, leftOut: [] },
    });
    expect(values(runFigures(state, 0))).toEqual({
      tasks: '0 / 2',
      elapsed: '0 ms',
      remaining: '~20 min',
      utilisation: 'not measured',
      quality: 'not measured',
      throughput: 'not measured',
    });
  });

  it('counts an agent as busy as long as a task holds it, and forecasts the rest', () => {
    const state = run(spec(TWO, { agents: 2 }), [
      [0, started('a', 0), started('b', 1)],
      [8, ...taken('a', 6)],
      [10, ...merged('a')],
    ]);
    // a held its agent for 10 min, of which the agent worked 6; b holds its own still.
    const m = measure(state, 16 * MINUTE);
    expect(m.utilisation).toBeCloseTo((10 + 16) / (2 * 16));
    expect(m.sequentialMs).toBe((6 + 16) * MINUTE);
    expect(m.efficiency).toBeCloseTo((6 + 16) / (2 * 16));
    expect(m.remainingMinutes).toBeCloseTo(4);
    expect(m.perHour).toBeCloseTo(60 / 16);
    expect(m.busyAgents).toBe(1);
    // b is over its estimate: it may end at any moment, and nothing is made up.
    expect(measure(state, 100 * MINUTE).remainingMinutes).toBe(0);
    expect(values(runFigures(state, 100 * MINUTE))).toMatchObject({ remaining: 'over the estimate' });
  });

  it('makes up no time for the gates at the end', () => {
    const state = run(spec(TWO, { agents: 2, gates: [gateSpec('tests', 'end')] }), [
      [0, started('a', 0), started('b', 1)],
      [8, ...taken('a', 6), ...merged('a'), ...taken('b', 6), ...merged('b')],
    ]);
    expect(values(runFigures(state, 9 * MINUTE))).toMatchObject({ remaining: 'merges and gates' });
  });

  it('adds the task gates and all attempts to the active time', () => {
    const state = run(spec(TWO, { gates: [gateSpec('tests', 'task')] }), [
      [0, started('a', 0)],
      [2, ...taken('a', 2, { code: 1 }), { type: 'task.retried', task: 'a', by: 'policy' }],
      [2, started('a', 0, 2)],
      [6, ...taken('a', 3, { attempt: 2 })],
      [
        7,
        {
          type: 'gate.ended',
          scope: { kind: 'task', task: 'a', attempt: 2 },
          report: report('tests', 'passed', { durationMs: MINUTE }),
        },
        ...merged('a', 2),
      ],
    ]);
    const m = measure(state, 7 * MINUTE);
    expect(m.sequentialMs).toBe((2 + 3 + 1) * MINUTE);
    expect(m.accuracy).toEqual({ median: 0.6, worst: [{ task: 'a', ratio: 0.6 }] });
  });

  it('reckons a finished run to its end, however long its window stays open', () => {
    const state = run(spec(TWO, { agents: 2 }), [
      [0, started('a', 0), started('b', 1)],
      [15, ...taken('a', 15), ...merged('a')],
      [20, ...taken('b', 20), ...merged('b'), { type: 'run.finished', outcome: 'succeeded' }],
      [90, { type: 'run.applied', branch: 'main', commit: 'c' }],
      [95, { type: 'session.ended' }],
    ]);
    expect(values(runFigures(state, 500 * MINUTE))).toEqual({
      tasks: '2 / 2',
      duration: '20 min',
      'sequential-measured': '35 min',
      efficiency: '87.5 %',
      utilisation: '87.5 %',
      quality: 'not measured',
      throughput: '6',
      accuracy: '× 1.25',
    });
  });

  it('takes the median of the estimates and names the three farthest off', () => {
    const of = plan([1, 2, 3, 4].map((i) => task(`t${i}`, { minutes: 10 })).concat(task('guessed')));
    const took: [string, number][] = [
      ['t1', 10],
      ['t2', 40],
      ['t3', 5],
      ['t4', 12],
      ['guessed', 300],
    ];
    const state = run(
      spec(of, { agents: 5 }),
      took.map(([id, minutes], i) => [0, started(id, i), ...taken(id, minutes), ...merged(id)]),
    );
    expect(measure(state, MINUTE).accuracy).toEqual({
      median: 1.1,
      worst: [
        { task: 't2', ratio: 4 },
        { task: 't3', ratio: 0.5 },
        { task: 't4', ratio: 1.2 },
      ],
    });
  });

  it('weighs the scored gates, names those without a score, and leaves out what was skipped', () => {
    const of = spec(plan([task('a'), task('b'), task('c')]), { gates: [gateSpec('tests', 'task')] });
    const state = run(of, [
      [0, started('a', 0), started('b', 1), started('c', 2)],
      [
        1,
        ...taken('a', 1),
        gate('a', 'tests', { score: 100, weight: 3 }),
        gate('a', 'lint', { score: 60 }),
        ...merged('a'),
      ],
      [2, ...taken('b', 1), gate('b', 'tests', { verdict: 'not-run' }), ...merged('b')],
      [3, ...taken('c', 1), gate('c', 'tests', { verdict: 'failed' }), { type: 'task.skipped', task: 'c' }],
    ]);
    expect(measure(state, 4 * MINUTE).quality).toEqual({
      score: 90,
      checkedTasks: 2,
      passedTasks: 1,
      leftOut: ['tests'],
    });
    const quality = runFigures(state, 4 * MINUTE).find((figure) => figure.id === 'quality');
    expect(quality).toMatchObject({ value: '90', note: '1 of 2 passed; left out: tests' });
  });

  it('has no remaining time where nothing that is left can run', () => {
    const of = spec(plan([task('a'), task('b', { after: ['a'] })]));
    const state = run(of, [
      [0, started('a', 0)],
      [1, ...taken('a', 1), { type: 'task.failed', task: 'a', attempt: 1, failure: { kind: 'no-changes' } }],
    ]);
    expect(measure(state, MINUTE).remainingMinutes).toBeUndefined();
  });

  it('defines every figure once', () => {
    const definitions = Object.values(FIGURES).map(({ definition }) => definition);
    expect(new Set(definitions).size).toBe(definitions.length);
  });
});
