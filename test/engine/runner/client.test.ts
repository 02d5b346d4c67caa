import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { address } from '../../../src/engine/channel/address.ts';
import { listen } from '../../../src/engine/channel/channel.ts';
import { connectRunner } from '../../../src/engine/runner/client.ts';
import type { FromRunner, Job, ToRunner } from '../../../src/engine/runner/protocol.ts';

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

it('a job is its job from when it is sent, so that it can be stopped before it has said that it started', async () => {
  const at = address(randomUUID());
  const sent: ToRunner[] = [];
  const listening = await listen<ToRunner, FromRunner>(at, {
    token: 'token',
    read: (value) => value as ToRunner,
    greeting: () => ({ type: 'hello', pid: 1 }),
    onConnection: (engine) => {
      engine.onMessage((message) => {
        sent.push(message);
        if (message.type === 'stop') engine.send({ type: 'refused', id: 'job', why: 'busy', message: '' });
      });
    },
  });
  if (listening.kind !== 'listening') throw new Error(listening.kind);
  const client = await connectRunner({ address: at, token: 'token', signal: AbortSignal.timeout(10_000) });
  const refused = new Promise((resolve) => client?.onMessage(resolve));
  expect(client?.job).toBeUndefined();
  client?.run({ id: 'job' } as Job);
  expect(client?.job).toBe('job');
  client?.stop(client.job ?? '');
  await refused;
  expect(sent.map(({ type }) => type)).toEqual(['run', 'stop']);
  expect(client?.job).toBeUndefined();
  client?.dispose();
  listening.close();
});
