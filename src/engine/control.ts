import type { UserCommand } from '../core/run/command.ts';
import type { Decision } from '../core/run/decide.ts';
import { connect, listen, type Listening } from './channel/channel.ts';
import type { Owner } from './owner.ts';
import type { RunSession } from './session.ts';

// How another process asks the owner of a run for something: a channel at the address in the owner's file.

type ToOwner =
  | { readonly type: 'command'; readonly command: UserCommand }
  /** Let go of the run, which goes on: a window takes it back from a detached engine. */
  | { readonly type: 'yield' };
type FromOwner =
  | { readonly type: 'hello' }
  | { readonly type: 'decision'; readonly decision: Decision }
  | { readonly type: 'yielded' };

export interface ControlOptions {
  readonly address: string;
  readonly token: string;
  /** Resolves when the session has let go; called for the owners that yield. */
  readonly onYield?: () => Promise<void>;
}

/** Opens a session to other processes, until the listening is closed. */
export function openControl(session: RunSession, options: ControlOptions): Promise<Listening> {
  return listen<ToOwner, FromOwner>(options.address, {
    token: options.token,
    read: readToOwner,
    greeting: () => ({ type: 'hello' }),
    onConnection: (channel) =>
      channel.onMessage((message) => {
        if (message.type === 'command')
          void session.dispatch(message.command).then((decision) => channel.send({ type: 'decision', decision }));
        else
          void (options.onYield?.() ?? Promise.resolve()).then(() => {
            if (options.onYield !== undefined) channel.send({ type: 'yielded' });
            channel.close();
          });
      }),
  });
}

/** Asks the owner to do something; a sentence where it could not be reached. */
export async function askOwner(owner: Owner, command: UserCommand): Promise<Decision> {
  const answer = await exchange(owner, { type: 'command', command });
  if (answer?.type === 'decision') return answer.decision;
  return { rejected: `The process ${owner.identity.pid} drives this run and does not answer.` };
}

/** Asks the owner to let go of the run; whether it did. A window and a command line do not. */
export async function askToYield(owner: Owner): Promise<boolean> {
  return (await exchange(owner, { type: 'yield' }))?.type === 'yielded';
}

const ANSWER_MS = 15_000;

async function exchange(owner: Owner, message: ToOwner): Promise<FromOwner | undefined> {
  const signal = AbortSignal.timeout(ANSWER_MS);
  const connected = await connect<FromOwner, ToOwner>(owner.address, {
    token: owner.token,
    read: readFromOwner,
    signal,
  });
  if (connected.kind !== 'connected') return undefined;
  const { channel } = connected;
  return new Promise((resolve) => {
    const done = (answer: FromOwner | undefined): void => {
      resolve(answer);
      channel.close();
    };
    channel.onMessage(done);
    void channel.closed.then(() => done(undefined));
    signal.addEventListener('abort', () => done(undefined), { once: true });
    channel.send(message);
  });
}

/** Both ends are this program, of one version or another: an unknown type is dropped by the switch that meets it. */
const readToOwner = (value: unknown): ToOwner | undefined => (isTyped(value) ? (value as ToOwner) : undefined);
const readFromOwner = (value: unknown): FromOwner | undefined => (isTyped(value) ? (value as FromOwner) : undefined);

function isTyped(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
