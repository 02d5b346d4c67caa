import type { AgentEvent, AgentReader } from '../agent-event.ts';
import { StandardError } from '../cli/errors.ts';
import { fieldsOfLine, number, text, type Fields } from '../cli/json.ts';
import { readError, readUsage } from '../report.ts';

/** Reads what a program of Orca's own prints: an AgentEvent in JSON, one a line. */
export class EventReader implements AgentReader {
  readonly #standardError = new StandardError();
  #ended = false;

  read(line: string, stream: 'out' | 'err'): AgentEvent[] {
    if (stream === 'err') {
      this.#standardError.read(line);
      return [];
    }
    const event = readEvent(fieldsOfLine(line) ?? {});
    if (event?.type === 'end') this.#ended = true;
    return event === undefined ? [] : [event];
  }

  /** An agent that went without a word has often left one on its standard error. */
  finish(): AgentEvent[] {
    return this.#ended ? [] : this.#standardError.lastWords();
  }
}

/** Undefined for what is no event. */
export function readEvent(value: Fields): AgentEvent | undefined {
  const { type, name, input, path, command, what, ok, usd } = value;
  const id = text(value.id);
  const own = id === undefined ? {} : { id };
  switch (type) {
    case 'session': {
      const model = text(value.model);
      return id === undefined ? undefined : { type, id, ...(model !== undefined && { model }) };
    }
    case 'model':
      return typeof name === 'string' ? { type, name } : undefined;
    case 'message': {
      const said = text(value.text);
      return said === undefined ? undefined : { type, text: said, ...(value.partial === true && { partial: true }) };
    }
    case 'tool':
      return typeof name === 'string' && typeof input === 'string' ? { type, ...own, name, input } : undefined;
    case 'edit':
      return typeof path === 'string' ? { type, ...own, path } : undefined;
    case 'command':
      return typeof command === 'string' ? { type, ...own, command } : undefined;
    case 'tool-ended': {
      const output = text(value.output);
      return typeof ok === 'boolean' ? { type, ...own, ok, ...(output !== undefined && { output }) } : undefined;
    }
    case 'denied':
      return typeof what === 'string' ? { type, what } : undefined;
    case 'usage': {
      const usage = readUsage(value.usage);
      return usage && { type, usage };
    }
    case 'cost': {
      const amount = number(usd);
      return amount === undefined || amount < 0 ? undefined : { type, usd: amount };
    }
    case 'error': {
      const error = readError(value);
      return error && { type, ...error };
    }
    case 'end': {
      const said = text(value.text);
      return typeof ok === 'boolean' ? { type, ok, ...(said !== undefined && { text: said }) } : undefined;
    }
    default:
      return undefined;
  }
}
