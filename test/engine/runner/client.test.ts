import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { address } from '../../../src/engine/channel/address.ts';
import { listen } from '../../../src/engine/channel/channel.ts';
import { connectRunner } from '../../../src/engine/runner/client.ts';
import type { FromRunner, ToRunner } from '../../../src/engine/runner/protocol.ts';

it('what a runner says right behind its greeting is heard, in its order, once', async () => {
  const at = address(randomUUID());
  const words = (text: string): FromRunner => ({ type: 'words', id: 'job', text });
  const listening = await listen<ToRunner, FromRunner>(at, {
    token: 'token',
    read: (value) => value as ToRunner,
    greeting: () => ({ type: 'hello', pid: 1, job: 'job' }),
    onConnection: (engine) => {
      engine.send(words('first'));
      engine.send(words('second'));
      engine.onMessage(() => engine.send(words('third')));
    },
  });
  if (listening.kind !== 'listening') throw new Error(listening.kind);
  const client = await connectRunner({ address: at, token: 'token', signal: AbortSignal.timeout(10_000) });
  // Whatever is on its way has come.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const heard: string[] = [];
  const third = new Promise<void>((resolve) => {
    client?.onMessage((message) => {
      if (message.type === 'words') heard.push(message.text);
      if (heard.length === 3) resolve();
    });
  });
  client?.close();
  await third;
  expect(heard).toEqual(['first', 'second', 'third']);
  client?.dispose();
  listening.close();
});
