import { withoutCycles } from './edges.ts';
import { longestPaths } from './paths.ts';
import type { Layer, TaskGraph } from './task-graph.ts';

/** One layer of a graph as a graph of its own: its tasks in their order, and the dependencies among them. */
export function layerAlone(graph: TaskGraph, layer: Layer): TaskGraph {
  const own = layer.tasks.flatMap((task) => graph.nodes[task] ?? []);
  const indexOf = new Map(layer.tasks.map((task, i) => [task, i]));
  const within = (tasks: readonly number[]) => tasks.flatMap((task) => indexOf.get(task) ?? []);
  const dependsOn = own.map((node) => within(node.dependsOn));
  const dependents = own.map((node) => within(node.dependents));
  const minutes = own.map((node) => node.minutes);
  const members = [[...own.keys()]];
  const paths = longestPaths({
    dependsOn,
    dependents,
    order: withoutCycles(dependsOn).order,
    minutes,
    layerOf: own.map(() => 0),
    layers: members,
    layersWait: false,
  });
  return {
    nodes: own.map((node, i) => ({
      ...node,
      layer: 0,
      dependsOn: dependsOn[i] ?? [],
      dependents: dependents[i] ?? [],
      tail: paths.tails[i] ?? 0,
      head: paths.heads[i] ?? 0,
    })),
    layers: members.map((tasks) => ({ ...layer, number: 1, tasks })),
    order: 'dependencies',
    criticalPath: paths.critical,
    criticalMinutes: paths.length,
    totalMinutes: minutes.reduce((sum, m) => sum + m, 0),
  };
}
