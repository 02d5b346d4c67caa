import type { AgentEvent } from '../agent-event.ts';
import type { AgentOutput } from '../agent.ts';
import { answerOf, errorOf, sentenceIn } from './errors.ts';
import { EventLines } from './event-lines.ts';
import { count, fields, text, type Fields } from './json.ts';
import { toolUse, wish } from './tools.ts';

/** What Gemini CLI prints, and its exit codes. */
export const geminiOutput: AgentOutput = {
  reader: () => new GeminiReader(),
  exitMeans: (code) =>
    EXITS[code] ?? (code > 143 && code < 256 ? `the service answered HTTP ${httpOf(code)}` : undefined),
};

const EXITS: Readonly<Record<number, string>> = {
  41: 'it is not signed in',
  42: 'it did not take its input',
  44: 'its sandbox failed',
  52: 'its configuration is wrong',
  53: 'its limit of turns was reached',
  54: 'a tool failed beyond repair',
  55: 'it does not trust the folder',
  130: 'it was cancelled',
};

/** It exits with an HTTP status, of which the system keeps the last eight bits: 401 comes out as 145, 500 as 244. */
function httpOf(code: number): number {
  return code + 256;
}

/** `--output-format stream-json`. */
class GeminiReader extends EventLines {
  readonly #uses = new Map<string, { readonly name: string; readonly input: Fields }>();
  /** The next words go on from the last. */
  #speaking = false;
  #failed = false;

  protected event(event: Fields, line: string): AgentEvent[] {
    switch (event.type) {
      case 'init': {
        const id = text(event.session_id);
        const model = text(event.model);
        return id === undefined ? [] : [{ type: 'session', id, ...(model !== undefined && { model }) }];
      }
      case 'message':
        return this.#message(event);
      case 'tool_use':
        return this.#toolUse(event);
      case 'tool_result':
        return this.#toolResult(event);
      case 'error': {
        const message = text(event.message) ?? line;
        const fatal = event.severity === 'error';
        this.#failed ||= fatal;
        const kind = /maximum session turns/i.test(message) ? 'turns' : undefined;
        return [{ type: 'error', ...errorOf({ message, kind, retrying: !fatal }) }];
      }
      case 'result':
        return this.#result(event);
      default:
        return [];
    }
  }

  #message(event: Fields): AgentEvent[] {
    const said = event.role === 'assistant' ? text(event.content) : undefined;
    if (said === undefined) return [];
    const partial = this.#speaking && event.delta === true;
    this.#speaking = true;
    return [{ type: 'message', text: said, ...(partial && { partial }) }];
  }

  #toolUse(event: Fields): AgentEvent[] {
    this.#speaking = false;
    const id = text(event.tool_id);
    const name = text(event.tool_name) ?? 'a tool';
    const input = fields(event.parameters) ?? {};
    if (id !== undefined) this.#uses.set(id, { name, input });
    return [toolUse(name, input, id)];
  }

  #toolResult(event: Fields): AgentEvent[] {
    const id = text(event.tool_id);
    const error = fields(event.error);
    const output = text(event.output) ?? text(error?.message);
    const ok = event.status !== 'error';
    const ended: AgentEvent = {
      type: 'tool-ended',
      ...(id !== undefined && { id }),
      ok,
      ...(output !== undefined && { output }),
    };
    const use = id === undefined ? undefined : this.#uses.get(id);
    if (id !== undefined) this.#uses.delete(id);
    const refused = !ok && (error?.type === 'policy_violation' || error?.type === 'tool_not_registered');
    return refused
      ? [ended, { type: 'denied', what: use === undefined ? 'a tool' : wish(use.name, use.input) }]
      : [ended];
  }

  #result(event: Fields): AgentEvent[] {
    this.ended = true;
    const stats = fields(event.stats) ?? {};
    const asked = count(stats.input_tokens);
    const cacheRead = count(stats.cached);
    // `output_tokens` is without the thoughts, `total_tokens` is with them.
    const output = Math.max(count(stats.output_tokens), count(stats.total_tokens) - asked);
    const events: AgentEvent[] = [];
    if (asked + output > 0)
      events.push({
        type: 'usage',
        usage: { input: Math.max(0, asked - cacheRead), cacheRead, cacheWrite: 0, output },
      });
    const ok = event.status === 'success';
    const { error } = event;
    if (!ok && (error !== undefined || !this.#failed)) events.push({ type: 'error', ...failure(fields(error) ?? {}) });
    return [...events, { type: 'end', ok }];
  }
}

function failure(error: Fields) {
  const { message, limited } = answerOf(text(error.message) ?? 'It ended in an error.');
  const known = errorOf({
    status: limited ? 429 : undefined,
    message,
    kind: error.type === 'FatalTurnLimitedError' ? 'turns' : undefined,
  });
  return { ...known, message: sentenceIn(known.message) };
}
