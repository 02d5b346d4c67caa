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

/**
 * Makes each task that states no dependencies wait for the one before it in its layer; of several in a row that are
 * marked as parallel, each waits for what stands before them, and what comes after waits for all of them. Along
 * `order`, as in `chained`.
 */
export function inTurn(
  plan: Plan,
  edges: Edges,
  order: readonly number[],
  layerOf: readonly (number | undefined)[],
  marks: boolean,
): Edges {
  interface Turn {
    /** What each of the row waits for. */
    readonly before: readonly number[];
    readonly row: number[];
    readonly parallel: boolean;
    /** One of the row waits for what it states instead, so that what comes after has to wait for these as well. */
    states: boolean;
  }
  const turns = new Map<number | undefined, Turn>();
  const result = edges.map((own) => [...own]);
  for (const node of order) {
    const task = plan.tasks[node];
    const layer = layerOf[node];
    const parallel = marks && task?.parallel !== undefined;
    let turn = turns.get(layer);
    if (turn === undefined || !parallel || !turn.parallel) {
      const before = turn === undefined ? [] : turn.states ? [...turn.before, ...turn.row] : turn.row;
      turn = { before, row: [], parallel, states: false };
      turns.set(layer, turn);
    }
    turn.row.push(node);
    if (task === undefined || task.dependsOn.length > 0) turn.states = true;
    else result[node] = [...turn.before].sort((a, b) => a - b);
  }
  return result;
}
