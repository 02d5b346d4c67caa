import type { OrderRule, Plan, PlanTask } from '../plan/plan.ts';
import { chained, inTurn, statedEdges, withoutCycles, type Edges } from './edges.ts';
import { longestPaths } from './paths.ts';
import type { Layer, TaskGraph, TaskNode } from './task-graph.ts';

/** What a task without an estimate is taken to need. */
export const ASSUMED_MINUTES = 30;

/** Never throws: what reading the plan has reported (unknown ids, cycles) is left out here. */
export function buildGraph(plan: Plan): TaskGraph {
  const { edges: stated, order } = withoutCycles(statedEdges(plan));
  const rule = ruleOf(plan);
  const byLayers = (rule === 'layers' || rule === 'marks') && namedLayers(plan) > 1;
  const named = byLayers ? carriedLayers(plan) : plan.tasks.map((task) => task.layer);
  const everywhere = plan.tasks.map(() => 0);
  const ruled =
    rule === 'marks' || rule === 'sequence'
      ? inTurn(plan, stated, order, rule === 'marks' ? named : everywhere, rule === 'marks')
      : stated;
  const dependsOn = chained(
    ruled,
    order,
    named,
    plan.layers.map((layer) => layer.sequential),
  );
  const own = ownLayers(plan, named, dependsOn);
  // Where a task waits for one of a later layer, the layers cannot wait for each other.
  const layersWait = byLayers && own !== undefined;
  const { layerOf, headings } = own ?? computedLayers(dependsOn, order);

  const dependents = dependsOn.map((): number[] => []);
  for (const [i, own] of dependsOn.entries()) for (const d of own) dependents[d]?.push(i);
  const members = headings.map((): number[] => []);
  for (const [i, layer] of layerOf.entries()) members[layer]?.push(i);
  const position = new Map(order.map((node, at) => [node, at]));

  const minutes = plan.tasks.map((task) => task.estimate?.minutes ?? ASSUMED_MINUTES);
  const paths = longestPaths({ dependsOn, dependents, order, minutes, layerOf, layers: members, layersWait });
  return {
    nodes: plan.tasks.map((task, i): TaskNode => ({
      id: task.id,
      title: task.title,
      minutes: minutes[i] ?? ASSUMED_MINUTES,
      assumed: task.estimate === undefined,
      layer: layerOf[i] ?? 0,
      dependsOn: dependsOn[i] ?? [],
      dependents: dependents[i] ?? [],
      files: task.files,
      resources: task.resources,
      tail: paths.tails[i] ?? 0,
      head: paths.heads[i] ?? 0,
    })),
    layers: headings.map((heading, i): Layer => ({
      ...heading,
      number: i + 1,
      sequential: isChain(members[i] ?? [], dependsOn, position),
      tasks: members[i] ?? [],
      minutes: paths.layerMinutes[i] ?? 0,
    })),
    order: layersWait ? 'layers' : 'dependencies',
    criticalPath: paths.critical,
    criticalMinutes: paths.length,
    totalMinutes: minutes.reduce((sum, m) => sum + m, 0),
  };
}

/** The graph of a plan, which is the one before where nothing that it is made of has changed. */
export function rebuildGraph(plan: Plan, before: { readonly plan: Plan; readonly graph: TaskGraph }): TaskGraph {
  return isAlike(plan, before.plan) ? before.graph : buildGraph(plan);
}

function isAlike(a: Plan, b: Plan): boolean {
  return (
    a.order?.rule === b.order?.rule &&
    sameList(
      a.layers,
      b.layers,
      (x, y) => x.name === y.name && x.sequential === y.sequential && sameList(x.gates, y.gates),
    ) &&
    sameList(a.tasks, b.tasks, isAlikeTask)
  );
}

function isAlikeTask(a: PlanTask, b: PlanTask): boolean {
  if (a === b) return true;
  return (
    a.id === b.id &&
    a.title === b.title &&
    a.layer === b.layer &&
    a.estimate?.minutes === b.estimate?.minutes &&
    (a.parallel === undefined) === (b.parallel === undefined) &&
    sameList(a.dependsOn, b.dependsOn, (x, y) => x.id === y.id) &&
    sameList(a.files, b.files) &&
    sameList(a.resources, b.resources)
  );
}

function sameList<T>(a: readonly T[], b: readonly T[], same: (x: T, y: T) => boolean = Object.is): boolean {
  if (a === b) return true;
  return a.length === b.length && a.every((item, i) => same(item, b[i] as T));
}

/** Minutes that a node may be late without delaying the plan, with unlimited agents. */
export function slackOf(graph: TaskGraph, index: number): number {
  const node = graph.nodes[index];
  return node ? Math.max(0, graph.criticalMinutes - node.head - node.tail) : 0;
}

/** All that waits for a node, directly or through others; the node itself is not among them. */
export function dependentsOf(graph: TaskGraph, index: number): Set<number> {
  const found = new Set<number>();
  const queue = [index];
  for (let at = queue.pop(); at !== undefined; at = queue.pop())
    for (const next of graph.nodes[at]?.dependents ?? []) {
      if (!found.has(next)) queue.push(next);
      found.add(next);
    }
  const node = graph.nodes[index];
  if (node && graph.order === 'layers')
    for (const later of graph.layers.slice(node.layer + 1)) for (const task of later.tasks) found.add(task);
  return found;
}

/** Each of several tasks depends on the one before it, by the layer's heading or by its own word. */
function isChain(tasks: readonly number[], dependsOn: Edges, position: ReadonlyMap<number, number>): boolean {
  const inOrder = tasks.toSorted((a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0));
  return inOrder.length > 1 && inOrder.slice(1).every((task, i) => dependsOn[task]?.includes(inOrder[i] ?? -1));
}

interface Grouping {
  readonly layerOf: readonly number[];
  readonly headings: readonly Pick<Layer, 'name' | 'gates'>[];
}

/** What orders the plan's tasks that state nothing themselves. */
export function ruleOf(plan: Pick<Plan, 'order' | 'tasks'>): OrderRule {
  if (plan.order !== undefined) return plan.order.rule;
  const stated = plan.tasks.some(({ dependsOn }) => dependsOn.length > 0);
  return !stated && namedLayers(plan) > 1 ? 'layers' : 'stated';
}

function namedLayers(plan: Pick<Plan, 'tasks'>): number {
  return new Set(plan.tasks.flatMap((task) => task.layer ?? [])).size;
}

/** A task above or between the layers goes with the task before it. */
function carriedLayers(plan: Plan): number[] {
  let current = 0;
  return plan.tasks.map((task) => (current = task.layer ?? current));
}

/** The plan's own layers, those without tasks left out; nothing where they do not hold every task or disagree. */
function ownLayers(plan: Plan, named: readonly (number | undefined)[], dependsOn: Edges): Grouping | undefined {
  const used = [...new Set(named)].filter((layer) => layer !== undefined).sort((a, b) => a - b);
  const rank = new Map(used.map((layer, i) => [layer, i]));
  const layerOf = named.flatMap((layer) => (layer === undefined ? [] : (rank.get(layer) ?? [])));
  if (used.length === 0 || layerOf.length < named.length) return undefined;
  const agree = dependsOn.every((own, i) => own.every((d) => (layerOf[d] ?? 0) <= (layerOf[i] ?? 0)));
  if (!agree) return undefined;
  const headings = used.map((layer) => {
    const { name = '', gates = [] } = plan.layers[layer] ?? {};
    return { name, gates };
  });
  return { layerOf, headings };
}

/** layer(t) = 1 + the highest layer that t depends on. */
function computedLayers(dependsOn: Edges, order: readonly number[]): Grouping {
  const layerOf = dependsOn.map(() => 0);
  let count = 0;
  for (const i of order) {
    const layer = (dependsOn[i] ?? []).reduce((max, d) => Math.max(max, (layerOf[d] ?? 0) + 1), 0);
    layerOf[i] = layer;
    count = Math.max(count, layer + 1);
  }
  const headings = Array.from({ length: count }, () => ({ name: '', gates: [] }));
  return { layerOf, headings };
}
