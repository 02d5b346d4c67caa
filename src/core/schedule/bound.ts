import type { TaskGraph } from '../graph/task-graph.ts';
import type { Strategy } from '../plan/plan.ts';

/** Whether each layer waits for all of the layer before. */
export function layersWait(graph: TaskGraph, strategy: Strategy): boolean {
  return strategy === 'sequential' || strategy === 'conservative' || graph.order === 'layers';
}

/** No schedule of this strategy with so many agents is shorter, in minutes. */
export function lowerBoundMinutes(graph: TaskGraph, choice: { strategy: Strategy; agents: number }): number {
  const { strategy, agents } = choice;
  if (strategy === 'sequential') return graph.totalMinutes;
  if (!layersWait(graph, strategy)) return Math.max(graph.criticalMinutes, graph.totalMinutes / agents);
  // Their bounds add up.
  return graph.layers.reduce((sum, layer) => {
    const total = layer.tasks.reduce((minutes, task) => minutes + (graph.nodes[task]?.minutes ?? 0), 0);
    return sum + Math.max(layer.minutes, total / agents);
  }, 0);
}
