import type { AgentVerdict } from '../agent/report.ts';
import { random } from '../schedule/random.ts';
import type { AgentPolicy, RunEvent, RunSpec } from './event.ts';
import { isHeldPhase } from './held.ts';
import type { Attempt, RunState } from './state.ts';

// Which kind of agent does a task, and what becomes of a kind that cannot be had.

/** Kinds that may do a task, the best first: by its own word, its layer's or the plan's; else any of the pool. */
export function kindsFor(state: RunState, node: number): string[] {
  const { fallback } = state.spec.policy ?? {};
  const wanted = wantedKinds(state.spec, node);
  const instead = wanted.flatMap((kind) => (isLimited(state, kind) ? (fallback?.[kind] ?? []) : []));
  return [...new Set([...wanted, ...instead])];
}

/** Kinds that a task may get while all are to be had. */
export function wantedKinds(
  { plan, policy, agent }: Pick<RunSpec, 'plan' | 'agent'> & { readonly policy?: AgentPolicy | undefined },
  node: number,
): string[] {
  const task = plan.tasks[node];
  const named =
    task?.agent ??
    (task?.layer === undefined ? undefined : plan.layers[task.layer]?.agent) ??
    byId(task?.id ?? '', policy?.agentFor ?? {});
  const pool = Object.keys(policy?.pool ?? {});
  if (named !== undefined) return [named];
  return pool.length > 0 ? pool : [agent];
}

function byId(id: string, agentFor: Readonly<Record<string, string>>): string | undefined {
  const fits = (pattern: string): boolean => {
    const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 's').test(id);
  };
  return Object.entries(agentFor).find(([pattern]) => fits(pattern))?.[1];
}

export function kindsAtWork(state: RunState): Map<string, number> {
  const atWork = new Map<string, number>();
  for (const { phase, attempts } of state.tasks) {
    const kind = attempts.at(-1)?.kind;
    // In a person's hands it uses no agent.
    if (kind !== undefined && isHeldPhase(phase) && phase.kind !== 'taken')
      atWork.set(kind, (atWork.get(kind) ?? 0) + 1);
  }
  return atWork;
}

/** The kind with the most room; of those with as much, the first. Undefined: none can be had now. */
export function chooseKind(
  state: RunState,
  kinds: readonly string[],
  atWork: ReadonlyMap<string, number>,
): string | undefined {
  const { policy } = state.spec;
  const roomOf = (kind: string): number => {
    if (isLimited(state, kind)) return 0;
    const cap = Math.min(policy?.pool?.[kind] ?? Infinity, state.services.get(kind)?.cap ?? Infinity);
    return cap - (atWork.get(kind) ?? 0);
  };
  return kinds.filter((kind) => roomOf(kind) > 0).sort((a, b) => roomOf(b) - roomOf(a))[0];
}

export function isLimited(state: RunState, kind: string): boolean {
  return state.services.get(kind)?.limit !== undefined;
}

const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 15 * 60_000;
const QUOTA_WAIT_MS = 30 * 60_000;

/**
 * The kind of an attempt cannot be had. It is tried again when its service says so, or after a time that doubles with
 * each time in a row (exponential backoff with jitter, so that agents do not come back all at once), and by half as
 * many (additive increase, multiplicative decrease: Chiu and Jain, 1989).
 */
export function limitedBy(
  state: RunState,
  attempt: Attempt,
  verdict: Extract<AgentVerdict, { kind: 'unavailable' | 'unauthenticated' }>,
): RunEvent {
  const { kind } = attempt;
  const cap = Math.max(1, Math.floor((kindsAtWork(state).get(kind) ?? 1) / 2));
  if (verdict.kind === 'unauthenticated') {
    const message = `${kind} has no access: ${verdict.message}. Sign in, then resume the run.`;
    return { type: 'agent.limited', kind, reason: 'auth', message, automatic: false, cap };
  }
  const { error } = verdict;
  const service = state.services.get(kind);
  const backoff = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(service?.strikes ?? 0, 10));
  const wait = error.kind === 'quota' ? QUOTA_WAIT_MS : backoff;
  const jitter = 1 + random(state.seq)() / 5;
  const asked = error.retryAt === undefined ? state.at + wait * jitter : error.retryAt + FIRST_WAIT_MS * (jitter - 1);
  // Several agents hear of the same limit one after another: the latest time stands.
  const until = Math.round(Math.max(asked, service?.limit?.until ?? 0));
  const automatic = error.kind !== 'quota' || state.spec.policy?.resumeAfterQuota === true;
  return {
    type: 'agent.limited',
    kind,
    reason: error.kind,
    message: `${kind}: ${error.message}`,
    until,
    automatic,
    cap,
  };
}
