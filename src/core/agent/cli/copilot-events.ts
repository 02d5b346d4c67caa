import type { AgentEvent, ErrorKind, Usage } from '../agent-event.ts';
import type { AgentOutput } from '../agent.ts';
import { errorOf } from './errors.ts';
import { EventLines } from './event-lines.ts';
import { count, fields, fieldsOfLine, list, number, text, type Fields } from './json.ts';
import { toolUse, wish } from './tools.ts';

/** What GitHub Copilot CLI prints. */
export const copilotOutput: AgentOutput = { reader: () => new CopilotReader() };

/** Its own words for an error of the session. */
const KINDS: Readonly<Record<string, ErrorKind>> = {
  authentication: 'auth',
  authorization: 'auth',
  quota: 'quota',
};

/** `--output-format json`: everything that happens, most of it for its own screen. */
class CopilotReader extends EventLines {
  readonly #uses = new Map<string, { readonly name: string; readonly input: Fields }>();
  #model: string | undefined;
  /** The last answer of the service that was none. */
  #failure: Fields = {};
  #failed = false;

  protected event(event: Fields): AgentEvent[] {
    const data = fields(event.data) ?? {};
    switch (event.type) {
      case 'assistant.message': {
        this.#model = text(data.model) ?? this.#model;
        const said = text(data.content);
        return said === undefined ? [] : [{ type: 'message', text: said }];
      }
      case 'tool.execution_start':
        return this.#toolBegan(data);
      case 'tool.execution_complete':
        return this.#toolEnded(data);
      case 'model.call_failure':
        this.#failure = data;
        return [];
      case 'assistant.turn_retry':
        return [{ type: 'error', ...this.#retry(data) }];
      case 'session.error': {
        this.#failed = true;
        const status = number(data.statusCode);
        const message = text(data.message) ?? 'The session failed.';
        return [{ type: 'error', ...errorOf({ status, message, kind: KINDS[text(data.errorType) ?? ''] }) }];
      }
      case 'result':
        return this.#result(event);
      default:
        return [];
    }
  }

  protected override rest(report: string | undefined): AgentEvent[] {
    const usage = report === undefined ? undefined : usageIn(report);
    return usage === undefined ? [] : [{ type: 'usage', usage }];
  }

  #toolBegan(data: Fields): AgentEvent[] {
    const id = text(data.toolCallId);
    const name = text(data.toolName) ?? 'a tool';
    const input = fields(data.arguments) ?? {};
    if (id !== undefined) this.#uses.set(id, { name, input });
    return [toolUse(name, input, id)];
  }

  #toolEnded(data: Fields): AgentEvent[] {
    const id = text(data.toolCallId);
    const use = id === undefined ? undefined : this.#uses.get(id);
    if (id !== undefined) this.#uses.delete(id);
    const error = fields(data.error);
    const output = text(text(fields(data.result)?.content)?.replace(/\n<shellId: [^>]*>$/, '')) ?? text(error?.message);
    // The tool did what it was to do, also where the command that it ran did not.
    const exit = number(fields(data.shellExecution)?.exitCode) ?? 0;
    const ended: AgentEvent = {
      type: 'tool-ended',
      ...(id !== undefined && { id }),
      ok: data.success === true && exit === 0,
      ...(output !== undefined && { output }),
    };
    if (error?.code !== 'denied') return [ended];
    return [ended, { type: 'denied', what: use === undefined ? 'a tool' : wish(use.name, use.input) }];
  }

  #retry(data: Fields) {
    const status = number(this.#failure.statusCode);
    const said = text(this.#failure.errorMessage) ?? text(data.reason) ?? 'The service did not answer.';
    const kind = status === undefined ? 'network' : undefined;
    return errorOf({ status, message: innerMessage(said), kind, retrying: true });
  }

  #result(event: Fields): AgentEvent[] {
    this.ended = true;
    const id = text(event.sessionId);
    const model = this.#model;
    return [
      ...(id === undefined ? [] : [{ type: 'session', id, ...(model !== undefined && { model }) } as const]),
      { type: 'end', ok: event.exitCode === 0 && !this.#failed },
    ];
  }
}

/** The service's answer is given as it was, mostly JSON. */
function innerMessage(answer: string): string {
  const inner = fieldsOfLine(answer);
  return text(inner?.message) ?? text(fields(inner?.error)?.message) ?? answer.replace(/^"(.*)"$/s, '$1');
}

/** Tokens stand nowhere else. */
function usageIn(report: string): Usage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(report);
  } catch {
    return undefined;
  }
  const models = list(Object.values(fields(fields(value)?.modelMetrics) ?? {}));
  if (models.length === 0) return undefined;
  const sum = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 };
  for (const model of models) {
    const usage = fields(model.usage) ?? {};
    const cacheRead = count(usage.cacheReadTokens);
    const cacheWrite = count(usage.cacheWriteTokens);
    sum.input += Math.max(0, count(usage.inputTokens) - cacheRead - cacheWrite);
    sum.cacheRead += cacheRead;
    sum.cacheWrite += cacheWrite;
    sum.output += count(usage.outputTokens);
  }
  return sum;
}
