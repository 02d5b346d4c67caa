import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/core/run/event.ts';
import { buildGraph } from '../../../src/core/graph/build.ts';
import type { Strategy } from '../../../src/core/plan/plan.ts';
import { simulate } from '../../../src/core/schedule/simulate.ts';
import type { PanelModel } from '../../../src/core/view/model.ts';
import { previewPanel } from '../../../src/core/view/preview.ts';
import { runPanel } from '../../../src/core/view/run-panel.ts';
import { gateSpec, merged, MINUTE, report, run, spec, started, taken } from './runs.ts';
import { plan, task } from './sample.ts';

const span = { start: 0, end: 0 };
const LAYERED = plan([task('a', { minutes: 10, layer: 0 }), task('b', { minutes: 20, layer: 1, after: ['a'] })], {
  layers: ['One', 'Two'].map((name) => ({ name, sequential: false, gates: ['tests'], span })),
});
const GATES = [gateSpec('tests', 'layer', { always: false }), gateSpec('release', 'end')];

function marks({ timeline }: PanelModel): (readonly [number, number | undefined, string])[] {
  return timeline.gates.map(({ at, layer, gates }) => [at, layer, gates.map((g) => `${g.name} ${g.verdict}`).join()]);
}

function preview(strategy: Strategy): PanelModel {
  const graph = buildGraph(LAYERED);
  const schedule = simulate(graph, { strategy, agents: 1 });
  const options = { strategy, agents: 1, schedule, choices: [], planName: 'p', gates: GATES, lineOf: () => 0 };
  return previewPanel(LAYERED, graph, options);
}

describe('gates on the time axis', () => {
  it('stand where the last task of the layer ends, and those of the end after everything', () => {
    expect(marks(preview('hybrid'))).toEqual([
      [10, 1, 'tests pending'],
      [30, 2, 'tests pending'],
      [30, undefined, 'release pending'],
    ]);
    expect(marks(preview('aggressive')).map(([at]) => at)).toEqual([30, 30, 30]);
  });

  it('stand where they reported once they did, and where the rest is forecast', () => {
    const tests: RunEvent = {
      type: 'gate.ended',
      scope: { kind: 'layer', layer: 1 },
      report: { ...report('tests', 'passed'), durationMs: 3000 },
    };
    const state = run(spec(LAYERED, { gates: GATES, agents: 1 }), [
      [0, started('a', 0)],
      [12, ...taken('a', 12), ...merged('a')],
      [13, tests],
      [13, started('b', 0)],
    ]);
    const model = runPanel(state, 14 * MINUTE, { readOnly: false, lineOf: () => 0 });
    expect(marks(model)).toEqual([
      [13, 1, 'tests passed'],
      [33, 2, 'tests pending'],
      [33, undefined, 'release pending'],
    ]);
    expect(model.timeline.gates[0]?.gates).toMatchObject([{ reportedMs: 13 * MINUTE, tookMs: 3000 }]);
  });
});
