import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Driver } from '../core/run/event.ts';
import { isAlive, type ProcessIdentity } from './process/identity.ts';

/** Who drives a run, as its owner file says. */
export interface Owner {
  readonly epoch: number;
  readonly identity: ProcessIdentity;
  readonly driver: Driver;
  /** Of its control channel. */
  readonly address: string;
  readonly token: string;
}

export type Ownership =
  | { readonly kind: 'free'; /** The highest epoch used so far. */ readonly epoch: number }
  | { readonly kind: 'owned'; readonly owner: Owner };

/** Who owns the run now. A dead owner, and one that let go, leave it free; one on another machine holds it. */
export async function ownership(dir: string): Promise<Ownership> {
  const names = await listing(dir);
  const epoch = Math.max(0, ...names.map((name) => Number(/^(\d+)\.json$/.exec(name)?.[1] ?? 0)));
  if (epoch === 0 || names.includes(`${epoch}.released`)) return { kind: 'free', epoch };
  const owner = await readOwner(dir, epoch);
  if (owner === undefined || (await isAlive(owner.identity)) === 'dead') return { kind: 'free', epoch };
  return { kind: 'owned', owner };
}

/**
 * Takes the run for this process. The epoch rises with every owner, and its file is made exclusively: of two that try at
 * once, one gets it and the other is told who did.
 */
export async function takeOwnership(
  dir: string,
  self: Omit<Owner, 'epoch'>,
): Promise<{ readonly kind: 'taken'; readonly epoch: number } | { readonly kind: 'owned'; readonly owner: Owner }> {
  await mkdir(dir, { recursive: true });
  for (;;) {
    const now = await ownership(dir);
    if (now.kind === 'owned') return now;
    const epoch = now.epoch + 1;
    try {
      const owner: Owner = { epoch, ...self };
      await writeFile(join(dir, `${epoch}.json`), JSON.stringify(owner), { flag: 'wx', mode: 0o600 });
      return { kind: 'taken', epoch };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Lets go. Repeating it does nothing. */
export async function releaseOwnership(dir: string, epoch: number): Promise<void> {
  await writeFile(join(dir, `${epoch}.released`), '');
}

async function readOwner(dir: string, epoch: number): Promise<Owner | undefined> {
  // A moment passes between the making of the file and its content; a file that stays empty is of one that died then.
  for (let tries = 0; tries < 20; tries++) {
    try {
      return JSON.parse(await readFile(join(dir, `${epoch}.json`), 'utf8')) as Owner;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  return undefined;
}

async function listing(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
