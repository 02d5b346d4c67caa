import { computedCost } from '../agent/prices.ts';
import type { AgentReport } from '../agent/report.ts';
import type { Usage } from '../agent/agent-event.ts';
import type { AgentPolicy, RunSpec } from './event.ts';
import type { Reviewer } from '../gate/gate.ts';
import type { Attempt, RunState } from './state.ts';

/** What agents used. */
export interface Spent {
  readonly usd: number;
  /** Of all kinds. */
  readonly tokens: number;
}

export const NOTHING_SPENT: Spent = { usd: 0, tokens: 0 };

/** `reported`: by the CLI itself. `computed`: tokens × the settings' prices. */
export interface Cost {
  readonly usd: number;
  readonly source: 'reported' | 'computed';
}

/** Undefined: unknown, which is not 0. */
export function costOf(report: AgentReport, prices: AgentPolicy['prices']): Cost | undefined {
  if (report.costUsd !== undefined) return { usd: report.costUsd, source: 'reported' };
  if (report.usage === undefined || prices === undefined) return undefined;
  const usd = computedCost(report.usage, report.model, prices);
  return usd === undefined ? undefined : { usd, source: 'computed' };
}

export function tokensOf(usage: Usage | undefined): number {
  return usage === undefined ? 0 : usage.input + usage.cacheRead + usage.cacheWrite + usage.output;
}

/** What an agent did and said that it used. */
export interface Work {
  readonly what: 'attempt' | 'review';
  readonly kind: string;
  readonly report: AgentReport;
}

/** An attempt and the reviews of it, of agents that say what they use. */
export function workOf({ kind, report, reviews }: Attempt): Work[] {
  const work = (what: Work['what'], by: Reviewer): Work[] =>
    by.report === undefined ? [] : [{ what, kind: by.kind, report: by.report }];
  return [
    ...work('attempt', { kind, ...(report !== undefined && { report }) }),
    ...reviews.flatMap((reviewer) => work('review', reviewer)),
  ];
}

/** Over all attempts that have ended, and their reviews; what is unknown counts nothing. */
export function spentOf(state: Pick<RunState, 'tasks'> & { readonly spec: Pick<RunSpec, 'policy'> }): Spent {
  let { usd, tokens } = NOTHING_SPENT;
  for (const task of state.tasks)
    for (const { report } of task.attempts.flatMap(workOf)) {
      usd += costOf(report, state.spec.policy?.prices)?.usd ?? 0;
      tokens += tokensOf(report.usage);
    }
  return { usd, tokens };
}

/** Says that the run's budget is used up, counting what agents at work have used by now; undefined while it is not. */
export function overBudget(state: RunState, atWork: Spent = NOTHING_SPENT): string | undefined {
  const { budget } = state.spec.policy ?? {};
  if (budget === undefined) return undefined;
  const ended = spentOf(state);
  const usd = ended.usd + atWork.usd - state.budgetFrom.usd;
  const tokens = ended.tokens + atWork.tokens - state.budgetFrom.tokens;
  if (budget.costUsd !== undefined && usd >= budget.costUsd)
    return `The run has used up its budget: $${usd.toFixed(2)} of $${budget.costUsd.toFixed(2)}. Resume it to grant as much again.`;
  if (budget.tokens !== undefined && tokens >= budget.tokens)
    return `The run has used up its budget: ${tokens} of ${budget.tokens} tokens. Resume it to grant as much again.`;
  return undefined;
}
