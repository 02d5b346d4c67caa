import { layerAlone } from '../graph/part.ts';
import type { TaskGraph } from '../graph/task-graph.ts';
import { STRATEGIES } from '../plan/plan.ts';
import { finish, type Steps } from '../steps.ts';
import { layersWait } from './bound.ts';
import { locksOf } from './locks.ts';
import { random } from './random.ts';
import type { Schedule } from './schedule.ts';
import { busiest, simulate, usage, type Choice } from './simulate.ts';

export interface SearchOptions extends Choice {
  /** Rounds of a perturbed start and its improvement; by default so many that it takes some 10 ms, see `roundsFor`. */
  readonly restarts?: number;
  readonly seed?: number;
}

/**
 * Looks for a shorter schedule than longest path first gives. The same for the same seed; of equals, the plain longest
 * path first stays.
 */
export function searchSchedule(graph: TaskGraph, options: SearchOptions): Schedule {
  const key = JSON.stringify([options.strategy, options.agents, options.restarts, options.seed]);
  const before = searched.get(graph);
  if (before?.key === key) return before.schedule;
  const schedule = search(graph, options);
  searched.set(graph, { key, schedule });
  return schedule;
}

/** The last one of a graph: a preview and the tree ask for the same one after the other. */
const searched = new WeakMap<TaskGraph, { readonly key: string; readonly schedule: Schedule }>();

function search(graph: TaskGraph, options: SearchOptions): Schedule {
  const { strategy, agents, restarts = roundsFor(graph), seed = 1 } = options;
  const plain = simulate(graph, { strategy, agents });
  if (plain.minutes <= reachableBound(graph, plain)) return plain;
  if (!layersWait(graph, strategy)) return improvedOrder(graph, plain, restarts, seed);

  // Layers that wait for each other are as many problems of their own: only the order within a layer matters.
  const priorities = [...plain.priorities];
  for (const layer of graph.layers) {
    const alone = layerAlone(graph, layer);
    const start = simulate(alone, { strategy, agents });
    const { priorities: found } = improvedOrder(alone, start, restarts, seed);
    for (const [i, task] of layer.tasks.entries()) priorities[task] = found[i] ?? 0;
  }
  const found = simulate(graph, { strategy, agents, priorities });
  return found.minutes < plain.minutes ? found : plain;
}

/**
 * Perturbs the best order found and improves it by scheduling backward from the end and forward again, each in the
 * order of the other's times (forward-backward improvement, Valls, Ballestín and Quintanilla, European Journal of
 * Operational Research 165(2), 2005). Stops where no schedule is shorter.
 */
function improvedOrder(graph: TaskGraph, plain: Schedule, restarts: number, seed: number): Schedule {
  const { strategy, agents } = plain;
  const bound = reachableBound(graph, plain);
  if (restarts === 0 || plain.minutes <= bound) return plain;

  const backward = reversed(graph);
  const improved = (schedule: Schedule): Schedule => {
    const back = simulate(backward, { strategy, agents, priorities: schedule.entries.map((entry) => entry.end) });
    const forth = simulate(graph, { strategy, agents, priorities: back.entries.map((entry) => entry.end) });
    return forth.minutes < schedule.minutes ? improved(forth) : schedule;
  };
  const next = random(seed);
  let best = plain;
  let current = improved(plain);
  for (let round = 0; ; round++) {
    if (current.minutes < best.minutes) best = current;
    if (round === restarts || best.minutes <= bound) return best;
    // Mostly a little, now and then as far as from the start to the end.
    const shift = current.minutes * next() ** 3;
    const priorities = current.entries.map((entry) => shift * (next() - next()) - entry.start);
    const candidate = improved(simulate(graph, { strategy, agents, priorities }));
    // Equals are walked to as well, or the search would stay where it is.
    if (candidate.minutes <= current.minutes) current = candidate;
  }
}

export type Compared = Choice & Pick<Schedule, 'minutes' | 'efficiency'>;

const compared = new WeakMap<TaskGraph, { readonly maxAgents: number; readonly choices: readonly Compared[] }>();

/** Duration for every strategy and number of agents up to `maxAgents`; searched for where the plan is small. */
export function compareStrategies(graph: TaskGraph, { maxAgents }: MostAgents): readonly Compared[] {
  return finish(comparing(graph, { maxAgents }));
}

/** What `comparing` found before of this graph. */
export function comparedBefore(graph: TaskGraph, { maxAgents }: MostAgents): readonly Compared[] | undefined {
  const before = compared.get(graph);
  return before?.maxAgents === maxAgents ? before.choices : undefined;
}

/**
 * `compareStrategies` in steps, between which others can have their turn. Reckoned once a graph, because a preview asks
 * again with each key that is typed in the plan.
 */
export function* comparing(graph: TaskGraph, { maxAgents }: MostAgents): Steps<readonly Compared[]> {
  const before = comparedBefore(graph, { maxAgents });
  if (before !== undefined) return before;
  const restarts = graph.nodes.length <= SMALL ? roundsFor(graph) : 0;
  const choices: Compared[] = [];
  for (const strategy of STRATEGIES) {
    let schedule: Schedule | undefined;
    for (let agents = 1; agents <= maxAgents; agents++) {
      const choice = { strategy, agents };
      // A schedule in which an agent never had anything to do is the same with one more.
      if (!schedule || busiest(schedule.entries) >= schedule.agents) {
        yield;
        schedule = searchSchedule(graph, { ...choice, restarts });
      }
      const { efficiency } = usage(graph, choice, schedule.entries);
      choices.push({ ...choice, minutes: schedule.minutes, efficiency });
    }
  }
  compared.set(graph, { maxAgents, choices });
  return choices;
}

interface MostAgents {
  readonly maxAgents: number;
}

/** Tasks up to which a search takes a few ms. */
const SMALL = 100;

function roundsFor(graph: TaskGraph): number {
  return Math.min(100, Math.floor(8_000 / graph.nodes.length));
}

/** No schedule is shorter: what tasks that exclude each other sum up to counts, and whole minutes stay whole. */
function reachableBound(graph: TaskGraph, schedule: Schedule): number {
  const locks = locksOf(graph);
  const held = new Array<number>(locks.count).fill(0);
  for (const [i, needed] of (schedule.strategy === 'aggressive' ? locks.resources : locks.all).entries())
    for (const lock of needed) held[lock] = (held[lock] ?? 0) + (graph.nodes[i]?.minutes ?? 0);
  const bound = held.reduce((max, minutes) => Math.max(max, minutes), schedule.lowerBoundMinutes);
  return graph.nodes.every((node) => Number.isInteger(node.minutes)) ? Math.ceil(bound) : bound * (1 + 1e-12);
}

/** The same work from the end to the start; where layers do not wait it does not matter in which a task is. */
function reversed(graph: TaskGraph): TaskGraph {
  return {
    ...graph,
    nodes: graph.nodes.map((node) => ({ ...node, dependsOn: node.dependents, dependents: node.dependsOn })),
  };
}
