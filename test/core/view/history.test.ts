import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../src/core/graph/build.ts';
import { simulate } from '../../../src/core/schedule/simulate.ts';
import type { Sample } from '../../../src/core/schedule/calibration.ts';
import { calibrate, samplesOf } from '../../../src/core/view/history.ts';
import { previewFigures, rangeText } from '../../../src/core/view/metrics.ts';
import { previewText } from '../../../src/core/view/preview.ts';
import { Machine } from '../run/machine.ts';
import { merged, run, spec, started, taken } from './runs.ts';
import { plan, task } from './sample.ts';

const TWO = plan([task('a', { minutes: 10 }), task('b', { minutes: 20 }), task('c')]);

function calibrated(samples: readonly Sample[], agent: string) {
  const graph = buildGraph(TWO);
  const schedule = simulate(graph, { strategy: 'hybrid', agents: 1 });
  return { graph, schedule, calibration: calibrate(TWO, graph, { samples, schedule, agent }) };
}

describe('the history of estimates', () => {
  it('is the merged tasks of a run that had one: measured active time in times of it', () => {
    const state = run(spec(TWO, { agents: 2 }), [
      [0, started('a', 0), started('b', 1)],
      [15, ...taken('a', 15)],
      [15, ...merged('a')],
    ]);
    const [a] = samplesOf(state);
    expect(samplesOf(state)).toHaveLength(1);
    expect(a).toMatchObject({ kind: 'code', factor: 1.5, attempts: 1 });
    expect(a?.agent).toBe(state.tasks[0]?.attempts[0]?.kind);
  });

  it('gives a plan a range, and says from what', () => {
    const samples = [2, 2, 2, 2, 2].map((factor): Sample => ({ kind: 'code', agent: 'claude', factor, attempts: 1 }));
    const { calibration, graph, schedule } = calibrated(samples, 'claude');
    expect(calibration.factors.map((own) => own?.p50)).toEqual([2, 2, 2]);
    expect(rangeText(calibration)).toBe('2 h – 2 h by 5 past tasks');
    const options = {
      strategy: 'hybrid',
      agents: 1,
      choices: [],
      planName: 'p',
      positionOf: () => ({ line: 0, column: 0 }),
    } as const;
    expect(previewText(TWO, graph, { ...options, schedule, calibration })).toContain(
      '- By Past Runs: 2 h – 2 h by 5 past tasks',
    );
  });

  it('gives a plan its cost, by what a minute has cost; the others are counted', () => {
    const samples = [1, 2, 3, 4, 5].map((n): Sample => ({
      kind: 'code',
      agent: 'claude',
      factor: 2,
      attempts: n,
      spent: { minutes: 10, usd: n },
    }));
    // 15 dollars for 50 minutes; 10 + 20 + 30 minutes take twice that.
    const { calibration, graph, schedule } = calibrated(samples, 'claude');
    expect(calibration.cost).toEqual({ usd: expect.closeTo(36, 9) as number, attempts: 15, others: 0 });
    expect(previewFigures(graph, schedule, calibration).at(-1)).toMatchObject({
      id: 'expected-cost',
      value: '~$36.00',
      note: 'by 15 past attempts',
    });
    const two = plan([task('a', { minutes: 10, agent: 'codex' }), task('b', { minutes: 20 })]);
    const other = calibrate(two, buildGraph(two), { samples, schedule, agent: 'claude' });
    expect(other.cost).toMatchObject({ usd: expect.closeTo(12, 9) as number, others: 1 });
    const silent = calibrated(samples.slice(1), 'claude');
    expect(previewFigures(graph, schedule, silent.calibration).at(-1)?.value).toBe('not known');
  });

  it('knows what the attempts of a task cost where all say so', () => {
    const attempts = (...usd: (number | undefined)[]): Machine => {
      const run = new Machine('### a: Task a\n- Estimate: 10 min\n\nDo it.\n', { agents: 1 });
      for (const costUsd of usd)
        run.ended('a', undefined, {
          report: { denied: [], ...(costUsd !== undefined && { costUsd }) },
          verdict: { kind: 'done' },
        });
      run.taken('a').merged('a');
      return run;
    };
    expect(samplesOf(attempts(0.5).state)).toMatchObject([{ spent: { usd: 0.5 } }]);
    expect(samplesOf(attempts(undefined).state)[0]?.spent).toBe(undefined);
  });

  it('says so where there is none of the agent', () => {
    const samples = [2, 2, 2, 2, 2].map((factor): Sample => ({ kind: 'code', agent: 'codex', factor, attempts: 1 }));
    expect(rangeText(calibrated(samples, 'claude').calibration)).toBe('no history of this agent yet');
    expect(rangeText(calibrated([], 'claude').calibration)).toBe('no history of this agent yet');
  });
});
