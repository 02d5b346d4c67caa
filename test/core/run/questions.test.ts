import { describe, expect, it } from 'vitest';
import { artefactsGate } from '../../../src/core/planning/gate.ts';
import { decisionsOf } from '../../../src/core/planning/run-decisions.ts';
import type { Question } from '../../../src/core/planning/questions.ts';
import type { PlanningRequest } from '../../../src/core/planning/request.ts';
import { promptFor } from '../../../src/core/agent/prompt.ts';
import { fold } from '../../../src/core/run/evolve.ts';
import { attention } from '../../../src/core/view/attention.ts';
import { openQuestions } from '../../../src/core/view/asks.ts';
import { runRows } from '../../../src/core/view/run-rows.ts';
import { Machine, report } from './machine.ts';

const PLAN = [
  '### discovery: Discovery\n- Estimate: 5 min\n- Depends on: none\n- Gates: artefacts\n\nDiscover.\n',
  '### research: Research\n- Estimate: 5 min\n- Depends on: discovery\n- Reads: `discovery.md`\n- Gates: artefacts\n\nLook.\n',
].join('\n');
const REQUEST: PlanningRequest = { goal: 'g', constraints: 'c', folder: '', clarify: true, mode: 'plan' };
const QUESTIONS: readonly Question[] = [
  { id: 'db', question: 'Which database?', options: ['PostgreSQL', 'SQLite'], default: 'PostgreSQL' },
  { id: 'auth', question: 'Who signs in?', options: ['Nobody', 'Users'], default: 'Users' },
];

function planning(request: Partial<PlanningRequest> = {}): Machine {
  return new Machine(PLAN, {
    gates: [artefactsGate({ folder: '', gates: [], agents: [], finished: [] })],
    planning: { ...REQUEST, ...request },
  });
}

/** The task's attempt ends with questions. */
function asks(machine: Machine, task = 'discovery', questions = QUESTIONS): Machine {
  machine.ended(task).taken(task);
  machine.judged(
    { kind: 'task', task, attempt: machine.attempt(task) },
    { ...report('artefacts', 'not-run'), questions },
  );
  return machine;
}

const answered = (machine: Machine): unknown =>
  machine.journal.flatMap(({ event }) => (event.type === 'task.answered' ? [event.answers] : []));

describe('questions instead of a result', () => {
  it('wait for a person: the run goes on, is not over, and the task is not tried again', () => {
    const machine = asks(planning());
    expect(machine.phases()).toEqual({ discovery: 'failed', research: 'waiting' });
    expect(machine.state.status.kind).toBe('running');
    expect(machine.effects()).toEqual([]);
    expect(openQuestions(machine.state)).toEqual([{ task: 'discovery', title: 'Discovery', questions: QUESTIONS }]);
    const rows = runRows(machine.state, () => 0).flatMap(({ tasks }) => tasks);
    expect(rows.map(({ status }) => status)).toEqual(['asking', 'blocked']);
    const needs = attention(machine.state, rows, false);
    expect(needs.map(({ kind, text, forms }) => [kind, text, forms?.length])).toEqual([
      ['questions', 'Discovery: 2 questions before the work can go on', 1],
    ]);
    expect(attention(machine.state, rows, true)[0]?.forms).toBeUndefined();
  });

  it('are answered: what is left out is the default, and the next attempt begins anew and is told', () => {
    const machine = asks(planning());
    machine.do({ type: 'answer-questions', task: 'discovery', answers: { db: ' SQLite ', auth: '  ' } });
    expect(answered(machine)).toEqual([
      [
        { id: 'db', answer: 'SQLite', by: 'user' },
        { id: 'auth', answer: 'Users', by: 'default' },
      ],
    ]);
    expect(machine.phases().discovery).toBe('working');
    expect(machine.state.tasks[0]?.attempts.at(-1)?.mend).toBe(false);
    const [task] = machine.state.spec.plan.tasks;
    if (task === undefined) throw new Error('no task');
    const prompt = promptFor(machine.state, task);
    expect(prompt).toContain('## What you asked');
    expect(prompt).toContain('Which database? SQLite (decided by the user)');
    expect(prompt).toContain('Who signs in? Users (taken by default');
    expect(decisionsOf(machine.state).map(({ step, question, answer, by }) => [step, question.id, answer, by])).toEqual(
      [
        ['discovery', 'db', 'SQLite', 'user'],
        ['discovery', 'auth', 'Users', 'default'],
      ],
    );
    expect(fold(machine.journal)).toEqual(machine.state);
  });

  it('stay in the prompt when the attempt after them fails its gate', () => {
    const machine = asks(planning());
    machine.do({ type: 'answer-questions', task: 'discovery', answers: {} });
    machine.ended('discovery').taken('discovery').gate('discovery', 'artefacts', 'failed');
    const [task] = machine.state.spec.plan.tasks;
    if (task === undefined) throw new Error('no task');
    const prompt = promptFor(machine.state, task);
    expect(machine.phases().discovery).toBe('working');
    expect(prompt).toContain('Which database? PostgreSQL');
    expect(prompt).toContain('## What went wrong before');
  });

  it('do not count as failed attempts', () => {
    const machine = asks(planning());
    machine.do({ type: 'answer-questions', task: 'discovery', answers: {} });
    machine.ended('discovery').taken('discovery').gate('discovery', 'artefacts', 'failed');
    expect(machine.phases().discovery).toBe('working');
    machine.ended('discovery').taken('discovery').gate('discovery', 'artefacts', 'failed');
    expect(machine.phases().discovery).toBe('failed');
    expect(machine.state.status).toEqual({ kind: 'finished', outcome: 'failed' });
  });

  it('take their defaults where nobody is to be asked', () => {
    const machine = asks(planning({ clarify: false }));
    expect(machine.phases().discovery).toBe('working');
    expect(answered(machine)).toEqual([QUESTIONS.map(({ id, default: answer }) => ({ id, answer, by: 'default' }))]);
  });

  it('end: after three rounds the task has to do with what it knows', () => {
    const machine = planning({ clarify: false });
    for (let round = 1; round <= 4; round++) asks(machine);
    expect(machine.state.tasks[0]?.attempts).toHaveLength(5);
    expect(machine.state.tasks[0]?.note).toContain('Enough was asked');
    asks(machine);
    expect(machine.phases().discovery).toBe('failed');
    expect(machine.state.status).toEqual({ kind: 'finished', outcome: 'failed' });
  });

  it.each([
    ['a question that is not asked', 'discovery', { port: '1' }, /asks nothing by the name port. It asks: db, auth/],
    ['a task that asks nothing', 'research', {}, /research waits for no answers/],
    ['a task that is not there', 'nobody', {}, /no task nobody/],
  ])('refuse an answer to %s', (_, task, answers, message) => {
    const machine = asks(planning());
    expect(machine.do({ type: 'answer-questions', task, answers })).toMatch(message);
    expect(machine.phases().discovery).toBe('failed');
  });

  it('let the run be cancelled, and the task be skipped', () => {
    expect(asks(planning()).do({ type: 'cancel' })).toBeUndefined();
    const cancelled = asks(planning());
    cancelled.do({ type: 'cancel' });
    expect(cancelled.state.status).toEqual({ kind: 'finished', outcome: 'cancelled' });
    const skipped = asks(planning());
    skipped.do({ type: 'skip', task: 'discovery' });
    expect(skipped.phases()).toEqual({ discovery: 'skipped', research: 'working' });
  });
});

describe('what a task reads', () => {
  it('is in its prompt, whole, and then nothing of what other tasks came to', () => {
    const machine = planning();
    machine.ended('discovery').taken('discovery').gate('discovery', 'artefacts').merged('discovery');
    const task = machine.state.spec.plan.tasks[1];
    if (task === undefined) throw new Error('no task');
    const text = '# Discovery\n\n```sh\nls\n```\n';
    const prompt = promptFor(machine.state, task, { given: [{ path: 'discovery.md', text }] });
    expect(prompt).toContain(`## You are given\n### discovery.md\n\`\`\`\`\n${text}\`\`\`\``);
    expect(prompt).not.toContain('## Already there');
  });

  it('gives way last where all is too long', () => {
    const machine = planning();
    const task = machine.state.spec.plan.tasks[1];
    if (task === undefined) throw new Error('no task');
    const given = [{ path: 'discovery.md', text: `# Discovery\n${'x'.repeat(5000)}` }];
    const prompt = promptFor(machine.state, task, { given, limit: 2000 });
    expect(prompt.length).toBeLessThan(3000);
    expect(prompt).toMatch(/\[\d+ of \d+ characters are left out here\]/);
  });
});
