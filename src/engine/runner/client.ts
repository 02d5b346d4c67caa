import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from '../../core/agent/ask.ts';
import { connect, type Channel } from '../channel/channel.ts';
import { monotonicMs } from '../process/identity.ts';
import type { FromRunner, Job, ToRunner } from './protocol.ts';
import { readFromRunner } from './read.ts';

export interface RunnerClient {
  readonly pid: number;
  /** Id of the job it is on, or has been sent: from then on it can be stopped. */
  readonly job: string | undefined;
  run(job: Job): void;
  stop(id: string): void;
  answer(id: string, ask: string, answer: Answer): void;
  /** Asks it to end as soon as nothing runs. */
  close(): void;
  /** The first listener hears what has come before it, too. Returns what takes the listener away again. */
  onMessage(listener: (message: FromRunner) => void): () => void;
  /** The connection is gone: the runner has ended, or was never to be seen again. */
  readonly closed: Promise<void>;
  /** Lets go of the connection; the runner and its job go on. */
  dispose(): void;
}

export interface ConnectRunnerOptions {
  readonly address: string;
  readonly token: string;
  readonly signal: AbortSignal;
  /** For a runner that was started just now: how long to wait until it listens. */
  readonly waitMs?: number;
}

/** Absent: no runner listens there, or none that answers and takes the token. */
export async function connectRunner(options: ConnectRunnerOptions): Promise<RunnerClient | undefined> {
  const { address, token, signal, waitMs = 0 } = options;
  const deadline = monotonicMs() + waitMs;
  for (;;) {
    const connected = await connect<FromRunner, ToRunner>(address, { token, signal, read: readFromRunner });
    if (connected.kind === 'connected') {
      const { channel, greeting } = connected;
      if (greeting.type === 'hello') return clientOf(channel, greeting);
      channel.close();
    }
    if (connected.kind !== 'nobody' || signal.aborted || monotonicMs() >= deadline) return undefined;
    await delay(RETRY_MS);
  }
}

const RETRY_MS = 25;

function clientOf(channel: Channel<FromRunner, ToRunner>, hello: Extract<FromRunner, { type: 'hello' }>): RunnerClient {
  const listeners = new Set<(message: FromRunner) => void>();
  let { job } = hello;
  let sent: string | undefined;
  // A question that is open comes right behind the greeting, before anybody can listen.
  let early: FromRunner[] | undefined = [];
  channel.onMessage((message) => {
    if (message.type === 'started') job = message.id;
    else if (message.type === 'ended' && message.result.id === job) job = undefined;
    if (sent !== undefined && answers(message, sent)) sent = undefined;
    early?.push(message);
    for (const listener of listeners) listener(message);
  });
  return {
    pid: hello.pid,
    get job() {
      return sent ?? job;
    },
    run(job) {
      sent = job.id;
      channel.send({ type: 'run', job });
    },
    stop: (id) => channel.send({ type: 'stop', id }),
    answer: (id, ask, answer) => channel.send({ type: 'answer', id, ask, answer }),
    close: () => channel.send({ type: 'close' }),
    onMessage(listener) {
      listeners.add(listener);
      for (const message of early ?? []) listener(message);
      early = undefined;
      return () => void listeners.delete(listener);
    },
    closed: channel.closed,
    dispose: () => channel.close(),
  };
}

/** It says what became of a job that was sent. */
function answers(message: FromRunner, id: string): boolean {
  switch (message.type) {
    case 'started':
    case 'refused':
      return message.id === id;
    case 'ended':
      return message.result.id === id;
    default:
      return false;
  }
}
