import { describe, expect, it } from 'vitest';
import type { Finding, GateReport } from '../../../src/core/gate/gate.ts';
import { openFindings } from '../../../src/core/view/findings.ts';
import { gateReportText } from '../../../src/core/view/gate-report.ts';
import { gateSpec, Machine, report } from './machine.ts';

const task = (id: string, dependsOn = 'none'): string =>
  `### ${id}: Task ${id}\n- Estimate: 10 min\n- Depends on: ${dependsOn}\n\nDo it.\n\n`;
const always = (name: string, more: object = {}) => ({ ...gateSpec(name), always: true, ...more });
const finding = (more: Partial<Finding> = {}): Finding => ({
  gate: 'lint',
  rule: 'no-eval',
  severity: 'error',
  message: 'No eval.',
  path: 'a.js',
  line: 3,
  ...more,
});
const found = (gate: string, findings: readonly Finding[], blocking = true): GateReport => ({
  ...report(gate, 'failed', blocking),
  findings,
});

describe('the gates of a task', () => {
  const run = () => new Machine(task('a'), { gates: [always('lint'), always('tests')] }).ended('a').taken('a');

  it('are all run before it fails, and what all of them found goes into the next attempt', () => {
    const machine = run().gate('a', 'lint', 'failed');
    expect(machine.effects()).toEqual(['checking/a/1/tests']);
    machine.gate('a', 'tests', 'failed');
    expect(machine.state.tasks[0]?.note).toMatch(/^The gate lint, tests did not pass: run lint[^]*run tests/);
    expect(machine.phases()).toEqual({ a: 'working' });
  });

  it('do not have a change reviewed that another of them stands against', () => {
    const review = always('second', { commands: [], review: {} });
    const machine = new Machine(task('a'), { gates: [review, always('lint')] }).ended('a').taken('a');
    expect(machine.effects()).toEqual(['checking/a/1/lint']);
    machine.gate('a', 'lint', 'failed');
    expect(machine.state.tasks[0]?.attempts.length).toBe(2);
  });

  it.each(['failed', 'not-run'] as const)('that a result came to (%s) are accepted with it by hand', (verdict) => {
    const machine = new Machine(task('a'), { gates: [always('lint')], limits: { attempts: 1, idleMs: 1, totalMs: 1 } });
    machine.ended('a').taken('a').gate('a', 'lint', verdict);
    expect(machine.phases()).toEqual({ a: 'failed' });
    expect(machine.do({ type: 'accept', task: 'a' })).toBeUndefined();
    expect(machine.phases()).toEqual({ a: 'merging' });
    expect(machine.state.tasks[0]?.attempts[0]?.waived).toEqual(['lint']);
    machine.merged('a');
    expect(machine.state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
  });

  it('nothing is accepted that has no result, or that nothing stands against', () => {
    const machine = new Machine(task('a'), { limits: { attempts: 1, idleMs: 1, totalMs: 1 } });
    expect(machine.do({ type: 'accept', task: 'a' })).toMatch(/^a is working/);
    machine.ended('a').taken('a', '');
    expect(machine.do({ type: 'accept', task: 'a' })).toMatch(/^a is failed/);
    expect(machine.do({ type: 'accept', task: 'x' })).toBe('The run has no task x.');
  });
});

describe('a gate of a layer', () => {
  const run = (findings: readonly Finding[]) => {
    const machine = new Machine(task('a') + task('b') + task('c', 'a, b'), {
      agents: 2,
      gates: [{ ...gateSpec('lint', 'layer'), always: true }],
    });
    machine.done('a').done('b');
    machine.judged({ kind: 'layer', layer: 1 }, found('lint', findings));
    return machine;
  };
  const mend = { type: 'mend-gate', scope: { kind: 'layer', layer: 1 }, gate: 'lint' } as const;

  it('sends what it found to the task that wrote it, and is run again when that is merged', () => {
    const machine = run([finding({ task: 'b' })]);
    expect(machine.do(mend)).toBeUndefined();
    expect(machine.phases()).toMatchObject({ a: 'merged', b: 'working' });
    const again = machine.state.tasks[1]?.attempts.at(-1);
    expect(again).toMatchObject({ number: 2, mend: false, base: 'after-b' });
    expect(machine.state.tasks[1]?.note).toContain('a.js:3: error: No eval. (no-eval)');
    machine.ended('b').taken('b', 'b-again').merged('b');
    expect(machine.effects()).toContain('layer-1/1/lint');
    machine.layerGate(1, 'lint');
    machine.done('c').layerGate(2, 'lint');
    expect(machine.state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
  });

  it.each<[string, readonly Finding[], string | undefined, string | RegExp | undefined]>([
    ['no finding says whose it is', [finding()], undefined, /^Nothing that gate lint found says which task wrote it/],
    ['a task is named', [finding()], 'a', undefined],
    ['a task is named that is not merged', [finding()], 'c', /^c is not merged/],
  ])('where %s', (_, findings, named, rejection) => {
    const machine = run(findings);
    const answer = machine.do({ ...mend, ...(named !== undefined && { task: named }) });
    if (rejection === undefined) expect(answer).toBeUndefined();
    else expect(answer).toMatch(rejection);
  });
});

describe('what was found', () => {
  it('is in the worktree while that holds it, in its commit after that, and in the checkout when it is applied', () => {
    const machine = new Machine(task('a') + task('b', 'a'), {
      agents: 1,
      gates: [always('lint', { blocking: false })],
    });
    const places = () => openFindings(machine.state).map(({ finding: { task: of }, place }) => [of, place]);
    machine.ended('a').taken('a');
    const scope = { kind: 'task', task: 'a', attempt: 1 } as const;
    machine.judged(scope, found('lint', [finding({ task: 'a' })], false));
    expect(places()).toEqual([['a', { kind: 'worktree', slot: 0 }]]);
    machine.merged('a');
    expect(places()).toEqual([['a', { kind: 'commit', commit: 'a-commit' }]]);
    machine.ended('b').taken('b').gate('b', 'lint').merged('b');
    machine.do({ type: 'applied', branch: 'main', commit: 'x' });
    expect(places()).toEqual([['a', { kind: 'checkout' }]]);
  });

  it('is nothing any more that a person has accepted, and is told of what judges the work, too', () => {
    const machine = new Machine(task('a'), {
      gates: [always('lint')],
      limits: { attempts: 1, idleMs: 1, totalMs: 1 },
    });
    const integrity = finding({ gate: 'integrity', rule: 'skips-tests' });
    machine.ended('a').taken('a', 'a-commit', [integrity]);
    expect(machine.phases()).toEqual({ a: 'failed' });
    expect(openFindings(machine.state).map(({ finding: { rule, task: of } }) => [rule, of])).toEqual([
      ['skips-tests', 'a'],
    ]);
    const text = gateReportText(machine.state, { kind: 'task', task: 'a', attempt: 1 });
    expect(text).toContain(
      '❌ integrity:\n- ✗ what judges the work: was changed by the attempt\n  a.js:3 error skips-tests',
    );
    machine.do({ type: 'accept', task: 'a' });
    expect(openFindings(machine.state)).toEqual([]);
  });
});

describe('gates of layers', () => {
  it('are all wanted when they are due; what is mended is judged again everywhere', () => {
    const lint = { ...gateSpec('lint', 'layer'), always: true };
    const unit = { ...gateSpec('unit', 'layer', false), always: true };
    const machine = new Machine(task('a') + task('b', 'a'), { agents: 2, gates: [unit, lint] });
    machine.done('a').done('b');
    expect(machine.effects()).toEqual(['layer-1/0/unit', 'layer-2/0/unit']);
    for (const layer of [1, 2]) {
      const scope = { kind: 'layer', layer } as const;
      machine.judged(scope, found('unit', [], false)).judged(scope, found('lint', [finding({ task: 'a' })]));
    }
    expect(machine.do({ type: 'mend-gate', scope: { kind: 'layer', layer: 1 }, gate: 'lint' })).toBeUndefined();
    expect(machine.phases()).toEqual({ a: 'working', b: 'merged' });
    // The second layer is looked at again, too, though not before its work is mended.
    expect(machine.effects()).toEqual(['working/a/2']);
    machine.ended('a').taken('a', 'again').merged('a');
    expect(machine.effects()).toEqual(['layer-1/2/unit', 'layer-2/2/unit']);
    for (const layer of [1, 2]) machine.layerGate(layer, 'unit').layerGate(layer, 'lint');
    expect(machine.state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
  });

  it('are not judged by a report of a run that is over', () => {
    const lint = { ...gateSpec('lint', 'layer'), always: true };
    const machine = new Machine(task('a'), { agents: 1, gates: [lint] });
    machine.done('a');
    expect(machine.effects()).toEqual(['layer-1/0/lint']);
    expect(machine.do({ type: 'send-back', task: 'a', note: 'Shorter.', comments: [] })).toBeUndefined();
    machine.ended('a').taken('a', 'again').merged('a');
    expect(machine.effects()).toEqual(['layer-1/1/lint']);
    const late = {
      type: 'gate-ended',
      scope: { kind: 'layer', layer: 1 },
      run: 0,
      report: report('lint', 'passed'),
    } as const;
    machine.do(late);
    expect(machine.effects()).toEqual(['layer-1/1/lint']);
    machine.do({ ...late, run: 1 });
    expect(machine.state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
  });

  it('judge anew when what was sent back is done after another try', () => {
    const whole = { ...gateSpec('whole', 'layer'), always: true };
    const machine = new Machine(task('a') + task('b', 'a'), {
      agents: 1,
      gates: [whole],
      limits: { attempts: 1, idleMs: 1000, totalMs: 1000 },
    });
    machine.done('a').layerGate(1, 'whole').done('b').layerGate(2, 'whole');
    machine.do({ type: 'send-back', task: 'a', comments: [], note: 'Shorter.' });
    machine.ended('a', { kind: 'exited', code: 1 }).taken('a');
    // It judges what is there of both.
    machine.layerGate(2, 'whole');
    machine.do({ type: 'retry', task: 'a' });
    machine.ended('a').taken('a', 'again').merged('a');
    expect(machine.effects()).toEqual(['layer-1/1/whole', 'layer-2/2/whole']);
  });

  it('judge anew when a task that was skipped is done after all', () => {
    const last = { ...gateSpec('last', 'end'), always: true };
    const machine = new Machine(task('a') + task('b'), { agents: 1, gates: [last] });
    machine.done('a').do({ type: 'skip', task: 'b' });
    machine.ended('b', { kind: 'cancelled' }).taken('b');
    expect(machine.effects()).toEqual(['end/0/last']);
    machine.judged({ kind: 'end' }, report('last', 'passed'));
    expect(machine.do({ type: 'retry', task: 'b' })).toBeUndefined();
    machine.done('b');
    expect(machine.effects()).toEqual(['end/1/last']);
  });
});
