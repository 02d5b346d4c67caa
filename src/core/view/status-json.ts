import type { ChangedFile } from '../run/event.ts';
import type { RunState } from '../run/state.ts';
import { elapsed, measure, taskMs } from './measure.ts';
import type { Accuracy, Quality } from './measure.ts';
import type { RunHeader } from './model.ts';
import { failureText } from './run-rows.ts';

/** A run for programs. Minutes are run time; `null` is what nothing measured. */
export interface StatusJson {
  readonly id: string;
  readonly state: RunHeader['state'];
  readonly tasks: readonly TaskJson[];
}

export interface TaskJson {
  readonly id: string;
  readonly state: RunState['tasks'][number]['phase']['kind'];
  /** 1-based, of the last attempt. */
  readonly agent: number | null;
  readonly attempts: number;
  /** Active time so far, over all attempts. */
  readonly minutes: number | null;
}

export function statusJson(state: RunState, now = state.time): StatusJson {
  return {
    id: state.spec.id,
    state: runState(state),
    tasks: state.graph.nodes.map((_, i) => taskJson(state, i, elapsed(state, now))),
  };
}

/** execution_results.json: the summary for programs. Shares are 0 to 1. */
export interface SummaryJson extends StatusJson {
  readonly title: string;
  readonly strategy: string;
  readonly agents: number;
  /** Wall clock, ms since the epoch. */
  readonly startedAt: number;
  readonly durationMinutes: number;
  readonly plannedMinutes: number;
  readonly sequentialMinutes: number;
  readonly completedTasks: number;
  readonly efficiency: number | null;
  readonly utilisation: number | null;
  readonly savedMinutes: number;
  readonly tasksPerHour: number | null;
  readonly quality: Quality;
  readonly accuracy: Accuracy | null;
  readonly base: string;
  readonly integration: string;
  readonly applied: RunState['applied'] | null;
  readonly tasks: readonly (TaskJson & {
    readonly title: string;
    readonly estimateMinutes: number | null;
    readonly failure: string | null;
    readonly files: readonly ChangedFile[];
  })[];
  readonly gates: {
    readonly layers: RunState['layers'];
    readonly end: RunState['end'];
  };
}

export function summaryJson(state: RunState): SummaryJson {
  const { spec } = state;
  const m = measure(state, state.time);
  return {
    id: spec.id,
    state: runState(state),
    title: spec.plan.title,
    strategy: spec.strategy,
    agents: spec.agents,
    startedAt: state.startedAt,
    durationMinutes: m.elapsedMs / 60_000,
    plannedMinutes: spec.plannedMinutes,
    sequentialMinutes: m.sequentialMs / 60_000,
    completedTasks: m.merged,
    efficiency: m.efficiency ?? null,
    utilisation: m.utilisation ?? null,
    savedMinutes: m.savedMs / 60_000,
    tasksPerHour: m.perHour ?? null,
    quality: m.quality,
    accuracy: m.accuracy ?? null,
    base: spec.base,
    integration: state.integration,
    applied: state.applied ?? null,
    tasks: state.graph.nodes.map((node, i) => {
      const task = state.tasks[i];
      return {
        ...taskJson(state, i, state.time),
        title: node.title,
        estimateMinutes: node.assumed ? null : node.minutes,
        failure: task?.phase.kind === 'failed' ? failureText(task.phase.failure) : null,
        files: task?.attempts.at(-1)?.snapshot?.files ?? [],
      };
    }),
    gates: { layers: state.layers, end: state.end },
  };
}

function runState({ status }: RunState): RunHeader['state'] {
  return status.kind === 'finished' ? status.outcome : status.kind;
}

function taskJson(state: RunState, i: number, now: number): TaskJson {
  const task = state.tasks[i];
  const agent = task?.attempts.at(-1)?.agent;
  const ms = task === undefined ? undefined : taskMs(task, now);
  return {
    id: state.graph.nodes[i]?.id ?? '',
    state: task?.phase.kind ?? 'waiting',
    agent: agent === undefined ? null : agent + 1,
    attempts: task?.attempts.length ?? 0,
    minutes: ms === undefined ? null : ms / 60_000,
  };
}
