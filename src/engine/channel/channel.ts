import { createHash, timingSafeEqual } from 'node:crypto';
import { rmSync } from 'node:fs';
import { createServer, connect as connectSocket, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { LineReader } from './lines.ts';

// Messages between processes of one user: JSON, one a line, over a local socket.
//
//   connector                      listener
//   {"type":"hello","token":…} ->                 anything else, or a wrong token: cut off
//                              <- greeting        the first message, from here on both may send

export interface Channel<In, Out> {
  /** Lost without a word once the other end is gone; `closed` tells. */
  send(message: Out): void;
  /** One listener; what came before it is handed to it first. */
  onMessage(listener: (message: In) => void): void;
  readonly closed: Promise<void>;
  /** What was sent is still delivered. */
  close(): void;
}

/** Takes a line's JSON for a message, or for nothing that is known: then it is passed over. */
export type Read<In> = (value: unknown) => In | undefined;

export interface ListenOptions<In, Out> {
  /** What a connector must know. */
  readonly token: string;
  readonly read: Read<In>;
  readonly greeting: () => Out;
  readonly onConnection: (channel: Channel<In, Out>) => void;
}

export type Listening =
  | { readonly kind: 'listening'; /** Takes no more connections; open ones stay. */ close(): void }
  /** A living process listens there. */
  | { readonly kind: 'taken' }
  | { readonly kind: 'failed'; readonly message: string };

export interface ConnectOptions<In> {
  readonly token: string;
  readonly read: Read<In>;
  readonly signal: AbortSignal;
}

export type Connected<In, Out> =
  | { readonly kind: 'connected'; readonly channel: Channel<In, Out>; readonly greeting: In }
  /** No process listens there. */
  | { readonly kind: 'nobody' }
  /** Someone may be there, but does not take us: another token, no answer, no right, … */
  | { readonly kind: 'failed'; readonly message: string };

const MAX_LINE_BYTES = 16 * 1024 * 1024;
const HANDSHAKE_MS = 10_000;

/** Listens at an address of `address()`. A socket file whose process has died is taken over. */
export async function listen<In, Out>(at: string, options: ListenOptions<In, Out>): Promise<Listening> {
  const server = createServer((socket) => greet(socket, options));
  let failure = await bind(server, at);
  if (failure === 'EADDRINUSE' && process.platform !== 'win32' && (await isStale(at))) {
    rmSync(at, { force: true });
    failure = await bind(server, at);
  }
  if (failure === 'EADDRINUSE') return { kind: 'taken' };
  if (failure !== undefined) return { kind: 'failed', message: `cannot listen at ${at}: ${failure}` };
  return { kind: 'listening', close: () => void server.close() };
}

/** Connects once; waits only while the listener is too busy to take the connection. */
export async function connect<In, Out>(at: string, options: ConnectOptions<In>): Promise<Connected<In, Out>> {
  for (let tries = 0; ; tries++) {
    const outcome = await connectOnce<In, Out>(at, options);
    if (typeof outcome !== 'string') return outcome;
    if (outcome === 'ENOENT' || outcome === 'ECONNREFUSED') return { kind: 'nobody' };
    // A full backlog on Linux, all pipe instances in use on Windows.
    const busy = (outcome === 'EAGAIN' || outcome === 'EBUSY') && tries < 40 && !options.signal.aborted;
    if (!busy) return { kind: 'failed', message: `cannot connect to ${at}: ${outcome}` };
    await delay(50);
  }
}

function greet<In, Out>(socket: Socket, { token, read, greeting, onConnection }: ListenOptions<In, Out>): void {
  const deadline = setTimeout(() => socket.destroy(), HANDSHAKE_MS);
  deadline.unref();
  let receive = (line: string): void => {
    clearTimeout(deadline);
    const hello = parse(line) as { type?: unknown; token?: unknown } | null | undefined;
    if (hello?.type !== 'hello' || typeof hello.token !== 'string' || !sameToken(hello.token, token)) {
      socket.destroy();
      return;
    }
    const end = openEnd<In, Out>(socket, read);
    receive = end.receive;
    end.channel.send(greeting());
    onConnection(end.channel);
  };
  readLines(socket, (line) => receive(line));
  socket.on('error', () => undefined); // 'close' follows.
  socket.once('close', () => clearTimeout(deadline));
}

function connectOnce<In, Out>(
  at: string,
  { token, read, signal }: ConnectOptions<In>,
): Promise<Connected<In, Out> | string> {
  return new Promise((resolve) => {
    const socket = connectSocket(at);
    let reason = 'the connection was refused';
    const giveUp = (): void => {
      reason = signal.aborted ? 'given up' : 'no answer';
      socket.destroy();
    };
    const deadline = setTimeout(giveUp, HANDSHAKE_MS);
    const settle = (outcome: Connected<In, Out> | string): void => {
      clearTimeout(deadline);
      signal.removeEventListener('abort', giveUp);
      resolve(outcome);
    };
    const end = openEnd<In, Out>(socket, read);
    let receive = (line: string): void => {
      const greeting = read(parse(line));
      if (greeting === undefined) return;
      receive = end.receive;
      settle({ kind: 'connected', channel: end.channel, greeting });
    };
    readLines(socket, (line) => receive(line));
    socket.once('connect', () => writeLine(socket, { type: 'hello', token }));
    socket.on('error', (error: NodeJS.ErrnoException) => (reason = error.code ?? error.message));
    socket.once('close', () => settle(reason));
    signal.addEventListener('abort', giveUp);
    if (signal.aborted) giveUp();
  });
}

function openEnd<In, Out>(
  socket: Socket,
  read: Read<In>,
): { readonly channel: Channel<In, Out>; readonly receive: (line: string) => void } {
  const early: In[] = [];
  let deliver = (message: In): void => void early.push(message);
  const channel: Channel<In, Out> = {
    send: (message) => writeLine(socket, message),
    onMessage(listener) {
      deliver = listener;
      for (const message of early.splice(0)) listener(message);
    },
    closed: new Promise((done) => socket.once('close', () => done())),
    close: () => socket.destroySoon(),
  };
  return {
    channel,
    receive(line) {
      const message = read(parse(line));
      if (message !== undefined) deliver(message);
    },
  };
}

function readLines(socket: Socket, onLine: (line: string) => void): void {
  const reader = new LineReader(MAX_LINE_BYTES);
  socket.on('data', (bytes: Buffer) => {
    const lines = reader.push(bytes);
    if (lines === undefined) socket.destroy();
    for (const line of lines ?? []) if (!socket.destroyed) onLine(line);
  });
}

function writeLine(socket: Socket, message: unknown): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}

/** `undefined` for what is no JSON, which no JSON text gives. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** In a time that tells nothing of where they differ. */
function sameToken(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/** Resolves to the error's code, or to nothing when the server listens. */
function bind(server: Server, at: string): Promise<string | undefined> {
  return new Promise((done) => {
    const failed = (error: NodeJS.ErrnoException): void => done(error.code ?? error.message);
    server.once('error', failed);
    server.listen(at, () => {
      server.off('error', failed);
      // An accept that fails (too many open files) costs one connection, not the process.
      server.on('error', () => undefined);
      done(undefined);
    });
  });
}

function isStale(at: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connectSocket(at);
    socket.once('connect', () => {
      socket.destroy();
      done(false);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code === 'ECONNREFUSED'));
  });
}
