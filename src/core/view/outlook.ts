import { isHeld } from '../run/held.ts';
import type { RunState, TaskState } from '../run/state.ts';
import type { NodeStatus } from '../schedule/dispatch.ts';
import { forecast } from '../schedule/simulate.ts';
import { unreachable } from '../unreachable.ts';

/** Where the rest of a run will go, if what is left takes as long as estimated. */
export interface Outlook {
  readonly remainingMinutes: number;
  /** By node: its 0-based agent, and its start and end in minutes of run time; undefined where nothing is to come. */
  readonly entries: readonly ({ readonly agent: number; readonly start: number; readonly end: number } | undefined)[];
}

/** Undefined where the run is over or nothing that is left can run. `now` is run time, ms. */
export function outlook(state: RunState, now: number): Outlook | undefined {
  if (state.status.kind === 'finished') return undefined;
  const { strategy, agents, priorities } = state.spec;
  const ahead = forecast(state.graph, {
    strategy,
    agents,
    priorities,
    statuses: state.tasks.map(statusOf),
    agentOf: state.tasks.map((task) => (isHeld(task) ? task.attempts.at(-1)?.agent : undefined)),
    remaining: state.graph.nodes.map((node, i) => {
      const started = state.tasks[i]?.attempts.at(-1)?.startedAt ?? now;
      return Math.max(0, node.minutes - (now - started) / 60_000);
    }),
  });
  const stuck = ahead.entries.every((entry) => entry === undefined);
  if (stuck && !state.tasks.every((task) => statusOf(task) === 'finished')) return undefined;
  const start = now / 60_000;
  return {
    remainingMinutes: ahead.minutes,
    entries: ahead.entries.map((e) => e && { agent: e.agent, start: start + e.start, end: start + e.end }),
  };
}

function statusOf({ phase }: TaskState): NodeStatus {
  switch (phase.kind) {
    case 'waiting':
      return 'waiting';
    case 'working':
    case 'taking':
    case 'checking':
    case 'taken':
      return 'running';
    // A merge takes no agent and no time that an estimate knows of.
    case 'merging':
    case 'merged':
    case 'skipped':
      return 'finished';
    case 'conflict':
    case 'failed':
    case 'cancelled':
    case 'rolled-back':
      return 'stopped';
    default:
      return unreachable(phase);
  }
}
