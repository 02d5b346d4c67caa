import type { Answer, Ask } from '../../core/agent/ask.ts';
import { listen, type Channel, type Listening } from '../channel/channel.ts';
import { readFromAgent, type Door, type FromAgent, type ToAgent } from '../mcp/protocol.ts';

interface Open {
  readonly question: Ask;
  readonly from: Channel<FromAgent, ToAgent>;
}

/** Where a job's agent, through its MCP server, asks and tells. Open as long as the job runs. */
export class AgentDoor {
  readonly #asks = new Map<string, Open>();
  readonly #told: DoorEvents;
  #listening: Listening | undefined;

  constructor(told: DoorEvents) {
    this.#told = told;
  }

  /** An agent can do without it: where it cannot be opened, its MCP server finds nobody. */
  async open({ address, token }: Door): Promise<void> {
    this.#listening = await listen<FromAgent, ToAgent>(address, {
      token,
      read: readFromAgent,
      greeting: () => ({ type: 'hello' }),
      onConnection: (from) => {
        from.onMessage((message) => {
          if (message.type === 'progress') {
            this.#told.onProgress(message.text);
            return;
          }
          this.#asks.set(message.ask, { question: message.question, from });
          this.#told.onAsked(message.ask, message.question);
          this.#told.onWaiting(true);
        });
        void from.closed.then(() => this.#forget(from));
      },
    });
  }

  /** Questions without an answer. */
  get asks(): readonly { readonly ask: string; readonly question: Ask }[] {
    return [...this.#asks].map(([ask, { question }]) => ({ ask, question }));
  }

  /** Whether it was still open. */
  answer(ask: string, answer: Answer): boolean {
    const open = this.#asks.get(ask);
    if (open === undefined) return false;
    this.#asks.delete(ask);
    open.from.send({ type: 'answered', ask, answer });
    this.#told.onWaiting(this.#asks.size > 0);
    return true;
  }

  close(): void {
    if (this.#listening?.kind === 'listening') this.#listening.close();
    for (const { from } of this.#asks.values()) from.close();
  }

  #forget(gone: Channel<FromAgent, ToAgent>): void {
    for (const [ask, { from }] of this.#asks) if (from === gone) this.#asks.delete(ask);
    this.#told.onWaiting(this.#asks.size > 0);
  }
}

interface DoorEvents {
  onAsked(ask: string, question: Ask): void;
  onProgress(text: string): void;
  /** Whether a question is without an answer. */
  onWaiting(waits: boolean): void;
}
