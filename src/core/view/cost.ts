import type { Usage } from '../agent/agent-event.ts';
import { costOf, tokensOf, workOf, type Work } from '../run/spent.ts';
import type { Attempt, RunState } from '../run/state.ts';
import { count } from './print.ts';

/** What attempts and their reviews used. Only those of agents that say so are in it: the shell costs nothing, and says nothing. */
export interface Bill {
  readonly attempts: number;
  /** By agents, of attempts. */
  readonly reviews: number;
  readonly usage: Usage;
  /** US dollars, of those whose cost is known. */
  readonly usd: number;
  /** Some of it is tokens × the prices of the settings. */
  readonly computed: boolean;
  /** Attempts and reviews whose cost nobody knows. */
  readonly unknown: number;
}

const NO_USAGE: Usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 };

/** Absent: no agent says what it uses. */
export function billOf(state: RunState, attempts: readonly Attempt[]): Bill | undefined {
  return billFor(state, attempts.flatMap(workOf));
}

function billFor(state: RunState, work: readonly Work[]): Bill | undefined {
  if (work.length === 0) return undefined;
  const costs = work.map(({ report }) => costOf(report, state.spec.policy?.prices));
  return {
    attempts: work.filter(({ what }) => what === 'attempt').length,
    reviews: work.filter(({ what }) => what === 'review').length,
    usage: work.reduce((sum, { report: { usage = NO_USAGE } }) => plus(sum, usage), NO_USAGE),
    usd: costs.reduce((sum, cost) => sum + (cost?.usd ?? 0), 0),
    computed: costs.some((cost) => cost?.source === 'computed'),
    unknown: costs.filter((cost) => cost === undefined).length,
  };
}

export function runBill(state: RunState): Bill | undefined {
  return billFor(state, runWork(state));
}

/** By kind of agent, in the order they first worked. */
export function billsByKind(state: RunState): readonly { readonly kind: string; readonly bill: Bill }[] {
  const work = runWork(state);
  return [...new Set(work.map(({ kind }) => kind))].flatMap((kind) => {
    const bill = billFor(
      state,
      work.filter((one) => one.kind === kind),
    );
    return bill === undefined ? [] : [{ kind, bill }];
  });
}

function runWork({ tasks }: RunState): Work[] {
  return tasks.flatMap((task) => task.attempts.flatMap(workOf));
}

/** `$1.25`, `$1.25 computed`, `unknown`, `$1.25, unknown for 1 attempt`. */
export function costText(bill: Bill): string {
  if (isUnknown(bill)) return 'unknown';
  const known = `${dollars(bill.usd)}${bill.computed ? ' computed' : ''}`;
  return bill.unknown === 0 ? known : `${known}, ${unknownText(bill)}`;
}

/** Of nothing that was done. */
export function isUnknown({ attempts, reviews, unknown }: Bill): boolean {
  return unknown === attempts + reviews;
}

/** `unknown for 1 attempt`. */
export function unknownText({ unknown, reviews }: Bill): string {
  return `unknown for ${reviews === 0 ? count(unknown, 'attempt') : count(unknown, 'attempt or review', 'attempts or reviews')}`;
}

/** `2 attempts`, `1 attempt, 1 review`, `3 reviews`. */
export function workText({ attempts, reviews }: Bill): string {
  const parts = [attempts > 0 && count(attempts, 'attempt'), reviews > 0 && count(reviews, 'review')];
  return parts.filter((part) => part !== false).join(', ');
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
