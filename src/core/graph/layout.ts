import { Graph, layout, type EdgeLabel, type GraphLabel, type NodeLabel } from '@dagrejs/dagre';
import type { GraphLayout } from '../view/model.ts';
import type { TaskGraph } from './task-graph.ts';

/**
 * Places the tasks from left to right; a node's x and y are its top left corner. Only edges that the graph has are
 * drawn: where layers wait for each other the columns say so. Dagre takes seconds for a thousand tasks, so that large
 * graphs stand in a grid, and so do those without edges, which it would put in one column.
 */
export function layoutGraph(graph: TaskGraph): GraphLayout {
  const edges = graph.nodes.reduce((sum, node) => sum + node.dependsOn.length, 0);
  return graph.order === 'layers' || graph.nodes.length > MOST_NODES || edges > MOST_EDGES
    ? gridLayout(graph)
    : dagreLayout(graph);
}

const MOST_NODES = 400;
const MOST_EDGES = 1000;
const WIDTH = 180;
const HEIGHT = 36;
const COLUMN_GAP = 48;
const ROW_GAP = 16;
const LINE_GAP = 6;

type Node = GraphLayout['nodes'][number];
type Point = readonly [number, number];

function dagreLayout(graph: TaskGraph): GraphLayout {
  const drawn = new Graph<GraphLabel, NodeLabel, EdgeLabel>();
  // Network simplex, the default ranker, gives much the same picture in four times the time.
  drawn.setGraph({ rankdir: 'LR', nodesep: ROW_GAP, ranksep: COLUMN_GAP, edgesep: LINE_GAP, ranker: 'tight-tree' });
  // Indices as names: a task may be called `__proto__`.
  for (const i of graph.nodes.keys()) drawn.setNode(`${i}`, { width: WIDTH, height: HEIGHT });
  for (const [i, node] of graph.nodes.entries()) for (const d of node.dependsOn) drawn.setEdge(`${d}`, `${i}`, {});
  layout(drawn);
  const nodes = graph.nodes.map((node, i): Node => {
    const { x = 0, y = 0 } = drawn.node(`${i}`);
    return { id: node.id, x: x - WIDTH / 2, y: y - HEIGHT / 2, width: WIDTH, height: HEIGHT };
  });
  return pictureOf(graph, nodes, (d, i) => {
    // Dagre lets a line begin where it crosses the outline, which is above or below where boxes are wide. Its bends
    // lead round the columns between; a line to the next column has one, but needs none.
    const bends = drawn.edge(`${d}`, `${i}`).points?.slice(1, -1) ?? [];
    const [first, ...last] = straightLine(nodes[d], nodes[i]);
    return first ? [first, ...(bends.length > 1 ? bends : []).map(({ x, y }): Point => [x, y]), ...last] : [];
  });
}

/** A column a layer, broken into several where it would be much higher than the whole is wide. */
function gridLayout(graph: TaskGraph): GraphLayout {
  const rows = Math.max(20, Math.ceil(Math.sqrt(graph.nodes.length) * 2));
  const nodes: Node[] = new Array<Node>(graph.nodes.length);
  const rowOf = new Map<number, number>();
  let column = 0;
  for (const layer of graph.layers) {
    // Near what they depend on, so that fewer lines cross.
    const wish = (task: number) => {
      const before = graph.nodes[task]?.dependsOn.flatMap((d) => rowOf.get(d) ?? []) ?? [];
      return before.reduce((sum, row) => sum + row, 0) / Math.max(1, before.length);
    };
    const wishes = new Map(layer.tasks.map((task) => [task, wish(task)]));
    const tasks = layer.tasks.toSorted((a, b) => (wishes.get(a) ?? 0) - (wishes.get(b) ?? 0) || a - b);
    for (const [i, task] of tasks.entries()) {
      const row = i % rows;
      rowOf.set(task, row);
      const x = (column + Math.floor(i / rows)) * (WIDTH + COLUMN_GAP);
      nodes[task] = { id: graph.nodes[task]?.id ?? '', x, y: row * (HEIGHT + ROW_GAP), width: WIDTH, height: HEIGHT };
    }
    column += Math.ceil(tasks.length / rows);
  }
  return pictureOf(graph, nodes, (d, i) => straightLine(nodes[d], nodes[i]));
}

/** From side to side between columns, from foot to head (or back) within one. */
function straightLine(from: Node | undefined, to: Node | undefined): Point[] {
  if (!from || !to) return [];
  const right = to.x - from.x;
  const down = to.y - from.y;
  const at = (node: Node, across: number, along: number): Point => [
    node.x + (node.width * (1 + across)) / 2,
    node.y + (node.height * (1 + along)) / 2,
  ];
  return right === 0
    ? [at(from, 0, Math.sign(down)), at(to, 0, -Math.sign(down))]
    : [at(from, Math.sign(right), 0), at(to, -Math.sign(right), 0)];
}

function pictureOf(
  graph: TaskGraph,
  nodes: readonly Node[],
  pointsOf: (from: number, to: number) => Point[],
): GraphLayout {
  const critical = new Map(graph.criticalPath.map((node, i) => [node, graph.criticalPath[i + 1]]));
  const edges = graph.nodes.flatMap((node, i) =>
    node.dependsOn.map((d) => ({
      from: graph.nodes[d]?.id ?? '',
      to: node.id,
      critical: critical.get(d) === i,
      points: pointsOf(d, i),
    })),
  );
  const corners = [
    ...nodes.map((node): Point => [node.x + node.width, node.y + node.height]),
    ...edges.flatMap((edge) => edge.points),
  ];
  return {
    width: corners.reduce((max, [x]) => Math.max(max, x), 0),
    height: corners.reduce((max, [, y]) => Math.max(max, y), 0),
    nodes,
    edges,
  };
}
