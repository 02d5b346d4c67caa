import type { AttemptEnd } from '../run/event.ts';
import { ERROR_KINDS, type AgentError, type AgentEvent, type Usage } from './agent-event.ts';

/** What an attempt's events come to. Bounded: it goes into a result file and the journal. */
export interface AgentReport {
  /** By this id a person can take the conversation over. */
  readonly session?: string;
  readonly model?: string;
  readonly usage?: Usage;
  /** As the CLI says. */
  readonly costUsd?: number;
  /** The last one; absent where the agent went on well after it. */
  readonly error?: AgentError;
  /** What it was not allowed to do, the first of them. */
  readonly denied: readonly string[];
  /** The model's last words. */
  readonly said?: string;
  /** The CLI's own word on its end; absent where it said none. */
  readonly ended?: boolean;
}

export const NOTHING_REPORTED: AgentReport = { denied: [] };

const MOST_DENIED = 10;
const MOST_CHARACTERS = 2000;
/** A review is read from what was said: its findings are to be whole. */
const MOST_SAID = 16_000;

/** From a file: what cannot be read is left out. */
export function readAgentReport(value: unknown): AgentReport {
  if (!isRecord(value)) return NOTHING_REPORTED;
  const { session, model, usage, costUsd, error, denied, said, ended } = value;
  const read = { usage: readUsage(usage), error: readError(error) };
  return {
    ...(typeof session === 'string' && { session: bounded(session) }),
    ...(typeof model === 'string' && { model: bounded(model) }),
    ...(read.usage !== undefined && { usage: read.usage }),
    ...(isCount(costUsd) && { costUsd }),
    ...(read.error !== undefined && { error: read.error }),
    denied: Array.isArray(denied)
      ? denied
          .filter((what) => typeof what === 'string')
          .slice(0, MOST_DENIED)
          .map(bounded)
      : [],
    ...(typeof said === 'string' && { said: bounded(said, MOST_SAID) }),
    ...(typeof ended === 'boolean' && { ended }),
  };
}

/** From outside; undefined for what is none. */
export function readUsage(value: unknown): Usage | undefined {
  if (!isRecord(value)) return undefined;
  const { input, cacheRead, cacheWrite, output } = value;
  if (!isCount(input) || !isCount(cacheRead) || !isCount(cacheWrite) || !isCount(output)) return undefined;
  return { input, cacheRead, cacheWrite, output };
}

/** From outside; undefined for what is none. */
export function readError(value: unknown): AgentError | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, message, status, retryAt, retrying } = value;
  const known = ERROR_KINDS.find((candidate) => candidate === kind);
  if (known === undefined || typeof message !== 'string' || typeof retrying !== 'boolean') return undefined;
  return {
    kind: known,
    message: bounded(message),
    ...(isCount(status) && { status }),
    ...(isCount(retryAt) && { retryAt }),
    retrying,
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** Takes one event into a report. */
export function reported(report: AgentReport, event: AgentEvent): AgentReport {
  switch (event.type) {
    case 'session':
      return { ...report, session: event.id, ...(event.model !== undefined && { model: event.model }) };
    case 'model':
      return { ...report, model: bounded(event.name) };
    case 'usage':
      return { ...report, usage: event.usage };
    case 'cost':
      return { ...report, costUsd: event.usd };
    case 'error': {
      const { kind, status, retryAt, retrying } = event;
      const known = { ...(status !== undefined && { status }), ...(retryAt !== undefined && { retryAt }) };
      return { ...report, error: { kind, message: bounded(event.message), ...known, retrying } };
    }
    case 'denied':
      return report.denied.length < MOST_DENIED
        ? { ...report, denied: [...report.denied, bounded(event.what)] }
        : report;
    case 'message': {
      const said = bounded(event.partial === true ? (report.said ?? '') + event.text : event.text, MOST_SAID);
      return { ...recovered(report), said };
    }
    case 'tool-ended':
      return recovered(report);
    case 'end':
      return {
        ...(event.ok ? recovered(report) : report),
        ended: event.ok,
        ...(event.text !== undefined && event.text !== '' && { said: bounded(event.text, MOST_SAID) }),
      };
    case 'tool':
    case 'edit':
    case 'command':
      return report;
  }
}

/** An error that the CLI tried again after is over when the agent goes on. */
function recovered(report: AgentReport): AgentReport {
  if (report.error?.retrying !== true) return report;
  const rest: { -readonly [Key in keyof AgentReport]: AgentReport[Key] } = { ...report };
  delete rest.error;
  return rest;
}

function bounded(text: string, most = MOST_CHARACTERS): string {
  return text.slice(-most);
}

/** Whose fault an end is, before anyone looks at the diff and the gates. */
export type AgentVerdict =
  /** Its word is that it is done: now the diff, the gates and the acceptance judge. */
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly message: string }
  /** The service was not there for it: no fault of the task, to be tried again later. */
  | { readonly kind: 'unavailable'; readonly error: AgentError }
  /** Nobody is signed in, or has no access: every task of this agent will fail. */
  | { readonly kind: 'unauthenticated'; readonly message: string };

/**
 * Judges how an attempt ended. What the CLI reported goes before its exit code: some exit with 0 after an error, some
 * with an HTTP status. `exitMeans` is the CLI's own reading of a code.
 */
export function verdictOf(
  end: AttemptEnd,
  report: AgentReport,
  exitMeans: (code: number) => string | undefined = () => undefined,
): AgentVerdict {
  const { error } = report;
  if (error !== undefined && (end.kind === 'exited' || end.kind === 'signalled' || isOutOfRetries(end))) {
    switch (error.kind) {
      case 'rate-limit':
      case 'quota':
      case 'overloaded':
      case 'network':
        return { kind: 'unavailable', error };
      case 'auth':
        return { kind: 'unauthenticated', message: error.message };
      default:
        return { kind: 'failed', message: error.message };
    }
  }
  if (end.kind !== 'exited') return { kind: 'failed', message: '' };
  if (end.code === 0 && report.ended !== false) return { kind: 'done' };
  const denied = report.denied.at(-1);
  const why = denied === undefined ? 'it stopped before it was done' : `it was not allowed ${denied}`;
  return { kind: 'failed', message: exitMeans(end.code) ?? (end.code === 0 ? why : `exit code ${end.code}`) };
}

function isOutOfRetries(end: AttemptEnd): boolean {
  return end.kind === 'over-limit' && end.limit === 'retries';
}
