import type { AgentEvent, AgentReader } from '../agent-event.ts';
import { StandardError } from './errors.ts';
import { fieldsOfLine, type Fields } from './json.ts';

/** Reads what a CLI prints as one JSON object a line. Any other line is of its log. */
export abstract class EventLines implements AgentReader {
  readonly #standardError = new StandardError();
  /** It has said how it ended. */
  protected ended = false;

  protected abstract event(event: Fields, line: string): AgentEvent[];

  /** What is known only now. */
  protected rest(_report: string | undefined): AgentEvent[] {
    return [];
  }

  read(line: string, stream: 'out' | 'err'): AgentEvent[] {
    const event = stream === 'out' ? fieldsOfLine(line) : undefined;
    if (event === undefined) {
      this.#standardError.read(line);
      return [];
    }
    this.#standardError.speaks();
    return this.event(event, line);
  }

  finish(report: string | undefined): AgentEvent[] {
    return [...this.rest(report), ...(this.ended ? [] : this.#standardError.lastWords())];
  }
}
