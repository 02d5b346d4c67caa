import { createHash } from 'node:crypto';
import { createServer } from 'node:net';

/** Ports of one worktree, one after the other: `base` to `base + PORTS - 1`. */
export const PORTS = 20;

/** Above what systems use, below what they hand out by themselves (Linux from 32768, others from 49152). */
const FIRST = 20_000;
/** Prime, so that every hop reaches every block in the end. */
const BLOCKS = 599;
/** More than there are slots, so that the next block to look at is not a neighbour's first one. */
const HOP = 83;

/**
 * The first of `PORTS` ports for a slot that nothing listens on now. Slots of one seed (the repository's root) have
 * blocks of their own, and keep them as long as they are free; whoever else is on one of its ports makes a slot go to
 * another block. Undefined: there is none.
 */
export async function freePorts(slot: number, seed: string): Promise<number | undefined> {
  const start = createHash('sha256').update(seed).digest().readUInt32BE(0) % BLOCKS;
  for (let hop = 0; hop < BLOCKS; hop++) {
    const base = FIRST + ((start + slot + hop * HOP) % BLOCKS) * PORTS;
    if (await areFree(base)) return base;
  }
  return undefined;
}

async function areFree(base: number): Promise<boolean> {
  const ports = Array.from({ length: PORTS }, (_, i) => base + i);
  // A server for all addresses also stands in the way of one for the loopback, and the other way round.
  const free = await Promise.all(ports.flatMap((port) => ['127.0.0.1', '::1'].map((host) => isFree(port, host))));
  return free.every(Boolean);
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    // A machine without IPv6 has nobody there.
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT'),
    );
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
