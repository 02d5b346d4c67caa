import { describe, expect, it } from 'vitest';
import { fold } from '../../../src/core/run/evolve.ts';
import type { Foreseen, RunSpec } from '../../../src/core/run/event.ts';
import { monitorText, progressLine } from '../../../src/core/view/monitor.ts';
import { runPanel } from '../../../src/core/view/run-panel.ts';
import { statusBar } from '../../../src/core/view/tree.ts';
import { Machine } from './machine.ts';

const task = (id: string, ...dependsOn: string[]): string =>
  `### ${id}: Task ${id}\n- Estimate: 10 min\n- Depends on: ${dependsOn.join(', ') || 'none'}\n\nDo it.\n\n`;
const radar = { policy: { radar: true } } as const;
const BOTH: Foreseen = { tasks: ['a', 'b'], files: ['x.txt'] };

const start = (plan = task('a') + task('b'), spec: Partial<RunSpec> = {}) => new Machine(plan, { ...radar, ...spec });
const foresee = (machine: Machine, ...pairs: Foreseen[]) => machine.do({ type: 'foreseen', pairs });
const hold = (machine: Machine, id = 'b') => machine.do({ type: 'hold', task: id });
const stop = (machine: Machine, id = 'b') => machine.ended(id, { kind: 'cancelled' }).taken(id);
const panelOf = (machine: Machine) => runPanel(machine.state, 0, { readOnly: false, lineOf: () => 0 });
const rowOf = (machine: Machine, id: string) =>
  panelOf(machine)
    .layers.flatMap(({ tasks }) => tasks)
    .find((row) => row.id === id);

describe('a conflict that is foreseen', () => {
  it('is looked for while something is at work, and only where the run is to', () => {
    const machine = start(task('a'));
    expect(machine.effects()).toContain('radar');
    machine.ended('a').taken('a');
    expect(machine.effects()).not.toContain('radar');
    expect(new Machine(task('a')).effects()).not.toContain('radar');
  });

  it('is recorded when it changes, and shown on both, to be held on the later one', () => {
    const machine = start(task('a') + task('b') + task('c'), { agents: 1 });
    machine.done('a');
    const two = start();
    foresee(two, BOTH);
    const length = two.journal.length;
    foresee(two, BOTH);
    expect(two.journal.length).toBe(length);
    expect(rowOf(two, 'a')).toMatchObject({
      note: 'would conflict with b in x.txt',
      foreseen: { others: ['b'], files: ['x.txt'] },
    });
    expect(panelOf(two).needs).toEqual([
      {
        kind: 'foreseen',
        task: 'a',
        text: 'would conflict with b in x.txt',
        actions: [{ kind: 'task', action: 'hold' }],
      },
    ]);
    expect(statusBar(panelOf(two))?.attention).toBe(0);
    expect(monitorText(two.state, 0)).toContain('- Foreseen: a would conflict with b in x.txt');
    const [last] = two.journal.slice(-1);
    expect(last && progressLine(last.event, two.state)).toBe('⚠️ foreseen: a would conflict with b in x.txt');
    foresee(two);
    expect(rowOf(two, 'a')?.foreseen).toBeUndefined();
  });

  it('names the one that began later', () => {
    const machine = start(task('a') + task('b') + task('c'), { agents: 2 });
    machine.wait(5).done('b');
    foresee(machine, { tasks: ['a', 'c'], files: ['x'] });
    expect(panelOf(machine).needs[0]?.task).toBe('c');
  });

  it('with what is merged names the file', () => {
    const machine = start();
    foresee(machine, { tasks: ['a'], files: ['x', 'y'] });
    expect(rowOf(machine, 'a')?.note).toBe('would conflict with what is merged in x and y');
  });

  it('is over with the work of either', () => {
    const machine = start();
    foresee(machine, BOTH);
    machine.ended('a').taken('a');
    expect(machine.state.foreseen).toEqual([]);
    foresee(machine, BOTH);
    expect(machine.state.foreseen).toEqual([]);
    expect(fold(machine.journal)).toEqual(machine.state);
  });
});

describe('a task that is held', () => {
  it('stops, waits for the other, and begins anew from that, told why and where its work is', () => {
    const machine = start();
    foresee(machine, BOTH);
    expect(hold(machine)).toBeUndefined();
    expect(rowOf(machine, 'b')?.note).toBe('is being stopped');
    stop(machine);
    expect(machine.phases()).toEqual({ a: 'working', b: 'waiting' });
    expect(rowOf(machine, 'b')).toMatchObject({
      status: 'held',
      note: 'held until a is merged',
      actions: ['retry', 'skip', 'take-over', 'terminal', 'log', 'changes'],
    });
    machine.done('a');
    expect(machine.state.tasks[1]).toMatchObject({
      attempts: [{}, { base: 'after-a', mend: false }],
      note: [
        'You were stopped, since your work would have conflicted with the work of a in: x.txt.',
        'You begin anew, from what is merged by now; make your change fit it.',
        'What you had done before: git show b-commit',
      ].join('\n'),
    });
    machine.done('b');
    expect(machine.state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
    expect(fold(machine.journal)).toEqual(machine.state);
  });

  it('lets others go on meanwhile, and waits for another attempt of the other', () => {
    const machine = start(task('a') + task('b') + task('c'));
    foresee(machine, BOTH);
    hold(machine);
    stop(machine);
    expect(machine.phases()).toEqual({ a: 'working', b: 'waiting', c: 'working' });
    machine.ended('a', { kind: 'exited', code: 1 }).taken('a', '');
    expect(machine.phases()).toEqual({ a: 'working', b: 'waiting', c: 'working' });
  });

  it.each<[string, (machine: Machine) => unknown]>([
    ['failed', (m) => m.ended('a', { kind: 'exited', code: 1 }).taken('a', '')],
    ['is skipped', (m) => [m.do({ type: 'skip', task: 'a' }), m.ended('a', { kind: 'cancelled' }).taken('a')]],
    [
      'conflicts',
      (m) =>
        m
          .ended('a')
          .taken('a')
          .do({ type: 'conflicted', task: 'a', attempt: 1, files: ['x.txt'] }),
    ],
  ])('goes on where the other will not be merged: %s', (_, end) => {
    const machine = start(undefined, { limits: { attempts: 1, idleMs: 1, totalMs: 1 } });
    foresee(machine, BOTH);
    hold(machine);
    stop(machine);
    end(machine);
    expect(machine.phases()).toMatchObject({ b: 'working' });
  });

  it('begins anew at once where it would conflict with what is merged', () => {
    const machine = start();
    foresee(machine, { tasks: ['b'], files: ['x.txt'] });
    hold(machine);
    stop(machine);
    expect(machine.state.tasks[1]?.attempts[1]).toMatchObject({ mend: false });
    expect(machine.state.tasks[1]?.note).toContain('conflicted with what is merged in: x.txt');
  });

  it('goes at once where a person says so', () => {
    const machine = start();
    foresee(machine, BOTH);
    hold(machine);
    stop(machine);
    machine.do({ type: 'retry', task: 'b' });
    expect(machine.phases()).toMatchObject({ b: 'working' });
    expect(machine.state.tasks[1]?.hold).toBeUndefined();
    expect(machine.state.tasks[1]?.note).toContain('You were stopped');
  });

  it('two that wait for each other do not keep the run', () => {
    const machine = start(task('a') + task('b') + task('c'), { agents: 3 });
    foresee(machine, BOTH, { tasks: ['b', 'c'], files: ['y'] });
    hold(machine, 'b');
    hold(machine, 'a');
    stop(machine, 'a');
    stop(machine, 'b');
    expect(machine.phases()).toEqual({ a: 'waiting', b: 'waiting', c: 'working' });
    machine.done('c');
    expect(Object.values(machine.phases())).toContain('working');
    machine.done('a');
    machine.done('b');
    expect(machine.state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
  });

  it('is cancelled with the run', () => {
    const machine = start();
    foresee(machine, BOTH);
    hold(machine);
    stop(machine);
    machine.do({ type: 'cancel' });
    machine.ended('a', { kind: 'cancelled' }).taken('a');
    expect(machine.state.status).toEqual({ kind: 'finished', outcome: 'cancelled' });
  });

  it('is one of which a conflict is foreseen', () => {
    const machine = start();
    expect(hold(machine)).toBe('No conflict is foreseen of b that it could wait for.');
  });
});
