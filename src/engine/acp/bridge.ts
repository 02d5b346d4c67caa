import { client, ndJsonStream, type ClientConnection } from '@agentclientprotocol/sdk';
import { Readable, Writable } from 'node:stream';
import type { BridgeConfig } from '../../core/agent/acp/bridge-config.ts';
import { askingIn, decide, modelOf, optionFor } from '../../core/agent/acp/permission.ts';
import { wishOf, type ToolCall } from '../../core/agent/acp/tool-call.ts';
import { failure, turnEnd } from '../../core/agent/acp/turn-end.ts';
import { AcpUpdates } from '../../core/agent/acp/updates.ts';
import type { AgentEvent } from '../../core/agent/agent-event.ts';
import type { Answer } from '../../core/agent/ask.ts';
import { fields, text } from '../../core/agent/cli/json.ts';
import { SERVER } from '../../core/agent/cli/modes.ts';
import { openAsking, type Asking } from '../mcp/asking.ts';
import { isInside } from '../inside.ts';

declare const ORCA_VERSION: string;

const PROTOCOL = 1;

/** Most agents end their turn where something is denied; so often they are told to go on. */
const MOST_TURNS = 10;

export interface BridgeOptions {
  /** To the agent, and from it. */
  readonly input: Writable;
  readonly output: Readable;
  readonly config: BridgeConfig;
  /** The worktree. */
  readonly cwd: string;
  readonly prompt: string;
  readonly emit: (event: AgentEvent) => void;
}

/** One task given to an agent over ACP, as its client. Owns the connection and the way to the door, not the process. */
export class Bridge {
  readonly #options: BridgeOptions;
  readonly #updates = new AcpUpdates();
  readonly #connection: ClientConnection;
  #asking: Promise<Asking> | undefined;
  #session: string | undefined;
  #cancelled = false;
  /** What was denied in this turn, and why. */
  #denials: string[] = [];

  constructor(options: BridgeOptions) {
    this.#options = options;
    // What comes is read as it is: an agent of another version may say more, or less, than this version's schema.
    const asItIs = (params: unknown): unknown => params;
    this.#connection = client({ name: SERVER })
      .onNotification('session/update', asItIs, ({ params }) => this.#emit(this.#updates.update(params)))
      .onRequest('session/request_permission', asItIs, ({ params }) => this.#permission(params))
      .connect(
        ndJsonStream(
          Writable.toWeb(options.input) as WritableStream<Uint8Array>,
          Readable.toWeb(options.output) as ReadableStream<Uint8Array>,
        ),
      );
  }

  /** Resolves at the end of the agent's work: whether its own word is that it is done; undefined: it went without one. */
  async run(): Promise<boolean | undefined> {
    let initialized: unknown;
    try {
      initialized = await this.#connection.agent.request('initialize', {
        protocolVersion: PROTOCOL,
        // Without `fs` and `terminal`: agents do that themselves, in the worktree, and are ended with all they started.
        clientCapabilities: {},
        clientInfo: { name: SERVER, version: ORCA_VERSION },
      });
      if (fields(initialized)?.protocolVersion !== PROTOCOL)
        return this.#refuse(`It speaks another version of ACP than ${PROTOCOL}.`);
      this.#updates.began(initialized);
      const result = await this.#turns(await this.#open());
      const end = turnEnd(result, this.#updates);
      this.#emit(end);
      return end.some((event) => event.type === 'end' && event.ok);
    } catch (error) {
      // It has gone, and its exit code and its standard error say more.
      if (this.#connection.signal.aborted && !this.#cancelled) return undefined;
      this.#emit(failure(error, initialized));
      return false;
    }
  }

  /** Asks the agent to stop what it does; its turn then ends. */
  async cancel(): Promise<void> {
    this.#cancelled = true;
    if (this.#session === undefined) return;
    await this.#connection.agent.notify('session/cancel', { sessionId: this.#session }).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#connection.close();
    (await this.#asking)?.close();
  }

  async #open(): Promise<string> {
    const { cwd, config } = this.#options;
    const { agent } = this.#connection;
    const opened: unknown = await agent.request('session/new', { cwd, mcpServers: serversOf(config) });
    const sessionId = text(fields(opened)?.sessionId);
    if (sessionId === undefined) throw new Error('It opened a session without an id.');
    this.#session = sessionId;
    const model = modelOf(opened);
    this.#emit([{ type: 'session', id: sessionId, ...(model !== undefined && { model }) }]);
    const { mode, options } = askingIn(opened);
    if (mode !== undefined) await agent.request('session/set_mode', { sessionId, modeId: mode });
    for (const { id, value } of options)
      await agent.request('session/set_config_option', { sessionId, configId: id, value });
    return sessionId;
  }

  /** The task, and as often as it stopped because something was denied, why that was and that it may go on. */
  async #turns(sessionId: string): Promise<unknown> {
    let said = this.#options.prompt;
    for (let turn = 1; ; turn++) {
      this.#denials = [];
      const prompt = [{ type: 'text' as const, text: said }];
      const result = await this.#connection.agent.request('session/prompt', { sessionId, prompt });
      this.#emit(this.#updates.turn(result));
      if (this.#cancelled || turn === MOST_TURNS || !this.#updates.stoppedByDenial) return result;
      said = `${this.#denials.join('\n')}\nGo on with the task without that, as far as you can.`;
    }
  }

  async #permission(params: unknown) {
    const { call, events } = this.#updates.asked(params);
    this.#emit(events);
    const answer = await this.#answer(call);
    if (this.#cancelled) return { outcome: { outcome: 'cancelled' as const } };
    const optionId = optionFor(answer, params);
    if (answer.kind !== 'allow' || optionId === undefined) {
      this.#emit(this.#updates.denied(call));
      this.#denials.push(denialOf(call, answer));
    }
    return {
      outcome: optionId === undefined ? { outcome: 'cancelled' as const } : { outcome: 'selected' as const, optionId },
    };
  }

  async #answer(call: ToolCall): Promise<Answer> {
    const { config, cwd } = this.#options;
    if (decide(config.permission, call, (path) => isInside(cwd, path)) === 'allow')
      return { kind: 'allow', scope: config.permission === 'full' ? 'task' : 'once' };
    this.#asking ??= openAsking(config.mcp?.env ?? {});
    return (await this.#asking).ask({ kind: 'permission', ...wishOf(call) });
  }

  #refuse(message: string): boolean {
    this.#emit([
      { type: 'error', kind: 'refused', message, retrying: false },
      { type: 'end', ok: false },
    ]);
    return false;
  }

  #emit(events: readonly AgentEvent[]): void {
    for (const event of events) this.#options.emit(event);
  }
}

function serversOf({ mcp }: BridgeConfig) {
  if (mcp === undefined) return [];
  const env = Object.entries(mcp.env).map(([name, value]) => ({ name, value }));
  return [{ name: SERVER, command: mcp.command, args: [...mcp.args], env }];
}

function denialOf(call: ToolCall, answer: Answer): string {
  const { tool, input } = wishOf(call);
  const reason = answer.kind === 'deny' && answer.reason !== '' ? ` The reason: ${answer.reason}` : '';
  return `You were not allowed to use ${tool} (${input}).${reason}`;
}
