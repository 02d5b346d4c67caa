import { describe, expect, it } from 'vitest';
import { fold } from '../../../src/core/run/evolve.ts';
import type { RunSpec } from '../../../src/core/run/event.ts';
import { promptFor } from '../../../src/core/agent/prompt.ts';
import { progressLine } from '../../../src/core/view/monitor.ts';
import { runPanel } from '../../../src/core/view/run-panel.ts';
import { gateSpec, Machine } from './machine.ts';

// What a person does with work that is there: reads it, sends it back.

const task = (id: string, ...dependsOn: string[]): string =>
  `### ${id}: Task ${id}\n- Estimate: 10 min\n- Depends on: ${dependsOn.join(', ') || 'none'}\n\nDo it.\n\n`;
const FOUR = task('a') + task('b') + task('c') + task('d');

const panelOf = (machine: Machine) => runPanel(machine.state, machine.state.time, { readOnly: false, lineOf: () => 0 });
const rowOf = (machine: Machine, id: string) =>
  panelOf(machine)
    .layers.flatMap(({ tasks }) => tasks)
    .find((row) => row.id === id);

describe('what is merged', () => {
  it('is unread until somebody has read it, and again when it is merged again', () => {
    const machine = new Machine(task('a') + task('b'));
    expect(rowOf(machine, 'a')?.unread).toBeUndefined();
    machine.done('a');
    expect(rowOf(machine, 'a')).toMatchObject({ unread: true, actions: expect.arrayContaining(['read']) as string[] });
    expect(machine.do({ type: 'mark-read', task: 'a' })).toBeUndefined();
    expect(rowOf(machine, 'a')?.unread).toBeUndefined();
    machine.do({ type: 'send-back', task: 'a', comments: [], note: 'Shorter.' });
    machine.done('a');
    expect(rowOf(machine, 'a')?.unread).toBe(true);
    expect(panelOf(machine).needs).toEqual([]);
    expect(fold(machine.journal)).toEqual(machine.state);
  });

  it('is not there to be read before', () => {
    expect(new Machine(task('a')).do({ type: 'mark-read', task: 'a' })).toBe(
      'a is working; there is nothing merged to be read.',
    );
  });

  it('has nothing to be read where nothing was changed', () => {
    const machine = new Machine('### a: A\n- Depends on: none\n- Acceptance:\n  - [ ] `true`\n\nDo it.\n');
    machine.ended('a').taken('a', '').gate('a', 'acceptance');
    expect(rowOf(machine, 'a')).toMatchObject({ status: 'unchanged' });
    expect(rowOf(machine, 'a')?.unread).toBeUndefined();
  });
});

describe('with a limit of what may be unread', () => {
  const limited = (plan: string, most = 1, spec: Partial<RunSpec> = {}) =>
    new Machine(plan, { policy: { mostUnread: most }, ...spec });

  it('nothing new starts beyond it, the run does not end, and reading lets it go on', () => {
    const machine = limited(FOUR);
    machine.done('a');
    expect(machine.phases()).toMatchObject({ c: 'working' });
    machine.done('b').done('c');
    expect(machine.phases()).toEqual({ a: 'merged', b: 'merged', c: 'merged', d: 'waiting' });
    expect(machine.state.status).toEqual({ kind: 'running' });
    expect(panelOf(machine).needs).toEqual(
      ['a', 'b', 'c'].map((id) => ({
        kind: 'review',
        task: id,
        text: 'merged and not read: no new task starts while more than 1 is unread',
        actions: ['changes', 'read', 'send-back'].map((action) => ({ kind: 'task', action })),
      })),
    );
    const [last] = machine.journal.slice(-1);
    expect(last && progressLine(last.event, machine.state)).toContain('a, b and c: merged and not read');
    machine.do({ type: 'mark-read', task: 'a' });
    expect(machine.phases()).toMatchObject({ d: 'waiting' });
    machine.do({ type: 'mark-read', task: 'b' });
    expect(machine.phases()).toMatchObject({ d: 'working' });
    expect(panelOf(machine).needs).toEqual([]);
    machine.done('d');
    expect(machine.state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
  });

  it('what has begun goes on, whatever is unread, and takes no place that it does not need', () => {
    const machine = limited(task('a') + task('b') + task('c') + task('d'), 1, { agents: 3, priorities: [1, 1, 1, 0] });
    machine.done('a');
    machine.do({ type: 'mark-read', task: 'a' });
    machine.done('b').done('d');
    expect(machine.phases()).toEqual({ a: 'merged', b: 'merged', c: 'working', d: 'merged' });
    machine.ended('c', { kind: 'exited', code: 1 }).taken('c', '');
    expect(machine.attempt('c')).toBe(2);
    machine.do({ type: 'send-back', task: 'a', comments: [], note: 'More.' });
    expect(machine.phases()).toMatchObject({ a: 'working' });
    machine.done('a').done('c');
    expect(machine.state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
  });

  it('what has begun is not kept by something new that goes before it', () => {
    const machine = limited(FOUR, 1, {
      agents: 2,
      priorities: [3, 2, 0, 1],
      limits: { attempts: 1, idleMs: 1, totalMs: 1 },
    });
    machine.done('a');
    machine.do({ type: 'pause' });
    machine.ended('d', { kind: 'exited', code: 1 }).taken('d', '').done('b');
    machine.do({ type: 'resume' });
    expect(machine.phases()).toEqual({ a: 'merged', b: 'merged', c: 'waiting', d: 'failed' });
    machine.do({ type: 'retry', task: 'd' });
    expect(machine.phases()).toMatchObject({ c: 'waiting', d: 'working' });
  });

  it('the run ends where nothing would start anyway', () => {
    const machine = limited(task('a') + task('b') + task('c') + task('d', 'c'), 1, {
      limits: { attempts: 1, idleMs: 1, totalMs: 1 },
    });
    machine.done('a').done('b');
    machine.do({ type: 'mark-read', task: 'a' });
    machine.ended('c', { kind: 'exited', code: 1 }).taken('c', '');
    expect(machine.phases()).toEqual({ a: 'merged', b: 'merged', c: 'failed', d: 'waiting' });
    expect(machine.state.status).toEqual({ kind: 'finished', outcome: 'failed' });
  });

  it('it can be cancelled and paused meanwhile', () => {
    const machine = limited(FOUR);
    machine.done('a').done('b').done('c');
    machine.do({ type: 'pause' });
    machine.do({ type: 'resume' });
    expect(machine.phases()).toMatchObject({ d: 'waiting' });
    machine.do({ type: 'cancel' });
    expect(machine.state.status).toEqual({ kind: 'finished', outcome: 'cancelled' });
  });
});

describe('what is sent back', () => {
  const comments = [{ path: 'a.txt', line: 3, text: 'Too long.\nSplit it.' }];
  const back = (machine: Machine, id = 'a') => machine.do({ type: 'send-back', task: id, comments, note: 'Nearly.' });
  const ASKED = 'Nearly.\n- a.txt:3: Too long.\n  Split it.';

  it('begins anew from what is merged, and the gates that judged it are run again', () => {
    const plan = `---\ngates: [whole]\n---\n${task('a')}${task('b', 'a')}`;
    const machine = new Machine(plan, { gates: [gateSpec('whole', 'layer'), gateSpec('end', 'end', true)] });
    machine.done('a').layerGate(1, 'whole').done('b').layerGate(2, 'whole');
    expect(machine.state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
    expect(back(machine)).toBeUndefined();
    expect(machine.state.tasks[0]?.attempts[1]).toMatchObject({ base: 'after-b', mend: false });
    expect(machine.state.tasks[0]?.note).toBe(
      `Your work is merged. A person has looked at it and wants changes. You begin from the merged work:\n${ASKED}`,
    );
    expect(machine.state.layers.map(({ gates }) => gates)).toEqual([[], []]);
    machine.done('a').layerGate(1, 'whole').layerGate(2, 'whole');
    expect(machine.state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
    expect(fold(machine.journal)).toEqual(machine.state);
  });

  it('at work is stopped, and goes on from what it has', () => {
    const machine = new Machine(task('a'));
    expect(back(machine)).toBeUndefined();
    expect(machine.effect('working/a/1')).toMatchObject({ stopping: 'mend' });
    // A window that closes now does not take it back.
    machine.do({ type: 'interrupt' });
    machine.do({ type: 'resume' });
    machine.ended('a', { kind: 'cancelled' }).taken('a');
    expect(machine.state.tasks[0]?.attempts[1]).toMatchObject({ base: 'base', mend: true });
    expect(promptFor(machine.state, machine.state.spec.plan.tasks[0] ?? never(), { house: [], given: [] })).toContain(
      `which is not merged, and wants changes. You go on from it:\n${ASKED}`,
    );
  });

  it.each([
    ['a gate', (m: Machine) => m.ended('a').taken('a').gate('a', 'check', 'failed'), true, 'The gate check did not'],
    ['its agent', (m: Machine) => m.ended('a', { kind: 'exited', code: 1 }).taken('a'), true, 'exit code 1'],
    ['nothing there', (m: Machine) => m.ended('a', { kind: 'exited', code: 1 }).taken('a', ''), false, 'exit code 1'],
    [
      'a conflict',
      (m: Machine) => {
        m.ended('a').taken('a').gate('a', 'check');
        m.do({ type: 'conflicted', task: 'a', attempt: 1, files: ['a.txt'] });
      },
      false,
      'conflicted with work merged meanwhile',
    ],
  ])('after a failure: %s', (_, fail, mend, why) => {
    const machine = new Machine(`---\ngates: [check]\n---\n${task('a')}`, {
      gates: [gateSpec('check')],
      limits: { attempts: 1, idleMs: 1, totalMs: 1 },
    });
    fail(machine);
    expect(back(machine)).toBeUndefined();
    expect(machine.state.tasks[0]?.attempts[1]).toMatchObject({ mend });
    expect(machine.state.tasks[0]?.note).toContain(why);
    expect(machine.state.tasks[0]?.note).toContain(`${mend ? 'You go on from it' : 'You begin anew'}:\n${ASKED}`);
  });

  it('is said to be nothing where nothing is asked, or there is no work', () => {
    const machine = new Machine(task('a') + task('b', 'a'));
    expect(machine.do({ type: 'send-back', task: 'a', comments: [], note: ' ' })).toBe(
      'Say what is to be changed about a: in a note, or on a line of a file.',
    );
    expect(back(machine, 'b')).toBe('b is waiting; it cannot be sent back.');
    expect(back(machine, 'x')).toBe('The run has no task x.');
  });
});

function never(): never {
  throw new Error('not there');
}
