import { randomUUID } from 'node:crypto';
import type { Answer, Ask } from '../../core/agent/ask.ts';
import { connect, type Channel } from '../channel/channel.ts';
import { MCP_VARIABLES, readToAgent, type FromAgent, type ToAgent } from './protocol.ts';

/** A way from an agent to the person who runs the plan. */
export interface Asking {
  /** Never rejects: where nobody can be asked, that is the answer. */
  readonly ask: (question: Ask) => Promise<Answer>;
  readonly progress: (text: string) => void;
  readonly close: () => void;
}

const UNREACHABLE: Answer = { kind: 'deny', reason: 'Nobody can be asked now.' };

/** Goes to the runner's door, if the environment names one. */
export async function openAsking(env: Readonly<Record<string, string | undefined>>): Promise<Asking> {
  const waiting = new Map<string, (answer: Answer) => void>();
  const channel = await toDoor(env);
  channel?.onMessage((message) => {
    if (message.type !== 'answered') return;
    waiting.get(message.ask)?.(message.answer);
    waiting.delete(message.ask);
  });
  let open = channel !== undefined;
  void channel?.closed.then(() => {
    open = false;
    for (const resolve of waiting.values()) resolve(UNREACHABLE);
  });
  return {
    ask: (question) =>
      new Promise((resolve) => {
        if (channel === undefined || !open) {
          resolve(UNREACHABLE);
          return;
        }
        const id = randomUUID();
        waiting.set(id, resolve);
        channel.send({ type: 'ask', ask: id, question });
      }),
    progress: (text) => channel?.send({ type: 'progress', text }),
    close: () => channel?.close(),
  };
}

async function toDoor(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Channel<ToAgent, FromAgent> | undefined> {
  const address = env[MCP_VARIABLES.address];
  const token = env[MCP_VARIABLES.token];
  if (address === undefined || token === undefined) return undefined;
  const signal = new AbortController().signal;
  const connected = await connect<ToAgent, FromAgent>(address, { token, read: readToAgent, signal });
  return connected.kind === 'connected' ? connected.channel : undefined;
}
