import type { AgentError, Usage } from '../../core/agent/agent-event.ts';
import type { ModelDoor } from '../../core/agent/lm/model-agent.ts';
import { connect } from '../channel/channel.ts';
import { readFromModel, type FromModel, type ModelRequest } from './protocol.ts';

/** What came of a question. */
export type Answered =
  | { readonly kind: 'answered'; readonly text: string; readonly usage?: Usage }
  | { readonly kind: 'failed'; readonly error: AgentError };

const NO_WINDOW = 'The language models of VS Code can be had while a window is open on this workspace.';
const WINDOW_GONE = 'The window that the model answered through was closed or reloaded in the middle of the answer.';

/** Asks a window's language model, to the end of its answer. Never rejects. */
export async function askModel(
  door: ModelDoor | undefined,
  request: ModelRequest,
  told: { readonly onModel: (name: string) => void; readonly onText: (text: string) => void },
): Promise<Answered> {
  if (door === undefined) return unavailable(NO_WINDOW);
  const signal = new AbortController().signal;
  const connected = await connect<FromModel, ModelRequest>(door.address, {
    token: door.token,
    read: readFromModel,
    signal,
  });
  // The window has gone, and the next one has another door: an attempt that is started anew is told of it.
  if (connected.kind !== 'connected') return unavailable(NO_WINDOW, Date.now());
  const { channel } = connected;
  let text = '';
  return new Promise((resolve) => {
    channel.onMessage((message) => {
      switch (message.type) {
        case 'hello':
          return;
        case 'model':
          told.onModel(message.name);
          return;
        case 'text':
          text += message.text;
          told.onText(message.text);
          return;
        case 'ended':
          resolve({ kind: 'answered', text, ...(message.usage !== undefined && { usage: message.usage }) });
          channel.close();
          return;
        case 'failed':
          resolve({ kind: 'failed', error: message.error });
          channel.close();
      }
    });
    void channel.closed.then(() => resolve(unavailable(WINDOW_GONE, Date.now())));
    channel.send(request);
  });
}

/** No fault of the task. `retryAt`: ms since the epoch. */
function unavailable(message: string, retryAt?: number): Answered {
  return {
    kind: 'failed',
    error: { kind: 'network', message, ...(retryAt !== undefined && { retryAt }), retrying: false },
  };
}
