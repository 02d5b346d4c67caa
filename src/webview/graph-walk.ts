import type { GraphLayout, TaskRow } from '../core/view/model.ts';

export type Direction = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';

type Node = GraphLayout['nodes'][number];

/**
 * Where an arrow key leads from a node: with the grain of the graph along an edge, across it to the next node of the
 * same rank. The grain is read off the picture, which may have been laid out to the right or downwards. Where something
 * is looked for, or focused on, only what is `found` is walked.
 */
export function step(
  { nodes: all, edges }: GraphLayout,
  from: string,
  direction: Direction,
  found?: ReadonlySet<string>,
): string | undefined {
  const open = all.filter(({ id }) => id === from || found === undefined || found.has(id));
  const nodes = new Map(open.map((node) => [node.id, node]));
  const start = nodes.get(from);
  if (start === undefined) return undefined;
  const right = edges.every((edge) => follows(nodes.get(edge.from), nodes.get(edge.to)));
  const sideways = direction === 'ArrowLeft' || direction === 'ArrowRight';
  const forward = direction === 'ArrowRight' || direction === 'ArrowDown';
  const along = (node: Node): number => (sideways ? node.x + node.width / 2 : node.y + node.height / 2);
  const across = (node: Node): number => (sideways ? node.y + node.height / 2 : node.x + node.width / 2);
  const ahead = (node: Node): number => (along(node) - along(start)) * (forward ? 1 : -1);

  if (sideways === right) {
    const joined = edges
      .filter((edge) => (forward ? edge.from : edge.to) === from)
      .map((edge) => nodes.get(forward ? edge.to : edge.from))
      .filter((node) => node !== undefined);
    return least(joined, (node) => Math.abs(across(node) - across(start)))?.id;
  }
  const rank = open.filter(
    (node) => ahead(node) > 0 && Math.abs(across(node) - across(start)) < (right ? start.width : start.height) / 2,
  );
  return least(rank, ahead)?.id;
}

/** Everything the task needs, directly or not, and everything that waits for it; with the task itself. */
export function related(tasks: ReadonlyMap<string, TaskRow>, task: string): ReadonlySet<string> {
  const reachable = (next: 'dependsOn' | 'dependents'): ReadonlySet<string> => {
    const seen = new Set([task]);
    // A set's iteration takes in what is added while it goes on.
    for (const one of seen) for (const other of tasks.get(one)?.[next] ?? []) seen.add(other);
    return seen;
  };
  return new Set([...reachable('dependsOn'), ...reachable('dependents')]);
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
