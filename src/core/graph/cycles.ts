/**
 * The cycles of a directed graph over indices, one of each strongly connected component: the shortest through its
 * lowest node, which it starts with. A graph has a cycle if and only if one is found, and taking all of a component's
 * would be exponential. Linear in nodes and edges; nothing recurs, so that a chain of any length is fine (which is why
 * graphlib's recursive `alg.tarjan` is not used).
 *
 * @param successors the nodes to which each node has an edge; a node with an edge to itself is a cycle of one.
 */
export function findCycles(successors: readonly (readonly number[])[]): number[][] {
  const component = componentsOf(successors);
  const told = new Set<number>();
  const cycles: number[][] = [];
  for (let node = 0; node < successors.length; node += 1) {
    const own = component[node] ?? 0;
    if (told.has(own)) continue;
    told.add(own);
    const cycle = shortestCycle(node, successors, component);
    if (cycle !== undefined) cycles.push(cycle);
  }
  return cycles;
}

/** Breadth first from a node back to itself, within its component. */
function shortestCycle(
  origin: number,
  successors: readonly (readonly number[])[],
  component: readonly number[],
): number[] | undefined {
  const cameFrom = new Map<number, number>([[origin, origin]]);
  // A list grows while it is walked, so that it is its own queue.
  const queue = [origin];
  for (const node of queue) {
    for (const next of successors[node] ?? []) {
      if (next === origin) return pathTo(node, origin, cameFrom);
      if (component[next] !== component[origin] || cameFrom.has(next)) continue;
      cameFrom.set(next, node);
      queue.push(next);
    }
  }
  return undefined;
}

function pathTo(node: number, origin: number, cameFrom: ReadonlyMap<number, number>): number[] {
  const path = [node];
  for (let at = node; at !== origin; path.push(at)) at = cameFrom.get(at) ?? origin;
  return path.reverse();
}

/**
 * The strongly connected component of each node: Tarjan, "Depth-first search and linear graph algorithms" (1972), with
 * its recursion kept in an array.
 */
function componentsOf(successors: readonly (readonly number[])[]): number[] {
  const count = successors.length;
  const component = new Array<number>(count).fill(-1);
  const order = new Array<number>(count).fill(-1);
  const low = new Array<number>(count).fill(0);
  const edges = successors.map((nodes) => nodes.values());
  const open: number[] = [];
  const path: number[] = [];
  let visited = 0;
  const enter = (node: number): void => {
    order[node] = low[node] = visited++;
    open.push(node);
    path.push(node);
  };
  const lower = (node: number, value: number): void => {
    low[node] = Math.min(low[node] ?? 0, value);
  };
  for (let root = 0; root < count; root += 1) {
    if (order[root] === -1) enter(root);
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      const edge = edges[node]?.next();
      if (edge?.done === false) {
        const next = edge.value;
        if (order[next] === -1) enter(next);
        else if (component[next] === -1) lower(node, order[next] ?? 0);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) lower(parent, low[node] ?? 0);
      if (low[node] !== order[node]) continue;
      for (let member = open.pop(); member !== undefined; member = open.pop()) {
        component[member] = node;
        if (member === node) break;
      }
    }
  }
  return component;
}
