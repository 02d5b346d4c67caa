import { listen, type Listening } from '../channel/channel.ts';
import type { ModelDoor } from '../../core/agent/lm/model-agent.ts';
import { readModelRequest, type FromModel, type ModelRequest } from './protocol.ts';

/** Answers one request, its last message `ended` or `failed`; `signal`: nobody waits for it any more. Never rejects. */
export type AnswerRequest = (
  request: ModelRequest,
  tell: (message: FromModel) => void,
  signal: AbortSignal,
) => Promise<void>;

/** Lets programs of attempts ask. */
export function serveModels({ address, token }: ModelDoor, answer: AnswerRequest): Promise<Listening> {
  return listen<ModelRequest, FromModel>(address, {
    token,
    read: readModelRequest,
    greeting: () => ({ type: 'hello' }),
    onConnection: (channel) => {
      const gone = new AbortController();
      void channel.closed.then(() => gone.abort());
      channel.onMessage((request) => {
        void answer(request, (message) => channel.send(message), gone.signal).then(() => channel.close());
      });
    },
  });
}
