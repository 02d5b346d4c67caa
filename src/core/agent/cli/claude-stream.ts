import type { AgentEvent, ErrorKind, Usage } from '../agent-event.ts';
import { answerOf, errorOf } from './errors.ts';
import { EventLines } from './event-lines.ts';
import { count, fields, list, number, text, type Fields } from './json.ts';
import { toolUse, wish } from './tools.ts';

const NOTHING: Usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 };

/** How two dialects of one format count tokens. */
export interface Dialect {
  /** Of a message, or of the whole in `result`. */
  usage(fields: Fields): Usage;
}

/**
 * `--output-format stream-json` of Claude Code and of those that took it over: `system`, `assistant`, `user`, and
 * `result` at the end.
 */
export class ClaudeStreamReader extends EventLines {
  readonly #dialect: Dialect;
  /** By message: one comes in several parts, each with the usage of the whole. */
  readonly #usages = new Map<string, Usage>();
  #total = NOTHING;
  /** What the tools that are in use are to do, by their ids. */
  readonly #wishes = new Map<string, string>();
  readonly #denied = new Set<string>();
  /** Until when an allowance is used up, ms since the epoch. */
  #resetsAt: number | undefined;

  constructor(dialect: Dialect) {
    super();
    this.#dialect = dialect;
  }

  protected event(event: Fields, line: string): AgentEvent[] {
    switch (event.type) {
      case 'system':
        return this.#system(event);
      case 'assistant':
        return this.#assistant(event);
      case 'user':
        return this.#user(event);
      case 'result':
        return this.#result(event);
      case 'rate_limit_event':
        return this.#rateLimit(fields(event.rate_limit_info) ?? {});
      case 'error':
        return [{ type: 'error', ...errorOf({ message: text(event.message) ?? line }) }];
      default:
        return [];
    }
  }

  #system(event: Fields): AgentEvent[] {
    switch (event.subtype) {
      case 'init': {
        const id = text(event.session_id);
        const model = text(event.model);
        return id === undefined ? [] : [{ type: 'session', id, ...(model !== undefined && { model }) }];
      }
      case 'api_retry': {
        const status = number(event.error_status);
        const word = text(event.error) ?? 'unknown';
        const kind = KINDS[word] ?? (status === undefined ? 'network' : undefined);
        const message = status === undefined ? `The service does not answer (${word}).` : `HTTP ${status}: ${word}`;
        return [{ type: 'error', ...errorOf({ status, message, kind, retrying: true }) }];
      }
      case 'permission_denied': {
        const id = text(event.tool_use_id);
        return this.#deny(id, this.#wishes.get(id ?? '') ?? text(event.tool_name) ?? 'a tool');
      }
      default:
        return [];
    }
  }

  #assistant(event: Fields): AgentEvent[] {
    const message = fields(event.message) ?? {};
    const events: AgentEvent[] = [];
    for (const block of list(message.content)) {
      const said = block.type === 'text' ? text(block.text) : undefined;
      // The CLI puts an error into the model's mouth; `result` has it as what it is.
      if (said !== undefined && message.model !== '<synthetic>' && !said.startsWith('[API Error:'))
        events.push({ type: 'message', text: said });
      if (block.type !== 'tool_use') continue;
      const name = text(block.name) ?? 'a tool';
      const input = fields(block.input) ?? {};
      const use = text(block.id);
      if (use !== undefined) this.#wishes.set(use, wish(name, input));
      events.push(toolUse(name, input, use));
    }
    const usage = fields(message.usage);
    const id = text(message.id);
    if (usage === undefined || id === undefined || message.model === '<synthetic>') return events;
    const now = this.#dialect.usage(usage);
    const before = this.#usages.get(id) ?? NOTHING;
    if (sameUsage(now, before)) return events;
    this.#usages.set(id, now);
    this.#total = changedBy(this.#total, before, now);
    return [...events, { type: 'usage', usage: this.#total }];
  }

  #user(event: Fields): AgentEvent[] {
    return list(fields(event.message)?.content)
      .filter((block) => block.type === 'tool_result')
      .map((block) => {
        const id = text(block.tool_use_id);
        if (id !== undefined) this.#wishes.delete(id);
        const output = resultText(block.content);
        return {
          type: 'tool-ended',
          ...(id !== undefined && { id }),
          ok: block.is_error !== true,
          ...(output !== undefined && { output }),
        };
      });
  }

  #result(event: Fields): AgentEvent[] {
    this.ended = true;
    const events = list(event.permission_denials).flatMap((denial) =>
      this.#deny(text(denial.tool_use_id), wish(text(denial.tool_name) ?? 'a tool', fields(denial.tool_input) ?? {})),
    );
    const since = fields(event.model_usage_since_last_result);
    const models = Object.values(since ?? {}).map((model) => fields(model) ?? {});
    // `usage` is empty where a limit ended it, and the cost is that of the whole conversation where it was resumed.
    const usage = since === undefined ? this.#dialect.usage(fields(event.usage) ?? {}) : sum(models.map(modelUsage));
    if (!sameUsage(usage, NOTHING) && !sameUsage(usage, this.#total)) events.push({ type: 'usage', usage });
    const usd =
      since === undefined
        ? number(event.total_cost_usd)
        : models.reduce((total, model) => total + count(model.costUSD), 0);
    if (usd !== undefined && usd > 0) events.push({ type: 'cost', usd });
    // Whatever the subtype: it says "success" of an answer that is an error.
    const ok = event.is_error !== true && (event.subtype === undefined || event.subtype === 'success');
    const said = text(event.result);
    if (!ok) events.push(this.#failure(event, said));
    events.push({ type: 'end', ok, ...(ok && said !== undefined && { text: said }) });
    return events;
  }

  #failure(event: Fields, said: string | undefined): AgentEvent {
    const errors: readonly unknown[] = Array.isArray(event.errors) ? event.errors : [];
    const first = errors.find((error) => !isDiagnostic(error));
    const { message } = answerOf(
      said ?? text(fields(event.error)?.message) ?? text(first) ?? endedBy(text(event.terminal_reason)),
    );
    const kind = KINDS[text(event.subtype) ?? ''];
    const error = errorOf({ status: number(event.api_error_status), message, kind });
    const limited = error.kind === 'rate-limit' || error.kind === 'quota';
    if (!limited || this.#resetsAt === undefined) return { type: 'error', ...error };
    return { type: 'error', ...error, kind: 'quota', retryAt: this.#resetsAt };
  }

  #rateLimit(info: Fields): AgentEvent[] {
    const at = number(info.resetsAt);
    if (info.status !== 'rejected' || at === undefined) return [];
    this.#resetsAt = at * 1000;
    return [];
  }

  #deny(id: string | undefined, what: string): AgentEvent[] {
    if (id !== undefined && this.#denied.has(id)) return [];
    if (id !== undefined) this.#denied.add(id);
    return [{ type: 'denied', what }];
  }
}

/** Notes of its makers to themselves. */
function isDiagnostic(error: unknown): boolean {
  return typeof error === 'string' && error.startsWith('[ede_diagnostic]');
}

function endedBy(reason = 'error'): string {
  return reason.startsWith('aborted') ? `It was interrupted (${reason}).` : `It ended early (${reason}).`;
}

/** The CLI's own words for errors and ends. */
const KINDS: Readonly<Record<string, ErrorKind>> = {
  authentication_failed: 'auth',
  billing_error: 'quota',
  rate_limit: 'rate-limit',
  server_error: 'overloaded',
  overloaded: 'overloaded',
  error_max_turns: 'turns',
  error_max_budget_usd: 'budget',
};

function modelUsage(model: Fields): Usage {
  return {
    input: count(model.inputTokens),
    cacheRead: count(model.cacheReadInputTokens),
    cacheWrite: count(model.cacheCreationInputTokens),
    output: count(model.outputTokens),
  };
}

function sum(usages: readonly Usage[]): Usage {
  return usages.reduce((total, usage) => changedBy(total, NOTHING, usage), NOTHING);
}

function changedBy(total: Usage, before: Usage, now: Usage): Usage {
  return {
    input: total.input + now.input - before.input,
    cacheRead: total.cacheRead + now.cacheRead - before.cacheRead,
    cacheWrite: total.cacheWrite + now.cacheWrite - before.cacheWrite,
    output: total.output + now.output - before.output,
  };
}

function sameUsage(a: Usage, b: Usage): boolean {
  return a.input === b.input && a.cacheRead === b.cacheRead && a.cacheWrite === b.cacheWrite && a.output === b.output;
}

function resultText(content: unknown): string | undefined {
  if (typeof content === 'string') return text(content);
  const parts = list(content).map((part) => text(part.text) ?? '');
  return text(parts.join('\n'));
}
