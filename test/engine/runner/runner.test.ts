import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAlive } from '../../../src/engine/process/identity.ts';
import { readHeartbeat, readRunnerProcess } from '../../../src/engine/runner/agent-files.ts';
import { connectRunner } from '../../../src/engine/runner/client.ts';
import { jobStarted, readChild, readClaim, readResult, reapOrphan } from '../../../src/engine/runner/job-files.ts';
import { childProcessLauncher } from '../../../src/engine/runner/launcher.ts';
import { connectEngine, openRig, type Rig } from './rig.ts';

// The runner itself: what it takes, what it survives, when it ends, and what is left when it is killed.

let rig: Rig;
beforeAll(async () => {
  rig = await openRig();
});
afterAll(() => rig.dispose());

test('a job that is sent twice runs once', async () => {
  const runner = await rig.startRunner();
  const [one, other] = [runner.engine, await runner.connect()];
  const job = rig.job();
  one.client.run(job);
  const agent = await rig.agents.next();
  other.client.run(job);
  // To both when it starts, and again to the one who asked for what runs.
  expect(await other.next('started', 1)).toMatchObject({ id: job.id, pid: agent.hello.pid });
  void agent.tell('exit', { code: 3 });
  const { result } = await one.next('ended');
  expect((await other.next('ended')).result).toEqual(result);
  other.client.run(job);
  expect((await other.next('ended', 1)).result).toEqual(result);
});

test('what cannot be taken is refused by its reason', async () => {
  const [runner, another] = [await rig.startRunner(), await rig.startRunner()];
  const { engine } = runner;
  const job = rig.job();
  engine.client.run(job);
  const agent = await rig.agents.next();
  engine.client.run(rig.job());
  expect(await engine.next('refused')).toMatchObject({ why: 'busy' });
  const elsewhere = another.engine;
  elsewhere.client.run(job);
  expect(await elsewhere.next('refused')).toMatchObject({ id: job.id, why: 'elsewhere' });
  const file = join(rig.folder, 'a file');
  writeFileSync(file, '');
  elsewhere.client.run(rig.job({ id: 'in-a-file', dir: join(file, 'job') }));
  expect(await elsewhere.next('refused', 1)).toMatchObject({ id: 'in-a-file', why: 'invalid' });
  elsewhere.client.run({ ...rig.job({ id: 'no-argv' }), argv: [] as unknown as [string] });
  expect(await elsewhere.next('refused', 2)).toMatchObject({ id: 'no-argv', why: 'invalid' });
  void agent.tell('exit', { code: 0 });
  await engine.next('ended');
});

test('another token gets nowhere', async () => {
  const runner = await rig.startRunner();
  const signal = AbortSignal.timeout(20_000);
  expect(await connectRunner({ address: runner.address, token: 'another', signal })).toBeUndefined();
});

test('a job goes on without an engine, and the next one adopts it', async () => {
  const runner = await rig.startRunner({ idleExitMs: 3000 });
  const first = runner.engine;
  const job = rig.job();
  first.client.run(job);
  const agent = await rig.agents.next();
  first.client.dispose();
  await first.client.closed;
  await agent.tell('print', { text: 'alone\n' });
  const second = await runner.connect();
  expect(second.client.job).toBe(job.id);
  second.client.run(job);
  expect(await second.next('started')).toMatchObject({ pid: agent.hello.pid });
  second.client.dispose();
  await second.client.closed;
  void agent.tell('exit', { code: 0 });
  expect(await runner.ended).toBe(0);
  expect(readResult(job.dir)).toMatchObject({ end: { kind: 'exited', code: 0 }, lastWords: 'alone' });
});

test('it says who it is, and ends with 0 when nobody has a use for it', async () => {
  const runner = await rig.startRunner({ idleExitMs: 3000 });
  const identity = readRunnerProcess(runner.agentDir);
  expect(identity?.pid).toBe(runner.pid);
  expect(identity && (await isAlive(identity))).toBe('alive');
  runner.engine.client.dispose();
  expect(await runner.ended).toBe(0);
  expect(identity && (await isAlive(identity))).toBe('dead');
  expect(process.platform === 'win32' || !existsSync(runner.address)).toBe(true);
});

test('close waits for what runs', async () => {
  const runner = await rig.startRunner();
  const { engine } = runner;
  const job = rig.job();
  engine.client.run(job);
  const agent = await rig.agents.next();
  engine.client.close();
  engine.client.run(rig.job());
  expect(await engine.next('refused')).toMatchObject({ why: 'busy' });
  void agent.tell('exit', { code: 0 });
  expect((await engine.next('ended')).result.id).toBe(job.id);
  expect(await runner.ended).toBe(0);
});

test.skipIf(process.platform === 'win32')('it survives its terminal', async () => {
  const runner = await rig.startRunner();
  const { engine } = runner;
  const job = rig.job();
  const result = engine.result(job);
  const agent = await rig.agents.next();
  runner.process.stdout?.destroy();
  runner.process.kill('SIGHUP');
  for (let i = 0; i < 3; i++) await agent.tell('print', { text: 'into the void\n' });
  await engine.next('words');
  void agent.tell('exit', { code: 0 });
  expect(await result).toMatchObject({ end: { kind: 'exited', code: 0 }, lastWords: 'into the void' });
  expect((await engine.result(rig.job({ argv: [process.execPath, '-e', ''] }))).end.kind).toBe('exited');
});

test.skipIf(process.platform === 'win32')('a terminal that is held does not hold the job', async () => {
  const runner = await rig.startRunner();
  const { engine } = runner;
  runner.process.stdout?.pause();
  const job = rig.job();
  const result = engine.result(job);
  const agent = await rig.agents.next();
  await agent.tell('line', { bytes: 4 * 1024 * 1024 });
  void agent.tell('exit', { code: 0 });
  expect(await result).toMatchObject({ end: { kind: 'exited', code: 0 }, outputBytes: 4 * 1024 * 1024 });
});

test.skipIf(process.platform === 'win32')('Ctrl-C stops the job, not the runner; TERM stops both', async () => {
  const runner = await rig.startRunner();
  const { engine } = runner;
  const [first, second] = [rig.job(), rig.job()];
  const cancelled = engine.result(first);
  await rig.agents.next();
  runner.process.kill('SIGINT');
  expect((await cancelled).end).toEqual({ kind: 'cancelled' });
  const ended = engine.result(second);
  await rig.agents.next();
  runner.process.kill('SIGTERM');
  expect((await ended).end).toEqual({ kind: 'cancelled' });
  expect(await runner.ended).toBe(0);
});

test.skipIf(process.platform === 'win32')('what a killed runner leaves is found and ended', async () => {
  const runner = await rig.startRunner();
  const { engine } = runner;
  const job = rig.job();
  engine.client.run(job);
  const agent = await rig.agents.next();
  await agent.tell('spawn', { session: true, silent: true });
  const tool = await rig.agents.next();
  await tool.tell('ignore', { signal: 'SIGTERM' });
  expect(await reapOrphan(job.dir)).toMatchObject({ kind: 'running', runner: { pid: runner.pid } });
  runner.process.kill('SIGKILL');
  await runner.ended;
  await engine.client.closed;
  expect(
    await connectRunner({ address: runner.address, token: 'x', signal: AbortSignal.timeout(9000) }),
  ).toBeUndefined();
  expect(await reapOrphan(job.dir, { graceMs: 200 })).toEqual({ kind: 'reaped', survivors: [] });
  await Promise.all([agent.gone, tool.gone]);
  expect(readResult(job.dir)).toBeUndefined();
  // Nobody runs it again.
  const next = (await rig.startRunner()).engine;
  next.client.run(job);
  expect(await next.next('refused')).toMatchObject({ why: 'elsewhere' });
});

test.runIf(process.platform === 'linux')('even where the runner had not noted its child', async () => {
  const runner = await rig.startRunner();
  const job = rig.job();
  runner.engine.client.run(job);
  const agent = await rig.agents.next();
  runner.process.kill('SIGKILL');
  await runner.ended;
  rmSync(join(job.dir, 'child.json'));
  expect(await reapOrphan(job.dir)).toEqual({ kind: 'reaped', survivors: [] });
  await agent.gone;
});

test('a job that was finished, or never taken, is no orphan', async () => {
  const engine = (await rig.startRunner()).engine;
  const job = rig.job({ argv: [process.execPath, '-e', ''] });
  expect(await reapOrphan(job.dir)).toEqual({ kind: 'unclaimed' });
  const result = await engine.result(job);
  expect(await reapOrphan(job.dir)).toEqual({ kind: 'finished', result });
});

test.each(['', '{"id":"a","runner":', '[]', 'null', '{"id":1}', '\0\0\0\0'])(
  'files with %j in them are nothing',
  async (text) => {
    const { dir } = rig.job();
    for (const name of ['job.json', 'child.json', 'result.json']) writeFileSync(join(dir, name), text);
    expect([readClaim(dir), readChild(dir), readResult(dir)]).toEqual([undefined, undefined, undefined]);
    expect(jobStarted(dir)).toBe(true);
    expect(await reapOrphan(dir)).toEqual({ kind: 'reaped', survivors: [] });
  },
);

test.skipIf(process.platform === 'win32')(
  'a result that cannot be written is not told; it is when it can',
  async () => {
    const runner = await rig.startRunner();
    const { engine } = runner;
    const job = rig.job();
    engine.client.run(job);
    const agent = await rig.agents.next();
    // A folder where the draft of the result is to be: writing fails whoever we are.
    const draft = join(job.dir, `result.json.${runner.pid}.tmp`);
    const shown = new Promise<void>((resolve) =>
      runner.process.stdout?.on('data', () => {
        if (runner.shown().includes('cannot be written')) resolve();
      }),
    );
    mkdirSync(draft);
    void agent.tell('exit', { code: 0 });
    await shown;
    expect(engine.messages.some((message) => message.type === 'ended')).toBe(false);
    rmdirSync(draft);
    expect((await engine.next('ended')).result.end).toEqual({ kind: 'exited', code: 0 });
  },
);

test('a job whose folder is gone at its end is over all the same', async () => {
  const engine = (await rig.startRunner()).engine;
  const job = rig.job();
  engine.client.run(job);
  const agent = await rig.agents.next();
  rmSync(job.dir, { recursive: true });
  void agent.tell('exit', { code: 0 });
  expect(await engine.next('refused')).toMatchObject({ id: job.id, why: 'invalid' });
});

test('the launcher starts a runner that outlives it, and says what it could not start', async () => {
  const { agentDir, address, engine, ended } = await rig.startRunner();
  engine.client.close();
  await ended;
  const request = { agent: 0, name: 'Orca: Agent 1', runnerPath: rig.runnerPath, agentDir, cwd: rig.folder };
  const launched = await childProcessLauncher({ execPath: process.execPath, env: process.env }).launch(request);
  expect(launched).not.toHaveProperty('error');
  const again = await connectEngine(address);
  expect((await again.result(rig.job({ argv: [process.execPath, '-e', ''] }))).end).toEqual({
    kind: 'exited',
    code: 0,
  });
  again.client.close();
  await again.client.closed;
  const failed = await childProcessLauncher({ execPath: '/no/such/node', env: {} }).launch(request);
  expect(failed).toMatchObject({ error: expect.stringContaining('ENOENT') as string });
});

test.runIf(process.platform === 'linux')('a terminal sees a banner in colour', async () => {
  // script(1) gives it a terminal; where there is none, this has nothing to say.
  const runner = await rig.startRunner({ idleExitMs: 3000 });
  runner.engine.client.dispose();
  await runner.ended;
  const command = `"${process.execPath}" "${rig.runnerPath}" "${runner.agentDir}"`;
  const { stdout, error } = spawnSync('script', ['-qec', command, '/dev/null'], { encoding: 'utf8' });
  if (error === undefined) expect(stdout).toContain('\x1b[2m── Orca: Agent 2 ──\x1b[0m');
});

test('while a job runs there is a heartbeat', async () => {
  const { engine, agentDir } = await rig.startRunner();
  const job = rig.job();
  const beat = new Promise<void>((resolve) => {
    const watcher = watch(agentDir, (_, name) => {
      if (name !== 'heartbeat.json' || readHeartbeat(agentDir) === undefined) return;
      watcher.close();
      resolve();
    });
  });
  const before = Date.now();
  const result = engine.result(job);
  const agent = await rig.agents.next();
  await agent.tell('print', { text: '12345' });
  await beat;
  const heartbeat = readHeartbeat(agentDir);
  expect(heartbeat).toMatchObject({ job: job.id, outputBytes: 5 });
  expect(heartbeat?.lastOutputAt).toBeGreaterThanOrEqual(before);
  void agent.tell('exit', { code: 0 });
  await result;
});
