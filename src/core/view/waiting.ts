import { dependentsOf } from '../graph/build.ts';
import { integrationGates, standing } from '../run/gates.ts';
import type { RunState, TaskState } from '../run/state.ts';

/**
 * What each waiting task waits for that will not come by itself, by task id: tasks that failed, conflict or were
 * cancelled, and layer gates that hold the run. A task that waits for nothing of the kind is not in the map.
 */
export function blockersOf(state: RunState): Map<string, string[]> {
  const blockers = new Map<string, string[]>();
  const { nodes, layers } = state.graph;
  const add = (i: number, blocker: string): void => {
    const node = nodes[i];
    if (node === undefined || state.tasks[i]?.phase.kind !== 'waiting') return;
    const known = blockers.get(node.id);
    if (known === undefined) blockers.set(node.id, [blocker]);
    else known.push(blocker);
  };
  state.tasks.forEach((task, i) => {
    const node = nodes[i];
    if (node === undefined || !isStopped(task)) return;
    // One after another: nothing starts beside a task that is not settled.
    const held = state.spec.strategy === 'sequential' ? new Set(nodes.keys()) : dependentsOf(state.graph, i);
    if (state.spec.strategy === 'conservative')
      for (const layer of layers.slice(node.layer + 1)) for (const later of layer.tasks) held.add(later);
    for (const waiting of held) add(waiting, node.id);
  });
  for (const gate of failedGates(state)) nodes.forEach((_, i) => add(i, gate));
  return blockers;
}

/** The tasks a task waits for and that are still to come, by id. */
export function unmetOf(state: RunState, i: number): string[] {
  const node = state.graph.nodes[i];
  if (node === undefined) return [];
  const { strategy } = state.spec;
  const barrier = state.graph.order === 'layers' || strategy === 'conservative' || strategy === 'sequential';
  const before = barrier ? (state.graph.layers[node.layer - 1]?.tasks ?? []) : [];
  return [...new Set([...node.dependsOn, ...before])].flatMap((d) => {
    const kind = state.tasks[d]?.phase.kind;
    return kind === 'merged' || kind === 'skipped' ? [] : (state.graph.nodes[d]?.id ?? []);
  });
}

function isStopped({ phase }: TaskState): boolean {
  const { kind } = phase;
  return kind === 'failed' || kind === 'conflict' || kind === 'cancelled' || kind === 'rolled-back';
}

function failedGates(state: RunState): string[] {
  return state.layers.flatMap((layer, l) => {
    const at = standing(integrationGates(state, l), layer);
    return at.kind === 'failed' ? [`gate ${at.report.gate} of layer ${l + 1}`] : [];
  });
}
