import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { readIdentity, type ProcessIdentity } from '../process/identity.ts';

export interface RepositoryLock {
  /**
   * Runs `work` while no other process, and nothing else in this one, holds the lock. Not to be taken again inside.
   * Throws `LockTimeout`, or the signal's reason, without having begun.
   */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export interface LockOptions {
  readonly self: ProcessIdentity;
  readonly isAlive: (holder: ProcessIdentity) => Promise<'alive' | 'dead' | 'elsewhere'>;
  /** Longest wait for it; default a minute. */
  readonly deadlineMs?: number;
}

export class LockTimeout extends Error {
  override readonly name = 'LockTimeout';
}

const POLL_MS = 20;
/** A lock file is empty for a moment between its making and its content; one that stays so is of a process that died. */
const TORN_POLLS = 100;

/** A lock file at `path`, which names its holder: a dead one's is taken over, one from another machine is waited for. */
export function createRepositoryLock(path: string, options: LockOptions): RepositoryLock {
  let last: Promise<void> = Promise.resolve();
  return {
    async run(work, signal) {
      const limit = AbortSignal.timeout(options.deadlineMs ?? 60_000);
      const wait = signal === undefined ? limit : AbortSignal.any([signal, limit]);
      // Those of this process queue up here; only the first of them polls.
      const before = last;
      let release = (): void => undefined;
      last = new Promise((resolve) => (release = resolve));
      try {
        await unlessAborted(before, wait);
        await acquire(path, options, wait);
      } catch (error) {
        void before.then(release);
        throw limit.aborted && error === limit.reason ? new LockTimeout(await heldBy(path)) : error;
      }
      try {
        return await work();
      } finally {
        await rm(path, { force: true });
        release();
      }
    },
  };
}

async function acquire(path: string, options: LockOptions, signal: AbortSignal): Promise<void> {
  let torn = 0;
  for (;;) {
    signal.throwIfAborted();
    if (await create(path, options.self)) return;
    const content = await readLock(path);
    if (content === undefined) {
      await sleep(signal);
      continue;
    }
    const holder = parse(content);
    torn = holder === undefined ? torn + 1 : 0;
    const stale = holder === undefined ? torn > TORN_POLLS : (await options.isAlive(holder)) === 'dead';
    if (stale) await breakLock(path, content, options, signal);
    else await sleep(signal);
  }
}

/**
 * Of several that find the holder dead, a slow one must not remove the lock that a quick one has made since. So a lock
 * is only removed by whoever holds the lock on removing it, after another look.
 */
async function breakLock(path: string, content: string, options: LockOptions, signal: AbortSignal): Promise<void> {
  const guard = `${path}.break`;
  await acquire(guard, options, signal);
  try {
    if ((await readLock(path)) === content) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

let taken = 0;

async function create(path: string, self: ProcessIdentity): Promise<boolean> {
  try {
    // The number makes every taking of the lock different from the one before.
    await writeFile(path, JSON.stringify({ ...self, taken: ++taken }), { flag: 'wx' });
    return true;
  } catch (error) {
    if (isHeld(error)) return false;
    throw error;
  }
}

async function readLock(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isHeld(error) || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Windows answers EPERM or EBUSY while a file that is just being removed is still open somewhere. */
function isHeld(error: unknown): boolean {
  return ['EEXIST', 'EPERM', 'EBUSY'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function parse(content: string): ProcessIdentity | undefined {
  try {
    return readIdentity(JSON.parse(content));
  } catch {
    return undefined;
  }
}

function unlessAborted(turn: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    void turn.then(resolve).finally(() => signal.removeEventListener('abort', abort));
  });
}

async function sleep(signal: AbortSignal): Promise<void> {
  try {
    await delay(POLL_MS, undefined, { signal });
  } catch {
    // The caller looks at the signal next.
  }
}

async function heldBy(path: string): Promise<string> {
  const holder = parse((await readLock(path)) ?? '');
  const who = holder === undefined ? 'something else' : `process ${holder.pid} on ${holder.host}`;
  return `The repository is held by ${who}. If that is certainly gone, delete ${path}.`;
}
