import type { Usage } from '../agent/agent-event.ts';
import { costOf, tokensOf } from '../run/spent.ts';
import type { Attempt, RunState } from '../run/state.ts';
import { count } from './print.ts';

/** What attempts used. Only those of agents that say so are in it: the shell costs nothing, and says nothing. */
export interface Bill {
  readonly attempts: number;
  readonly usage: Usage;
  /** US dollars, of the attempts whose cost is known. */
  readonly usd: number;
  /** Some of it is tokens × the prices of the settings. */
  readonly computed: boolean;
  /** Attempts whose cost nobody knows. */
  readonly unknown: number;
}

const NO_USAGE: Usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 };

/** Absent: no attempt's agent says what it uses. */
export function billOf(state: RunState, attempts: readonly Attempt[]): Bill | undefined {
  const reports = attempts.flatMap(({ report }) => report ?? []);
  if (reports.length === 0) return undefined;
  const costs = reports.map((report) => costOf(report, state.spec.policy?.prices));
  return {
    attempts: reports.length,
    usage: reports.reduce((sum, { usage = NO_USAGE }) => plus(sum, usage), NO_USAGE),
    usd: costs.reduce((sum, cost) => sum + (cost?.usd ?? 0), 0),
    computed: costs.some((cost) => cost?.source === 'computed'),
    unknown: costs.filter((cost) => cost === undefined).length,
  };
}

export function runBill(state: RunState): Bill | undefined {
  return billOf(
    state,
    state.tasks.flatMap((task) => task.attempts),
  );
}

/** By kind of agent, in the order they first worked. */
export function billsByKind(state: RunState): readonly { readonly kind: string; readonly bill: Bill }[] {
  const attempts = state.tasks.flatMap((task) => task.attempts);
  const kinds = [...new Set(attempts.map(({ kind }) => kind))];
  return kinds.flatMap((kind) => {
    const bill = billOf(
      state,
      attempts.filter((attempt) => attempt.kind === kind),
    );
    return bill === undefined ? [] : [{ kind, bill }];
  });
}

/** `$1.25`, `$1.25 (computed)`, `unknown`, `$1.25, unknown for 1 attempt`. */
export function costText({ attempts, usd, computed, unknown }: Bill): string {
  if (unknown === attempts) return 'unknown';
  const known = `${dollars(usd)}${computed ? ' (computed)' : ''}`;
  return unknown === 0 ? known : `${known}, unknown for ${count(unknown, 'attempt')}`;
}

export function dollars(usd: number): string {
  return `$${usd > 0 && usd < 0.1 ? usd.toFixed(4) : usd.toFixed(2)}`;
}

/** `12,345 tokens: 9,000 in, 3,000 cached, 345 out` */
export function usageText(usage: Usage): string {
  const cached = usage.cacheRead + usage.cacheWrite;
  const parts = [
    `${grouped(usage.input)} in`,
    ...(cached > 0 ? [`${grouped(cached)} cached`] : []),
    `${grouped(usage.output)} out`,
  ];
  return `${grouped(tokensOf(usage))} tokens: ${parts.join(', ')}`;
}

function grouped(n: number): string {
  return `${n}`.replace(/\B(?=(\d{3})+$)/g, ',');
}

function plus(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    output: a.output + b.output,
  };
}
