import type { Strategy } from '../plan/plan.ts';

/** A simulated schedule: where and when each task runs if the estimates are exact. */
export interface Schedule {
  readonly strategy: Strategy;
  /** Agents asked for; `agentsUsed` = min(agents, max parallelism), what efficiency is reckoned against. */
  readonly agents: number;
  readonly agentsUsed: number;
  /** By node index. */
  readonly entries: readonly ScheduleEntry[];
  /** Makespan in minutes. */
  readonly minutes: number;
  /** total / (agentsUsed × minutes), 0 to 1. */
  readonly efficiency: number;
  /** max(critical path, total / agents), in minutes: for this strategy no schedule is shorter. */
  readonly lowerBoundMinutes: number;
  /**
   * The order found, by node index: higher goes first among tasks that may start. A run given these priorities and
   * exact durations reproduces `entries` to the minute.
   */
  readonly priorities: readonly number[];
}

export interface ScheduleEntry {
  /** 0-based agent. */
  readonly agent: number;
  /** Minutes from the start of the run. */
  readonly start: number;
  readonly end: number;
}
