import type { RunState, TaskPhase } from './state.ts';

type HeldPhase = Extract<TaskPhase, { readonly agent: number }>;

/** Whether a task in that phase has an agent's place, and with it a worktree. */
export function isHeldPhase(phase: TaskPhase): phase is HeldPhase {
  return 'agent' in phase;
}

/** Whether the task holds an agent's place. */
export function isHeld(task: { readonly phase: TaskPhase }): boolean {
  return isHeldPhase(task.phase);
}

/** Places that no task holds, by number. */
export function freeAgents(state: RunState): number[] {
  const busy = new Set(state.tasks.flatMap(({ phase }) => (isHeldPhase(phase) ? [phase.agent] : [])));
  return Array.from({ length: state.spec.agents }, (_, agent) => agent).filter((agent) => !busy.has(agent));
}
