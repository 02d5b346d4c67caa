import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../src/core/graph/build.ts';
import { LineMap } from '../../../src/core/plan/diagnostic.ts';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import { placeAt } from '../../../src/core/plan/place.ts';
import { sourceOf } from '../../../src/core/plan/source.ts';
import type { GateSpec } from '../../../src/core/gate/gate.ts';
import type { Plan, Strategy } from '../../../src/core/plan/plan.ts';
import { simulate } from '../../../src/core/schedule/simulate.ts';
import { previewJson, previewPanel, previewText } from '../../../src/core/view/preview.ts';
import { ECOMMERCE, plan, task } from './sample.ts';

const SPAN = { start: 0, end: 0 };

function preview(of: Plan, strategy: Strategy, agents: number, text = '', gates: readonly GateSpec[] = []) {
  const graph = buildGraph(of);
  const schedule = simulate(graph, { strategy, agents });
  const lines = new LineMap(text);
  const options = { strategy, agents, schedule, choices: [], planName: 'plan.md', gates };
  return {
    text: () => previewText(of, graph, { ...options, positionOf: (offset) => placeAt(of, lines, offset) }),
    json: () => previewJson(of, graph, { ...options, positionOf: (offset) => placeAt(of, lines, offset) }),
    panel: () => previewPanel(of, graph, { ...options, lineOf: (offset) => lines.position(offset).line }),
  };
}

/** The plan's text between the heading of the report and the next heading. */
function section(text: string, title: string): string[] {
  const lines = text.split('\n');
  const from = lines.indexOf(title);
  const to = lines.findIndex((line, i) => i > from && /^\p{Emoji_Presentation}|^⚠️/u.test(line));
  return lines.slice(from + 1, to === -1 ? undefined : to).filter((line) => line !== '');
}

describe('the preview as text', () => {
  it('has the layout of the worked example, with its arithmetic put right', async () => {
    await expect(preview(ECOMMERCE, 'conservative', 4).text()).toMatchFileSnapshot('golden/preview.txt');
  });

  it('says what it does not know', () => {
    const tasks = [task('a'), task('b', { minutes: 10, files: ['src/**'] }), task('c', { minutes: 10 })];
    const text = preview(plan(tasks), 'hybrid', 2).text();
    expect(text).toContain('├── a (~30 min)\n├── b (10 min)');
    expect(text).toContain('- Assumed Estimates: 1 task, marked ~');
    expect(text).toContain('- No Files Declared: 2 tasks, taken to overlap with none');
  });

  it('computes the gates from what the plan declares', () => {
    const layer = (gates: string[]) => ({ name: '', sequential: false, gates, span: SPAN });
    const acceptance = [{ text: 'it works', command: 'npm test', done: false, span: SPAN }];
    const of = plan(
      [
        task('a', { layer: 0, gates: ['lint'] }),
        task('b', { layer: 1, gates: ['lint'], acceptance }),
        task('c', { layer: 2 }),
      ],
      { settings: { gates: ['tests'] }, layers: [layer(['tdd']), layer(['tdd', 'security']), layer(['tdd'])] },
    );
    expect(section(preview(of, 'hybrid', 2).text(), '🎯 Quality Gates:')).toEqual([
      '- tests for the whole plan',
      '- tdd after each layer',
      '- security at layer 2',
      '- lint on 2 tasks',
      '- acceptance commands on 1 task',
    ]);
    expect(section(preview(plan([task('a')]), 'hybrid', 1).text(), '🎯 Quality Gates:')).toEqual([
      '- none declared; `orca gates --init` writes those that fit the repository',
    ]);
  });

  it('has the gates that are declared for all, on each task and layer', () => {
    const declared: GateSpec[] = (['task', 'layer', 'end'] as const).map((when) => ({
      name: `${when}-check`,
      when,
      commands: [],
      always: true,
      blocking: when !== 'task',
      timeoutMs: 1,
      weight: 1,
    }));
    const shown = preview(plan([task('a', { gates: ['lint'] })]), 'hybrid', 1, '', declared);
    expect(section(shown.text(), '🎯 Quality Gates:')).toEqual([
      '- lint on 1 task',
      '- task-check on each task',
      '- layer-check after each layer',
      '- end-check at the end',
    ]);
    const [layer] = shown.panel().layers;
    expect(layer?.tasks[0]?.gates).toEqual([
      { name: 'lint', verdict: 'pending', blocking: true },
      { name: 'task-check', verdict: 'pending', blocking: false },
    ]);
    expect(layer?.gates).toEqual([{ name: 'layer-check', verdict: 'pending', blocking: true }]);
  });

  it('names problems by their line', () => {
    const of = plan([], {
      diagnostics: [{ code: 'no-tasks', severity: 'error', message: 'no\ntasks', span: { start: 6, end: 7 } }],
    });
    expect(section(preview(of, 'hybrid', 1, 'one\ntwo\nthree').text(), '⚠️ Problems:')).toEqual([
      '- line 2: error: no tasks',
    ]);
  });

  it('names problems of a plan of several files by file and line', () => {
    const source = sourceOf([
      { path: 'a.md', text: 'one\ntwo' },
      { path: 'x/b.md', text: 'three\nfour\n' },
    ]);
    const span = { start: source.text.indexOf('four'), end: source.text.length };
    const of = {
      ...plan([], { diagnostics: [{ code: 'cycle', severity: 'error', message: 'no', span }] }),
      parts: source.parts ?? [],
    };
    const shown = preview(of, 'hybrid', 1, source.text);
    expect(section(shown.text(), '⚠️ Problems:')).toEqual(['- x/b.md:2: error: no']);
    expect(shown.panel().problems).toEqual([{ severity: 'error', message: 'no', line: 3, place: 'x/b.md:2' }]);
    expect(shown.json().diagnostics).toEqual([
      { code: 'cycle', severity: 'error', message: 'no', path: 'x/b.md', line: 2, column: 1 },
    ]);
  });

  it('keeps hostile text on its line', () => {
    const title = 'evil\n\u001b[2J\u001b]0;x\u0007# title';
    const text = preview(plan([task('a')], { title }), 'hybrid', 1).text();
    expect(text.split('\n')[0]).toBe('🚀 Execution Preview: evil # title');
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/u);
  });

  it.each([
    ['of the worked example', ECOMMERCE],
    [
      'with names, a single task and an odd estimate',
      plan(
        [
          task('a', { minutes: 2.5, layer: 0 }),
          task('b', { minutes: 90, layer: 1 }),
          task('c', { minutes: 7, layer: 1 }),
        ],
        {
          title: 'Named',
          layers: [
            { name: 'Foundation', sequential: false, gates: [], span: SPAN },
            { name: 'Data: models (v2)', sequential: true, gates: [], span: SPAN },
          ],
        },
      ),
    ],
  ])('can be read as the plan it shows: that %s', (_, of) => {
    const read = parsePlan(preview(of, 'conservative', 4).text());
    const graph = (p: Plan) => {
      const { nodes, layers, totalMinutes } = buildGraph(p);
      return {
        totalMinutes,
        tasks: nodes.map(({ id, minutes, layer }) => [id, minutes, layer]),
        layers: layers.map(({ name, sequential, minutes }) => [name, sequential, minutes]),
      };
    };
    expect(read.title).toBe(of.title);
    expect(graph(read)).toEqual(graph(of));
  });

  it('is a text for a plan of nothing, too', () => {
    expect(preview(plan([]), 'hybrid', 3).text()).toContain('- Total Tasks: 0\n');
    expect(preview(plan([]), 'hybrid', 3).text()).toContain('- Parallel Efficiency: not measured\n');
  });
});

describe('the preview for programs', () => {
  it('has every field, with lines and columns from 1', () => {
    const text = '# P\n### a: A\n### b: B\n';
    const at = (start: number) => ({ idSpan: { start, end: start + 1 } });
    const of = plan(
      [task('a', { minutes: 10, title: 'A', ...at(8) }), task('b', { after: ['a'], title: 'B', ...at(17) })],
      {
        diagnostics: [{ code: 'missing-estimate', severity: 'warning', message: 'none', span: { start: 17, end: 18 } }],
      },
    );
    expect(preview(of, 'hybrid', 2, text).json()).toEqual({
      title: 'A plan',
      strategy: 'hybrid',
      agents: 2,
      totalTasks: 2,
      layers: [
        {
          index: 1,
          name: '',
          minutes: 10,
          sequential: false,
          tasks: [{ id: 'a', title: 'A', estimateMinutes: 10, assumed: false, dependsOn: [], line: 2 }],
        },
        {
          index: 2,
          name: '',
          minutes: 30,
          sequential: false,
          tasks: [{ id: 'b', title: 'B', estimateMinutes: 30, assumed: true, dependsOn: ['a'], line: 3 }],
        },
      ],
      maxParallelism: 1,
      sequentialMinutes: 40,
      estimatedMinutes: 40,
      efficiency: 1,
      criticalPath: ['a', 'b'],
      criticalPathMinutes: 40,
      lowerBoundMinutes: 40,
      strategies: [],
      diagnostics: [{ code: 'missing-estimate', severity: 'warning', message: 'none', line: 3, column: 5 }],
    });
  });
});

describe('the preview as a panel', () => {
  it.each([
    ['conservative', 4, '4 h 15 min', '62.7 %'],
    ['conservative', 3, '5 h 5 min', '69.9 %'],
    ['sequential', 3, '10 h 40 min', '100 %'],
  ] as const)('%s with %d agents takes %s', (strategy, agents, estimated, efficiency) => {
    const { figures } = preview(ECOMMERCE, strategy, agents).panel();
    const values = Object.fromEntries(figures.map(({ id, value }) => [id, value]));
    expect(values).toMatchObject({ tasks: '18', layers: '6', sequential: '10 h 40 min', estimated, efficiency });
    expect(figures.every((figure) => figure.definition !== '')).toBe(true);
  });

  it('shows a lane for each agent, with every task once', () => {
    const { timeline, layers, run } = preview(ECOMMERCE, 'conservative', 3).panel();
    expect(run).toBeUndefined();
    expect(timeline.lanes.map((lane) => lane.agent)).toEqual([1, 2, 3]);
    expect(timeline.endMinutes).toBe(305);
    const bars = timeline.lanes.flatMap((lane) => lane.bars.map((bar) => bar.task));
    const rows = layers.flatMap((layer) => layer.tasks.map((row) => row.id));
    expect(bars.toSorted()).toEqual(rows.toSorted());
    expect(new Set(rows).size).toBe(18);
  });

  it('tells of each task what it depends on, its slack, its gates and its line', () => {
    const text = 'x\n### b: B';
    const of = plan(
      [
        task('a', { minutes: 10 }),
        task('b', { minutes: 5, gates: ['lint'], idSpan: { start: 6, end: 7 }, agent: 'claude' }),
        task('c', { minutes: 10, after: ['a', 'b'] }),
      ],
      { settings: { gates: ['tests'] } },
    );
    const rows = preview(of, 'hybrid', 2, text)
      .panel()
      .layers.flatMap((layer) => layer.tasks);
    expect(rows[1]).toMatchObject({
      critical: false,
      slackMinutes: 5,
      dependents: ['c'],
      line: 1,
      agentKind: 'claude',
    });
    expect(rows[1]?.gates.map((gate) => gate.name)).toEqual(['lint']);
    expect(rows[2]).toMatchObject({ critical: true, slackMinutes: 0, dependsOn: ['a', 'b'], agentKind: 'default' });
    expect(rows[2]?.gates.map((gate) => gate.name)).toEqual(['tests']);
  });
});
