import { buildGraph } from '../graph/build.ts';
import type { TaskGraph } from '../graph/task-graph.ts';
import type { Plan, PlanTask } from '../plan/plan.ts';
import { finish, type Steps } from '../steps.ts';
import { layersWait } from './bound.ts';
import { taskKind } from './calibration.ts';
import { filesOverlap } from './overlap.ts';
import { searchSchedule } from './search.ts';
import type { Choice } from './simulate.ts';

/**
 * A change of the plan that would make it shorter, or, of a missing estimate, that would tell how long it is. Tasks by
 * their ids.
 *
 *     split       a task of the critical path, in two halves that run side by side
 *     dependency  `task` waits for `on`, although neither its text nor its files have to do with it
 *     barrier     the layer after waits for all of this one (its number, from 1)
 *     file        several tasks write it, and so take turns
 *     estimate    the task has none, and what it takes decides how long the plan is
 */
export type Opportunity = { readonly minutes: number } & (
  | { readonly kind: 'split'; readonly task: string }
  | { readonly kind: 'dependency'; readonly task: string; readonly on: string }
  | { readonly kind: 'barrier'; readonly layer: number }
  | { readonly kind: 'file'; readonly file: string; readonly tasks: readonly string[] }
  | { readonly kind: 'estimate'; readonly task: string }
);

/** Simulations that are made at most; of a large plan, tasks in all of them together. */
const MOST_ROUNDS = 200;
const MOST_TASKS = 20_000;
const MOST_SHOWN = 20;
/** A task is long from here on, in times of the median. */
const LONG = 1.5;
const SHORTEST_SPLIT = 30;

/**
 * What would shorten the plan, the most first, each with its gain in minutes: the schedule of the plan less that of the
 * plan changed, both searched for in the same way. Of an estimate it is what the schedule grows by if the task takes twice
 * what is assumed. What gains less than a minute is left out.
 */
export function opportunitiesOf(plan: Plan, graph: TaskGraph, choice: Choice): Opportunity[] {
  return finish(seekingOpportunities(plan, graph, choice));
}

/** `opportunitiesOf` in steps: each simulates the plan with one change. */
export function* seekingOpportunities(plan: Plan, graph: TaskGraph, choice: Choice): Steps<Opportunity[]> {
  const restarts = graph.nodes.length > 100 ? 0 : 5;
  const schedule = searchSchedule(graph, { ...choice, restarts });
  let left = Math.min(MOST_ROUNDS, Math.floor(MOST_TASKS / Math.max(1, graph.nodes.length)));
  const gainOf = (changed: () => TaskGraph): number => {
    left -= 1;
    return left < 0 ? 0 : schedule.minutes - searchSchedule(changed(), { ...choice, restarts }).minutes;
  };
  const found: Opportunity[] = [];
  const offer = (minutes: number, opportunity: DistributiveOmit<Opportunity, 'minutes'>): void => {
    if (minutes >= 1) found.push({ ...opportunity, minutes });
  };

  const open = plan.tasks.map(({ done }) => !done);
  const median = [...graph.nodes.map(({ minutes }) => minutes)].sort((a, b) => a - b)[graph.nodes.length >> 1] ?? 0;
  for (const i of graph.criticalPath) {
    const node = graph.nodes[i];
    const task = plan.tasks[i];
    if (node === undefined || task === undefined || !open[i]) continue;
    yield;
    if (node.assumed)
      offer(-gainOf(() => buildGraph(withTask(plan, i, { estimate: twice(task, node.minutes) }))), {
        kind: 'estimate',
        task: task.id,
      });
    if (node.minutes >= SHORTEST_SPLIT && node.minutes >= LONG * median && isDivisible(task))
      offer(
        gainOf(() => buildGraph(inHalves(plan, i, node.minutes))),
        { kind: 'split', task: task.id },
      );
  }
  for (const [i, task] of plan.tasks.entries())
    for (const { id } of task.dependsOn) {
      const j = plan.tasks.findIndex((other) => other.id === id);
      const on = plan.tasks[j];
      // Only a dependency that the task really waits for can gain anything.
      if (
        on === undefined ||
        !open[i] ||
        schedule.entries[j]?.end !== schedule.entries[i]?.start ||
        !seemsNeedless(task, on)
      )
        continue;
      yield;
      // What that one waits for is waited for all the same.
      const dependsOn = [...task.dependsOn.filter((reference) => reference.id !== id), ...inherited(task, on)];
      offer(
        gainOf(() => buildGraph(withTask(plan, i, { dependsOn }))),
        { kind: 'dependency', task: task.id, on: id },
      );
    }
  if (layersWait(graph, choice.strategy) && choice.strategy !== 'sequential')
    for (const layer of graph.layers.slice(0, -1)) {
      yield;
      offer(
        gainOf(() => withoutBarrier(graph, layer.number - 1)),
        { kind: 'barrier', layer: layer.number },
      );
    }
  if (choice.strategy !== 'aggressive')
    for (const { file, tasks } of crowdedFiles(graph)) {
      yield;
      offer(
        gainOf(() => buildGraph(withoutFile(plan, file))),
        { kind: 'file', file, tasks },
      );
    }
  return found.sort((a, b) => b.minutes - a.minutes).slice(0, MOST_SHOWN);
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function withTask(plan: Plan, index: number, change: Partial<PlanTask>): Plan {
  return { ...plan, tasks: plan.tasks.map((task, i) => (i === index ? { ...task, ...change } : task)) };
}

function twice(task: PlanTask, minutes: number): NonNullable<PlanTask['estimate']> {
  return { minutes: 2 * minutes, span: task.idSpan };
}

/** One file cannot be written by two tasks at once. */
function isDivisible({ files }: PlanTask): boolean {
  return files.length !== 1 || /[*{/]$|[*{]/.test(files[0] ?? '');
}

function inHalves(plan: Plan, index: number, minutes: number): Plan {
  const task = plan.tasks[index];
  if (task === undefined) return plan;
  const estimate = { minutes: minutes / 2, span: task.idSpan };
  const other = { ...task, id: `${task.id}\0other half`, estimate, files: [] };
  const tasks = plan.tasks.flatMap((own, i) => {
    if (i === index) return [{ ...task, estimate }, other];
    const waits = own.dependsOn.find(({ id }) => id === task.id);
    return waits === undefined ? [own] : [{ ...own, dependsOn: [...own.dependsOn, { ...waits, id: other.id }] }];
  });
  return { ...plan, tasks };
}

/** What a task waits for only because another does. */
export function inherited(task: PlanTask, on: PlanTask): PlanTask['dependsOn'] {
  return on.dependsOn.filter(({ id }) => id !== task.id && !task.dependsOn.some((own) => own.id === id));
}

/** Words that many titles have in common. */
const COMMON = new Set(
  'add and create for from implement make new setup task test tests that the this update with write'.split(' '),
);

/** Both say what they write, nothing of it is shared, and the one has no word of the other's. */
function seemsNeedless(task: PlanTask, on: PlanTask): boolean {
  if (task.files.length === 0 || on.files.length === 0 || filesOverlap(task.files, on.files)) return false;
  // What is set up is there for everybody, and nobody speaks of it.
  if (taskKind(on) === 'setup' || filesOverlap(task.reads ?? [], on.files)) return false;
  const criteria = task.acceptance.map(({ text }) => text);
  const text = [task.id, task.title, task.prompt, task.script ?? '', ...criteria].join('\n').toLowerCase();
  const words = `${on.id} ${on.title}`.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  const names = on.files.map((file) => file.replace(/\/?\*.*$/, '').toLowerCase());
  return [...words.filter((word) => !COMMON.has(word)), ...names].every(
    (word) => word.length < 3 || !text.includes(word),
  );
}

/** The graph with two layers as one, between whose tasks only dependencies are left. */
function withoutBarrier(graph: TaskGraph, index: number): TaskGraph {
  const layer = graph.layers[index];
  const next = graph.layers[index + 1];
  if (layer === undefined || next === undefined) return graph;
  const both = { ...layer, tasks: [...layer.tasks, ...next.tasks], minutes: Math.max(layer.minutes, next.minutes) };
  return {
    ...graph,
    nodes: graph.nodes.map((node) => (node.layer > index ? { ...node, layer: node.layer - 1 } : node)),
    layers: [...graph.layers.slice(0, index), both, ...graph.layers.slice(index + 2)],
  };
}

const FEWEST_WRITERS = 3;

/** The files, as tasks name them, that at least three tasks write. */
function crowdedFiles({ nodes }: TaskGraph): { readonly file: string; readonly tasks: readonly string[] }[] {
  const writers = new Map<string, string[]>();
  for (const { id, files } of nodes)
    for (const file of new Set(files)) writers.set(file, [...(writers.get(file) ?? []), id]);
  return [...writers].filter(([, tasks]) => tasks.length >= FEWEST_WRITERS).map(([file, tasks]) => ({ file, tasks }));
}

function withoutFile(plan: Plan, file: string): Plan {
  return { ...plan, tasks: plan.tasks.map((task) => ({ ...task, files: task.files.filter((own) => own !== file) })) };
}
