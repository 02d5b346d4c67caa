import type { TaskGraph } from '../graph/task-graph.ts';
import type { Plan } from '../plan/plan.ts';
import { wantedKinds } from '../run/kinds.ts';
import type { RunState } from '../run/state.ts';
import type { AgentPolicy } from '../run/event.ts';
import {
  durationRange,
  factorsFor,
  taskKind,
  type DurationRange,
  type Factors,
  type Sample,
} from '../schedule/calibration.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { taskMs } from './measure.ts';

/** The tasks of a run that were merged and had an estimate. Those of planning are of another sort, and are none. */
export function samplesOf({ spec, graph, tasks, time }: RunState): Sample[] {
  if (spec.planning !== undefined) return [];
  return graph.nodes.flatMap((node, i): Sample[] => {
    const task = tasks[i];
    const planned = spec.plan.tasks[i];
    const agent = task?.attempts.at(-1)?.kind;
    if (task?.phase.kind !== 'merged' || planned === undefined || agent === undefined || node.assumed) return [];
    const ms = taskMs(task, time) ?? 0;
    if (ms <= 0) return [];
    return [{ kind: taskKind(planned), agent, factor: ms / 60_000 / node.minutes, attempts: task.attempts.length }];
  });
}

/** What past runs tell of a plan: by task, and for the whole of it. */
export interface Calibration {
  /** By node; absent: there is too little history for a task of its kind and agent. */
  readonly factors: readonly (Factors | undefined)[];
  readonly range?: DurationRange;
}

/** `agent`: of the tasks that name none. */
export function calibrate(
  plan: Plan,
  graph: TaskGraph,
  {
    samples,
    schedule,
    agent,
    policy,
  }: {
    readonly samples: readonly Sample[];
    readonly schedule: Schedule;
    readonly agent: string;
    readonly policy?: AgentPolicy | undefined;
  },
): Calibration {
  const known = new Map<string, Factors | undefined>();
  const factors = plan.tasks.map((task, node) => {
    const [by = agent] = wantedKinds({ plan, agent, policy }, node);
    const kind = taskKind(task);
    const key = `${kind} ${by}`;
    if (!known.has(key)) known.set(key, factorsFor(samples, kind, by));
    return known.get(key);
  });
  const range = durationRange(graph, schedule, factors);
  return { factors, ...(range !== undefined && { range }) };
}
