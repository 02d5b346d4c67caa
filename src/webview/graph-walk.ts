import type { GraphLayout } from '../core/view/model.ts';

export type Direction = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';

type Node = GraphLayout['nodes'][number];

/**
 * Where an arrow key leads from a node: with the grain of the graph along an edge, across it to the next node of the
 * same rank. The grain is read off the picture, which may have been laid out to the right or downwards.
 */
export function step(layout: GraphLayout, from: string, direction: Direction): string | undefined {
  const nodes = new Map(layout.nodes.map((node) => [node.id, node]));
  const start = nodes.get(from);
  if (start === undefined) return undefined;
  const right = layout.edges.every((edge) => follows(nodes.get(edge.from), nodes.get(edge.to)));
  const sideways = direction === 'ArrowLeft' || direction === 'ArrowRight';
  const forward = direction === 'ArrowRight' || direction === 'ArrowDown';
  const along = (node: Node): number => (sideways ? node.x + node.width / 2 : node.y + node.height / 2);
  const across = (node: Node): number => (sideways ? node.y + node.height / 2 : node.x + node.width / 2);
  const ahead = (node: Node): number => (along(node) - along(start)) * (forward ? 1 : -1);

  if (sideways === right) {
    const joined = layout.edges
      .filter((edge) => (forward ? edge.from : edge.to) === from)
      .map((edge) => nodes.get(forward ? edge.to : edge.from))
      .filter((node) => node !== undefined);
    return least(joined, (node) => Math.abs(across(node) - across(start)))?.id;
  }
  const rank = layout.nodes.filter(
    (node) => ahead(node) > 0 && Math.abs(across(node) - across(start)) < (right ? start.width : start.height) / 2,
  );
  return least(rank, ahead)?.id;
}

/** Everything the task needs, directly or not, and everything that waits for it; with the task itself. */
export function related(layout: GraphLayout, task: string): ReadonlySet<string> {
  return new Set([
    ...reachable(task, layout.edges, (edge) => [edge.to, edge.from]),
    ...reachable(task, layout.edges, (edge) => [edge.from, edge.to]),
  ]);
}

type Edge = GraphLayout['edges'][number];

function reachable(start: string, edges: readonly Edge[], turn: (edge: Edge) => [string, string]): ReadonlySet<string> {
  const next = new Map<string, string[]>();
  for (const [from, to] of edges.map(turn)) next.set(from, [...(next.get(from) ?? []), to]);
  const seen = new Set([start]);
  // A set's iteration takes in what is added while it goes on.
  for (const node of seen) for (const other of next.get(node) ?? []) seen.add(other);
  return seen;
}

function follows(from: Node | undefined, to: Node | undefined): boolean {
  return from === undefined || to === undefined || to.x >= from.x + from.width;
}

function least(nodes: readonly Node[], measure: (node: Node) => number): Node | undefined {
  return nodes.reduce<Node | undefined>(
    (best, node) => (best === undefined || measure(node) < measure(best) ? node : best),
    undefined,
  );
}
