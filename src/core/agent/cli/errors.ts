import type { AgentError, AgentEvent, ErrorKind } from '../agent-event.ts';
import { oneLine } from './json.ts';

interface Symptoms {
  /** HTTP status; where it is absent, the message may name one. */
  readonly status?: number | undefined;
  readonly message: string;
  readonly retrying?: boolean;
  readonly retryAt?: number | undefined;
  /** Where the CLI itself says what it is. */
  readonly kind?: ErrorKind | undefined;
}

/** An error by what is known of it: the CLI's own word, the HTTP status, and only then the words. */
export function errorOf({ status, message, retrying = false, retryAt, kind }: Symptoms): AgentError {
  const code = status ?? statusIn(message);
  const again = retryAt ?? timeIn(message);
  return {
    kind: kind ?? (code === undefined ? undefined : kindOfStatus(code, message)) ?? kindOfWords(message),
    message: oneLine(message, 500),
    ...(code !== undefined && { status: code }),
    ...(again !== undefined && { retryAt: again }),
    retrying,
  };
}

const QUOTA = /usage limit|quota|credit balance|out of (ai )?credits|insufficient (funds|balance)|billing/i;

/** Undefined for a status that says nothing about why. */
export function kindOfStatus(status: number, message = ''): ErrorKind | undefined {
  if (status === 401 || status === 403) return 'auth';
  if (status === 402) return 'quota';
  if (status === 429) return QUOTA.test(message) ? 'quota' : 'rate-limit';
  if (status === 408 || status >= 500) return 'overloaded';
  return undefined;
}

/** In this order: a message about a quota often speaks of limits, one about a sign-in of connections. */
const WORDS: readonly (readonly [ErrorKind, RegExp])[] = [
  [
    'auth',
    /not (logged|signed) in|run \/login|log ?in again|unauthori[sz]ed|authenticat|auth method|(invalid|incorrect|missing|no) api key|api key not valid/i,
  ],
  ['refused', /refusing to start|root\/sudo privileges/i],
  ['quota', QUOTA],
  ['rate-limit', /rate.?limit|too many requests/i],
  ['overloaded', /overloaded|high demand|internal server error|service unavailable|bad gateway/i],
  [
    'network',
    /ECONN|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|fetch failed|(could not|cannot|unable to|failed to) connect|socket|network|lookup address|(dis)?connect(ed|ion)|timed? ?out|\bterminated\b|stream (closed|ended|disconnected)/i,
  ],
];

function kindOfWords(message: string): ErrorKind {
  return WORDS.find(([, words]) => words.test(message))?.[0] ?? 'other';
}

/** `429 …`, `status 401`, `HTTP 500`, `API Error: 429 …`, `"code":503`, `(429)`. */
function statusIn(message: string): number | undefined {
  const found = /(?:^|status:?|HTTP|API Error:|"code":|\()\s*([45]\d\d)\b/i.exec(message)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** `limit reached|1790000000`, or `… again at` a moment in ISO 8601. */
function timeIn(message: string): number | undefined {
  const seconds = /\|(\d{10})\b/.exec(message)?.[1];
  if (seconds !== undefined) return Number(seconds) * 1000;
  const iso = /(?:reset|again|until|after)\D{0,20}(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))/i;
  const moment = iso.exec(message)?.[1];
  return moment === undefined ? undefined : Date.parse(moment);
}

/**
 * Gemini's way to say what a service answered, and that of those that come from it: `[API Error: …]`, sometimes with
 * JSON inside, and advice below it on how to have a larger quota, whatever the limit was.
 */
export function answerOf(message: string): { readonly message: string; readonly limited: boolean } {
  const [, answer, advice = ''] = /^\[API Error: (.*)\]\s*(.*)$/s.exec(message) ?? [];
  return { message: answer ?? message, limited: /wait and try again later/i.test(advice) };
}

/** The sentence for people in a service's JSON. */
export function sentenceIn(answer: string): string {
  return /"message":\s*"((?:[^"\\]|\\.)*)"/.exec(answer)?.[1] ?? answer;
}

/** What a CLI says on its standard error counts only where it never came to say anything else: the rest is a log. */
export class StandardError {
  #line: string | undefined;
  #speaks = false;

  /** From now on the CLI says in its own format how it does. */
  speaks(): void {
    this.#speaks = true;
  }

  read(line: string): void {
    const plain = withoutColours(line).trim();
    if (/^warn/i.test(plain)) return;
    if (/\b(error|fatal|failed|cannot|could not|invalid|denied|not logged in|please set)\b/i.test(plain))
      this.#line = plain;
  }

  /** The end of a CLI that went without saying how it ended. */
  lastWords(): AgentEvent[] {
    const line = this.#speaks ? undefined : this.#line;
    const error: AgentEvent[] = line === undefined ? [] : [{ type: 'error', ...errorOf({ message: line }) }];
    return [...error, { type: 'end', ok: false }];
  }
}

export function withoutColours(line: string): string {
  return line.replace(/\u001b\[[\d;]*m/g, '');
}
