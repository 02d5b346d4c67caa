import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../src/core/graph/build.ts';
import { simulate } from '../../../src/core/schedule/simulate.ts';
import type { Sample } from '../../../src/core/schedule/calibration.ts';
import { calibrate, samplesOf } from '../../../src/core/view/history.ts';
import { rangeText } from '../../../src/core/view/metrics.ts';
import { previewText } from '../../../src/core/view/preview.ts';
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

  it('says so where there is none of the agent', () => {
    const samples = [2, 2, 2, 2, 2].map((factor): Sample => ({ kind: 'code', agent: 'codex', factor, attempts: 1 }));
    expect(rangeText(calibrated(samples, 'claude').calibration)).toBe('no history of this agent yet');
    expect(rangeText(calibrated([], 'claude').calibration)).toBe('no history of this agent yet');
  });
});
