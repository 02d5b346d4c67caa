import type { RunEvent } from './event.ts';
import { layerOf } from './evolve.ts';
import { dueLayers, endIsDue, holdsBack, integrationGates, standing } from './gates.ts';
import type { RunState } from './state.ts';

/**
 * The gates that judged what a task of this layer did, by its index, are run again, since that is about to change; and
 * whatever else holds up new starts.
 */
export function judgedSince(state: RunState, layer: number): RunEvent[] {
  const scopes = [...state.layers.map((_, i) => ({ kind: 'layer', layer: i + 1 }) as const), { kind: 'end' } as const];
  return scopes.flatMap((scope) => {
    const { gates, waived } = layerOf(state, scope);
    const i = scope.kind === 'layer' ? scope.layer - 1 : undefined;
    const isMeant = i === undefined || i >= layer;
    // One that is at it judges what is about to change: that run of it is void.
    const isDue = i === undefined ? endIsDue(state) : dueLayers(state).includes(i);
    const at = standing(integrationGates(state, i), layerOf(state, scope));
    const begun = isMeant && isDue && at.kind === 'pending' ? [at.next.name] : [];
    return [
      ...gates
        .filter((report) => isMeant || (holdsBack(report) && !waived.includes(report.gate)))
        .map(({ gate }) => gate),
      ...begun,
    ].map((gate): RunEvent => ({ type: 'gate.retried', scope, gate }));
  });
}

/** The layer of a task, by its index. */
export function layerIn(state: RunState, id: string): number {
  return state.graph.nodes[state.index.get(id) ?? -1]?.layer ?? 0;
}
