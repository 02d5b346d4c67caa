import type { Plan } from '../plan/plan.ts';

/** By node: the nodes it depends on, unique. */
export type Edges = readonly (readonly number[])[];

/** What the plan says, without the references that cannot hold: to unknown tasks, to itself. */
export function statedEdges(plan: Plan): Edges {
  const indexOf = new Map(plan.tasks.map((task, i) => [task.id, i]));
  return plan.tasks.map((task, i) => {
    const known = task.dependsOn.flatMap((reference) => indexOf.get(reference.id) ?? []);
    return [...new Set(known)].filter((d) => d !== i);
  });
}

/**
 * Walks depth-first from the first task on: an edge back to a node that is still open closes a cycle and is dropped.
 * `order` has every node after what it depends on, in the order of the text where that allows it.
 */
export function withoutCycles(stated: Edges): { edges: Edges; order: readonly number[] } {
  const edges = stated.map((): number[] => []);
  const order: number[] = [];
  const open = new Set<number>();
  const done = new Set<number>();
  for (const root of stated.keys()) {
    const stack: { node: number; rest: Iterator<number> }[] = [];
    const enter = (node: number) => {
      open.add(node);
      stack.push({ node, rest: (stated[node] ?? []).values() });
    };
    if (!done.has(root)) enter(root);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const next = top.rest.next();
      if (next.done) {
        stack.pop();
        open.delete(top.node);
        done.add(top.node);
        order.push(top.node);
      } else if (!open.has(next.value)) {
        edges[top.node]?.push(next.value);
        if (!done.has(next.value)) enter(next.value);
      }
    }
  }
  return { edges, order };
}

/**
 * Makes each task of a sequential layer depend on the one before it. Along `order`, which is the text's unless the
 * tasks' own dependencies say otherwise: so that no chain closes a cycle.
 */
export function chained(
  edges: Edges,
  order: readonly number[],
  layerOf: readonly (number | undefined)[],
  sequential: readonly boolean[],
): Edges {
  const result = edges.map((own) => new Set(own));
  const last = new Map<number, number>();
  for (const node of order) {
    const layer = layerOf[node];
    if (layer === undefined || !sequential[layer]) continue;
    const before = last.get(layer);
    if (before !== undefined) result[node]?.add(before);
    last.set(layer, node);
  }
  return result.map((own) => [...own].sort((a, b) => a - b));
}
