import type { Ask } from '../agent/ask.ts';
import type { Question } from '../planning/questions.ts';
import { questionsOf } from '../run/questions.ts';
import type { AskState, RunState, TaskState } from '../run/state.ts';
import { brief } from './print.ts';

/** Questions of a task's agent that nobody has answered. */
export function openAsks(task: TaskState): readonly AskState[] {
  if (task.phase.kind !== 'working' || task.phase.stopping !== undefined) return [];
  return task.attempts.at(-1)?.asks.filter((asked) => asked.answer === undefined) ?? [];
}

/** What is asked, in one line. */
export function askText(ask: Ask): string {
  return brief(ask.kind === 'permission' ? `wants to use ${ask.tool}: ${ask.input}` : ask.text);
}

/** What a task asks instead of a result. */
export interface QuestionForm {
  readonly task: string;
  readonly title: string;
  readonly questions: readonly Question[];
}

/** Of all tasks that wait for answers, in the plan's order. */
export function openQuestions(state: RunState): QuestionForm[] {
  return state.tasks.flatMap((task, i) => {
    const questions = questionsOf(task);
    const node = state.graph.nodes[i];
    return questions === undefined || node === undefined ? [] : [{ task: node.id, title: node.title, questions }];
  });
}
