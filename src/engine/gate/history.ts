import { setTimeout as delay } from 'node:timers/promises';
import type { Step } from '../../core/gate/judge/tests-first.ts';
import type { PlanTask } from '../../core/plan/plan.ts';
import type { GateScope } from '../../core/run/event.ts';
import { taskGates } from '../../core/run/gates.ts';
import { current, type EffectContext } from '../attempt.ts';
import type { AttemptAt } from '../workspaces.ts';

/** The least time from one look at a worktree to the next; more where looking takes long. */
const LOOK_MS = 1000;
/** Looking takes at most this share of the time. */
const SHARE = 0.05;

/** Whether the way to a task's result is to be judged, too. */
export function isRecorded(task: PlanTask, { state }: EffectContext): boolean {
  return taskGates(state.spec, task).some(({ measure }) => measure?.kind === 'tdd' && measure.testsFirst !== 'off');
}

/**
 * Keeps what an attempt's worktree holds, again and again while its agent is at work, until `signal`. A look that fails is
 * a moment that nobody saw: what happened in between is seen as one step.
 */
export async function recordHistory(
  of: AttemptAt & { readonly slot: number },
  { workspaces, clock }: EffectContext,
  signal: AbortSignal,
): Promise<void> {
  let wait = LOOK_MS;
  while (!signal.aborted) {
    try {
      await delay(wait, undefined, { signal });
    } catch {
      return;
    }
    const began = clock.mono();
    await workspaces.look(of).catch(() => undefined);
    wait = Math.max(LOOK_MS, (clock.mono() - began) / SHARE);
  }
}

/** How the attempt went, with those before it that it went on from; undefined: nobody looked. */
export async function historyOf(scope: GateScope, context: EffectContext): Promise<readonly Step[] | undefined> {
  if (scope.kind !== 'task') return undefined;
  const { task, attempt } = current(scope, context);
  const attempts = context.state.tasks[context.state.index.get(task.id) ?? -1]?.attempts ?? [];
  const first = attempts.findLastIndex((one) => one.number <= attempt.number && !one.mend);
  const steps: Step[] = [];
  // Each goes on from where the one before ended.
  let at = attempt.base;
  for (const one of attempts.slice(Math.max(0, first))) {
    for (const commit of await context.workspaces.looks({ task: task.id, attempt: one.number, base: one.base })) {
      const paths = (await context.workspaces.changed(at, commit)).map(({ path }) => path);
      if (paths.length > 0) steps.push({ commit, paths });
      at = commit;
    }
    const result = one.snapshot?.commit;
    if (result === undefined) continue;
    const paths = (await context.workspaces.changed(at, result)).map(({ path }) => path);
    if (paths.length > 0) steps.push({ commit: result, paths });
    at = result;
  }
  return steps;
}
