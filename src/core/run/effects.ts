import type { GateSpec } from '../gate/gate.ts';
import { isHeld } from './held.ts';
import type { GateScope, Stopping } from './event.ts';
import { begunAgain, dependentsIn } from './review.ts';
import { dueLayers, endIsDue, integrationGates, nextTaskGate, standing } from './gates.ts';
import type { LayerState, RunState } from './state.ts';

/**
 * What is to be done in the world. Each is safe to repeat: after a restart all that the state wants is wanted again, and
 * whoever does it looks first at what is already there. `key` names it; an effect that is no longer wanted is aborted.
 */
export type Effect =
  /** Have the attempt's agent run on its agent's runner, and report its end. */
  | {
      readonly kind: 'attempt';
      readonly key: string;
      readonly task: string;
      readonly attempt: number;
      readonly agent: number;
      readonly stopping?: Stopping;
    }
  /** Commit what the attempt left in its worktree. */
  | {
      readonly kind: 'snapshot';
      readonly key: string;
      readonly task: string;
      readonly attempt: number;
      readonly agent: number;
    }
  | {
      readonly kind: 'gate';
      readonly key: string;
      readonly scope: GateScope;
      /** Tells one run of a gate from its next. */
      readonly run: number;
      readonly gate: GateSpec;
      readonly agent: number;
    }
  | {
      readonly kind: 'merge';
      readonly key: string;
      readonly task: string;
      readonly attempt: number;
      readonly commit: string;
    }
  /** Make the worktree of an attempt by hand. */
  | {
      readonly kind: 'prepare';
      readonly key: string;
      readonly task: string;
      readonly attempt: number;
      readonly agent: number;
    }
  /** Take back what was merged of these tasks, by id: of `task`, and of what depends on it. */
  | { readonly kind: 'roll-back'; readonly key: string; readonly task: string; readonly tasks: readonly string[] }
  /** Look again and again which tasks at work would conflict. */
  | { readonly kind: 'radar'; readonly key: 'radar' }
  /** Wait until a kind of agent can be had again; `until`: wall clock, ms. */
  | { readonly kind: 'wake'; readonly key: string; readonly agent: string; readonly until: number };

/** All that a state wants done, tasks in plan order. O(tasks). */
export function effectsOf(state: RunState): Effect[] {
  if (state.status.kind === 'finished') return [];
  const effects: Effect[] = [];
  state.tasks.forEach((task, i) => {
    const attempt = task.attempts.at(-1);
    const plan = state.spec.plan.tasks[i];
    if (attempt === undefined || plan === undefined) return;
    const of = { task: plan.id, attempt: attempt.number };
    const { phase } = task;
    const key = `${phase.kind}/${plan.id}/${attempt.number}`;
    if (phase.kind === 'working')
      effects.push({
        kind: 'attempt',
        key,
        ...of,
        agent: phase.agent,
        ...(phase.stopping !== undefined && { stopping: phase.stopping }),
      });
    else if (phase.kind === 'taken' && !phase.ready) effects.push({ kind: 'prepare', key, ...of, agent: phase.agent });
    else if (phase.kind === 'taking') effects.push({ kind: 'snapshot', key, ...of, agent: phase.agent });
    else if (phase.kind === 'checking') {
      const gate = nextTaskGate(state.spec, plan, attempt);
      if (gate !== undefined)
        effects.push({
          kind: 'gate',
          key: `${key}/${gate.name}`,
          scope: { kind: 'task', ...of },
          run: attempt.handBacks,
          gate,
          agent: phase.agent,
        });
    } else if (phase.kind === 'merging' && attempt.snapshot?.commit !== undefined)
      effects.push({ kind: 'merge', key, ...of, commit: attempt.snapshot.commit });
  });
  for (const [agent, { limit }] of state.services)
    if (limit?.automatic === true && limit.until !== undefined)
      effects.push({ kind: 'wake', key: `wake/${agent}/${limit.until}`, agent, until: limit.until });
  effects.push(...rollBackEffects(state));
  const { planning, policy } = state.spec;
  if (policy?.radar === true && planning === undefined && state.tasks.some(isHeld))
    effects.push({ kind: 'radar', key: 'radar' });
  // They share one slot: whoever performs effects begins one when no other is in it.
  if (state.status.kind === 'running' && state.rollingBack === undefined) effects.push(...integrationEffects(state));
  return effects;
}

/** When nothing that is built upon it is at work any more, and nothing is on its way to the branch. */
function rollBackEffects(state: RunState): Effect[] {
  const { rollingBack: task } = state;
  if (task === undefined || state.tasks.some(({ phase }) => phase.kind === 'merging')) return [];
  const own = state.tasks[state.index.get(task) ?? -1];
  if (own === undefined || isHeld(own) || dependentsIn(state, task).some((one) => isHeld(one.task))) return [];
  return [{ kind: 'roll-back', key: `roll-back/${task}`, task, tasks: [task, ...begunAgain(state, task)] }];
}

/**
 * Somebody changes what is merged already: it is judged when that is done, or given up. `upTo`: of the layers up to that
 * index; what comes after them may wait for their gates itself.
 */
function isBeingMended({ graph, tasks }: RunState, upTo = Infinity): boolean {
  return tasks.some(
    (task, i) =>
      (graph.nodes[i]?.layer ?? 0) <= upTo &&
      task.attempts.some(({ merged }) => merged) &&
      (isHeld(task) || task.phase.kind === 'waiting' || task.phase.kind === 'merging'),
  );
}

function integrationEffects(state: RunState): Effect[] {
  const agent = state.spec.agents;
  const effects: Effect[] = [];
  const want = (scope: GateScope, name: string, layer: LayerState | undefined, gates: GateSpec[]): void => {
    const at = layer === undefined ? undefined : standing(gates, layer);
    if (layer === undefined || at?.kind !== 'pending') return;
    const { runs: run } = layer;
    effects.push({ kind: 'gate', key: `${name}/${run}/${at.next.name}`, scope, run, gate: at.next, agent });
  };
  for (const i of dueLayers(state))
    if (!isBeingMended(state, i))
      want({ kind: 'layer', layer: i + 1 }, `layer-${i + 1}`, state.layers[i], integrationGates(state, i));
  if (endIsDue(state) && !isBeingMended(state))
    want({ kind: 'end' }, 'end', state.end, integrationGates(state, undefined));
  return effects;
}
