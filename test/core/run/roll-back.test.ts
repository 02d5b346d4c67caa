import { describe, expect, it } from 'vitest';
import { fold } from '../../../src/core/run/evolve.ts';
import type { RunSpec } from '../../../src/core/run/event.ts';
import { runPanel } from '../../../src/core/view/run-panel.ts';
import { summaryJson, summaryMarkdown } from '../../../src/core/view/summary.ts';
import { gateSpec, Machine } from './machine.ts';

const task = (id: string, ...dependsOn: string[]): string =>
  `### ${id}: Task ${id}\n- Estimate: 10 min\n- Depends on: ${dependsOn.join(', ') || 'none'}\n\nDo it.\n\n`;
// a <- b <- c; d alone.
const CHAIN = task('a') + task('b', 'a') + task('c', 'b') + task('d');

const back = (machine: Machine, id = 'a') => machine.do({ type: 'roll-back', task: id });
const done = (machine: Machine, id = 'a') => machine.do({ type: 'rolled-back', task: id, commit: 'reverted' });
const needsOf = (machine: Machine) => runPanel(machine.state, 0, { readOnly: false, lineOf: () => 0 }).needs;
const rollBackOf = (machine: Machine) => machine.effects().filter((key) => key.startsWith('roll-back/'));

function finished(plan = CHAIN, spec: Partial<RunSpec> = {}): Machine {
  const machine = new Machine(plan, spec);
  for (const { id } of machine.state.spec.plan.tasks) machine.wait(1).done(id);
  return machine;
}

describe('rolling back', () => {
  it('takes back a task and what is built upon it, and they begin again when it is there again', () => {
    const machine = finished();
    expect(machine.state.status.kind).toBe('finished');
    machine.do({ type: 'applied', branch: 'main', commit: 'x' });
    expect(back(machine, 'b')).toBeUndefined();
    expect(machine.effect('roll-back/b')).toMatchObject({ task: 'b', tasks: ['b', 'c'] });
    done(machine, 'b');
    expect(machine.phases()).toEqual({ a: 'merged', b: 'rolled-back', c: 'waiting', d: 'merged' });
    expect(machine.state).toMatchObject({ integration: 'reverted', status: { kind: 'finished', outcome: 'failed' } });
    expect(machine.state.applied).toBeUndefined();
    // What the plan is ticked by: the user had it.
    expect(machine.state.tasks.map(({ applied }) => applied)).toEqual([true, true, true, true]);
    expect(fold(machine.journal)).toEqual(machine.state);
    const { timeline } = runPanel(machine.state, 0, { readOnly: false, lineOf: () => 0 });
    const bars = timeline.lanes.flatMap((lane) => lane.bars).filter(({ kind }) => kind === 'actual');
    expect(Object.fromEntries(bars.map(({ task: id, status }) => [id, status]))).toEqual({
      a: 'merged',
      b: 'rolled-back',
      c: 'rolled-back',
      d: 'merged',
    });

    machine.do({ type: 'retry', task: 'b' });
    expect(machine.state.tasks[1]?.attempts[1]).toMatchObject({ base: 'reverted', mend: false });
    expect(machine.state.tasks[1]?.note).toContain('a person has taken it back');
    machine.done('b');
    expect(machine.state.tasks[2]).toMatchObject({ note: expect.stringContaining('since b,') as string });
    expect(machine.state.tasks[2]?.attempts[1]).toMatchObject({ base: 'after-b', mend: false });
    machine.done('c');
    expect(machine.state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
  });

  it('is skipped, and what depends on it goes on', () => {
    const machine = finished();
    back(machine);
    done(machine);
    machine.do({ type: 'skip', task: 'a' });
    expect(machine.phases()).toMatchObject({ a: 'skipped', b: 'working' });
  });

  it('stops what is built upon it first, and nothing starts or is merged meanwhile', () => {
    const machine = new Machine(CHAIN + task('e') + task('f'), { agents: 2 });
    machine.done('a');
    expect(machine.phases()).toMatchObject({ b: 'working', d: 'working', e: 'waiting' });
    expect(back(machine)).toBeUndefined();
    expect(back(machine, 'd')).toBe('a is being rolled back. Wait for that.');
    expect(machine.effect('working/b/1')).toMatchObject({ stopping: 'requeue' });
    machine.ended('d').taken('d');
    expect(machine.phases()).toMatchObject({ d: 'checking' });
    expect(rollBackOf(machine)).toEqual([]);
    machine.ended('b', { kind: 'cancelled' }).taken('b');
    expect(machine.phases()).toMatchObject({ b: 'waiting', d: 'checking', e: 'waiting' });
    expect(rollBackOf(machine)).toEqual(['roll-back/a']);
    expect(machine.do({ type: 'take-over', task: 'd' })).toBe('a is being rolled back. Wait for that.');
    done(machine);
    expect(machine.phases()).toMatchObject({ a: 'rolled-back', b: 'waiting', d: 'merging', e: 'working' });
    expect(fold(machine.journal)).toEqual(machine.state);
  });

  it('waits for what is being merged', () => {
    const machine = new Machine(task('a') + task('b', 'a'));
    machine.done('a').ended('b').taken('b');
    expect(machine.phases()).toEqual({ a: 'merged', b: 'merging' });
    back(machine);
    expect(rollBackOf(machine)).toEqual([]);
    machine.merged('b');
    expect(machine.effect('roll-back/a')).toMatchObject({ tasks: ['a', 'b'] });
  });

  it('goes with what was sent back, and what failed upon it', () => {
    const machine = finished(CHAIN, { limits: { attempts: 1, idleMs: 1, totalMs: 1 } });
    machine.do({ type: 'send-back', task: 'c', comments: [], note: 'x' });
    machine.ended('c', { kind: 'exited', code: 1 }).taken('c');
    back(machine);
    expect(machine.effect('roll-back/a')).toMatchObject({ tasks: ['a', 'b', 'c'] });
    done(machine);
    expect(machine.phases()).toMatchObject({ a: 'rolled-back', b: 'waiting', c: 'waiting' });
  });

  it('what goes on upon it from what it had begins anew, and is told what it was to be told', () => {
    const machine = new Machine(task('a') + task('b', 'a'));
    machine.done('a');
    machine.do({ type: 'send-back', task: 'b', comments: [], note: 'Shorter.' });
    back(machine);
    machine.ended('b', { kind: 'cancelled' }).taken('b');
    expect(machine.state.tasks[1]).toMatchObject({ phase: { kind: 'waiting' }, mend: true });
    done(machine);
    machine.do({ type: 'skip', task: 'a' });
    expect(machine.state.tasks[1]?.attempts[1]).toMatchObject({ base: 'reverted', mend: false });
    expect(machine.state.tasks[1]?.note).toMatch(/^Your work was taken back, since a.*\n.*\nShorter\.$/u);
  });

  it('a task at work again is stopped, and what was merged of it goes', () => {
    const machine = finished();
    machine.do({ type: 'send-back', task: 'a', comments: [], note: 'x' });
    back(machine);
    expect(machine.effect('working/a/2')).toMatchObject({ stopping: 'requeue' });
    machine.ended('a', { kind: 'cancelled' }).taken('a');
    done(machine);
    expect(machine.phases()).toMatchObject({ a: 'rolled-back', b: 'waiting' });
  });

  it('has the gates run again that judged it, once all is there', () => {
    const machine = new Machine(`---\ngates: [whole]\n---\n${task('a')}${task('b', 'a')}`, {
      gates: [gateSpec('whole', 'layer')],
    });
    machine.done('a').layerGate(1, 'whole').done('b').layerGate(2, 'whole');
    back(machine, 'b');
    expect(machine.effects()).toEqual(['roll-back/b']);
    done(machine, 'b');
    expect(machine.state.layers.map(({ gates }) => gates.length)).toEqual([1, 0]);
    machine.do({ type: 'retry', task: 'b' });
    machine.done('b');
    expect(machine.effects()).toEqual(['layer-2/1/whole']);
  });

  it('leaves all as it was where later work is in the way, and says whose', () => {
    const machine = finished();
    back(machine);
    machine.do({ type: 'roll-back-refused', task: 'a', refusal: { kind: 'conflict', files: ['d.txt'] } });
    expect(machine.phases()).toEqual({ a: 'merged', b: 'merged', c: 'merged', d: 'merged' });
    expect(machine.state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
    expect(needsOf(machine)).toEqual([
      {
        kind: 'roll-back',
        task: 'a',
        text: 'not rolled back: later work of d is in the same lines of d.txt',
        actions: [
          { kind: 'task', action: 'roll-back' },
          { kind: 'task', action: 'read' },
        ],
      },
    ]);
    machine.do({ type: 'mark-read', task: 'a' });
    expect(needsOf(machine)).toEqual([]);
    // What was merged before it cannot be what is in the way.
    machine.wait(1).do({ type: 'roll-back', task: 'd' });
    machine.do({ type: 'roll-back-refused', task: 'd', refusal: { kind: 'conflict', files: ['a.txt', 'd.txt'] } });
    expect(needsOf(machine)[0]?.text).toBe('not rolled back: later work is in the same lines of a.txt and d.txt');
    expect(fold(machine.journal)).toEqual(machine.state);
  });

  it('a cancelled run ends when it is known what came of it', () => {
    const machine = new Machine(task('a') + task('b'), { agents: 1 });
    machine.done('a');
    back(machine);
    machine.do({ type: 'cancel' });
    machine.ended('b', { kind: 'cancelled' }).taken('b');
    expect(machine.state.status.kind).toBe('cancelling');
    done(machine);
    expect(machine.state.status).toEqual({ kind: 'finished', outcome: 'cancelled' });
  });

  it.each([
    ['not there', 'x', 'The run has no task x.'],
    ['not merged', 'b', 'Nothing of b is merged that could be rolled back.'],
    ['on top of it', 'a', 'b depends on a and is in your hands. Hand it back or skip it first.'],
  ])('is refused: %s', (_, id, why) => {
    const machine = new Machine(task('a') + task('b', 'a'));
    machine.done('a');
    machine.do({ type: 'take-over', task: 'b' });
    machine.ended('b', { kind: 'cancelled' }).taken('b');
    expect(machine.phases()).toMatchObject({ b: 'taken' });
    expect(back(machine, id)).toBe(why);
  });

  it('is not in the summary as delivered', () => {
    const machine = finished(task('a') + task('b', 'a') + task('d'));
    back(machine);
    done(machine);
    const text = summaryMarkdown(machine.state);
    expect(text).toContain('↩️ **a**: Task a - rolled back');
    expect(text).toContain('## Deliverables Created\n- Task d: `d.txt`\n');
    expect(text).not.toContain('`a.txt`');
    expect(summaryJson(machine.state)).toMatchObject({ completedTasks: 1, tasks: [{ state: 'rolled-back' }, {}, {}] });
  });
});
