import { describe, expect, it } from 'vitest';
import { promptFor } from '../../../src/core/agent/prompt.ts';
import { gateSpec, Machine } from './machine.ts';

const task = (id: string, ...on: string[]): string =>
  `### ${id}: Task ${id}\n- Estimate: 10 min\n- Depends on: ${on.join(', ') || 'none'}\n\nDo it.\n\n`;
const LINT = { ...gateSpec('lint', 'layer'), always: true };

function say(machine: Machine, id: string): string | undefined {
  return machine.do({ type: 'send-back', task: id, comments: [], note: 'PLEASE rename x' });
}

function promptOf(machine: Machine, i = 0): string {
  const of = machine.state.spec.plan.tasks[i];
  if (of === undefined) throw new Error(`no task ${i}`);
  return promptFor(machine.state, of);
}

describe('what a person wants changed is told until it is merged', () => {
  const sentBack = (): Machine => {
    const machine = new Machine(task('a') + task('b'));
    machine.done('a');
    say(machine, 'a');
    return machine;
  };

  it('after an attempt that came to nothing', () => {
    const machine = sentBack();
    expect(promptOf(machine).match(/PLEASE/gu)).toHaveLength(1);
    machine.ended('a', { kind: 'timed-out', limit: 'idle' }).taken('a', '');
    expect(machine.phases()).toMatchObject({ a: 'working' });
    expect(promptOf(machine)).toContain('PLEASE');
  });

  it('after it was held', () => {
    const machine = sentBack();
    machine.do({ type: 'foreseen', pairs: [{ tasks: ['a', 'b'], files: ['f'] }] });
    expect(machine.do({ type: 'hold', task: 'a' })).toBeUndefined();
    machine.ended('a', { kind: 'cancelled' }).taken('a');
    expect(promptOf(machine)).toContain('PLEASE');
  });

  it('after a conflict', () => {
    const machine = sentBack();
    machine.ended('a').taken('a');
    machine.do({ type: 'conflicted', task: 'a', attempt: 2, files: ['f'] });
    machine.do({ type: 'retry', task: 'a' });
    expect(promptOf(machine)).toContain('PLEASE');
    machine.done('a');
    machine.do({ type: 'send-back', task: 'a', comments: [], note: 'Something else' });
    expect(promptOf(machine)).not.toContain('PLEASE');
  });

  it('and is not taken while the task is rolled back', () => {
    const machine = new Machine(task('a') + task('b', 'a'));
    machine.done('a');
    machine.do({ type: 'roll-back', task: 'a' });
    expect(say(machine, 'a')).toMatch(/rolled back/u);
  });
});

describe('gates of layers', () => {
  it.each(['conservative', 'sequential'] as const)(
    'judge what was sent back, though what waits for them was too: %s',
    (strategy) => {
      const machine = new Machine(task('a') + task('b', 'a'), { gates: [LINT], strategy });
      machine.done('a').layerGate(1, 'lint').done('b').layerGate(2, 'lint');
      say(machine, 'b');
      say(machine, 'a');
      machine.ended('b', { kind: 'timed-out', limit: 'idle' }).taken('b', '');
      machine.done('a');
      expect(machine.effects()).toEqual(['layer-1/1/lint']);
    },
  );

  it.each(['send-back', 'roll-back'] as const)('that were under way judge anew after a %s', (how) => {
    const machine = new Machine(task('a') + task('b', 'a'), { gates: [LINT], strategy: 'conservative' });
    machine.done('a');
    expect(machine.effects()).toContain('layer-1/0/lint');
    if (how === 'send-back') say(machine, 'a');
    else {
      machine.do({ type: 'roll-back', task: 'a' });
      machine.do({ type: 'rolled-back', task: 'a', commit: 'reverted' });
      machine.do({ type: 'retry', task: 'a' });
    }
    machine.done('a');
    expect(machine.effects()).toEqual(['layer-1/1/lint']);
  });
});

describe('a roll-back', () => {
  it('of a run that was cancelled starts nothing of it', () => {
    const machine = new Machine(task('a') + task('b') + task('c'), { agents: 1 });
    machine.done('a');
    machine.do({ type: 'cancel' });
    machine.ended('b', { kind: 'cancelled' }).taken('b');
    machine.do({ type: 'roll-back', task: 'a' });
    machine.do({ type: 'rolled-back', task: 'a', commit: 'reverted' });
    expect(machine.phases()).toMatchObject({ a: 'rolled-back', c: 'waiting' });
    expect(machine.state.status).toEqual({ kind: 'finished', outcome: 'cancelled' });
  });

  it('leaves nothing of it to go on from', () => {
    const machine = new Machine(task('a') + task('b'));
    machine.done('a');
    say(machine, 'a');
    machine.done('a');
    machine.do({ type: 'roll-back', task: 'a' });
    machine.do({ type: 'rolled-back', task: 'a', commit: 'reverted' });
    machine.do({ type: 'take-over', task: 'a' });
    expect(machine.state.tasks[0]?.attempts.at(-1)).toMatchObject({ byHand: true, base: 'reverted', mend: false });
  });
});
