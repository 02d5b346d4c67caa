import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  currentIdentity,
  identityOf,
  identityOfChild,
  isAlive,
  monotonicMs,
  readIdentity,
  type ProcessIdentity,
} from '../../../src/engine/process/identity.ts';
import { idsSince } from '../../../src/engine/process/table.ts';
import { killTree, leftSomething, processTree } from '../../../src/engine/process/tree.ts';
import { FAKE_AGENT, openFakeAgents, type FakeAgent, type FakeAgents } from '../../rig/fake-agents.ts';

const posix = process.platform !== 'win32';

let agents: FakeAgents;
beforeEach(async () => {
  agents = await openFakeAgents();
});
afterEach(() => agents.close());

async function start(env: Record<string, string> = {}): Promise<{ child: ChildProcess; agent: FakeAgent }> {
  const options = { env: { ...process.env, ...agents.env, ...env }, detached: posix, stdio: 'ignore' } as const;
  const child = spawn(process.execPath, [FAKE_AGENT], options);
  return { child, agent: await agents.next() };
}

async function descendant(of: FakeAgent, how: Parameters<typeof of.tell<'spawn'>>[1]): Promise<FakeAgent> {
  await of.tell('spawn', { silent: true, ...how });
  return agents.next();
}

test('an identity told by the process itself, by its parent and by a stranger is the same', async () => {
  const self = currentIdentity();
  expect(self.pid).toBe(process.pid);
  expect(await isAlive(self)).toBe('alive');
  const { child, agent } = await start();
  const pid = child.pid ?? 0;
  const byParent = identityOfChild(pid);
  expect(byParent && (await isAlive(byParent))).toBe('alive');
  const byStranger = await identityOf(pid);
  expect(byStranger && (await isAlive(byStranger))).toBe('alive');
  const exited = once(child, 'exit');
  void agent.tell('exit', { code: 0 });
  await exited;
  expect(byParent && (await isAlive(byParent))).toBe('dead');
  expect(await identityOf(pid)).toBeUndefined();
});

test.each<[string, (self: ProcessIdentity) => ProcessIdentity, string]>([
  ['a later process with its number', (self) => ({ ...self, startedAt: '12345' }), 'dead'],
  ['a number nobody has', (self) => ({ ...self, pid: 2 ** 22 + 1 }), 'dead'],
  ['another machine', (self) => ({ ...self, host: 'another', boot: 'another' }), 'elsewhere'],
])('%s', async (_, change, expected) => {
  expect(await isAlive(change(currentIdentity()))).toBe(expected);
});

test.runIf(process.platform === 'linux')('another boot, and another container of the same boot', async () => {
  expect(await isAlive({ ...currentIdentity(), boot: 'before' })).toBe('dead');
  expect(await isAlive({ ...currentIdentity(), host: 'container' })).toBe('elsewhere');
});

test.runIf(process.platform === 'linux')('a process that only waits to be reaped is dead', async () => {
  // The shell becomes a program that never asks after its child, which ends only then: a shell would.
  const ends = 'while test "$(cat /proc/$PPID/comm)" != tail; do :; done';
  const child = spawn('sh', ['-c', `sh -c '${ends}' & echo $!; exec tail -f /dev/null`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const exited = once(child, 'exit');
  while ((await identityOf(Number(String(line)))) !== undefined);
  expect(process.kill(Number(String(line)), 0)).toBe(true);
  child.kill('SIGKILL');
  await exited;
});

test.each([
  undefined,
  null,
  1,
  'x',
  [],
  {},
  { pid: '1', startedAt: '', boot: '', host: '' },
  { pid: -1, startedAt: '', boot: '', host: '' },
])('%j is no identity', (value) => expect(readIdentity(value)).toBeUndefined());
test('an identity is read back from JSON', () => {
  expect(readIdentity(JSON.parse(JSON.stringify(currentIdentity())))).toEqual(currentIdentity());
});

test('the monotonic clock of two processes is one clock', async () => {
  const before = monotonicMs();
  const child = spawn(process.execPath, ['-p', 'Number(process.hrtime.bigint() / 1000000n)']);
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  expect(Number(String(text))).toBeGreaterThanOrEqual(before);
  expect(Number(String(text))).toBeLessThanOrEqual(monotonicMs());
});

test('a tree is a process, its children and theirs', async () => {
  const { child, agent } = await start();
  const inGroup = await descendant(agent, {});
  const inSession = await descendant(inGroup, { session: true });
  const pids = (await processTree(child.pid ?? 0)).map((entry) => entry.pid);
  expect(pids.sort()).toEqual([inGroup.hello.pid, inSession.hello.pid].sort());
  expect(await killTree({ pid: child.pid ?? 0 }, { graceMs: 0 })).toEqual([]);
  await Promise.all([agent.gone, inGroup.gone, inSession.gone]);
});

test.runIf(posix)('TERM reaches tools in sessions of their own, and KILL those that ignore it', async () => {
  const { child, agent } = await start();
  const tool = await descendant(agent, { session: true });
  const stubborn = await descendant(tool, { session: true });
  await stubborn.tell('ignore', { signal: 'SIGTERM' });
  const asked = stubborn.ignored();
  const killed = killTree({ pid: child.pid ?? 0 }, { graceMs: 300 });
  await Promise.all([asked, agent.gone, tool.gone]);
  expect(await killed).toEqual([]);
  await stubborn.gone;
});

test.runIf(posix)('what was started in between is found as well', async () => {
  const { child, agent } = await start();
  await agent.tell('ignore', { signal: 'SIGTERM' });
  const asked = agent.ignored();
  const killed = killTree({ pid: child.pid ?? 0 }, { graceMs: 2000 });
  await asked;
  const late = Number(await agent.tell('spawn', { session: true, silent: true }));
  expect(late).toBeGreaterThan(0);
  expect(await killed).toEqual([]);
  expect(await identityOf(late)).toBeUndefined();
});

test.runIf(process.platform === 'linux')('a marker leads to what has left group and parent behind', async () => {
  const marker = 'ORCA_JOB=/a é/b';
  const { child, agent } = await start({ ORCA_JOB: '/a é/b' });
  const daemon = await descendant(agent, { orphan: true, session: true });
  const exited = once(child, 'exit');
  void agent.tell('exit', { code: 0 });
  await exited;
  const tree = { pid: child.pid ?? 0, marker };
  expect(leftSomething({ ...tree, marker: 'ORCA_JOB=/a é/c' })).toBe(false);
  expect(leftSomething(tree)).toBe(true);
  expect(await killTree(tree, { graceMs: 1000 })).toEqual([]);
  await daemon.gone;
  expect(leftSomething(tree)).toBe(false);
});

test.each([
  ['few were given out since: they are counted out', 100, 103, [101, 102, 103]],
  ['none was', 100, 100, []],
  ['many were, or the ids have come round', 100, 3000, [7, 3000]],
  ['the kernel has begun anew: the younger has the smaller id', 32_760, 310, [7, 100, 3000]],
  ['the kernel does not tell', 100, NaN, [7, 3000]],
])('ids a descendant can have, if %s', (_, pid, last, ids) => {
  expect(idsSince(pid, last, () => [7, 100, 3000])).toEqual(ids);
});

test('a later process with the number is left alone', async () => {
  const { child, agent } = await start();
  expect(await killTree({ pid: child.pid ?? 0, startedAt: '12345' }, { graceMs: 0 })).toEqual([]);
  await agent.tell('print', {});
  expect(await processTree(child.pid ?? 0)).toEqual([]);
  void agent.tell('exit', { code: 0 });
  await agent.gone;
});
