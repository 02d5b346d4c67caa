import type { TaskGraph } from '../graph/task-graph.ts';
import type { Plan } from '../plan/plan.ts';
import { wantedKinds } from '../run/kinds.ts';
import type { RunState } from '../run/state.ts';
import type { AgentPolicy } from '../run/event.ts';
import {
  costRate,
  durationRange,
  factorsFor,
  taskKind,
  type DurationRange,
  type Factors,
  type Sample,
} from '../schedule/calibration.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { billOf } from './cost.ts';
import { taskMs } from './measure.ts';

/** The tasks of a run that were merged and had an estimate. Those of planning are of another sort, and are none. */
export function samplesOf(state: RunState): Sample[] {
  const { spec, graph, tasks, time } = state;
  if (spec.planning !== undefined) return [];
  return graph.nodes.flatMap((node, i): Sample[] => {
    const task = tasks[i];
    const planned = spec.plan.tasks[i];
    const agent = task?.attempts.at(-1)?.kind;
    if (task?.phase.kind !== 'merged' || planned === undefined || agent === undefined || node.assumed) return [];
    const ms = taskMs(task, time) ?? 0;
    if (ms <= 0) return [];
    const minutes = ms / 60_000;
    const bill = billOf(state, task.attempts);
    return [
      {
        kind: taskKind(planned),
        agent,
        factor: minutes / node.minutes,
        attempts: task.attempts.length,
        ...(bill?.unknown === 0 && { spent: { minutes, usd: bill.usd } }),
      },
    ];
  });
}

/** What past runs tell of a plan: by task, and for the whole of it. */
export interface Calibration {
  /** By node; absent: there is too little history for a task of its kind and agent. */
  readonly factors: readonly (Factors | undefined)[];
  readonly range?: DurationRange;
  /** Absent: there is too little history of what any of its agents cost. */
  readonly cost?: ExpectedCost;
}

export interface ExpectedCost {
  /** US dollars. */
  readonly usd: number;
  /** Past attempts that it is from. */
  readonly attempts: number;
  /** Tasks of agents whose cost is not known. */
  readonly others: number;
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
  const agents = plan.tasks.map((_, node) => wantedKinds({ plan, agent, policy }, node)[0] ?? agent);
  const factors = plan.tasks.map((task, node) => {
    const by = agents[node] ?? agent;
    const kind = taskKind(task);
    const key = `${kind} ${by}`;
    if (!known.has(key)) known.set(key, factorsFor(samples, kind, by));
    return known.get(key);
  });
  const range = durationRange(graph, schedule, factors);
  const cost = expectedCost(graph, samples, factors, agents);
  return { factors, ...(range !== undefined && { range }), ...(cost !== undefined && { cost }) };
}

/** Each task's estimate, times what past ones took in times of theirs, times what a minute of its agent has cost. */
function expectedCost(
  graph: TaskGraph,
  samples: readonly Sample[],
  factors: Calibration['factors'],
  agents: readonly string[],
): ExpectedCost | undefined {
  const rates = new Map([...new Set(agents)].map((agent) => [agent, costRate(samples, agent)]));
  const costs = graph.nodes.flatMap(({ minutes }, i) => {
    const rate = rates.get(agents[i] ?? '');
    return rate === undefined ? [] : [minutes * (factors[i]?.p50 ?? 1) * rate.usdPerMinute];
  });
  if (costs.length === 0) return undefined;
  return {
    usd: costs.reduce((sum, usd) => sum + usd, 0),
    attempts: [...rates.values()].reduce((sum, rate) => sum + (rate?.attempts ?? 0), 0),
    others: graph.nodes.length - costs.length,
  };
}
