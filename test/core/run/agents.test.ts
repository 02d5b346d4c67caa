import { describe, expect, it } from 'vitest';
import type { AgentError } from '../../../src/core/agent/agent-event.ts';
import type { AgentVerdict } from '../../../src/core/agent/report.ts';
import type { UserCommand } from '../../../src/core/run/command.ts';
import { fold } from '../../../src/core/run/evolve.ts';
import { effectsOf } from '../../../src/core/run/effects.ts';
import { gateSpec, Machine } from './machine.ts';

const task = (id: string, more = ''): string =>
  `### ${id}: Task ${id}\n- Estimate: 10 min\n- Depends on: none\n${more}\nDo ${id}.\n\n`;
const three = `# P\n\n${task('a')}${task('b')}${task('c')}`;
const exited = { kind: 'exited', code: 1 } as const;
const limited = (error: Partial<AgentError> = {}): { verdict: AgentVerdict } => ({
  verdict: {
    kind: 'unavailable',
    error: { kind: 'rate-limit', message: 'too many requests', retrying: false, ...error },
  },
});
const kindsOf = (run: Machine): Record<string, string | undefined> =>
  Object.fromEntries(run.state.graph.nodes.map((node, i) => [node.id, run.state.tasks[i]?.attempts.at(-1)?.kind]));

describe('an agent that cannot be had', () => {
  it('is no fault of the task: it waits, keeps its work, and is tried again', () => {
    const run = new Machine(three, { agent: 'claude' });
    run.ended('a', exited, limited()).taken('a', 'half');
    expect(run.state.tasks[0]).toMatchObject({ phase: { kind: 'waiting' }, counted: 0, mend: true });
    expect(run.state.services.get('claude')).toMatchObject({ strikes: 1, cap: 1, limit: { reason: 'rate-limit' } });
    // Nothing of the kind starts, though an agent is free.
    expect(run.effects()).toEqual(['working/b/1', expect.stringMatching(/^wake\/claude\//)]);
    run.done('b');
    expect(run.state.status.kind).toBe('running');
    run.do({ type: 'wake', kind: 'claude' });
    expect(run.effects()).toEqual(['working/a/2']); // By half as many.
    expect(run.state.tasks[0]?.attempts[1]).toMatchObject({ mend: true, base: 'base' });
    run.ended('a', undefined, { verdict: { kind: 'done' } });
    expect(run.state.services.get('claude')).toMatchObject({ strikes: 0, cap: 2 });
  });

  it('waits twice as long with each time in a row, with jitter, up to a quarter of an hour', () => {
    const run = new Machine(`# P\n\n${task('a')}`, { agent: 'claude', agents: 1 });
    const waits = Array.from({ length: 7 }, () => {
      run.ended('a', exited, limited()).taken('a', 'half');
      const wait = (run.state.services.get('claude')?.limit?.until ?? 0) - run.now;
      run.wait(wait).do({ type: 'wake', kind: 'claude' });
      return wait / 1000;
    });
    for (const [i, least] of [30, 60, 120, 240, 480, 900, 900].entries()) {
      expect(waits[i]).toBeGreaterThanOrEqual(least);
      expect(waits[i]).toBeLessThanOrEqual(least * 1.2);
    }
    expect(new Set(waits.map((wait, i) => wait / 2 ** i)).size).toBe(waits.length);
  });

  it('waits until its service says', () => {
    const run = new Machine(`# P\n\n${task('a')}`, { agent: 'claude' });
    run.ended('a', exited, limited({ retryAt: 500_000 })).taken('a', '');
    expect(run.state.services.get('claude')?.limit?.until).toBeGreaterThanOrEqual(500_000);
    expect(run.state.services.get('claude')?.limit?.until).toBeLessThanOrEqual(506_000);
  });

  it('counts once when several hear of the same limit', () => {
    const run = new Machine(three, { agent: 'claude' });
    run.ended('a', exited, limited()).taken('a', '');
    run.ended('b', exited, limited({ retryAt: 900_000 })).taken('b', '');
    expect(run.state.services.get('claude')).toMatchObject({ strikes: 1 });
    expect(run.state.services.get('claude')?.limit?.until).toBeGreaterThanOrEqual(900_000);
    expect(run.effects()).toHaveLength(1);
  });

  it('by its quota is parked until a person resumes, or by the setting until the reset', () => {
    const quota = limited({ kind: 'quota', message: 'used up', retryAt: 600_000 });
    const run = new Machine(`# P\n\n${task('a')}`, { agent: 'claude' });
    run.ended('a', exited, quota).taken('a', '');
    expect(run.state.status).toEqual({ kind: 'paused', reason: 'claude: used up' });
    expect(run.effects()).toEqual([]);
    run.do({ type: 'resume' });
    expect(run.effects()).toEqual(['working/a/2']);

    const by = new Machine(`# P\n\n${task('a')}`, { agent: 'claude', policy: { resumeAfterQuota: true } });
    by.ended('a', exited, quota).taken('a', '');
    expect(by.state.status.kind).toBe('running');
    expect(by.effects()).toEqual([expect.stringMatching(/^wake\/claude\//)]);
  });

  it('for want of a sign-in stops its own kind alone', () => {
    const run = new Machine(`# P\n\n${task('a')}${task('b', '- Agent: codex\n')}${task('c')}`, { agent: 'claude' });
    run.ended('a', exited, { verdict: { kind: 'unauthenticated', message: 'log in first' } }).taken('a', '');
    expect(run.state.status.kind).toBe('running');
    expect(run.effects()).toEqual(['working/b/1']);
    run.done('b');
    expect(run.state.status).toEqual({
      kind: 'paused',
      reason: 'claude has no access: log in first. Sign in, then resume the run.',
    });
  });

  it('is tried at once when a person resumes a run that waits for it', () => {
    const run = new Machine(`# P\n\n${task('a')}`, { agent: 'claude' });
    run.ended('a', exited, limited()).taken('a', '');
    expect(run.state.status.kind).toBe('running');
    run.do({ type: 'resume' });
    expect(run.effects()).toEqual(['working/a/2']);
  });

  it('gives its tasks to its fallback meanwhile', () => {
    const run = new Machine(three, { agent: 'claude', policy: { fallback: { claude: 'codex' } } });
    expect(kindsOf(run)).toMatchObject({ a: 'claude', b: 'claude' });
    run.ended('a', exited, limited()).taken('a', 'half');
    expect(kindsOf(run)).toMatchObject({ a: 'codex' });
  });
});

describe('the kind of agent', () => {
  it('is the task’s, else the layer’s, else the pool’s with the most room', () => {
    const plan = `# P\n\n## Layer 1: One\n\n${task('a', '- Agent: gemini\n')}${task('b')}${task('c')}${task('d')}${task('e')}`;
    const run = new Machine(plan, { agents: 5, policy: { pool: { claude: 1, codex: 2 } } });
    expect(kindsOf(run)).toEqual({ a: 'gemini', b: 'codex', c: 'claude', d: 'codex', e: undefined });
    run.done('b');
    expect(kindsOf(run).e).toBe('codex');
  });

  it('is by the layer’s word, or by the task’s id, where the task names none', () => {
    const plan = `# P\n\n## Layer 1: One\n\n- Agent: gemini\n\n${task('a')}## Layer 2: Two\n\n${task('docs-b')}${task('c')}`;
    const run = new Machine(plan, { agents: 5, agent: 'codex', policy: { agentFor: { 'docs-*': 'qwen', a: 'qwen' } } });
    expect(kindsOf(run)).toEqual({ a: 'gemini', 'docs-b': undefined, c: undefined });
    run.done('a');
    expect(kindsOf(run)).toEqual({ a: 'gemini', 'docs-b': 'qwen', c: 'codex' });
  });

  it('does not hold up a task of another kind behind one that waits for room', () => {
    const run = new Machine(`# P\n\n${task('a', '- Agent: claude\n')}${task('b', '- Agent: claude\n')}${task('c')}`, {
      agents: 3,
      agent: 'codex',
      policy: { pool: { claude: 1, codex: 3 } },
    });
    expect(run.phases()).toEqual({ a: 'working', b: 'waiting', c: 'working' });
    run.done('a');
    expect(run.phases().b).toBe('working');
  });
});

it('one after another, none goes before one whose agent cannot be had', () => {
  const run = new Machine(`# P\n\n${task('a', '- Agent: claude\n')}${task('b', '- Agent: codex\n')}`, {
    strategy: 'sequential',
  });
  run.ended('a', exited, limited()).taken('a', '');
  expect(run.phases()).toEqual({ a: 'waiting', b: 'waiting' });
  run.do({ type: 'wake', kind: 'claude' });
  expect(run.phases()).toEqual({ a: 'working', b: 'waiting' });
});

describe('a question of an agent', () => {
  const ask = { kind: 'permission', tool: 'Bash', input: 'rm -r build' } as const;

  it('waits for its answer, which is given once', () => {
    const run = new Machine(three);
    run.do({ type: 'asked', task: 'a', attempt: 1, id: 'q1', ask });
    run.do({ type: 'asked', task: 'a', attempt: 1, id: 'q1', ask });
    expect(run.state.tasks[0]?.attempts[0]?.asks).toHaveLength(1);
    expect(run.do({ type: 'answer', task: 'a', id: 'q2', answer: { kind: 'deny', reason: 'no' } })).toMatch(
      /asks nothing/,
    );
    expect(run.do({ type: 'answer', task: 'a', id: 'q1', answer: { kind: 'reply', text: 'x' } })).toMatch(/cannot be/);
    expect(run.do({ type: 'answer', task: 'a', id: 'q1', answer: { kind: 'deny', reason: 'no' } })).toBeUndefined();
    expect(run.do({ type: 'answer', task: 'a', id: 'q1', answer: { kind: 'allow', scope: 'once' } })).toMatch(
      /has been/,
    );
    expect(run.state.tasks[0]?.attempts[0]?.asks[0]?.answer).toEqual({ kind: 'deny', reason: 'no' });
  });

  it('that was allowed for the task is not asked again, in later attempts neither', () => {
    const run = new Machine(three);
    run.do({ type: 'asked', task: 'a', attempt: 1, id: 'q1', ask });
    run.do({ type: 'asked', task: 'a', attempt: 1, id: 'q2', ask: { ...ask, input: 'ls' } });
    run.do({ type: 'answer', task: 'a', id: 'q1', answer: { kind: 'allow', scope: 'task' } });
    expect(run.state.tasks[0]?.attempts[0]?.asks.every(({ answer }) => answer?.kind === 'allow')).toBe(true);
    run.ended('a', { kind: 'exited', code: 1 }).taken('a');
    run.do({ type: 'asked', task: 'a', attempt: 2, id: 'q3', ask });
    expect(run.state.tasks[0]?.attempts[1]?.asks[0]?.answer).toEqual({ kind: 'allow', scope: 'once' });
    // Another task is asked about.
    run.do({ type: 'asked', task: 'b', attempt: 1, id: 'q4', ask });
    expect(run.state.tasks[1]?.attempts[0]?.asks[0]?.answer).toBeUndefined();
  });
});

describe('taking a task over', () => {
  it('stops its agent, keeps its place and its work, and checks what comes back', () => {
    const run = new Machine(`---\ngates: [tests]\n---\n${three}`, { gates: [gateSpec('tests')] });
    run.do({ type: 'take-over', task: 'a' });
    expect(run.effect('working/a/1')).toMatchObject({ stopping: 'take-over' });
    run.ended('a', { kind: 'cancelled' }).taken('a', 'half');
    expect(run.state.tasks[0]?.phase).toEqual({ kind: 'taken', agent: 0, ready: true });
    expect(run.effects()).toEqual(['working/b/1']);
    expect(run.do({ type: 'hand-back', task: 'b' })).toMatch(/not in your hands/);
    run.do({ type: 'hand-back', task: 'a' });
    run.taken('a', 'whole').gate('a', 'tests').merged('a');
    expect(run.phases().a).toBe('merged');
    expect(run.attempt('a')).toBe(1);
  });

  it('of a failed task makes its worktree first, from what is there', () => {
    const run = new Machine(three, { limits: { attempts: 1, idleMs: 1, totalMs: 1 } });
    run.ended('a', { kind: 'exited', code: 1 }).taken('a', 'half');
    // Both places are held by b and c.
    expect(run.do({ type: 'take-over', task: 'a' })).toMatch(/worktree is free/);
    run.done('b');
    run.do({ type: 'take-over', task: 'a' });
    expect(run.effects()).toContain('taken/a/2');
    expect(run.state.tasks[0]?.attempts[1]).toMatchObject({ byHand: true, mend: true, base: 'base' });
    run.do({ type: 'prepared', task: 'a', attempt: 2 });
    run.done('c');
    expect(run.state.status.kind).toBe('running');
    // Being interrupted leaves it where it is.
    run.do({ type: 'interrupt' });
    expect(run.phases().a).toBe('taken');
    run.do({ type: 'resume' });
    run.do({ type: 'hand-back', task: 'a' });
    run.taken('a').merged('a');
    expect(run.state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
  });

  it('of a failed task is where its agent was, if nobody is there', () => {
    const run = new Machine(`# P\n\n${task('a')}${task('b')}`, { limits: { attempts: 1, idleMs: 1, totalMs: 1 } });
    run.done('a').ended('b', exited).taken('b', 'half');
    run.do({ type: 'take-over', task: 'b' });
    expect(run.state.tasks[1]?.phase).toEqual({ kind: 'taken', agent: 1, ready: false });
  });

  const inHands = (): Machine => {
    const run = new Machine(three);
    run.do({ type: 'take-over', task: 'a' });
    return run.ended('a', { kind: 'cancelled' }).taken('a', 'half');
  };

  it.each<[string, UserCommand, string]>([
    ['skipped', { type: 'skip', task: 'a' }, 'skipped'],
    ['cancelled', { type: 'cancel' }, 'cancelled'],
  ])('ends with the task where that is %s, and what was made by hand is kept', (_, command, phase) => {
    const run = inHands();
    run.do(command);
    expect(run.effects()).toContain('taking/a/1');
    run.taken('a', 'by hand');
    expect(run.phases().a).toBe(phase);
    expect(run.state.tasks[0]?.attempts[0]?.snapshot?.commit).toBe('by hand');
    expect(fold(run.journal)).toEqual(run.state);
  });

  it.each<[string, UserCommand]>([
    ['handed back', { type: 'hand-back', task: 'a' }],
    ['skipped', { type: 'skip', task: 'a' }],
  ])('that is %s and cannot be taken as it is stays in the hands of whoever made it', (_, command) => {
    const run = inHands();
    run.do(command);
    run.do({ type: 'snapshot-failed', task: 'a', attempt: 1, message: 'lib is a repository of its own.' });
    expect(run.state.tasks[0]?.phase).toEqual({ kind: 'taken', agent: 0, ready: true });
    expect(run.state.status).toMatchObject({
      kind: 'paused',
      reason: expect.stringContaining('lib is a repository') as string,
    });
    run.do({ type: 'hand-back', task: 'a' });
    run.do({ type: 'resume' });
    run.taken('a', 'whole').merged('a');
    expect(run.phases().a).toBe('merged');
  });

  it('of a run that is cancelled ends with it, also where it cannot be kept', () => {
    const run = inHands();
    run.do({ type: 'cancel' });
    run.do({ type: 'snapshot-failed', task: 'a', attempt: 1, message: 'lib is a repository of its own.' });
    run.ended('b', { kind: 'cancelled' }).taken('b');
    expect(run.state.tasks[0]?.phase).toMatchObject({ kind: 'failed', failure: { kind: 'snapshot' } });
    expect(run.state.status).toEqual({ kind: 'finished', outcome: 'cancelled' });
  });
});

describe('a budget', () => {
  const report = { denied: [], usage: { input: 60, cacheRead: 0, cacheWrite: 0, output: 40 }, costUsd: 0.6 };
  const done = { report, verdict: { kind: 'done' } } as const;

  it.each([
    ['money', { costUsd: 1 }, '$1.20 of $1.00'],
    ['tokens', { tokens: 200 }, '200 of 200 tokens'],
  ])('of %s pauses the run when it is used up; resuming grants as much again', (_, budget, words) => {
    const run = new Machine(`${three}${task('d')}${task('e')}`, { agents: 1, policy: { budget } });
    run.ended('a', undefined, done).taken('a').merged('a');
    expect(run.state.status.kind).toBe('running');
    run.ended('b', undefined, done).taken('b').merged('b');
    expect(run.state.status).toMatchObject({ kind: 'paused', reason: expect.stringContaining(words) as string });
    run.do({ type: 'resume' });
    run.ended('c', undefined, done).taken('c').merged('c');
    expect(run.state.status.kind).toBe('running');
  });

  it('that agents at work go over stops them', () => {
    const run = new Machine(three, { policy: { budget: { costUsd: 1 } } });
    run.do({ type: 'over-budget', message: 'over' });
    expect(run.state.status).toEqual({ kind: 'paused', reason: 'over' });
    expect(effectsOf(run.state).every((effect) => effect.kind === 'attempt' && effect.stopping === 'requeue')).toBe(
      true,
    );
    // What they have done so far is gone on with.
    run.ended('a', { kind: 'cancelled' }).taken('a', 'half');
    run.ended('b', { kind: 'cancelled' }).taken('b', '');
    run.do({ type: 'resume' });
    expect(run.state.tasks.slice(0, 2).map(({ attempts }) => attempts[1])).toMatchObject([
      { mend: true, base: 'base' },
      { mend: false, base: 'base' },
    ]);
  });
});

it('a journal of all this folds to the same state again', () => {
  const run = new Machine(three, { agent: 'claude', policy: { fallback: { claude: 'codex' } } });
  run.do({ type: 'asked', task: 'a', attempt: 1, id: 'q', ask: { kind: 'question', text: '?', options: [] } });
  run.do({ type: 'answer', task: 'a', id: 'q', answer: { kind: 'reply', text: '!' } });
  run.do({ type: 'take-over', task: 'b' });
  run.ended('b', { kind: 'cancelled' }).taken('b');
  run.ended('a', exited, limited()).taken('a', 'half');
  expect(fold(run.journal)).toEqual(run.state);
});
