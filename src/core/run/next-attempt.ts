import type { RunEvent } from './event.ts';
import type { RunState } from './state.ts';

type Started = Extract<RunEvent, { type: 'attempt.started' }>;

/**
 * The beginning of a task's next attempt, by its node index. With `mend` it goes on from what the one before left, where
 * that is anything; else it starts from all that is merged.
 */
export function nextAttempt(
  state: RunState,
  i: number,
  how: Pick<Started, 'agent' | 'mend' | 'kind' | 'byHand'>,
): Started {
  const before = state.tasks[i]?.attempts.at(-1);
  const mend = how.mend && before?.snapshot?.commit !== undefined && before.rolledBack !== true;
  return {
    type: 'attempt.started',
    task: state.graph.nodes[i]?.id ?? '',
    attempt: (before?.number ?? 0) + 1,
    base: mend ? before.base : state.integration,
    ...how,
    mend,
  };
}

/** Takes the place of a task's next attempt out of those that are free: where it was, as far as that can be. */
export function takePlace(state: RunState, i: number, free: number[]): number | undefined {
  const was = state.tasks[i]?.attempts.at(-1)?.agent;
  const at = Math.max(0, was === undefined ? 0 : free.indexOf(was));
  return free.splice(at, 1)[0];
}
