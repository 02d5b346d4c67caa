import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/core/run/event.ts';
import { answerTimes, idleTimes, withOtherAgents } from '../../../src/core/view/hindsight.ts';
import { lessonsOf } from '../../../src/core/view/lessons.ts';
import { measure } from '../../../src/core/view/measure.ts';
import { summaryMarkdown } from '../../../src/core/view/summary.ts';
import { summaryModel } from '../../../src/core/view/summary-model.ts';
import { merged, MINUTE, run, spec, started, taken } from './runs.ts';
import { plan, task } from './sample.ts';

const FAN = plan(['a', 'b', 'c', 'd'].map((id) => task(id, { minutes: 10, files: [`src/${id}.js`] })));
const SUCCEEDED: RunEvent = { type: 'run.finished', outcome: 'succeeded' };

function did(id: string, minutes: number): RunEvent[] {
  return [...taken(id, minutes), ...merged(id)];
}

/** Two agents, two rounds of two tasks, of which the second takes twice as long as the first. */
const TWO = run(spec(FAN, { agents: 2 }), [
  [0, started('a', 0), started('b', 1)],
  [10, ...did('a', 10), ...did('b', 10), started('c', 0), started('d', 1)],
  [30, ...did('c', 20), ...did('d', 20), SUCCEEDED],
]);

describe('what other numbers of agents would have given', () => {
  it('is the run simulated again with what was measured, up to where more give nothing', () => {
    expect(withOtherAgents(TWO)).toEqual([
      { agents: 1, minutes: 60, own: false },
      { agents: 2, minutes: 30, own: true },
      { agents: 3, minutes: 30, own: false },
      { agents: 4, minutes: 20, own: false },
    ]);
  });

  it('keeps the number that ran, though fewer would have been enough', () => {
    const few = run(spec(plan([task('a', { minutes: 1 }), task('b', { minutes: 1 })]), { agents: 5 }), [
      [0, started('a', 0), started('b', 1)],
      [2, ...did('a', 2), ...did('b', 2), SUCCEEDED],
    ]);
    expect(withOtherAgents(few).map(({ agents, own }) => [agents, own])).toEqual([
      [1, false],
      [2, false],
      [5, true],
    ]);
    expect(texts(few)).toContain(
      'Agents: 2 would have been enough: 2 min instead of 2 min, simulated again with the times that were measured',
    );
  });

  it('is not told of a run that broke off, went one after another, or had one task', () => {
    const failed = run(spec(FAN, { agents: 2 }), [[0, { type: 'run.finished', outcome: 'failed' }]]);
    expect(withOtherAgents(failed)).toEqual([]);
    const single = run(spec(plan([task('a')])), [
      [0, started('a', 0)],
      [2, ...did('a', 2), SUCCEEDED],
    ]);
    expect(withOtherAgents(single)).toEqual([]);
    const inTurn = run(spec(FAN, { strategy: 'sequential' }), [
      [0, started('a', 0)],
      [2, ...did('a', 2), ...did('b', 2), ...did('c', 2), ...did('d', 2), SUCCEEDED],
    ]);
    expect(withOtherAgents(inTurn)).toEqual([]);
  });

  it('is a lesson where more agents would have been faster', () => {
    expect(texts(TWO)).toContain(
      'Agents: 4 instead of 2 would have made it 20 min instead of 30 min, simulated again with the times that were measured',
    );
    expect(summaryMarkdown(TWO)).toContain('\n- 2 agents: 30 min (as many as ran)\n');
  });
});

describe('where agents waited', () => {
  const ask = (id: string): RunEvent => ({
    type: 'attempt.asked',
    task: 'a',
    attempt: 1,
    id,
    ask: { kind: 'question', text: 'Which?', options: [] },
  });
  const answer = (id: string): RunEvent => ({
    type: 'attempt.answered',
    task: 'a',
    attempt: 1,
    id,
    answer: { kind: 'reply', text: 'That.' },
    by: 'user',
  });
  /** `a` runs for 20 minutes, 8 of which it waits; `b` for 5 beside it; then 2 minutes nothing. */
  const WAITED = run(spec(plan([task('a', { minutes: 20 }), task('b', { minutes: 5 })]), { agents: 2 }), [
    [0, started('a', 0), started('b', 1)],
    [4, ask('one')],
    [5, ...did('b', 5)],
    [6, ask('two')],
    [10, answer('one')],
    [12, answer('two')],
    [20, ...did('a', 12)],
    [22, SUCCEEDED],
  ]);

  it('is told by what ran meanwhile', () => {
    expect(idleTimes(WAITED)).toEqual([
      { while: ['a'], ms: 15 * MINUTE },
      { while: [], ms: 4 * MINUTE },
    ]);
    expect(texts(WAITED)).toContain(
      'Agents: idle for 43.2 % of their time, 19 min in all: 15 min while only a ran; 4 min while nothing ran',
    );
  });

  it('for answers is told by task, and is no busy time, however many are open at once', () => {
    expect(answerTimes(WAITED)).toEqual([
      { task: 'a', ms: 6 * MINUTE },
      { task: 'a', ms: 6 * MINUTE },
    ]);
    expect(texts(WAITED)).toContain('Answers: agents waited 12 min for 2 answers, longest a with 6 min');
    expect(measure(WAITED, WAITED.time).utilisation).toBeCloseTo((20 - 8 + 5) / (2 * 22));
  });
});

it('the summary as data is JSON, and has each task with what was planned and what was measured', () => {
  const model = summaryModel(TWO);
  expect(JSON.parse(JSON.stringify(model))).toEqual(model);
  expect(
    model.tasks.map(({ id, plannedMinutes, measuredMs }) => [id, plannedMinutes, (measuredMs ?? 0) / MINUTE]),
  ).toEqual([
    ['a', 10, 10],
    ['b', 10, 10],
    ['c', 10, 20],
    ['d', 10, 20],
  ]);
});

function texts(state: Parameters<typeof lessonsOf>[0]): string[] {
  return lessonsOf(state, measure(state, state.time)).improve.map(({ about, text }) => `${about}: ${text}`);
}
