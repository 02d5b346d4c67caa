import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';
import type { ChangedFile, RunEvent } from '../../../src/core/run/event.ts';
import type { RunState } from '../../../src/core/run/state.ts';
import { summaryJson, summaryMarkdown } from '../../../src/core/view/summary.ts';
import { EPOCH, gateSpec, merged, report, run, spec, started, taken } from './runs.ts';
import { plan, task } from './sample.ts';

const SHOP = plan(
  [
    task('setup', { minutes: 10, title: 'Project is set up' }),
    task('models', { minutes: 20, title: 'Models', after: ['setup'] }),
    task('endpoints', { minutes: 20, title: 'Endpoints', after: ['setup'] }),
    task('docs', { minutes: 5, title: 'Docs', after: ['models'] }),
    task('deploy', { minutes: 5, title: 'Deployment', after: ['endpoints'] }),
  ],
  { title: 'Shop' },
);

function files(...paths: string[]): readonly ChangedFile[] {
  return paths.map((path) => ({ path, status: 'added', added: 10, removed: 0 }));
}

function work(id: string, minutes: number, attempt: number, changed: readonly ChangedFile[]): RunEvent[] {
  return taken(id, minutes, { attempt, snapshot: { commit: `commit-${id}`, files: changed, findings: [] } });
}

function gate(id: string, attempt: number, verdict: 'passed' | 'failed'): RunEvent {
  return { type: 'gate.ended', scope: { kind: 'task', task: id, attempt }, report: report('tests', verdict) };
}

/** Two agents; models needs a second attempt because of a gate; endpoints fails, so that deploy never starts. */
const MIXED: RunState = run(spec(SHOP, { agents: 2, gates: [gateSpec('tests', 'task'), gateSpec('lint', 'end')] }), [
  [0, started('setup', 0)],
  [10, ...work('setup', 10, 1, files('package.json', 'src/app.js')), gate('setup', 1, 'passed'), ...merged('setup')],
  [10, started('models', 0), started('endpoints', 1)],
  [
    20,
    ...work('models', 10, 1, files('src/models/user.js')),
    gate('models', 1, 'failed'),
    {
      type: 'task.failed',
      task: 'models',
      attempt: 1,
      failure: { kind: 'gate', gate: 'tests', message: 'exit code 1' },
    },
    { type: 'task.retried', task: 'models', by: 'policy' },
    started('models', 0, 2),
  ],
  [
    30,
    ...taken('endpoints', 20, { code: 2 }),
    {
      type: 'task.failed',
      task: 'endpoints',
      attempt: 1,
      failure: { kind: 'agent', end: { kind: 'exited', code: 2 }, message: 'exit code 2: <b>no</b>\nway' },
    },
  ],
  [
    50,
    ...work('models', 30, 2, [
      ...files('src/models/user.js', 'src/models/cart.js'),
      { path: 'src/app.js', status: 'deleted' },
    ]),
    gate('models', 2, 'passed'),
    ...merged('models', 2),
  ],
  [50, started('docs', 1)],
  [54, ...work('docs', 4, 1, []), ...merged('docs'), { type: 'run.finished', outcome: 'failed' }],
]);

describe('the summary', () => {
  it('has the layout of the worked example, with what was measured', async () => {
    await expect(summaryMarkdown(MIXED)).toMatchFileSnapshot('golden/summary.md');
  });

  it('claims nothing where nothing was measured', () => {
    const text = summaryMarkdown(run(spec(SHOP), []));
    for (const line of [
      '**Parallel Efficiency**: not measured',
      '- **Tasks per Hour**: not measured',
      '- **Quality Score**: not measured',
      '- **Agent Utilization**: not measured',
      '- **Time Saved**: not measured',
      '- **Estimate Accuracy**: not measured',
      '- not measured: no gate ran',
    ])
      expect(text).toContain(line);
    expect(text).not.toContain('What Worked Well');
    expect(text).not.toContain('Optimization Opportunities');
    expect(text).not.toMatch(/NaN|Infinity|undefined/u);
  });

  it('praises only what was counted', () => {
    const of = plan([task('a', { minutes: 10 }), task('b', { minutes: 10 })]);
    const state = run(spec(of, { agents: 2, gates: [gateSpec('tests', 'task')] }), [
      [0, started('a', 0), started('b', 1)],
      [9, ...work('a', 9, 1, files('a')), gate('a', 1, 'passed'), ...merged('a')],
      [9, ...work('b', 9, 1, files('b')), gate('b', 1, 'passed'), ...merged('b')],
      [9, { type: 'run.finished', outcome: 'succeeded' }],
    ]);
    const text = summaryMarkdown(state);
    const lessons = text.slice(text.indexOf('## Lessons Learned'), text.indexOf('## With Other Numbers of Agents'));
    expect(lessons.trim().split('\n')).toEqual([
      '## Lessons Learned',
      '',
      '### What Worked Well',
      '1. **First Attempts**: 2 of 2 merged tasks needed no second one',
      '2. **Quality Gates**: the last run of each passed (2 runs)',
      '3. **Estimates**: within 15 % at the median (× 0.9)',
      '4. **Schedule**: 1 min shorter than the 10 min planned',
    ]);
  });

  it('stays one line a task and free of markup from outside', () => {
    const title = 'A\n\n# Forged\n<script>alert(1)</script> [x](javascript:alert(1)) **b** ![i](http://x)';
    const of = plan([task('a', { minutes: 1, title })], { title });
    const path = 'src/`a`\n```\n<img src=x onerror=alert(1)>.js';
    const state = run(spec(of), [
      [0, started('a', 0)],
      [1, ...work('a', 1, 1, files(path)), ...merged('a'), { type: 'run.finished', outcome: 'succeeded' }],
    ]);
    const html = new MarkdownIt({ html: true, linkify: false }).render(summaryMarkdown(state));
    expect(html).not.toMatch(/<script|<img|<a |href/u);
    expect(html.match(/<h1>/gu)).toHaveLength(1);
    expect(html.match(/<pre>/gu)).toHaveLength(1);
  });

  it('counts the files it does not list', () => {
    const many = Array.from({ length: 205 }, (_, i) => `f${i}`);
    const state = run(spec(plan([task('a')])), [
      [0, started('a', 0), ...work('a', 1, 1, files(...many)), ...merged('a')],
    ]);
    expect(summaryMarkdown(state)).toContain('and 5 more files');
  });
});

describe('the summary for programs', () => {
  it('has the figures as numbers, and null for what nothing measured', () => {
    const json = summaryJson(MIXED);
    expect(json).toMatchObject({
      id: 'exec-20241201-ecom-api',
      state: 'failed',
      title: 'Shop',
      startedAt: EPOCH,
      durationMinutes: 54,
      plannedMinutes: 35,
      sequentialMinutes: 74,
      completedTasks: 3,
      savedMinutes: 20,
      quality: { score: 100, checkedTasks: 2, passedTasks: 2, leftOut: [] },
      integration: 'merge-docs',
      applied: null,
    });
    expect(json.efficiency).toBeCloseTo(74 / 108);
    expect(
      json.tasks.map(({ id, state, attempts, minutes, failure }) => [id, state, attempts, minutes, failure]),
    ).toEqual([
      ['setup', 'merged', 1, 10, null],
      ['models', 'merged', 2, 40, null],
      ['endpoints', 'failed', 1, 20, 'exit code 2: <b>no</b> way'],
      ['docs', 'merged', 1, 4, null],
      ['deploy', 'waiting', 0, null, null],
    ]);
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
    expect(summaryJson(run(spec(SHOP), []))).toMatchObject({ efficiency: null, utilisation: null, accuracy: null });
  });
});
