import type { Plan } from '../plan/plan.ts';
import type { GateSpec } from '../gate/gate.ts';
import { beginRun } from '../run/evolve.ts';
import { JOURNAL_VERSION, type RunSpec } from '../run/event.ts';
import { promptFor } from './prompt.ts';

/** The prompt that a task's agent would get if the run began with it; undefined where the plan has no such task. */
export function firstPrompt(
  plan: Plan,
  id: string,
  more: { readonly gates: readonly GateSpec[]; readonly house: readonly string[] },
): string | undefined {
  const task = plan.tasks.find((one) => one.id === id);
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
    gates: more.gates,
    limits: { attempts: 1, idleMs: 0, totalMs: 0 },
  };
  const event = { type: 'run.started', version: JOURNAL_VERSION, spec } as const;
  const state = beginRun({ seq: 1, at: 0, mono: 0, event });
  return task === undefined || state === undefined ? undefined : promptFor(state, task, { house: more.house });
}
