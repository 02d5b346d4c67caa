import type { RunState } from '../run/state.ts';
import { formatMs } from './duration.ts';
import { runFigures } from './metrics.ts';
import type { RunHeader } from './model.ts';
import { count, list } from './print.ts';
import { runState } from './status.ts';

/** What a list of past runs says of one: small, so that many are kept. */
export interface PastRun {
  readonly id: string;
  readonly title: string;
  readonly state: RunHeader['state'];
  readonly done: number;
  readonly tasks: number;
  /** Wall clock, ms. */
  readonly startedAt: number;
  /** Run time, ms. */
  readonly ms: number;
  readonly base: string;
  /** Head of the integration branch, as the run knows it. */
  readonly integration: string;
  /** The run made a plan. */
  readonly planning: boolean;
  /** Strategy, agents and figures, a line each. */
  readonly about: readonly string[];
}

export function pastRun(state: RunState): PastRun {
  const { spec, tasks, startedAt, time, applied } = state;
  const kinds = [...new Set(tasks.flatMap(({ attempts }) => attempts.map(({ kind }) => kind)))];
  const figures = runFigures(state, time).map(({ label, value }) => `${label}: ${value}`);
  return {
    id: spec.id,
    title: spec.plan.title || (spec.planPath ?? spec.id),
    state: runState(state),
    done: tasks.filter(({ phase }) => phase.kind === 'merged').length,
    tasks: tasks.length,
    startedAt,
    ms: time,
    base: spec.base,
    integration: state.integration,
    planning: spec.planning !== undefined,
    about: [
      `${spec.strategy}, ${count(spec.agents, 'agent')}${kinds.length === 0 ? '' : ` (${list(kinds)})`}`,
      ...figures,
      ...(applied === undefined ? [] : [`applied to ${applied.branch}`]),
    ],
  };
}

/** `succeeded · 18/18 tasks · 2024-12-01 10:30 · 3 h`; `when`: its start, as the reader's clock tells it. */
export function pastRunText({ state, done, tasks, ms }: PastRun, when: string): string {
  return [state, `${done}/${count(tasks, 'task')}`, when, ...(ms > 0 ? [formatMs(ms)] : [])].join(' · ');
}
