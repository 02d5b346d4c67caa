import type { AgentEvent, Usage } from '../agent-event.ts';
import type { AgentOutput } from '../agent.ts';
import { errorOf } from './errors.ts';
import { EventLines } from './event-lines.ts';
import { count, fields, number, text, type Fields } from './json.ts';
import { toolUse, wish } from './tools.ts';

/** What opencode prints. */
export const opencodeOutput: AgentOutput = { reader: () => new OpencodeReader() };

/** `opencode run --format json`: parts of messages when they are whole. It says no word at its end. */
class OpencodeReader extends EventLines {
  #session: string | undefined;
  #usage: Usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 };
  #usd = 0;
  #failed = false;
  /** Why its last step ended. */
  #reason: string | undefined;

  protected event(event: Fields): AgentEvent[] {
    return [...this.#begin(text(event.sessionID)), ...this.#part(event)];
  }

  protected override rest(): AgentEvent[] {
    this.ended = this.#failed || this.#reason === 'stop';
    return this.ended ? [{ type: 'end', ok: !this.#failed }] : [];
  }

  #begin(id: string | undefined): AgentEvent[] {
    if (id === undefined || id === this.#session) return [];
    this.#session = id;
    return [{ type: 'session', id }];
  }

  #part(event: Fields): AgentEvent[] {
    const part = fields(event.part) ?? {};
    switch (event.type) {
      case 'text': {
        const said = text(part.text);
        return said === undefined ? [] : [{ type: 'message', text: said }];
      }
      case 'tool_use':
        return toolPart(part);
      case 'step_finish':
        return this.#stepped(part);
      case 'error':
        this.#failed = true;
        return [{ type: 'error', ...failure(fields(event.error) ?? {}, number(event.timestamp)) }];
      default:
        return [];
    }
  }

  #stepped(part: Fields): AgentEvent[] {
    this.#reason = text(part.reason);
    const tokens = fields(part.tokens) ?? {};
    const cache = fields(tokens.cache) ?? {};
    this.#usage = {
      input: this.#usage.input + count(tokens.input),
      cacheRead: this.#usage.cacheRead + count(cache.read),
      cacheWrite: this.#usage.cacheWrite + count(cache.write),
      output: this.#usage.output + count(tokens.output) + count(tokens.reasoning),
    };
    // A model without prices costs 0, which is no figure.
    this.#usd += count(part.cost);
    const cost: AgentEvent[] = this.#usd > 0 ? [{ type: 'cost', usd: this.#usd }] : [];
    return [{ type: 'usage', usage: this.#usage }, ...cost];
  }
}

/** It comes when the tool has ended. */
function toolPart(part: Fields): AgentEvent[] {
  const state = fields(part.state) ?? {};
  const input = fields(state.input) ?? {};
  const id = text(part.callID);
  const name = text(part.tool) ?? 'a tool';
  const missing = name === 'invalid';
  const exit = number(fields(state.metadata)?.exit) ?? 0;
  const output = text(state.output) ?? text(state.error);
  const ended: AgentEvent = {
    type: 'tool-ended',
    ...(id !== undefined && { id }),
    ok: state.status === 'completed' && !missing && exit === 0,
    ...(output !== undefined && { output }),
  };
  const use = missing ? toolUse(text(input.tool) ?? name, {}, id) : toolUse(name, input, id);
  const refused = state.status === 'error' && /rejected permission|rule which prevents|denied/i.test(output ?? '');
  if (!missing && !refused) return [use, ended];
  return [use, ended, { type: 'denied', what: missing ? wish(text(input.tool) ?? name, {}) : wish(name, input) }];
}

function failure(error: Fields, at: number | undefined) {
  const data = fields(error.data) ?? {};
  const seconds = Number(fields(data.responseHeaders)?.['retry-after']);
  return errorOf({
    status: number(data.statusCode),
    message: text(data.message) ?? text(error.name) ?? 'It ended in an error.',
    kind: error.name === 'ProviderAuthError' ? 'auth' : undefined,
    retryAt: at !== undefined && seconds > 0 ? at + seconds * 1000 : undefined,
  });
}
