import type { TaskGraph } from '../graph/task-graph.ts';
import type { Strategy } from '../plan/plan.ts';
import { lowerBoundMinutes } from './bound.ts';
import { Dispatcher, type NodeStatus } from './dispatch.ts';
import { Heap } from './heap.ts';
import type { Schedule, ScheduleEntry } from './schedule.ts';

export interface Choice {
  readonly strategy: Strategy;
  readonly agents: number;
}

/** The schedule if all estimates are exact. Without priorities the longest path to the end goes first. */
export function simulate(graph: TaskGraph, choice: Choice & { readonly priorities?: readonly number[] }): Schedule {
  const { strategy, agents, priorities = longestPathFirst(graph) } = choice;
  const { entries: played, minutes } = forecast(graph, { strategy, agents, priorities });
  // From the very start everything runs: a graph has no cycles.
  const entries = played.map((entry) => entry ?? { agent: 0, start: 0, end: 0 });
  const bound = lowerBoundMinutes(graph, choice);
  return { ...usage(graph, choice, entries), strategy, agents, entries, minutes, lowerBoundMinutes: bound, priorities };
}

export function longestPathFirst(graph: TaskGraph): readonly number[] {
  return graph.nodes.map((node) => node.tail);
}

/** A run in progress, or one that has not begun where everything but the choice is absent. Minutes count from now. */
export interface Standing extends Choice {
  readonly priorities: readonly number[];
  /** By node. */
  readonly statuses?: readonly NodeStatus[];
  /** By node: minutes that a running task will still take, and the agent it is on. */
  readonly remaining?: readonly (number | undefined)[];
  readonly agentOf?: readonly (number | undefined)[];
  /** By node: instead of its estimate, where more is known. */
  readonly durations?: readonly (number | undefined)[];
}

export interface Forecast {
  /** From now to the end of the last task that can run. */
  readonly minutes: number;
  /** By node; undefined for what is over, and for what waits for a task that has stopped. */
  readonly entries: readonly (ScheduleEntry | undefined)[];
}

/**
 * Plays the rest of a run. Gates are taken to pass at once; a task gets the lowest free agent. Event by event:
 * O((n + e) log n).
 */
export function forecast(graph: TaskGraph, standing: Standing): Forecast {
  const { agents, statuses = [], agentOf = [] } = standing;
  const passedLayers = graph.layers.map(() => true);
  const dispatcher = new Dispatcher(graph, standing, { statuses, passedLayers });

  const ascending = (a: number, b: number) => a < b;
  const busy = new Set(agentOf.filter((_, node) => statuses[node] === 'running'));
  const free = new Heap(ascending);
  for (let agent = 0; agent < agents; agent++) if (!busy.has(agent)) free.push(agent);

  const entries: (ScheduleEntry | undefined)[] = graph.nodes.map(() => undefined);
  const endOf = (node: number) => entries[node]?.end ?? 0;
  const running = new Heap((a, b) => endOf(a) < endOf(b));
  const enter = (node: number, agent: number, start: number, minutes: number) => {
    entries[node] = { agent, start, end: start + minutes };
    running.push(node);
  };

  for (const [node, status] of statuses.entries())
    if (status === 'running') enter(node, agentOf[node] ?? free.pop() ?? agents, 0, standing.remaining?.[node] ?? 0);
  let now = 0;
  for (;;) {
    for (let node = dispatcher.next(); node !== undefined; node = dispatcher.next()) {
      dispatcher.start(node);
      enter(node, free.pop() ?? agents, now, standing.durations?.[node] ?? graph.nodes[node]?.minutes ?? 0);
    }
    const first = running.peek();
    if (first === undefined) return { minutes: now, entries };
    now = endOf(first);
    // All that ends now ends before anything starts: the best of what they make ready goes first.
    for (let node = running.peek(); node !== undefined && endOf(node) === now; node = running.peek()) {
      running.pop();
      dispatcher.finish(node);
      free.push(entries[node]?.agent ?? agents);
    }
  }
}

/** Agents that ever have work at the same time. */
export function busiest(entries: readonly ScheduleEntry[]): number {
  return entries.reduce((max, entry) => Math.max(max, entry.agent + 1), 0);
}

/**
 * Efficiency = total / (agents used × duration); agents used = min(agents, tasks in the widest layer), and more where
 * tasks of several layers ran side by side.
 */
export function usage(
  graph: TaskGraph,
  { strategy, agents }: Choice,
  entries: readonly ScheduleEntry[],
): Pick<Schedule, 'agentsUsed' | 'efficiency'> {
  const widest = graph.layers.reduce((max, layer) => Math.max(max, layer.tasks.length), 1);
  const agentsUsed = strategy === 'sequential' ? 1 : Math.max(Math.min(agents, widest), busiest(entries));
  const minutes = entries.reduce((max, entry) => Math.max(max, entry.end), 0);
  return { agentsUsed, efficiency: minutes > 0 ? graph.totalMinutes / (agentsUsed * minutes) : 1 };
}
