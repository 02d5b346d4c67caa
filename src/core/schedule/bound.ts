import type { TaskGraph } from '../graph/task-graph.ts';
import type { Strategy } from '../plan/plan.ts';

/** No schedule of this strategy with so many agents is shorter, in minutes. */
export function lowerBoundMinutes(graph: TaskGraph, choice: { strategy: Strategy; agents: number }): number {
  const { strategy, agents } = choice;
  if (strategy === 'sequential') return graph.totalMinutes;
  if (strategy !== 'conservative' && graph.order === 'dependencies')
    return Math.max(graph.criticalMinutes, graph.totalMinutes / agents);
  // Each layer waits for the one before: their bounds add up.
  return graph.layers.reduce((sum, layer) => {
    const total = layer.tasks.reduce((minutes, task) => minutes + (graph.nodes[task]?.minutes ?? 0), 0);
    return sum + Math.max(layer.minutes, total / agents);
  }, 0);
}
