import { describe, expect, it } from 'vitest';
import { fold } from '../../../src/core/run/evolve.ts';
import { gateSpec, Machine } from './machine.ts';

const task = (id: string, dependsOn = 'none', more = ''): string =>
  `### ${id}: Task ${id}\n- Estimate: 10 min\n- Depends on: ${dependsOn}\n${more}\nDo ${id}.\n\n`;
const diamond = `# D\n\n## Layer 1: One\n\n${task('a')}${task('b')}## Layer 2: Two\n\n${task('c', 'a')}${task('d', 'a, b')}`;

describe('the way of a task', () => {
  it('works, is taken, merges, and lets its dependents go', () => {
    const run = new Machine(diamond);
    expect(run.effects()).toEqual(['working/a/1', 'working/b/1']);
    run.ended('a');
    expect(run.effects()).toEqual(['taking/a/1', 'working/b/1']);
    run.taken('a');
    expect(run.effects()).toEqual(['merging/a/1', 'working/b/1']);
    run.merged('a');
    expect(run.effects()).toEqual(['working/b/1', 'working/c/1']);
    run.done('b').done('c').done('d');
    expect(run.state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
    expect(run.state.integration).toBe('after-d');
    expect(run.effects()).toEqual([]);
  });

  it.each([
    ['a code other than 0', { kind: 'exited', code: 3 } as const, 'exit code 3'],
    ['a signal', { kind: 'signalled', signal: 'SIGKILL' } as const, 'ended by SIGKILL'],
    ['silence', { kind: 'timed-out', limit: 'idle' } as const, 'printed nothing for too long'],
    ['no start', { kind: 'not-started', message: 'not found: x' } as const, 'not found: x'],
  ])('%s is tried again with what went wrong, then given up', (_, end, message) => {
    const run = new Machine(`# D\n\n${task('a')}${task('b', 'a')}${task('c')}`);
    run.ended('a', end).taken('a');
    expect(run.effects()).toContain('working/a/2');
    expect(run.state.tasks[0]?.note).toContain(message);
    expect(run.state.tasks[0]?.attempts[1]).toMatchObject({ mend: false, base: 'base' });
    run.ended('a', end).taken('a');
    expect(run.phases()).toEqual({ a: 'failed', b: 'waiting', c: 'working' });
    run.done('c');
    expect(run.state.status).toEqual({ kind: 'finished', outcome: 'failed' });
  });

  it('is no result when it changed nothing, whatever its exit code', () => {
    const run = new Machine(`# D\n\n${task('a')}`, { limits: { attempts: 1, idleMs: 1, totalMs: 1 } });
    run.ended('a').taken('a', '');
    expect(run.state.tasks[0]?.phase).toEqual({ kind: 'failed', failure: { kind: 'no-changes' } });
  });

  it('names what it was not allowed, where that is why it changed nothing', () => {
    const run = new Machine(`# D\n\n${task('a')}`);
    const denied = ['Write: a.txt'];
    run.ended('a', undefined, { report: { denied }, verdict: { kind: 'done' } }).taken('a', '');
    expect(run.journal.map(({ event }) => event)).toContainEqual({
      type: 'task.failed',
      task: 'a',
      attempt: 1,
      failure: { kind: 'no-changes', denied },
    });
    expect(run.state.tasks[0]?.note).toContain('It was not allowed: Write: a.txt');
  });

  it('is done without a change where checks of its own pass', () => {
    const run = new Machine(`# D\n\n${task('a', 'none', '- Acceptance:\n  - [ ] `npm test` passes\n')}`);
    run.ended('a').taken('a', '');
    expect(run.effects()).toEqual(['checking/a/1/acceptance']);
    run.gate('a', 'acceptance');
    expect(run.state.tasks[0]?.phase).toEqual({ kind: 'merged' });
    expect(run.state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
  });

  it('is not done without a change on the strength of a gate of the whole plan', () => {
    const run = new Machine(`---\ngates: [tests]\n---\n# D\n\n${task('a')}`, {
      gates: [gateSpec('tests')],
      limits: { attempts: 1, idleMs: 1, totalMs: 1 },
    });
    run.ended('a').taken('a', '');
    expect(run.phases()).toEqual({ a: 'failed' });
  });

  it.each(['failed', 'not-run'] as const)(
    'a blocking gate that is %s sends it back to go on from its work',
    (verdict) => {
      const run = new Machine(`---\ngates: [tests]\n---\n# D\n\n${task('a')}`, { gates: [gateSpec('tests')] });
      run.ended('a').taken('a').gate('a', 'tests', verdict);
      expect(run.effects()).toEqual(['working/a/2']);
      expect(run.state.tasks[0]?.attempts[1]).toMatchObject({ mend: true, base: 'base' });
      expect(run.state.tasks[0]?.note).toContain('run tests: exit code 1\noutput');
      run.ended('a').taken('a', 'second').gate('a', 'tests').merged('a');
      expect(run.state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
    },
  );

  it('an advisory gate holds nothing back', () => {
    const run = new Machine(`---\ngates: [tests]\n---\n# D\n\n${task('a')}`, {
      gates: [gateSpec('tests', 'task', false)],
    });
    run.ended('a').taken('a');
    run.judged(
      { kind: 'task', task: 'a', attempt: 1 },
      { gate: 'tests', verdict: 'failed', blocking: false, weight: 1, checks: [], findings: [], durationMs: 1 },
    );
    expect(run.phases()).toEqual({ a: 'merging' });
  });

  it('a change to what judges it is a failed gate', () => {
    const run = new Machine(`# D\n\n${task('a')}`);
    run
      .ended('a')
      .taken('a', 'commit', [{ gate: 'integrity', rule: 'changes-judge', severity: 'error', message: 'no' }]);
    expect(run.effects()).toEqual(['working/a/2']);
    expect(run.state.tasks[0]?.note).toContain('integrity');
  });

  it('a conflict is a state of its own; a retry starts from the merged work', () => {
    const run = new Machine(`# D\n\n${task('a')}${task('b')}${task('c', 'b')}`);
    run.ended('b').taken('b').done('a');
    run.do({ type: 'conflicted', task: 'b', attempt: 1, files: ['x.txt'] });
    expect(run.phases()).toEqual({ a: 'merged', b: 'conflict', c: 'waiting' });
    expect(run.state.status).toEqual({ kind: 'finished', outcome: 'failed' });
    expect(run.do({ type: 'retry', task: 'b' })).toBeUndefined();
    expect(run.state.tasks[1]?.attempts[1]).toMatchObject({ base: 'after-a', mend: false });
    expect(run.state.tasks[1]?.note).toContain('x.txt');
  });

  it('an interrupted attempt is no failure, until it has happened three times in a row', () => {
    const run = new Machine(`# D\n\n${task('a')}`);
    for (const next of [2, 3]) {
      run.ended('a', { kind: 'interrupted' }).taken('a', '');
      expect(run.effects()).toEqual([`working/a/${next}`]);
    }
    run.ended('a', { kind: 'interrupted' }).taken('a', '');
    expect(run.phases()).toEqual({ a: 'failed' });
  });
});

describe('what a person asks', () => {
  it('pause starts nothing new and lets go on what runs; resume goes on', () => {
    const run = new Machine(diamond);
    run.do({ type: 'pause' });
    run.done('a').done('b');
    expect(run.effects()).toEqual([]);
    expect(run.state.status).toEqual({ kind: 'paused' });
    run.do({ type: 'resume' });
    expect(run.effects()).toEqual(['working/c/1', 'working/d/1']);
  });

  it('skip of a task at work stops it first, and its dependents go on', () => {
    const run = new Machine(`# D\n\n${task('a')}${task('b', 'a')}`);
    run.do({ type: 'skip', task: 'a' });
    expect(run.effect('working/a/1')).toMatchObject({ stopping: 'skip' });
    run.ended('a', { kind: 'cancelled' }).taken('a');
    expect(run.phases()).toEqual({ a: 'skipped', b: 'working' });
  });

  it('cancel stops what runs and ends as cancelled; nothing is merged after', () => {
    const run = new Machine(diamond);
    run.do({ type: 'cancel' });
    run.ended('a', { kind: 'cancelled' }).taken('a').ended('b', { kind: 'exited', code: 0 }).taken('b');
    expect(run.phases()).toEqual({ a: 'cancelled', b: 'cancelled', c: 'waiting', d: 'waiting' });
    expect(run.state.status).toEqual({ kind: 'finished', outcome: 'cancelled' });
  });

  it('an interrupt puts what runs back to waiting, uncounted', () => {
    const run = new Machine(`# D\n\n${task('a')}`);
    run.do({ type: 'interrupt' });
    run.ended('a', { kind: 'cancelled' }).taken('a');
    expect(run.phases()).toEqual({ a: 'waiting' });
    expect(run.state.tasks[0]?.counted).toBe(0);
    run.do({ type: 'resume' });
    expect(run.effects()).toEqual(['working/a/2']);
  });

  it.each([
    ['retry of what waits', { type: 'retry', task: 'c' } as const, 'c is waiting; there is nothing to retry.'],
    ['a task that is not there', { type: 'skip', task: 'x' } as const, 'The run has no task x.'],
    [
      'a gate that has not run',
      { type: 'waive-gate', scope: { kind: 'end' }, gate: 'g' } as const,
      'Gate g has nothing to settle there.',
    ],
  ])('%s is refused with a reason', (_, command, reason) => {
    expect(new Machine(diamond).do(command)).toBe(reason);
  });
});

describe('gates of layers and of the end', () => {
  const gated = (strategy: 'conservative' | 'hybrid' | 'aggressive'): Machine =>
    new Machine(
      `---\ngates: [last]\n---\n# D\n\n## Layer 1: One\nGates: whole\n\n${task('a')}## Layer 2: Two\n\n${task('b', 'a')}${task('c', 'b')}`,
      { strategy, gates: [gateSpec('whole', 'layer'), gateSpec('last', 'end')] },
    );

  it('conservative: the next layer waits for them', () => {
    const run = gated('conservative').done('a');
    expect(run.effects()).toEqual(['layer-1/0/whole']);
    run.layerGate(1, 'whole');
    expect(run.effects()).toEqual(['working/b/1']);
  });

  it('hybrid: they run beside later work, and a failure stops new starts until it is settled', () => {
    const run = gated('hybrid').done('a');
    expect(run.effects()).toEqual(['working/b/1', 'layer-1/0/whole']);
    run.layerGate(1, 'whole', 'failed').done('b');
    expect(run.effects()).toEqual([]);
    expect(run.state.status).toEqual({ kind: 'finished', outcome: 'failed' });
    run.do({ type: 'waive-gate', scope: { kind: 'layer', layer: 1 }, gate: 'whole' });
    expect(run.effects()).toEqual(['working/c/1']);
  });

  it('hybrid: a failed one can be run again', () => {
    const run = gated('hybrid').done('a').layerGate(1, 'whole', 'not-run');
    run.do({ type: 'retry-gate', scope: { kind: 'layer', layer: 1 }, gate: 'whole' });
    expect(run.effects()).toEqual(['working/b/1', 'layer-1/1/whole']);
  });

  it('aggressive: all at the end, then those of the end', () => {
    const run = gated('aggressive').done('a').done('b');
    expect(run.effects()).toEqual(['working/c/1']);
    run.done('c');
    expect(run.effects()).toEqual(['layer-1/0/whole']);
    run.layerGate(1, 'whole');
    expect(run.effects()).toEqual(['end/0/last']);
    run.judged(
      { kind: 'end' },
      { gate: 'last', verdict: 'passed', blocking: true, weight: 1, checks: [], findings: [], durationMs: 1 },
    );
    expect(run.state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
  });

  it('sequential stops where a task fails', () => {
    const run = new Machine(`# D\n\n${task('a')}${task('b')}`, {
      strategy: 'sequential',
      limits: { attempts: 1, idleMs: 1, totalMs: 1 },
    });
    expect(run.effects()).toEqual(['working/a/1']);
    run.ended('a', { kind: 'exited', code: 1 }).taken('a');
    expect(run.phases()).toEqual({ a: 'failed', b: 'waiting' });
    expect(run.state.status).toEqual({ kind: 'finished', outcome: 'failed' });
  });
});

describe('reports', () => {
  it('that are not about what is current change nothing', () => {
    const run = new Machine(`# D\n\n${task('a')}`);
    const before = run.journal.length;
    run.do({ type: 'attempt-ended', task: 'a', attempt: 7, end: { kind: 'exited', code: 0 }, activeMs: 1 });
    run.do({ type: 'merged', task: 'a', attempt: 1, commit: 'x' });
    run.do({ type: 'snapshot-taken', task: 'a', attempt: 1, snapshot: { files: [], findings: [] } });
    expect(run.journal.length).toBe(before);
    run.ended('a').ended('a');
    expect(run.journal.length).toBe(before + 1);
  });

  it('a fault pauses the run with its reason', () => {
    const run = new Machine(diamond);
    run.do({ type: 'fault', message: 'disk full' });
    expect(run.state.status).toEqual({ kind: 'paused', reason: 'disk full' });
  });
});

describe('the fold', () => {
  it('of the journal is the state, whatever came of the process', () => {
    const run = new Machine(diamond).wait(50).done('a').wait(70).ended('b');
    const again = fold(structuredClone(run.journal));
    expect(JSON.stringify(again)).toBe(JSON.stringify(run.state));
    expect(again?.time).toBe(120);
  });

  it('counts the time between two sessions only while an agent was at work', () => {
    const busy = new Machine(diamond).wait(100);
    busy.do({ type: 'release' });
    busy.wait(1000).do({ type: 'take', epoch: 2, driver: 'window', pid: 2, boot: 'boot', utcOffsetMinutes: 0 });
    expect(busy.state.time).toBe(1100);

    const idle = new Machine(diamond);
    idle.do({ type: 'pause' });
    idle.done('a').done('b').wait(100);
    idle.do({ type: 'release' });
    idle.wait(1000).do({ type: 'take', epoch: 2, driver: 'window', pid: 2, boot: 'boot', utcOffsetMinutes: 0 });
    expect(idle.state.time).toBe(100);
  });

  it('does not compare clocks across a boot', () => {
    const run = new Machine(diamond).wait(100);
    run.do({ type: 'release' });
    run.wait(1000).do({ type: 'take', epoch: 2, driver: 'cli', pid: 2, boot: 'another', utcOffsetMinutes: 0 });
    expect(run.state.time).toBe(100);
  });
});

it('a run that was taken up again is not let go of for having been over', () => {
  const run = new Machine(`# D\n\n${task('a')}`, { limits: { attempts: 1, idleMs: 1, totalMs: 1 } });
  run.ended('a', { kind: 'exited', code: 1 }).taken('a');
  run.do({ type: 'retry', task: 'a' });
  run.do({ type: 'release', ifFinished: true });
  expect(run.state.session.live).toBe(true);
  run.done('a');
  run.do({ type: 'release', ifFinished: true });
  expect(run.state.session.live).toBe(false);
});
