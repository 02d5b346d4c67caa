import type { Driver } from '../run/event.ts';
import type { RunState } from '../run/state.ts';
import { unreachable } from '../unreachable.ts';
import { tokensOf } from '../run/spent.ts';
import { billOf } from './cost.ts';
import { elapsed, taskMs } from './measure.ts';
import type { RunHeader } from './model.ts';
import { monitorText } from './monitor.ts';

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
  /** Kind of the agent of the last attempt. */
  readonly kind: string | null;
  /** US dollars and tokens over all attempts; `null` where nobody knows. */
  readonly costUsd: number | null;
  readonly tokens: number | null;
}

export function statusJson(state: RunState, now = state.time): StatusJson {
  return {
    id: state.spec.id,
    state: runState(state),
    tasks: state.graph.nodes.map((_, i) => taskJson(state, i, elapsed(state, now))),
  };
}

/** The monitor as it stood at the last event, and who drives the run now, if anybody. */
export function printableStatus(state: RunState, driver: Driver | undefined): string {
  return `${monitorText(state, state.time)}\n- Driven By: ${driver === undefined ? 'nobody' : driverText(driver)}`;
}

export function driverText(driver: Driver): string {
  switch (driver) {
    case 'window':
      return 'a window';
    case 'cli':
      return 'the command line';
    case 'detached':
      return 'a detached engine';
    default:
      return unreachable(driver);
  }
}

/** What a run is in, in one word. */
export function runState({ status }: RunState): RunHeader['state'] {
  return status.kind === 'finished' ? status.outcome : status.kind;
}

/** Of the i-th task. */
export function taskJson(state: RunState, i: number, now: number): TaskJson {
  const task = state.tasks[i];
  const agent = task?.attempts.at(-1)?.agent;
  const ms = task === undefined ? undefined : taskMs(task, now);
  const bill = task === undefined ? undefined : billOf(state, task.attempts);
  return {
    id: state.graph.nodes[i]?.id ?? '',
    state: task?.phase.kind ?? 'waiting',
    agent: agent === undefined ? null : agent + 1,
    attempts: task?.attempts.length ?? 0,
    minutes: ms === undefined ? null : ms / 60_000,
    kind: task?.attempts.at(-1)?.kind ?? null,
    costUsd: bill === undefined || bill.unknown === bill.attempts ? null : bill.usd,
    tokens: bill === undefined ? null : tokensOf(bill.usage),
  };
}
