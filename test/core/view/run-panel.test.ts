import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/core/run/event.ts';
import type { RunState } from '../../../src/core/run/state.ts';
import type { TaskRow } from '../../../src/core/view/model.ts';
import { runPanel } from '../../../src/core/view/run-panel.ts';
import { statusBar, treeModel } from '../../../src/core/view/tree.ts';
import { gateSpec, merged, MINUTE, report, run, spec, started, taken } from './runs.ts';
import { plan, task } from './sample.ts';

const CHAIN = plan([
  task('a', { minutes: 10, title: 'First' }),
  task('b', { minutes: 20, after: ['a'] }),
  task('c', { minutes: 5, after: ['b'] }),
  task('d', { minutes: 8 }),
]);

const FAILED: RunEvent = { type: 'task.failed', task: 'a', attempt: 1, failure: { kind: 'no-changes' } };

function panel(state: RunState, minutes: number, readOnly = false) {
  return runPanel(state, minutes * MINUTE, { readOnly, lineOf: () => 7 });
}

function rows(state: RunState, minutes = 0, readOnly = false): Record<string, TaskRow> {
  const all = panel(state, minutes, readOnly).layers.flatMap((layer) => layer.tasks);
  return Object.fromEntries(all.map((row) => [row.id, row]));
}

describe('the rows of a run', () => {
  it('block what waits, directly or not, for a task that stopped, and name it', () => {
    const state = run(spec(CHAIN), [
      [0, started('a', 0)],
      [2, ...taken('a', 2), FAILED],
    ]);
    const { a, b, c, d } = rows(state);
    expect(a).toMatchObject({ status: 'failed', note: 'no changes', agent: 1, attempts: 1, line: 7 });
    expect(a?.actions).toEqual(['retry', 'skip', 'take-over', 'send-back', 'terminal', 'log']);
    expect(b).toMatchObject({ status: 'blocked', note: 'waits for a' });
    expect(c).toMatchObject({ status: 'blocked', note: 'waits for a' });
    expect(c?.actions).toEqual(['skip']);
    expect(d).toMatchObject({ status: 'waiting', agentKind: 'shell' });
  });

  it.each([
    ['hybrid', 'waiting'],
    ['conservative', 'blocked'],
    ['sequential', 'blocked'],
  ] as const)('%s: a task of a later layer is %s by a failure elsewhere', (strategy, status) => {
    const of = plan([task('a'), task('x'), task('y', { after: ['x'] })]);
    const state = run(spec(of, { strategy }), [[0, started('a', 0), ...taken('a', 1), FAILED]]);
    expect(rows(state).y?.status).toBe(status);
  });

  it('go on past a skipped task', () => {
    const state = run(spec(CHAIN), [
      [0, started('a', 0), ...taken('a', 1), FAILED, { type: 'task.skipped', task: 'a' }],
    ]);
    expect(rows(state).b?.status).toBe('waiting');
    expect(rows(state).b?.note).toBeUndefined();
    expect(rows(state).c?.note).toBe('waits for b');
  });

  it('tell what was changed, by whom, and what the agent said', () => {
    const files = [
      { path: 'x.ts', status: 'added', added: 3, removed: 0 },
      { path: 'y.png', status: 'modified' },
    ] as const;
    const snapshot = { commit: 'c', files, findings: [] };
    const state = run(spec(CHAIN), [
      [0, started('a', 1)],
      [2, ...taken('a', 2, { snapshot, words: 'all\ngood' }), ...merged('a')],
    ]);
    const { a } = rows(state);
    expect(a).toMatchObject({ status: 'merged', note: 'all good', changed: { files: 2, added: 3, removed: 0 } });
    expect(a).toMatchObject({ agent: 2, startedMs: 0, endedMs: 2 * MINUTE, unread: true });
    expect(a?.actions).toEqual(['read', 'send-back', 'roll-back', 'terminal', 'log', 'changes']);
  });

  it('follow a task through its gates, one after another', () => {
    const gates = [gateSpec('lint', 'task', { blocking: false }), gateSpec('tests', 'task')];
    const verdicts = (...events: RunEvent[]) =>
      rows(run(spec(CHAIN, { gates }), [[0, started('a', 0), ...events]])).a?.gates.map((gate) => gate.verdict);
    const lint: RunEvent = {
      type: 'gate.ended',
      scope: { kind: 'task', task: 'a', attempt: 1 },
      report: report('lint', 'failed', { blocking: false }),
    };
    expect(verdicts()).toEqual(['pending', 'pending']);
    expect(verdicts(...taken('a', 1))).toEqual(['running', 'pending']);
    expect(verdicts(...taken('a', 1), lint)).toEqual(['failed', 'running']);
  });

  it('offer nothing that changes a run somebody else drives', () => {
    const state = run(spec(CHAIN), [[0, started('a', 0), ...taken('a', 1), FAILED]]);
    expect(rows(state, 0, true).a?.actions).toEqual(['terminal', 'log']);
    expect(panel(state, 0, true).run).toMatchObject({ actions: [], note: 'driven by a window' });
    expect(panel(state, 0, true).needs.map((need) => need.actions)).toEqual([
      [
        { kind: 'task', action: 'terminal' },
        { kind: 'task', action: 'log' },
      ],
    ]);
  });
});

describe('what waits for a person', () => {
  it('is nothing while all goes well', () => {
    expect(panel(run(spec(CHAIN), [[0, started('a', 0)]]), 1).needs).toEqual([]);
  });

  it('is a pause with a reason, a gate that holds the run, and a task that stopped, in this order', () => {
    const gates = [gateSpec('tests', 'layer')];
    const scope = { kind: 'layer', layer: 1 } as const;
    const state = run(spec(CHAIN, { gates }), [
      [0, started('a', 0), ...taken('a', 1), ...merged('a'), started('d', 0)],
      [1, ...taken('d', 1), { type: 'attempt.accepted', task: 'd', attempt: 1 }],
      [1, { type: 'task.conflicted', task: 'd', attempt: 1, files: ['x.ts', 'y.ts'] }],
      [
        2,
        { type: 'gate.ended', scope, report: report('tests', 'failed') },
        { type: 'run.paused', reason: 'disk full' },
      ],
    ]);
    const { needs, layers } = panel(state, 3);
    expect(needs.map(({ kind, text, task: of }) => [kind, text, of])).toEqual([
      ['paused', 'paused: disk full', undefined],
      ['gate', 'gate tests failed after layer 1: npm run tests: exit code 1', undefined],
      ['conflict', 'conflicts in x.ts and y.ts', 'd'],
    ]);
    expect(needs[1]?.actions).toEqual([
      { kind: 'gate', action: 'report', gate: 'tests', layer: 1 },
      { kind: 'gate', action: 'retry', gate: 'tests', layer: 1 },
      { kind: 'gate', action: 'waive', gate: 'tests', layer: 1 },
    ]);
    expect(layers[0]?.gates).toMatchObject([{ name: 'tests', verdict: 'failed', blocking: true }]);
    expect(rows(state, 3).b).toMatchObject({ status: 'blocked', note: 'waits for gate tests of layer 1' });
  });

  it('is not a gate that was waived, or that does not block', () => {
    const gates = [gateSpec('tests', 'end'), gateSpec('lint', 'end', { blocking: false })];
    const state = run(spec(CHAIN, { gates }), [
      [0, { type: 'gate.ended', scope: { kind: 'end' }, report: report('tests', 'not-run') }],
      [0, { type: 'gate.ended', scope: { kind: 'end' }, report: report('lint', 'failed', { blocking: false }) }],
    ]);
    expect(panel(state, 0).needs.map((need) => need.text)).toEqual([
      'gate tests did not run at the end: npm run tests: exit code 1',
    ]);
    const waived = run(spec(CHAIN, { gates }), [
      [0, { type: 'gate.ended', scope: { kind: 'end' }, report: report('tests', 'not-run') }],
      [0, { type: 'gate.waived', scope: { kind: 'end' }, gate: 'tests' }],
    ]);
    expect(panel(waived, 0).needs).toEqual([]);
  });
});

describe('the actions of a run', () => {
  const finished: RunEvent = { type: 'run.finished', outcome: 'succeeded' };
  const APPLIED: RunEvent = { type: 'run.applied', branch: 'main', commit: 'a merge of both' };
  it.each<[string, RunEvent[], string[]]>([
    ['running', [], ['pause', 'cancel']],
    ['nobody drives it', [{ type: 'session.ended' }], ['resume', 'cancel']],
    ['paused', [{ type: 'run.paused' }], ['resume', 'cancel']],
    ['being cancelled', [{ type: 'run.cancelled' }], []],
    ['finished with nothing merged', [finished], ['summary']],
    ['finished', [started('a', 0), ...taken('a', 1), ...merged('a'), finished], ['apply', 'summary']],
    ['applied by a merge commit', [...merged('a'), finished, APPLIED], ['summary']],
    ['gone on after it was applied', [...merged('a'), APPLIED, ...merged('d'), finished], ['apply', 'summary']],
  ])('%s', (_, events, actions) => {
    expect(panel(run(spec(CHAIN), [[0, ...events]]), 0).run?.actions).toEqual(actions);
  });

  it('go by who really drives it, where that is known', () => {
    const state = run(spec(CHAIN), []);
    const actions = (driven: boolean) => runPanel(state, 0, { readOnly: false, driven, lineOf: () => 0 }).run?.actions;
    expect(actions(false)).toEqual(['resume', 'cancel']);
    expect(actions(true)).toEqual(['pause', 'cancel']);
  });
});

describe('the timeline of a run', () => {
  const state = run(spec(CHAIN, { agents: 2 }), [
    [0, started('a', 0), started('d', 1)],
    [4, ...taken('d', 4, { code: 1 }), { type: 'task.retried', task: 'd', by: 'policy' }, started('d', 1, 2)],
    [12, ...taken('a', 12), ...merged('a'), started('b', 0)],
  ]);
  const { timeline } = panel(state, 14);
  const bars = (agent: number, kind: string) =>
    timeline.lanes
      .find((lane) => lane.agent === agent)
      ?.bars.filter((bar) => bar.kind === kind)
      .map(({ task: of, start, end, status }) => [of, start, end, status]);

  it('keeps the plan that was promised', () => {
    expect(bars(1, 'planned')).toEqual([
      ['a', 0, 10, 'merged'],
      ['b', 10, 30, 'working'],
      ['c', 30, 35, 'waiting'],
    ]);
    expect(bars(2, 'planned')).toEqual([['d', 0, 8, 'working']]);
  });

  it('shows every attempt on its agent, the current one without an end', () => {
    expect(bars(1, 'actual')).toEqual([
      ['a', 0, 12, 'merged'],
      ['b', 12, undefined, 'working'],
    ]);
    expect(bars(2, 'actual')).toEqual([
      ['d', 0, 4, 'failed'],
      ['d', 4, undefined, 'working'],
    ]);
  });

  it('forecasts the rest from now on', () => {
    expect(bars(1, 'forecast')).toEqual([
      ['b', 14, 32, 'working'],
      ['c', 32, 37, 'waiting'],
    ]);
    expect(timeline).toMatchObject({ nowMinutes: 14, endMinutes: 37, lowerBoundMinutes: 35 });
  });
});

describe('the tree and the status bar', () => {
  const state = run(spec(CHAIN), [
    [0, started('a', 0), started('d', 1)],
    [2, ...taken('a', 2), FAILED],
  ]);
  const shown = panel(state, 5);

  it('has a line for each task, with its state for icons and menus', () => {
    const [first] = treeModel(shown, 5 * MINUTE);
    expect(first).toMatchObject({ label: 'Layer 1', description: '0/2 · 10 min', context: 'orca.layer' });
    expect(first?.tasks.map(({ label, description, context }) => [label, description, context])).toEqual([
      ['a', '2 min · Agent 1 · failed', 'orca.task.failed.retry.skip.take-over.send-back.terminal.log'],
      ['d', '5 min · Agent 2', 'orca.task.working.skip.take-over.send-back.terminal.log'],
    ]);
    expect(first?.tasks[0]?.tooltip).toBe('a: First\nfailed\nno changes\nestimate 10 min, on the critical path');
  });

  it('has a line for each gate that has run, with what can be done about it', () => {
    const gates = [gateSpec('lint', 'layer'), gateSpec('types', 'layer'), gateSpec('unit', 'layer')];
    const ended = (name: string, verdict: 'passed' | 'failed'): RunEvent => ({
      type: 'gate.ended',
      scope: { kind: 'layer', layer: 1 },
      report: report(name, verdict),
    });
    const judged = run(spec(CHAIN, { gates }), [[0, ended('lint', 'passed'), ended('types', 'failed')]]);
    const [first] = treeModel(panel(judged, 5), 5 * MINUTE);
    expect(first?.gates.map(({ label, description, context, layer }) => [label, description, context, layer])).toEqual([
      ['gate: lint', 'passed', 'orca.gate.settled', 1],
      ['gate: types', 'failed · npm run types: exit code 1', 'orca.gate.open', 1],
    ]);
    const waived: RunEvent = { type: 'gate.waived', scope: { kind: 'layer', layer: 1 }, gate: 'types' };
    const settled = run(spec(CHAIN, { gates }), [[0, ended('types', 'failed'), waived]]);
    expect(treeModel(panel(settled, 5))[0]?.gates[0]).toMatchObject({
      context: 'orca.gate.settled',
      tooltip: 'gate types: accepted as it is (npm run types: exit code 1)',
    });
  });

  it('counts what waits for a person', () => {
    expect(statusBar(shown)).toMatchObject({ text: '$(warning) Orca 0/4', attention: 1 });
    expect(statusBar({ ...shown, needs: [] })?.text).toBe('$(play-circle) Orca 0/4');
  });

  it('can be posted to a webview', () => {
    expect(JSON.parse(JSON.stringify(shown))).toEqual(shown);
  });
});
