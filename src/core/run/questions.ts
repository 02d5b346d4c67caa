import type { QuestionAnswer } from '../planning/decisions.ts';
import type { Question } from '../planning/questions.ts';
import type { RunEvent } from './event.ts';
import type { Attempt, TaskState } from './state.ts';

/** What an attempt asked instead of a result; empty: nothing. */
export function askedIn({ gates }: Pick<Attempt, 'gates'>): readonly Question[] {
  return gates.flatMap(({ questions }) => questions ?? []);
}

/** What a task waits for to be answered. */
export function questionsOf({ phase }: Pick<TaskState, 'phase'>): readonly Question[] | undefined {
  return phase.kind === 'failed' && phase.failure.kind === 'questions' ? phase.failure.questions : undefined;
}

/** Every question with its answer, or its default; then the task begins again. */
export function answered(
  task: string,
  attempt: number,
  questions: readonly Question[],
  given: Readonly<Record<string, string>>,
  by: 'user' | 'policy',
): RunEvent[] {
  const answers = questions.map(({ id, default: usual }): QuestionAnswer => {
    const answer = given[id]?.trim() ?? '';
    return answer === '' ? { id, answer: usual, by: 'default' } : { id, answer, by: 'user' };
  });
  return [
    { type: 'task.answered', task, attempt, answers },
    { type: 'task.retried', task, by },
  ];
}
