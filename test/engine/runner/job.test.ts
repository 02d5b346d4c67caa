import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readClaim, readResult } from '../../../src/engine/runner/job-files.ts';
import type { FromRunner, Job } from '../../../src/engine/runner/protocol.ts';
import { log, openRig, type Engine, type Rig, type StartedRunner } from './rig.ts';

// How a job can end, what it prints, and what it leaves running; one runner for all, as in a run.

const SILENT: Job['argv'] = [process.execPath, '-e', 'setInterval(() => 0, 1e9)'];

let rig: Rig;
let runner: StartedRunner;
let engine: Engine;

beforeAll(async () => {
  rig = await openRig();
  runner = await rig.startRunner({ graceMs: 200 });
  engine = runner.engine;
});
afterAll(() => rig.dispose());
afterEach(async () => {
  // Of a test that failed.
  const { job } = engine.client;
  if (job === undefined) return;
  const ended = engine.next('ended', count('ended'));
  engine.client.stop(job);
  await ended;
});

function count(type: FromRunner['type']): number {
  return engine.messages.filter((message) => message.type === type).length;
}

test('an exit code is told as it is, and the result is written first', async () => {
  const job = rig.job();
  const result = engine.result(job);
  const agent = await rig.agents.next();
  expect(await engine.next('started')).toMatchObject({ id: job.id, pid: agent.hello.pid });
  expect(existsSync(join(job.dir, 'result.json'))).toBe(false);
  void agent.tell('exit', { code: 7 });
  expect(await result).toMatchObject({
    id: job.id,
    end: { kind: 'exited', code: 7 },
    outputBytes: 0,
    truncated: false,
  });
  expect(readResult(job.dir)).toEqual(await result);
  expect(readClaim(job.dir)).toMatchObject({ id: job.id, runner: { pid: runner.pid } });
  expect(existsSync(join(job.dir, 'output.log'))).toBe(false);
});

test('the program gets its arguments, folder, input and environment as they are', async () => {
  const stdin = join(rig.folder, 'prompt é.md');
  writeFileSync(stdin, 'Build it. $HOME "quoted" é\n');
  const job = rig.job();
  const args = ['a b', '"', '$HOME', '*', '', 'é', '\\', '%PATH%', '&'];
  const result = engine.result({ ...job, stdin, argv: [...job.argv, ...args], env: { ...job.env, COLOUR: 'blue' } });
  const { hello, tell } = await rig.agents
    .next()
    .then((agent) => ({ hello: agent.hello, tell: agent.tell.bind(agent) }));
  expect(hello.args).toEqual(args);
  expect(hello.cwd).toBe(job.cwd);
  expect(hello.input).toBe('Build it. $HOME "quoted" é\n');
  expect(hello.env).toMatchObject({ COLOUR: 'blue', ORCA_JOB: job.dir });
  expect(hello.env).not.toHaveProperty('ELECTRON_RUN_AS_NODE');
  void tell('exit', { code: 0 });
  expect((await result).end).toEqual({ kind: 'exited', code: 0 });
});

test.skipIf(process.platform === 'win32')('a signal is told by its name', async () => {
  const result = engine.result(rig.job());
  void (await rig.agents.next()).tell('kill', { signal: 'SIGKILL' });
  expect((await result).end).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
});

test.each([
  { what: 'a missing program', change: { argv: ['no-such-agent', '-p'] }, says: /no-such-agent was not found.*PATH/ },
  { what: 'a missing folder', change: { cwd: join('/', 'no', 'such') }, says: /its folder .*such does not exist/ },
  {
    what: 'a missing input',
    change: { stdin: '/no/such/prompt' },
    says: /its input .*prompt cannot be read \(ENOENT\)/,
  },
  {
    what: 'a file that is no program',
    change: { argv: [import.meta.filename] },
    says: /not a program that may be run/,
  },
] as const)('$what is named', async ({ change, says }) => {
  const { end } = await engine.result(rig.job(change));
  expect(end.kind).toBe('not-started');
  expect(end.kind === 'not-started' && end.message).toMatch(says);
});

test('stop ends it as cancelled, even if it then exits by itself with 0', async () => {
  const job = rig.job();
  const result = engine.result(job);
  const agent = await rig.agents.next();
  await agent.tell('ignore', { signal: 'SIGTERM' });
  const asked = agent.ignored();
  engine.client.stop(job.id);
  await asked;
  void agent.tell('exit', { code: 0 });
  expect((await result).end).toEqual({ kind: 'cancelled' });
});

test('stop that comes right after the job still ends it', async () => {
  const job = rig.job({ argv: SILENT });
  const result = engine.result(job);
  engine.client.stop(job.id);
  expect((await result).end).toEqual({ kind: 'cancelled' });
});

test('what ignores TERM gets KILL', async () => {
  const job = rig.job();
  const result = engine.result(job);
  const agent = await rig.agents.next();
  await agent.tell('ignore', { signal: 'SIGTERM' });
  engine.client.stop(job.id);
  expect((await result).end).toEqual({ kind: 'cancelled' });
  await agent.gone;
});

test('idle: it prints nothing for too long', async () => {
  expect((await engine.result(rig.job({ argv: SILENT, idleMs: 100 }))).end).toEqual({
    kind: 'timed-out',
    limit: 'idle',
  });
});

test.skipIf(process.platform === 'win32')('total: it goes on for too long, printing for ever', async () => {
  const job = rig.job({ argv: ['yes', 'and on'], totalMs: 2000, idleMs: 1500, maxLogBytes: 10_000 });
  const { end, outputBytes, truncated, lastWords } = await engine.result(job);
  expect(end).toEqual({ kind: 'timed-out', limit: 'total' });
  expect(outputBytes).toBeGreaterThan(10_000);
  expect(truncated).toBe(true);
  expect(lastWords).toBe('and on');
  expect(log(job).length).toBeLessThan(10_100);
});

test('output of both kinds goes to the log and the terminal, and its last line is told', async () => {
  const said = count('words');
  const job = rig.job({ banner: 'create-cart · \x1b[31mattempt 1' });
  const result = engine.result(job);
  const agent = await rig.agents.next();
  await agent.tell('print', { text: 'first\n' });
  await agent.tell('print', { text: '\x1b[32m50 %\r100 %\x1b[0m\n', error: true });
  const words = await engine.next('words', said);
  expect(words.id).toBe(job.id);
  await agent.tell('print', { text: '\n \n' });
  void agent.tell('exit', { code: 0 });
  expect(await result).toMatchObject({ lastWords: '100 %', outputBytes: 29 });
  expect(log(job)).toContain('first\n');
  expect(log(job)).toContain('\x1b[32m50 %\r100 %\x1b[0m\n');
  expect(runner.shown()).toContain('── create-cart · attempt 1 ──\n');
  expect(runner.shown()).toContain('100 %');
  expect(runner.shown()).not.toContain('\x1b[31m');
});

test('bad UTF-8 is kept as it is in the log, and made readable elsewhere', async () => {
  const job = rig.job();
  const result = engine.result(job);
  const agent = await rig.agents.next();
  await agent.tell('print', { hex: 'fffe41c30a' });
  void agent.tell('exit', { code: 0 });
  expect((await result).lastWords).toBe('��A�');
  expect(readFileSync(join(job.dir, 'output.log')).toString('hex')).toBe('fffe41c30a');
});

test('one line of 50 MB: the log has its head and its end, and the runner stays small', async () => {
  const job = rig.job({ maxLogBytes: 1_000_000 });
  const result = engine.result(job);
  const agent = await rig.agents.next();
  await agent.tell('print', { text: 'head:' });
  await agent.tell('line', { bytes: 50 * 1024 * 1024 });
  await agent.tell('print', { text: ':end\n' });
  void agent.tell('exit', { code: 0 });
  const { outputBytes, truncated, lastWords } = await result;
  expect(outputBytes).toBe(50 * 1024 * 1024 + 10);
  expect(truncated).toBe(true);
  expect(lastWords).toMatch(/^x{200}$/);
  const text = log(job);
  expect(text).toMatch(/^head:x+\n\[51428810 bytes left out\]\nx+:end\n$/);
  expect(text.length).toBeLessThan(1_000_100);
  if (process.platform !== 'linux') return;
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${runner.pid}/status`, 'utf8'))?.[1];
  expect(Number(peak)).toBeLessThan(160_000);
});

test.skipIf(process.platform === 'win32').each([
  { what: 'a child that holds the pipes', how: {} },
  { what: 'a child in a session of its own that holds the pipes', how: { session: true } },
  { what: 'a silent child', how: { silent: true } },
])('$what does not keep the job open, nor outlive it', async ({ how }) => {
  const result = engine.result(rig.job());
  const agent = await rig.agents.next();
  await agent.tell('spawn', how);
  const child = await rig.agents.next();
  void agent.tell('exit', { code: 0 });
  expect((await result).end).toEqual({ kind: 'exited', code: 0 });
  await child.gone;
});

test.runIf(process.platform === 'linux')('not even a daemon outlives the job', async () => {
  const result = engine.result(rig.job());
  const agent = await rig.agents.next();
  await agent.tell('spawn', { orphan: true, session: true, silent: true });
  const daemon = await rig.agents.next();
  void agent.tell('exit', { code: 0 });
  expect((await result).end).toEqual({ kind: 'exited', code: 0 });
  await daemon.gone;
});

test.skipIf(process.platform === 'win32')('stop ends tools in sessions of their own that ignore TERM', async () => {
  const job = rig.job();
  const result = engine.result(job);
  const agent = await rig.agents.next();
  await agent.tell('spawn', { session: true });
  const tool = await rig.agents.next();
  await tool.tell('ignore', { signal: 'SIGTERM' });
  engine.client.stop(job.id);
  expect((await result).end).toEqual({ kind: 'cancelled' });
  await tool.gone;
});
