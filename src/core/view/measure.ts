import type { GateReport } from '../gate/gate.ts';
import { qualityOf, type Scored } from './quality.ts';
import type { TaskGraph } from '../graph/task-graph.ts';
import { isHeld } from '../run/held.ts';
import type { Attempt, RunState, TaskState } from '../run/state.ts';
import { outlook } from './outlook.ts';

/** What a run has measured, in numbers; absent where nothing measured it. Shares are 0 to 1, times ms of run time. */
export interface Measures {
  readonly tasks: number;
  readonly merged: number;
  /** Agents that hold a task now. */
  readonly busyAgents: number;
  readonly elapsedMs: number;
  /** Active time of all attempts: what one agent would have taken. */
  readonly sequentialMs: number;
  readonly efficiency?: number;
  readonly utilisation?: number;
  readonly savedMs: number;
  readonly savedShare?: number;
  readonly perHour?: number;
  /** Absent: the run is over, or nothing that is left can run. */
  readonly remainingMinutes?: number;
  readonly quality: Quality;
  readonly accuracy?: Accuracy;
}

export interface Quality extends Scored {
  /** Merged tasks whose gates ran, and those of them that passed every one. */
  readonly checkedTasks: number;
  readonly passedTasks: number;
}

export interface Accuracy {
  /** Median of measured / estimated over the merged tasks that had an estimate. */
  readonly median: number;
  /** At most three, farthest from 1 first. */
  readonly worst: readonly { readonly task: string; readonly ratio: number }[];
}

export function measure(state: RunState, now: number): Measures {
  const elapsedMs = elapsed(state, now);
  const attempts = state.tasks.flatMap((task) => task.attempts);
  const sequentialMs = sum(attempts.map((attempt) => activeMs(attempt, elapsedMs)));
  const busyMs = sum(attempts.map((attempt) => busyFor(attempt, elapsedMs)));
  const merged = state.tasks.filter((task) => task.phase.kind === 'merged').length;
  const savedMs = sequentialMs - elapsedMs;
  const remaining = outlook(state, elapsedMs)?.remainingMinutes;
  const accuracy = estimateAccuracy(state);
  return {
    tasks: state.tasks.length,
    merged,
    busyAgents: state.tasks.filter(isHeld).length,
    elapsedMs,
    sequentialMs,
    savedMs,
    quality: qualityOfRun(state),
    ...(elapsedMs > 0 && {
      efficiency: sequentialMs / (agentsUsed(state) * elapsedMs),
      utilisation: busyMs / (state.spec.agents * elapsedMs),
      perHour: (merged * 3_600_000) / elapsedMs,
    }),
    ...(sequentialMs > 0 && { savedShare: savedMs / sequentialMs }),
    ...(remaining !== undefined && { remainingMinutes: remaining }),
    ...(accuracy !== undefined && { accuracy }),
  };
}

/** Run time now. A run that is over has no now: it took as long as it took. */
export function elapsed(state: RunState, now: number): number {
  return state.status.kind === 'finished' ? state.time : Math.max(now, state.time);
}

/** Active time of a task so far, over all its attempts, ms; undefined before the first. */
export function taskMs(task: TaskState, now: number): number | undefined {
  return task.attempts.length === 0 ? undefined : sum(task.attempts.map((attempt) => activeMs(attempt, now)));
}

/** Tasks in the widest layer; a layer that is a chain counts as one. */
export function maxParallelism(graph: TaskGraph): number {
  return Math.max(0, ...graph.layers.map((layer) => (layer.sequential ? 1 : layer.tasks.length)));
}

/** As the schedule reckons it: min(agents, max parallelism), and more where several layers ran side by side. */
function agentsUsed({ spec, graph, tasks }: RunState): number {
  if (spec.strategy === 'sequential') return 1;
  const seen = new Set(tasks.flatMap((task) => task.attempts.map((attempt) => attempt.agent)));
  return Math.max(1, Math.min(spec.agents, maxParallelism(graph)), seen.size);
}

/** Every gate report that speaks of the work as it stands: each task's last attempt, the layers, the end. */
export function currentReports(state: RunState): GateReport[] {
  const dropped = ({ phase: { kind } }: TaskState): boolean =>
    kind === 'skipped' || kind === 'cancelled' || kind === 'rolled-back';
  return [
    ...state.tasks.flatMap((task) => (dropped(task) ? [] : (task.attempts.at(-1)?.gates ?? []))),
    ...state.layers.flatMap((layer) => layer.gates),
    ...state.end.gates,
  ];
}

/** An agent's work and its task's gates; the time Orca itself takes for worktrees and commits is not in it. */
function activeMs(attempt: Attempt, now: number): number {
  const work = attempt.activeMs ?? heldUntil(attempt, now) - attempt.startedAt;
  return work + sum(attempt.gates.map((report) => report.durationMs));
}

function heldUntil(attempt: Attempt, now: number): number {
  return attempt.endedAt ?? now;
}

/** Time an agent was held, without that in which it stood still until somebody answered, or a person had its place. */
function busyFor(attempt: Attempt, now: number): number {
  if (attempt.byHand) return 0;
  const end = heldUntil(attempt, now);
  let waited = 0;
  let until = attempt.startedAt;
  for (const { askedAt, answeredAt = end } of attempt.asks) {
    // Several questions may be open at once.
    waited += Math.max(0, Math.min(answeredAt, end) - Math.max(askedAt, until));
    until = Math.max(until, answeredAt);
  }
  return end - attempt.startedAt - waited;
}

function qualityOfRun(state: RunState): Quality {
  const checked = state.tasks.flatMap((task) => {
    const gates = task.phase.kind === 'merged' ? (task.attempts.at(-1)?.gates ?? []) : [];
    return gates.length === 0 ? [] : [gates.every((report) => report.verdict === 'passed')];
  });
  return {
    ...qualityOf(currentReports(state)),
    checkedTasks: checked.length,
    passedTasks: checked.filter(Boolean).length,
  };
}

function estimateAccuracy(state: RunState): Accuracy | undefined {
  const ratios = state.graph.nodes.flatMap((node, i) => {
    const task = state.tasks[i];
    const ms = task?.phase.kind === 'merged' ? taskMs(task, state.time) : undefined;
    return ms === undefined || ms <= 0 || node.assumed ? [] : [{ task: node.id, ratio: ms / 60_000 / node.minutes }];
  });
  if (ratios.length === 0) return undefined;
  const off = (ratio: number): number => Math.abs(Math.log(ratio));
  return {
    median: median(ratios.map(({ ratio }) => ratio)),
    worst: ratios.toSorted((a, b) => off(b.ratio) - off(a.ratio)).slice(0, 3),
  };
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
