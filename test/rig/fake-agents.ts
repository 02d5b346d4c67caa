import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** The program that takes a test's orders: `[process.execPath, FAKE_AGENT, …]`. */
export const FAKE_AGENT = fileURLToPath(new URL('fake-agent.mjs', import.meta.url));

export interface Hello {
  readonly pid: number;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string;
}

interface Message {
  readonly hello?: Hello;
  readonly done?: number;
  readonly told?: unknown;
  readonly ignored?: string;
}

interface Orders {
  readonly print: { readonly text?: string; readonly hex?: string; readonly error?: boolean };
  readonly line: { readonly bytes: number };
  readonly flood: object;
  readonly exit: { readonly code: number };
  readonly ignore: { readonly signal: NodeJS.Signals };
  readonly spawn: { readonly session?: boolean; readonly silent?: boolean; readonly orphan?: boolean };
  readonly kill: { readonly signal: NodeJS.Signals };
}

/** One process of the fake agent, driven by hand. */
export class FakeAgent {
  readonly hello: Hello;
  /** The process is dead. */
  readonly gone: Promise<void>;
  readonly #socket: Socket;
  readonly #done = new Map<number, (told: unknown) => void>();
  readonly #ignoring: (() => void)[] = [];
  #orders = 0;

  constructor(socket: Socket, hello: Hello) {
    this.#socket = socket;
    this.hello = hello;
    this.gone = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  /** Resolves when the order is carried out, to what it tells; for one that ends the process, when it has ended. */
  tell<K extends keyof Orders>(order: K, how: Orders[K]): Promise<unknown> {
    const id = ++this.#orders;
    const done = new Promise((resolve) => this.#done.set(id, resolve));
    this.#socket.write(`${JSON.stringify({ id, order, ...how })}\n`);
    return Promise.race([done, this.gone]);
  }

  /** The next time that it gets a signal which it was told to ignore. */
  ignored(): Promise<void> {
    return new Promise((resolve) => this.#ignoring.push(resolve));
  }

  receive(message: Message): void {
    if (message.done !== undefined) this.#done.get(message.done)?.(message.told);
    if (message.ignored !== undefined) for (const resolve of this.#ignoring.splice(0)) resolve();
  }
}

/** Where fake agents report. */
export interface FakeAgents {
  /** For the environment of the processes. */
  readonly env: Readonly<Record<string, string>>;
  /** The next one that has started. */
  next(): Promise<FakeAgent>;
  /** Ends all of them. */
  close(): void;
}

export async function openFakeAgents(): Promise<FakeAgents> {
  const folder = mkdtempSync(join(tmpdir(), 'fake-agents-'));
  const address =
    process.platform === 'win32' ? `\\\\.\\pipe\\fake-agents-${process.pid}-${Date.now()}` : join(folder, 'socket');
  const started: FakeAgent[] = [];
  const waiting: ((agent: FakeAgent) => void)[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let agent: FakeAgent | undefined;
    sockets.add(socket);
    socket.on('error', () => undefined);
    createInterface({ input: socket }).on('line', (line) => {
      const message = JSON.parse(line) as Message;
      if (message.hello === undefined) agent?.receive(message);
      else {
        agent = new FakeAgent(socket, message.hello);
        const next = waiting.shift();
        if (next === undefined) started.push(agent);
        else next(agent);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(address, resolve));
  return {
    env: { FAKE_AGENT: address },
    next: () => {
      const agent = started.shift();
      return agent === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(agent);
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
