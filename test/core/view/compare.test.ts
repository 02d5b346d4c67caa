import { describe, expect, it } from 'vitest';
import { compareRuns, comparisonMarkdown, comparisonText } from '../../../src/core/view/compare.ts';
import { merged, run, spec, started, taken } from './runs.ts';
import { plan, task } from './sample.ts';

const THREE = plan([task('a', { minutes: 10 }), task('b', { minutes: 20 }), task('c', { minutes: 5 })]);
const TWO = plan([task('a', { minutes: 10 }), task('b', { minutes: 20 }), task('d', { minutes: 5 })]);

const slow = run(spec(THREE, { id: 'exec-1', agents: 1 }), [
  [0, started('a', 0)],
  [10, ...taken('a', 10), ...merged('a'), started('b', 0)],
  [
    30,
    ...taken('b', 20, { code: 1 }),
    {
      type: 'task.failed',
      task: 'b',
      attempt: 1,
      failure: { kind: 'agent', end: { kind: 'exited', code: 1 }, message: 'no' },
    },
  ],
  [40, { type: 'run.finished', outcome: 'failed' }],
]);
const fast = run(spec(TWO, { id: 'exec-2', agents: 2 }), [
  [0, started('a', 0), started('b', 1)],
  [10, ...taken('a', 10), ...merged('a')],
  [12, ...taken('b', 12), ...merged('b')],
  [20, { type: 'run.finished', outcome: 'succeeded' }],
]);

describe('two runs', () => {
  it('are compared figure by figure and task by task', () => {
    const comparison = compareRuns(slow, fast);
    expect(comparison.runs).toEqual(['exec-1', 'exec-2']);
    expect(comparison.figures.slice(0, 4)).toEqual([
      { label: 'strategy', values: ['hybrid', 'hybrid'] },
      { label: 'agents', values: ['1', '2'] },
      { label: 'tasks', values: ['1 / 3', '2 / 3'] },
      { label: 'duration', values: ['40 min', '20 min'], change: '−20 min, −50 %' },
    ]);
    expect(comparison.tasks).toEqual([
      { id: 'b', outcomes: ['failed', 'merged'], attempts: [1, 1], ms: [1_200_000, 720_000] },
    ]);
    expect(comparison.only).toEqual([['c'], ['d']]);
  });

  it('are told in text', () => {
    const text = comparisonText(compareRuns(slow, fast));
    expect(text).toMatch(/^📊 Comparison: exec-1 and exec-2\n=+\n +exec-1 +exec-2\n/u);
    expect(text).toMatch(/^duration +40 min +20 min +−20 min, −50 %$/mu);
    expect(text).toContain('└── b: 20 min → 12 min (−8 min, −40 %), failed → merged');
    expect(text).toContain('Only in exec-1: c');
    expect(text).toContain('Only in exec-2: d');
  });

  it('are told in Markdown, in which names are no markup', () => {
    const text = comparisonMarkdown(compareRuns(slow, { ...fast, spec: { ...fast.spec, id: 'exec-2|`' } }));
    expect(text).toContain('# Comparison: exec-1 and exec-2\\|\\`\n\n|  | exec-1 | exec-2\\|\\` | Change |\n| --- |');
    expect(text).toContain('| duration | 40 min | 20 min | −20 min, −50 % |');
    expect(text).toContain('| b | failed, 20 min | merged, 12 min | −8 min, −40 % |');
    expect(text).toContain('## Only in exec-1\n\n- c\n');
  });

  it('are the same as themselves', () => {
    const { tasks, only, figures } = compareRuns(fast, fast);
    expect([tasks, only]).toEqual([[], [[], []]]);
    expect(figures.every(({ values: [a, b], change }) => a === b && change === undefined)).toBe(true);
  });
});
