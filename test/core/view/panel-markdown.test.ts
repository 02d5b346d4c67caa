import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../src/core/graph/build.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import type { RunState } from '../../../src/core/run/state.ts';
import { searchSchedule } from '../../../src/core/schedule/search.ts';
import { panelMarkdown } from '../../../src/core/view/panel-markdown.ts';
import { previewPanel } from '../../../src/core/view/preview.ts';
import { runPanel } from '../../../src/core/view/run-panel.ts';
import { merged, MINUTE, run, spec, started, taken } from './runs.ts';
import { plan, task } from './sample.ts';

const signOf = (status: string): string => `(${status})`;

function previewed(of: Plan): string {
  const graph = buildGraph(of);
  const choice = { strategy: 'hybrid', agents: 2 } as const;
  const schedule = searchSchedule(graph, choice);
  const panel = previewPanel(of, graph, { ...choice, schedule, choices: [], planName: 'plan.md', lineOf: () => 6 });
  return panelMarkdown(panel, { signOf });
}

function running(state: RunState): string {
  return panelMarkdown(runPanel(state, state.time, { readOnly: false, lineOf: () => 0 }), { signOf, now: state.time });
}

const TWO = plan([
  task('one', { minutes: 5, title: 'The *first* [one](x)' }),
  task('two', { minutes: 10, after: ['one'] }),
]);

describe('a panel as Markdown', () => {
  it('is a plan by its layers, and what others wrote is text', () => {
    const text = previewed(TWO);
    expect(text).toContain('### A plan\n\nhybrid, 2 agents · tasks: 2');
    expect(text).toContain('**Layer 1** · 1 task · 5 min\n\n- (planned) `one` The \\*first\\* \\[one\\](x) · 5 min');
    expect(text).toContain('- (planned) `two` · 10 min\n');
  });

  it('has the problems of a plan', () => {
    const problem = { code: 'x', severity: 'error', message: 'No <b>.', span: { start: 0, end: 1 } } as never;
    expect(previewed(plan(TWO.tasks, { diagnostics: [problem] }))).toContain(
      '**Problems**\n\n- line 7: error: No \\<b\\>.',
    );
  });

  it('is a run as it stands, and what waits for a person', () => {
    const state = run(spec(TWO, { limits: { attempts: 1, idleMs: MINUTE, totalMs: MINUTE } }), [
      [0, started('one', 0)],
      [3, ...taken('one', 3), ...merged('one'), started('two', 1)],
      [4, { type: 'run.paused', reason: 'the budget is used up' }],
    ]);
    const text = running(state);
    expect(text).toContain('**paused** (the budget is used up)');
    expect(text).toContain('- (merged) `one`');
    expect(text).toContain('- (working) `two` · 1 min · Agent 2');
    expect(text).toContain('**Waits for you**\n\n- ');
  });

  it('tells of so many tasks only', () => {
    const text = previewed(plan(Array.from({ length: 75 }, (_, i) => task(`t${i}`, { minutes: 1 }))));
    expect(text.match(/^- \(planned\)/gm)).toHaveLength(60);
    expect(text).toContain('… and 15 more tasks\n');
  });
});
