import type { Plan, PlanTask } from '../plan/plan.ts';
import type { GateSpec } from '../gate/gate.ts';
import { beginRun } from '../run/evolve.ts';
import { JOURNAL_VERSION, type RunSpec } from '../run/event.ts';
import { promptFor, type PromptContext } from './prompt.ts';

/** The prompt that a task's agent would get if the run began with it. */
export function firstPrompt(
  plan: Plan,
  task: PlanTask,
  { gates, ...context }: PromptContext & { readonly gates: readonly GateSpec[] },
): string {
  const spec: RunSpec = {
    id: '',
    orca: '',
    plan,
    strategy: 'hybrid',
    agents: 1,
    agent: '',
    priorities: [],
    plannedMinutes: 0,
    base: '',
    uncommitted: false,
    gates,
    limits: { attempts: 1, idleMs: 0, totalMs: 0 },
  };
  const event = { type: 'run.started', version: JOURNAL_VERSION, spec } as const;
  const state = beginRun({ seq: 1, at: 0, mono: 0, event });
  // The journal begins as one.
  return state === undefined ? '' : promptFor(state, task, context);
}
