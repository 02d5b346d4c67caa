import type { AgentEvent } from '../agent-event.ts';
import type { AgentOutput } from '../agent.ts';
import { errorOf } from './errors.ts';
import { EventLines } from './event-lines.ts';
import { count, fields, list, number, oneLine, text, type Fields } from './json.ts';
import { toolUse } from './tools.ts';

/** What OpenAI Codex prints. */
export const codexOutput: AgentOutput = { reader: () => new CodexReader() };

/** `codex exec --json`: threads of turns of items. */
class CodexReader extends EventLines {
  readonly #begun = new Set<string>();
  #error: string | undefined;

  protected event(event: Fields, line: string): AgentEvent[] {
    switch (event.type) {
      case 'thread.started': {
        const id = text(event.thread_id);
        return id === undefined ? [] : [{ type: 'session', id }];
      }
      case 'item.started':
        return this.#began(fields(event.item) ?? {});
      case 'item.completed':
        return this.#completed(fields(event.item) ?? {});
      case 'turn.completed': {
        this.ended = true;
        const usage = fields(event.usage);
        return [...(usage === undefined ? [] : [tokens(usage)]), { type: 'end', ok: true }];
      }
      case 'turn.failed':
        this.ended = true;
        return [...this.#failed(text(fields(event.error)?.message) ?? 'The turn failed.'), { type: 'end', ok: false }];
      case 'error':
        return this.#failed(text(event.message) ?? line);
      default:
        return [];
    }
  }

  #began(item: Fields): AgentEvent[] {
    const id = text(item.id);
    if (id !== undefined) this.#begun.add(id);
    return use(item, id);
  }

  #completed(item: Fields): AgentEvent[] {
    const id = text(item.id);
    const own = id === undefined ? {} : { id };
    const output = text(item.aggregated_output) ?? text(fields(item.error)?.message) ?? answer(item);
    switch (item.type) {
      case 'agent_message': {
        const said = text(item.text);
        return said === undefined ? [] : [{ type: 'message', text: said }];
      }
      case 'error':
        return warning(text(item.message) ?? 'An item failed.');
      case 'command_execution':
      case 'file_change':
      case 'mcp_tool_call':
      case 'web_search': {
        const begun = id !== undefined && this.#begun.delete(id) ? [] : use(item, id);
        const ok = item.status !== 'failed' && item.status !== 'declined' && (number(item.exit_code) ?? 0) === 0;
        const ended: AgentEvent = { type: 'tool-ended', ...own, ok, ...(output !== undefined && { output }) };
        return [...begun, ended, ...(ok ? [] : denied(item, output))];
      }
      default:
        return [];
    }
  }

  /** The last error is said twice: by itself, and with the turn. */
  #failed(message: string): AgentEvent[] {
    const reconnecting = /^Reconnecting\.\.\.[^(]*\((.*)\)$/s.exec(message)?.[1];
    if (reconnecting !== undefined) return [{ type: 'error', ...errorOf({ message: reconnecting, retrying: true }) }];
    if (message === this.#error) return [];
    this.#error = message;
    return [{ type: 'error', ...errorOf({ message }) }];
  }
}

function use(item: Fields, id: string | undefined): AgentEvent[] {
  const own = id === undefined ? {} : { id };
  switch (item.type) {
    case 'command_execution':
      return [{ type: 'command', ...own, command: withoutShell(text(item.command) ?? '') }];
    case 'file_change':
      return list(item.changes).flatMap((change) => {
        const path = text(change.path);
        return path === undefined ? [] : [{ type: 'edit', ...own, path }];
      });
    case 'mcp_tool_call':
      return [toolUse(`${text(item.server) ?? 'mcp'}.${text(item.tool) ?? 'tool'}`, fields(item.arguments) ?? {}, id)];
    case 'web_search':
      return [toolUse('web_search', item, id)];
    default:
      return [];
  }
}

/** `/bin/bash -lc 'make'` is `make`; where its quotes are not plain, it stays as it is. */
function withoutShell(command: string): string {
  const [, quote, inner] = /^\S*\/(?:ba|z)?sh -l?c (['"])(.*)\1$/s.exec(command) ?? [];
  return inner === undefined || (quote === "'" ? /'/ : /["\\$`]/).test(inner) ? command : inner;
}

/** Of an MCP tool. */
function answer(item: Fields): string | undefined {
  const parts = list(fields(item.result)?.content).map((part) => text(part.text) ?? '');
  return text(parts.join('\n'));
}

/** A command that the sandbox stopped is told apart only by what the system said to it. */
function denied(item: Fields, output = ''): AgentEvent[] {
  const stopped = /Read-only file system|Operation not permitted|requires approval/.exec(output)?.[0];
  if (stopped === undefined && item.status !== 'declined') return [];
  const what = text(item.command) ?? text(item.tool) ?? 'a tool';
  return [{ type: 'denied', what: oneLine(`${withoutShell(what)}: ${stopped ?? 'declined'}`) }];
}

/** An item that is an error is none yet: the turn goes on. */
function warning(message: string): AgentEvent[] {
  if (/^Model metadata for .* not found|^Falling back from/.test(message)) return [];
  return [{ type: 'error', ...errorOf({ message, retrying: true }) }];
}

function tokens(usage: Fields): AgentEvent {
  const cacheRead = count(usage.cached_input_tokens);
  const cacheWrite = count(usage.cache_write_input_tokens);
  return {
    type: 'usage',
    usage: {
      input: Math.max(0, count(usage.input_tokens) - cacheRead - cacheWrite),
      cacheRead,
      cacheWrite,
      output: count(usage.output_tokens),
    },
  };
}
