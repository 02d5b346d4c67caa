import type { AgentError, AgentEvent, Usage } from '../agent-event.ts';
import { errorOf } from '../cli/errors.ts';
import { fields, number, text, type Fields } from '../cli/json.ts';
import { endOf, isTelling, knownCall, useOf, wishOf, type ToolCall } from './tool-call.ts';
import { NO_USAGE, plus, quotaOf, usageOf } from './usage.ts';

/** What an ACP agent tells while it works (`session/update`), as events. Nothing here throws on what it is given. */
export class AcpUpdates {
  readonly #calls = new Map<string, ToolCall>();
  /** Of those, the ones that were told as events. */
  readonly #told = new Set<string>();
  readonly #over = new Set<string>();
  #usage: Usage = NO_USAGE;
  /** The message it is in. */
  #said = '';
  #saidAs: string | undefined;
  /** Whether nothing came from the model after it was denied something. */
  #stoppedByDenial = false;
  /** Of the agent, by `initialize`; each has its own ways. */
  #name: string | undefined;
  /** An error that was told as words, and is the last that was heard. */
  #failed: AgentError | undefined;

  /** Its last words. */
  get said(): string | undefined {
    return text(this.#said.trim());
  }

  /** Whether a denial is the last that was heard: most agents then end their turn, and the model knows no reason. */
  get stoppedByDenial(): boolean {
    return this.#stoppedByDenial;
  }

  /** Of a turn that ended for it, though the agent's word on the end may be another. */
  get failed(): AgentError | undefined {
    return this.#failed;
  }

  /** `result` of `initialize`. */
  began(result: unknown): void {
    this.#name = text(fields(fields(result)?.agentInfo)?.name);
  }

  /** `params` of `session/update`. */
  update(params: unknown): AgentEvent[] {
    const update = fields(fields(params)?.update) ?? {};
    switch (update.sessionUpdate) {
      case 'agent_message_chunk':
        return [...this.#message(update), ...this.#spent(usageOf(fields(fields(update._meta)?.usage)))];
      case 'tool_call':
      case 'tool_call_update':
        return this.#tool(update);
      case 'usage_update': {
        const cost = fields(update.cost) ?? {};
        const usd = cost.currency === undefined || cost.currency === 'USD' ? number(cost.amount) : undefined;
        return usd === undefined || usd <= 0 ? [] : [{ type: 'cost', usd }];
      }
      default:
        return [];
    }
  }

  /** The `toolCall` of a request for permission, which may be the first that is heard of it. */
  asked(params: unknown): { readonly call: ToolCall; readonly events: AgentEvent[] } {
    const asked = fields(fields(params)?.toolCall) ?? {};
    const call = this.#know(asked) ?? { id: '', input: {}, paths: [] };
    return { call, events: this.#tell(call) };
  }

  denied(call: ToolCall): AgentEvent[] {
    this.#stoppedByDenial = true;
    const { tool, input } = wishOf(call);
    return [{ type: 'denied', what: input === '' ? tool : `${tool}: ${input}` }];
  }

  /** What was used by the end of a turn (`result` of `session/prompt`): by all turns, but gemini's quota is of this one. */
  turn(result: unknown): AgentEvent[] {
    // Opencode tells of a turn's last request alone, which is less than nothing.
    if (this.#name === 'OpenCode') return [];
    const { usage, _meta } = fields(result) ?? {};
    const total = usageOf(fields(usage));
    if (total === undefined) return this.#spent(quotaOf(fields(fields(_meta)?.quota)));
    this.#usage = total;
    return [{ type: 'usage', usage: total }];
  }

  #message(update: Fields): AgentEvent[] {
    const content = fields(update.content) ?? {};
    const said = content.type === 'text' ? text(content.text) : undefined;
    if (said === undefined) return [];
    const notice = this.#name === 'Copilot' ? /^(Info|Warning|Error): (.*)$/s.exec(said) : null;
    if (notice !== null) return this.#notice(notice[1] === 'Error', notice[2] ?? '');
    this.#hear();
    const id = text(update.messageId);
    // A new message begins on a line of its own.
    const another = this.#said !== '' && id !== undefined && this.#saidAs !== undefined && id !== this.#saidAs;
    this.#said = another ? said : this.#said + said;
    this.#saidAs = id;
    return [{ type: 'message', text: another ? `\n${said}` : said, partial: true }];
  }

  /** Copilot says in the model's stead what happened to it. */
  #notice(isError: boolean, said: string): AgentEvent[] {
    const retrying = /retrying/i.test(said);
    if (!isError && !retrying) return [];
    // It tries again only where the service is not there for it.
    const status = /\berror: ([45]\d\d)\b/i.exec(said)?.[1];
    const error = errorOf({
      message: said,
      retrying,
      ...(status !== undefined && { status: Number(status) }),
      ...(retrying && { kind: 'overloaded' as const }),
    });
    if (!isError) return [{ type: 'error', ...error }];
    this.#failed = error;
    return [];
  }

  /** Something came from the model. */
  #hear(): void {
    this.#stoppedByDenial = false;
    this.#failed = undefined;
  }

  #tool(update: Fields): AgentEvent[] {
    const call = this.#know(update);
    if (call === undefined || this.#over.has(call.id)) return [];
    const end = endOf(call, update);
    if (end === undefined) return isTelling(call) || update.status === 'in_progress' ? this.#tell(call) : [];
    this.#over.add(call.id);
    return [...this.#tell(call), end];
  }

  #know(update: Fields): ToolCall | undefined {
    const call = knownCall(this.#calls.get(text(update.toolCallId) ?? ''), update);
    if (call !== undefined) this.#calls.set(call.id, call);
    return call;
  }

  #tell(call: ToolCall): AgentEvent[] {
    if (this.#told.has(call.id)) return [];
    this.#told.add(call.id);
    this.#hear();
    this.#said = '';
    return [useOf(call)];
  }

  #spent(usage: Usage | undefined): AgentEvent[] {
    if (usage === undefined) return [];
    this.#usage = plus(this.#usage, usage);
    return [{ type: 'usage', usage: this.#usage }];
  }
}
