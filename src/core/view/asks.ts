import type { Ask } from '../agent/ask.ts';
import type { AskState, TaskState } from '../run/state.ts';
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
