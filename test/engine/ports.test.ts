import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { freePorts, PORTS } from '../../src/engine/ports.ts';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((closed) => server.close(closed))));
});

function listen(port: number, host: string): Promise<void> {
  const server = createServer();
  servers.push(server);
  return new Promise((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
}

async function base(slot: number, seed = 'a checkout'): Promise<number> {
  const found = await freePorts(slot, seed);
  if (found === undefined) throw new Error('no free ports');
  return found;
}

test('a slot has the same block each time, and no other slot has a part of it', async () => {
  const bases = await Promise.all(Array.from({ length: 8 }, (_, slot) => base(slot)));
  expect(await Promise.all(bases.map((_, slot) => base(slot)))).toEqual(bases);
  const sorted = [...bases].sort((a, b) => a - b);
  for (const [i, first] of sorted.entries()) {
    expect(first).toBeGreaterThanOrEqual(1024);
    expect(first + PORTS).toBeLessThanOrEqual(32_768);
    if (i > 0) expect(first - (sorted[i - 1] ?? 0)).toBeGreaterThanOrEqual(PORTS);
  }
});

test('another checkout has another block', async () => {
  expect(await base(0, 'one')).not.toBe(await base(0, 'two'));
});

test.each(['127.0.0.1', '0.0.0.0'])(
  'a block with somebody on %s is left, and taken again when it is free',
  async (host) => {
    const first = await base(3);
    await listen(first + PORTS - 1, host);
    const second = await base(3);
    expect(Math.abs(second - first)).toBeGreaterThanOrEqual(PORTS);
    await new Promise((closed) => servers.pop()?.close(closed));
    expect(await base(3)).toBe(first);
  },
);

test('its ports can be listened on', async () => {
  const first = await base(5);
  for (let i = 0; i < PORTS; i++) await listen(first + i, '127.0.0.1');
  expect(await base(5)).not.toBe(first);
});
