import type { TaskGraph } from '../graph/task-graph.ts';
import type { Strategy } from '../plan/plan.ts';
import { layersWait } from './bound.ts';
import { Heap } from './heap.ts';
import { locksOf, type Locks } from './locks.ts';

export interface Rules {
  readonly strategy: Strategy;
  /** Tasks at most at once, 1 or more. */
  readonly agents: number;
  /** By node: higher goes first among tasks that may start. `sequential` goes by the plan's order instead. */
  readonly priorities: readonly number[];
}

/** `finished`: merged or skipped, what depends on it goes on. `stopped`: ended without a result, what depends waits. */
export type NodeStatus = 'waiting' | 'running' | 'finished' | 'stopped';

/** Where a run stands. */
export interface Progress {
  readonly statuses: readonly NodeStatus[];
  /** By layer: its gates have passed, or it has none. */
  readonly passedLayers: readonly boolean[];
}

/**
 * Decides what starts next, for the simulated schedule and for a live run alike.
 *
 *                  | needs merged             | layer barrier       | overlapping files
 *     sequential   | all before it            | tasks and gates     | cannot occur
 *     conservative | its dependencies         | tasks and gates     | one at a time
 *     hybrid       | its dependencies         | none *              | one at a time
 *     aggressive   | its dependencies         | none *              | ignored
 *
 *     * where the plan states no dependencies, the tasks of the layer before are the dependencies; its gates are not
 *
 * Never idle: as long as an agent is free and a task may start, `next` names one. Each task enters and leaves a few
 * heaps, so that a whole run costs O((n + e) log n) as long as few globs overlap.
 */
export class Dispatcher {
  readonly #graph: TaskGraph;
  readonly #agents: number;
  readonly #oneByOne: boolean;
  readonly #statuses: NodeStatus[];
  #running = 0;
  #stopped = 0;

  /** By node: how many of its dependencies are not finished. */
  readonly #missing: number[];
  /** By layer: how many of its tasks are not finished. */
  readonly #left: number[];
  readonly #passedLayers: boolean[];
  readonly #gatesBar: boolean;
  /** How many layers may start. */
  #open: number;

  /** Tasks that lack nothing but an agent or a lock. What has been started or skipped is taken out when it surfaces. */
  readonly #ready: Heap;
  readonly #passed: number[] = [];
  readonly #locks: Locks;
  /** By node: the locks it needs. */
  readonly #needs: readonly (readonly number[])[];
  /**
   * Two doors a lock: `lock` is shut while it cannot be taken, `count + lock` while it is held itself. By door: how
   * many holds shut it, and the tasks that stand before it. When it opens only the first is made ready, and the next
   * when that has left `#ready` and the door is still open: else a thousand would wake for what one of them can have.
   */
  readonly #shut: number[];
  readonly #queues = new Map<number, Heap>();
  /** By node: the door it came through. */
  readonly #cameBy = new Map<number, number>();
  readonly #first: (a: number, b: number) => boolean;

  constructor(graph: TaskGraph, rules: Rules, progress?: Progress) {
    const { strategy, priorities } = rules;
    this.#graph = graph;
    this.#oneByOne = strategy === 'sequential';
    this.#agents = this.#oneByOne ? 1 : rules.agents;
    this.#statuses = graph.nodes.map((_, i) => progress?.statuses[i] ?? 'waiting');
    this.#passedLayers = graph.layers.map((_, l) => progress?.passedLayers[l] ?? false);
    this.#gatesBar = strategy === 'sequential' || strategy === 'conservative';
    this.#locks = locksOf(graph);
    this.#needs = strategy === 'aggressive' ? this.#locks.resources : this.#locks.all;
    this.#shut = new Array<number>(2 * this.#locks.count).fill(0);
    this.#first = this.#oneByOne
      ? (a, b) => a < b
      : (a, b) => {
          const difference = (priorities[a] ?? 0) - (priorities[b] ?? 0);
          return difference > 0 || (difference === 0 && a < b);
        };
    this.#ready = new Heap(this.#first);

    const finished = (i: number) => this.#statuses[i] === 'finished';
    this.#missing = graph.nodes.map((node) => count(node.dependsOn, (d) => !finished(d)));
    this.#left = graph.layers.map((layer) => count(layer.tasks, (i) => !finished(i)));
    for (const [i, status] of this.#statuses.entries()) {
      if (status === 'running') this.#hold(i, 1);
      if (status === 'stopped') this.#stopped++;
    }
    this.#open = layersWait(graph, strategy) ? 0 : graph.layers.length;
    if (this.#open === 0) this.#openLayers();
    else for (const i of graph.nodes.keys()) this.#offer(i);
  }

  get running(): number {
    return this.#running;
  }

  /** The task that is to start now: the highest priority first, then the lower index. It stays so until `start`. */
  next(): number | undefined {
    if (this.#running >= this.#agents || (this.#oneByOne && this.#stopped > 0)) return undefined;
    for (let node = this.#ready.peek(); node !== undefined; node = this.#ready.peek()) {
      if (this.#statuses[node] === 'waiting') {
        const door = this.#shutDoor(node);
        if (door === undefined) return node;
        this.#queueAt(door, node);
      }
      this.#ready.pop();
      this.#wakeAfter(node);
    }
    return undefined;
  }

  /** Leaves out a task that `next` named: no agent can be had for it now. It is offered again when a task ends. */
  pass(node: number): void {
    this.#ready.pop();
    this.#wakeAfter(node);
    this.#passed.push(node);
  }

  start(node: number): void {
    this.#statuses[node] = 'running';
    this.#hold(node, 1);
  }

  /** Merged, or skipped (running or not): what depends on it goes on. */
  finish(node: number): void {
    this.#end(node, 'finished');
    for (const dependent of this.#graph.nodes[node]?.dependents ?? []) {
      this.#missing[dependent] = (this.#missing[dependent] ?? 0) - 1;
      this.#offer(dependent);
    }
    const layer = this.#graph.nodes[node]?.layer ?? 0;
    this.#left[layer] = (this.#left[layer] ?? 0) - 1;
    this.#openLayers();
  }

  /** Ended without a result: its agent, files and resources are free, what depends on it stays where it is. */
  stop(node: number): void {
    this.#end(node, 'stopped');
    this.#stopped++;
  }

  /** The layer's gates have passed, or it has none. By layer index. */
  passLayer(layer: number): void {
    this.#passedLayers[layer] = true;
    this.#openLayers();
  }

  #end(node: number, status: NodeStatus): void {
    for (const passed of this.#passed.splice(0)) this.#offer(passed);
    const before = this.#statuses[node];
    this.#statuses[node] = status;
    if (before === 'running') this.#hold(node, -1);
    if (before === 'stopped') this.#stopped--;
  }

  #openLayers(): void {
    const { layers } = this.#graph;
    for (let layer = layers[this.#open]; layer && this.#layerMayOpen(); layer = layers[this.#open]) {
      this.#open++;
      for (const node of layer.tasks) this.#offer(node);
    }
  }

  #layerMayOpen(): boolean {
    const before = this.#open - 1;
    return before < 0 || (this.#left[before] === 0 && (!this.#gatesBar || this.#passedLayers[before] === true));
  }

  #offer(node: number): void {
    const layer = this.#graph.nodes[node]?.layer ?? 0;
    if (this.#statuses[node] === 'waiting' && this.#missing[node] === 0 && layer < this.#open) this.#ready.push(node);
  }

  /** The door that a task has to wait at. At that of a wide glob rather than at its own, for there it is one of many. */
  #shutDoor(node: number): number | undefined {
    const { count, wider } = this.#locks;
    const lock = this.#needs[node]?.find((needed) => this.#isShut(needed));
    if (lock === undefined) return undefined;
    const held = wider[lock]?.find((other) => this.#isShut(count + other));
    return held === undefined ? lock : count + held;
  }

  #isShut(door: number): boolean {
    return (this.#shut[door] ?? 0) > 0;
  }

  #hold(node: number, by: 1 | -1): void {
    this.#running += by;
    for (const lock of this.#needs[node] ?? []) {
      this.#shutBy(this.#locks.count + lock, by);
      for (const conflict of this.#locks.conflicts[lock] ?? []) this.#shutBy(conflict, by);
    }
  }

  #shutBy(door: number, by: 1 | -1): void {
    this.#shut[door] = (this.#shut[door] ?? 0) + by;
    this.#wake(door);
  }

  #queueAt(door: number, node: number): void {
    const queue = this.#queues.get(door) ?? new Heap(this.#first);
    this.#queues.set(door, queue);
    queue.push(node);
  }

  #wake(door: number): void {
    const node = this.#isShut(door) ? undefined : this.#queues.get(door)?.pop();
    if (node === undefined) return;
    this.#cameBy.set(node, door);
    this.#ready.push(node);
  }

  #wakeAfter(node: number): void {
    const door = this.#cameBy.get(node);
    if (door === undefined) return;
    this.#cameBy.delete(node);
    this.#wake(door);
  }
}

function count(nodes: readonly number[], test: (node: number) => boolean): number {
  return nodes.reduce((sum, node) => sum + (test(node) ? 1 : 0), 0);
}
