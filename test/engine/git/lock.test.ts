import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRepositoryLock, LockTimeout, type LockOptions } from '../../../src/engine/git/lock.ts';
import { currentIdentity, identityOf, isAlive } from '../../../src/engine/process/identity.ts';
import { scratch } from './rig.ts';

const self = currentIdentity();
const real: LockOptions = { self, isAlive };
const other = { ...self, pid: 4_000_000 };

function control(): { readonly promise: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const promise = new Promise<void>((resolve) => (open = resolve));
  return { promise, open };
}

test('one at a time, in order, and gone afterwards', async () => {
  const path = join(scratch(), 'lock');
  const lock = createRepositoryLock(path, real);
  let inside = 0;
  const order: number[] = [];
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      lock.run(async () => {
        expect(++inside).toBe(1);
        expect(existsSync(path)).toBe(true);
        await Promise.resolve();
        order.push(i);
        inside--;
      }),
    ),
  );
  expect(order).toEqual(Array.from({ length: 20 }, (_, i) => i));
  expect(existsSync(path)).toBe(false);
});

test('two locks on one path exclude each other, too', async () => {
  const path = join(scratch(), 'lock');
  let inside = 0;
  const work = async (): Promise<void> => {
    expect(++inside).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    inside--;
  };
  await Promise.all(Array.from({ length: 6 }, () => createRepositoryLock(path, real).run(work)));
});

test('work that throws lets go', async () => {
  const lock = createRepositoryLock(join(scratch(), 'lock'), real);
  await expect(lock.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await lock.run(() => Promise.resolve(1))).toBe(1);
});

test("a dead holder's is taken over by exactly one of many", async () => {
  const path = join(scratch(), 'lock');
  writeFileSync(path, JSON.stringify(other));
  let inside = 0;
  let done = 0;
  await Promise.all(
    Array.from({ length: 8 }, () =>
      createRepositoryLock(path, real).run(async () => {
        expect(++inside).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        inside--;
        done++;
      }),
    ),
  );
  expect(done).toBe(8);
  expect(existsSync(path) || existsSync(`${path}.break`)).toBe(false);
});

test('one that is slow to find the holder dead does not remove the lock of one that was quick', async () => {
  const path = join(scratch(), 'lock');
  writeFileSync(path, JSON.stringify(other));
  const quickIsIn = control();
  const quickMayEnd = control();
  let inside = 0;
  const work = async (then: () => Promise<void>): Promise<void> => {
    expect(++inside).toBe(1);
    await then();
    inside--;
  };
  const quick = createRepositoryLock(path, real);
  const slow = createRepositoryLock(path, {
    self,
    async isAlive(holder) {
      await quickIsIn.promise;
      // Asked about the new lock, it has left that alone.
      if (holder.pid === self.pid) quickMayEnd.open();
      return isAlive(holder);
    },
  });
  const second = slow.run(() => work(() => Promise.resolve()));
  const first = quick.run(() =>
    work(() => {
      quickIsIn.open();
      return Promise.race([quickMayEnd.promise, second]);
    }),
  );
  await Promise.all([first, second]);
  expect(inside).toBe(0);
});

test('a breaker that died while breaking is itself broken', async () => {
  const path = join(scratch(), 'lock');
  writeFileSync(path, JSON.stringify(other));
  writeFileSync(`${path}.break`, JSON.stringify({ ...other, pid: 4_000_001 }));
  expect(await createRepositoryLock(path, real).run(() => Promise.resolve('in'))).toBe('in');
});

test('a live holder, and one elsewhere, is waited for until the deadline, and named', async () => {
  const path = join(scratch(), 'lock');
  writeFileSync(path, JSON.stringify(other));
  for (const answer of ['alive', 'elsewhere'] as const) {
    const lock = createRepositoryLock(path, { self, isAlive: () => Promise.resolve(answer), deadlineMs: 60 });
    const waiting = lock.run(() => Promise.resolve());
    await expect(waiting).rejects.toBeInstanceOf(LockTimeout);
    await expect(waiting).rejects.toThrow(`process ${other.pid} on ${other.host}`);
  }
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(other);
});

test('an abort ends the wait, at the file and in the queue, and not the work', async () => {
  const path = join(scratch(), 'lock');
  const lock = createRepositoryLock(path, real);
  const gate = control();
  const begun = control();
  const working = new AbortController();
  const first = lock.run(async () => {
    begun.open();
    await gate.promise;
    return 'worked';
  }, working.signal);
  await begun.promise;
  working.abort();
  const queued = new AbortController();
  const atFile = new AbortController();
  const never = () => Promise.reject(new Error('must not run'));
  const second = lock.run(never, queued.signal);
  const third = createRepositoryLock(path, real).run(never, atFile.signal);
  queued.abort(new Error('left the queue'));
  atFile.abort(new Error('left the file'));
  await expect(second).rejects.toThrow('left the queue');
  await expect(third).rejects.toThrow('left the file');
  gate.open();
  expect(await first).toBe('worked');
  expect(await lock.run(() => Promise.resolve('next'))).toBe('next');
});

test('a lock that stays empty was left by a process that died at once', async () => {
  const path = join(scratch(), 'lock');
  writeFileSync(path, '');
  expect(await createRepositoryLock(path, real).run(() => Promise.resolve('in'))).toBe('in');
});

test('a living process is waited for, and its lock taken over as soon as it is killed', async () => {
  const path = join(scratch(), 'lock');
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  const answers: string[] = [];
  writeFileSync(path, JSON.stringify(await identityOf(child.pid ?? 0)));
  const lock = createRepositoryLock(path, {
    self,
    async isAlive(holder) {
      const answer = await isAlive(holder);
      if (answers.push(answer) === 1) child.kill('SIGKILL');
      return answer;
    },
  });
  expect(await lock.run(() => Promise.resolve('in'))).toBe('in');
  expect(answers[0]).toBe('alive');
  expect(answers.at(-1)).toBe('dead');
});
