import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { dirname } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { address } from '../../../src/engine/channel/address.ts';
import { connect, listen, type Channel, type Listening } from '../../../src/engine/channel/channel.ts';
import { LineReader } from '../../../src/engine/channel/lines.ts';

const signal = AbortSignal.timeout(60_000);
const read = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const posix = process.platform !== 'win32';

const open: Listening[] = [];
afterEach(() => {
  for (const listening of open.splice(0)) if (listening.kind === 'listening') listening.close();
});

async function serve(at: string, onConnection: (channel: Channel<string, string>) => void = echo): Promise<Listening> {
  const listening = await listen<string, string>(at, { token: 'right', read, greeting: () => 'welcome', onConnection });
  open.push(listening);
  return listening;
}

function echo(channel: Channel<string, string>): void {
  channel.onMessage((message) => channel.send(`${message}!`));
}

function dial(at: string, token = 'right') {
  return connect<string, string>(at, { token, read, signal });
}

async function dialled(at: string): Promise<Channel<string, string>> {
  const connected = await dial(at);
  if (connected.kind !== 'connected') throw new Error(connected.kind);
  expect(connected.greeting).toBe('welcome');
  return connected.channel;
}

function messages(channel: Channel<string, string>, count: number): Promise<string[]> {
  const got: string[] = [];
  return new Promise((resolve) =>
    channel.onMessage((message) => {
      if (got.push(message) === count) resolve(got);
    }),
  );
}

test('messages go both ways, whole and in order, also large ones and all at once', async () => {
  const at = address(randomUUID());
  await serve(at);
  const channel = await dialled(at);
  const large = 'é€😀\n'.repeat(300_000);
  for (const message of ['one', large, 'two']) channel.send(message);
  expect(await messages(channel, 3)).toEqual(['one!', `${large}!`, 'two!']);
  channel.close();
  await channel.closed;
});

test('what comes before there is a listener is not lost', async () => {
  const at = address(randomUUID());
  await serve(at, (channel) => {
    channel.send('first');
    channel.send('second');
  });
  const channel = await dialled(at);
  expect(await messages(channel, 2)).toEqual(['first', 'second']);
  channel.close();
});

test('what was sent before the close still arrives, and both ends see the close', async () => {
  const at = address(randomUUID());
  const served = new Promise<Channel<string, string>>((resolve) => void serve(at, resolve));
  const channel = await dialled(at);
  const other = await served;
  const got = messages(other, 1000);
  for (let i = 0; i < 1000; i++) channel.send('x'.repeat(1000));
  channel.close();
  expect(await got).toHaveLength(1000);
  await Promise.all([channel.closed, other.closed]);
  other.send('into the void');
});

test('nobody, a wrong token and a wish to give up are told apart', async () => {
  const at = address(randomUUID());
  expect(await dial(at)).toEqual({ kind: 'nobody' });
  await serve(at);
  expect(await dial(at, 'wrong')).toMatchObject({ kind: 'failed' });
  const aborted = await connect(at, { token: 'right', read, signal: AbortSignal.abort() });
  expect(aborted).toMatchObject({ kind: 'failed' });
});

test.each([
  ['no hello', '"first things first"\n'],
  ['a hello without a token', '{"type":"hello"}\n'],
  ['nonsense', '\0\xff{{{\n'],
  ['null', 'null\n'],
])('%s is cut off, and the next is served', async (_, bytes) => {
  const at = address(randomUUID());
  const connections: unknown[] = [];
  await serve(at, (channel) => connections.push(channel));
  const socket = connectSocket(at);
  socket.on('error', () => undefined);
  socket.write(bytes);
  await once(socket, 'close');
  expect(connections).toEqual([]);
  (await dialled(at)).close();
});

test('lines that are no message are passed over', async () => {
  const at = address(randomUUID());
  await serve(at);
  const socket = connectSocket(at);
  socket.write('{"type":"hello","token":"right"}\nnonsense\n\n{}\n[1]\n"hello"\n');
  let got = '';
  for await (const chunk of socket) if ((got += String(chunk)).includes('hello!')) break;
  expect(got).toBe('"welcome"\n"hello!"\n');
});

test('two cannot listen at one address', async () => {
  const at = address(randomUUID());
  await serve(at);
  expect(await serve(at)).toEqual({ kind: 'taken' });
  (await dialled(at)).close();
});

test.runIf(posix)('the socket that a killed process left is taken over', async () => {
  const at = address(randomUUID());
  const script = `require('net').createServer().listen(${JSON.stringify(at)}, () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  expect(await serve(at)).toEqual({ kind: 'taken' });
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(existsSync(at)).toBe(true);
  expect(await dial(at)).toEqual({ kind: 'nobody' });
  expect((await serve(at)).kind).toBe('listening');
  (await dialled(at)).close();
});

test.runIf(posix)('an address is short, and in a folder that is the user’s alone', () => {
  const at = address('a run with a very long name '.repeat(10));
  expect(at).toBe(address('a run with a very long name '.repeat(10)));
  expect(at).not.toBe(address('another'));
  expect(Buffer.byteLength(at)).toBeLessThan(100);
  expect(statSync(dirname(at)).mode & 0o777).toBe(0o700);
});

test.each<[string[], string[] | undefined]>([
  [['a\nb\n'], ['a', 'b']],
  [['a', 'b\nc'], ['ab']],
  [['', '\n'], ['']],
  [['12345678\n'], ['12345678']],
  [['123456789\n'], undefined],
  [['12345', '6789'], undefined],
])('lines of %j', (chunks, expected) => {
  const reader = new LineReader(8);
  const lines: string[] = [];
  for (const chunk of chunks) {
    const next = reader.push(Buffer.from(chunk));
    if (next === undefined) {
      expect(expected).toBeUndefined();
      return;
    }
    lines.push(...next);
  }
  expect(lines).toEqual(expected);
});

test('a character that is cut by a chunk is whole in the line', () => {
  const bytes = Buffer.from('é\n');
  const reader = new LineReader(8);
  expect([...bytes].flatMap((byte) => reader.push(Buffer.of(byte)))).toEqual(['é']);
});
