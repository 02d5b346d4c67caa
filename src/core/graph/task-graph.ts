/**
 * A plan's tasks as a directed acyclic graph over indices: node i is the i-th task of the plan. Plain arrays, so that
 * 10,000 tasks are cheap and a graph can be posted to a webview as it is.
 */
export interface TaskGraph {
  readonly nodes: readonly TaskNode[];
  readonly layers: readonly Layer[];
  /**
   * `dependencies`: edges are `TaskNode.dependsOn`. `layers`: the plan states no dependencies at all, so each layer
   * waits for all of the layer before it; kept as a rule, not as edges, because there would be n × m of them.
   */
  readonly order: 'dependencies' | 'layers';
  /** One longest chain of estimates, first to last, as node indices. Empty for an empty plan. */
  readonly criticalPath: readonly number[];
  /** Its length in minutes: no schedule is shorter, whatever the number of agents. */
  readonly criticalMinutes: number;
  /** Sum of the estimates in minutes. */
  readonly totalMinutes: number;
}

export interface TaskNode {
  readonly id: string;
  readonly title: string;
  /** Above 0. */
  readonly minutes: number;
  /** No estimate was given: `minutes` is the assumed one. */
  readonly assumed: boolean;
  /** Index into `TaskGraph.layers`. */
  readonly layer: number;
  /** Node indices, ascending, unique; a layer that is sequential adds the task before. */
  readonly dependsOn: readonly number[];
  readonly dependents: readonly number[];
  readonly files: readonly string[];
  readonly resources: readonly string[];
  /** Longest path from the start of this node to the end of the plan, in minutes, its own included. */
  readonly tail: number;
  /** Longest path from the start of the plan to the start of this node, in minutes. */
  readonly head: number;
}

export interface Layer {
  /** 1-based, as people count. */
  readonly number: number;
  readonly name: string;
  /** Each of its tasks depends on the one before it. */
  readonly sequential: boolean;
  readonly tasks: readonly number[];
  /** The shortest time the layer takes on its own with enough agents, in minutes. */
  readonly minutes: number;
  readonly gates: readonly string[];
}
