import { readAnswer, readAsk } from '../../core/agent/ask.ts';
import type { Usage } from '../../core/agent/agent-event.ts';
import type { AttemptEnd } from '../../core/run/event.ts';
import type { FromRunner, Job, JobResult, ToRunner } from './protocol.ts';

// Readers of what came over the channel or stands in a file. The other side may be of another version (a runner
// outlives an update of the program): what is not understood is `undefined`, and never thrown.

/** A message to a runner; a job that is none is told apart, as it is to be refused by its name. */
export function readToRunner(
  value: unknown,
): ToRunner | { readonly type: 'malformed'; readonly id: string } | undefined {
  if (!isRecord(value)) return undefined;
  switch (value.type) {
    case 'run':
      if (isJob(value.job)) return { type: 'run', job: value.job };
      return { type: 'malformed', id: isRecord(value.job) && typeof value.job.id === 'string' ? value.job.id : '' };
    case 'stop':
      return typeof value.id === 'string' ? { type: 'stop', id: value.id } : undefined;
    case 'close':
      return { type: 'close' };
    case 'answer': {
      const { id, ask } = value;
      const answer = readAnswer(value.answer);
      if (typeof id !== 'string' || typeof ask !== 'string' || answer === undefined) return undefined;
      return { type: 'answer', id, ask, answer };
    }
    default:
      return undefined;
  }
}

export function readFromRunner(value: unknown): FromRunner | undefined {
  if (!isRecord(value)) return undefined;
  const { type, id, pid, job, text, why, message } = value;
  switch (type) {
    case 'hello':
      if (typeof pid !== 'number') return undefined;
      return { type, pid, ...(typeof job === 'string' && { job }) };
    case 'started':
      return typeof id === 'string' && typeof pid === 'number' ? { type, id, pid } : undefined;
    case 'words':
      return typeof id === 'string' && typeof text === 'string' ? { type, id, text } : undefined;
    case 'asked': {
      const question = readAsk(value.question);
      if (typeof id !== 'string' || typeof value.ask !== 'string' || question === undefined) return undefined;
      return { type, id, ask: value.ask, question };
    }
    case 'spent': {
      if (typeof id !== 'string') return undefined;
      const usage = readUsage(value.usage);
      const { costUsd } = value;
      return { type, id, ...(usage !== undefined && { usage }), ...(typeof costUsd === 'number' && { costUsd }) };
    }
    case 'ended': {
      const result = parseResult(value.result);
      return result && { type, result };
    }
    case 'refused':
      if (typeof id !== 'string' || typeof message !== 'string') return undefined;
      return { type, id, why: why === 'busy' || why === 'elsewhere' ? why : 'invalid', message };
    default:
      return undefined;
  }
}

export function parseResult(value: unknown): JobResult | undefined {
  if (!isRecord(value) || !has(value, 'string', ['id'])) return undefined;
  if (!has(value, 'number', ['activeMs', 'startedAt', 'endedAt', 'outputBytes'])) return undefined;
  if (typeof value.truncated !== 'boolean' || readEnd(value.end) === undefined) return undefined;
  if (value.lastWords !== undefined && typeof value.lastWords !== 'string') return undefined;
  return value as unknown as JobResult;
}

function readUsage(value: unknown): Usage | undefined {
  if (!isRecord(value) || !has(value, 'number', ['input', 'cacheRead', 'cacheWrite', 'output'])) return undefined;
  return value as unknown as Usage;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readEnd(value: unknown): AttemptEnd | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, code, signal, limit, message } = value;
  switch (kind) {
    case 'exited':
      return typeof code === 'number' ? { kind, code } : undefined;
    case 'signalled':
      return typeof signal === 'string' ? { kind, signal } : undefined;
    case 'timed-out':
      return limit === 'idle' || limit === 'total' ? { kind, limit } : undefined;
    case 'over-limit':
      return limit === 'cost' || limit === 'tokens' || limit === 'retries' ? { kind, limit } : undefined;
    case 'not-started':
      return typeof message === 'string' ? { kind, message } : undefined;
    case 'cancelled':
    case 'interrupted':
      return { kind };
    default:
      return undefined;
  }
}

function isJob(value: unknown): value is Job {
  if (!isRecord(value) || !has(value, 'string', ['id', 'banner', 'cwd', 'dir'])) return false;
  if (!has(value, 'number', ['idleMs', 'totalMs', 'maxLogBytes'])) return false;
  const { argv, env, stdin, agent, pass } = value;
  if (pass !== undefined && !(Array.isArray(pass) && pass.every((name) => typeof name === 'string'))) return false;
  if (agent !== undefined && (!isRecord(agent) || typeof agent.cli !== 'string')) return false;
  if (!Array.isArray(argv) || argv.length === 0 || !argv.every((argument) => typeof argument === 'string'))
    return false;
  if (!isRecord(env) || !has(env, 'string', Object.keys(env))) return false;
  return stdin === undefined || typeof stdin === 'string';
}

function has(value: Record<string, unknown>, type: 'string' | 'number', keys: readonly string[]): boolean {
  return keys.every((key) => typeof value[key] === type);
}
