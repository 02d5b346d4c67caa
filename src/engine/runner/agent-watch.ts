import { readFileSync } from 'node:fs';
import type { AgentOutput } from '../../core/agent/agent.ts';
import type { AgentEvent } from '../../core/agent/agent-event.ts';
import { NOTHING_REPORTED, reported, type AgentReport } from '../../core/agent/report.ts';
import { costOf, tokensOf } from '../../core/run/spent.ts';
import { lastLineOf } from './words.ts';
import type { JobAgent } from './protocol.ts';

export type AgentLimit = 'cost' | 'tokens' | 'retries';

/** A line of a stream that is longer is no message of an agent; it is in the log. */
const LONGEST_LINE = 16 * 1024 * 1024;

/**
 * Understands what an agent CLI prints: its lines become events, the events a report, and the limits of the job are held
 * against it.
 */
export class AgentWatch {
  readonly #agent: JobAgent;
  readonly #reader: ReturnType<AgentOutput['reader']>;
  readonly #onEvent: (event: AgentEvent) => void;
  readonly #lines = { out: new Lines(), err: new Lines() };
  #report: AgentReport;
  #words: string | undefined;
  #ending = false;
  /** When its service stopped answering, by the job's clock. */
  #retryingSince: number | undefined;

  constructor(agent: JobAgent, output: AgentOutput, onEvent: (event: AgentEvent) => void) {
    this.#agent = agent;
    this.#reader = output.reader();
    this.#report = { ...NOTHING_REPORTED, ...(agent.model !== undefined && { model: agent.model }) };
    this.#onEvent = onEvent;
  }

  get report(): AgentReport {
    return this.#report;
  }

  /** What it does or says now, one line. */
  get words(): string | undefined {
    return this.#words;
  }

  /** It is being ended from outside: how it takes leave says nothing of how it was. */
  ending(): void {
    this.#ending = true;
  }

  /** `now`: ms of the job's clock. */
  push(bytes: Buffer, stream: 'out' | 'err', now: number): void {
    for (const line of this.#lines[stream].push(bytes))
      for (const event of this.#reader.read(line, stream)) this.#take(event, now);
  }

  /** When its process is gone. */
  end(now: number): void {
    for (const stream of ['out', 'err'] as const)
      for (const line of this.#lines[stream].end())
        for (const event of this.#reader.read(line, stream)) this.#take(event, now);
    for (const event of this.#reader.finish?.(this.#reportFile()) ?? []) this.#take(event, now);
  }

  /** The limit that is reached, if any. */
  limit(now: number): AgentLimit | undefined {
    const { costUsd, tokens, retryMs, prices } = this.#agent;
    const cost = costOf(this.#report, prices)?.usd ?? 0;
    if (costUsd !== undefined && costUsd > 0 && cost >= costUsd) return 'cost';
    if (tokens !== undefined && tokens > 0 && tokensOf(this.#report.usage) >= tokens) return 'tokens';
    return this.retryLeft(now, retryMs) <= 0 ? 'retries' : undefined;
  }

  /** Ms until the service has not answered for too long; Infinity while it answers. */
  retryLeft(now: number, retryMs = this.#agent.retryMs): number {
    if (this.#retryingSince === undefined || retryMs === undefined || retryMs === 0) return Infinity;
    return this.#retryingSince + retryMs - now;
  }

  #take(event: AgentEvent, now: number): void {
    const isLeave =
      event.type === 'message' || event.type === 'tool-ended' || event.type === 'end' || event.type === 'error';
    if (!this.#ending || !isLeave) this.#report = reported(this.#report, event);
    if (event.type === 'error' && event.retrying) this.#retryingSince ??= now;
    else if (event.type === 'message' || event.type === 'tool-ended') this.#retryingSince = undefined;
    this.#words = wordsOf(event) ?? this.#words;
    this.#onEvent(event);
  }

  #reportFile(): string | undefined {
    if (this.#agent.report === undefined) return undefined;
    try {
      return readFileSync(this.#agent.report, 'utf8');
    } catch {
      return undefined;
    }
  }
}

function wordsOf(event: AgentEvent): string | undefined {
  switch (event.type) {
    case 'message':
      return event.partial === true ? undefined : lastLineOf(event.text);
    case 'edit':
      return lastLineOf(`edits ${event.path}`);
    case 'command':
      return lastLineOf(`$ ${event.command}`);
    case 'tool':
      return lastLineOf(`${event.name} ${event.input}`);
    case 'error':
      return lastLineOf(event.message);
    case 'end':
      return event.text === undefined ? undefined : lastLineOf(event.text);
    case 'denied':
      return lastLineOf(`not allowed: ${event.what}`);
    case 'session':
    case 'model':
    case 'tool-ended':
    case 'usage':
    case 'cost':
      return undefined;
  }
}

/** Cuts a stream into lines, whose characters may cross the borders of its chunks. */
class Lines {
  #parts: Buffer[] = [];
  #length = 0;
  #tooLong = false;

  push(bytes: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, from)) {
      this.#add(bytes.subarray(from, at));
      lines.push(...this.end());
      from = at + 1;
    }
    this.#add(bytes.subarray(from));
    return lines;
  }

  /** What has come since the last line end. */
  end(): string[] {
    const line = Buffer.concat(this.#parts).toString('utf8').replace(/\r$/, '');
    const whole = !this.#tooLong;
    this.#parts = [];
    this.#length = 0;
    this.#tooLong = false;
    return line !== '' && whole ? [line] : [];
  }

  #add(bytes: Buffer): void {
    this.#length += bytes.length;
    if (this.#length > LONGEST_LINE) {
      this.#tooLong = true;
      this.#parts = [];
    } else if (bytes.length > 0) this.#parts.push(bytes);
  }
}

const NEWLINE = 0x0a;
