import { randomUUID } from 'node:crypto';
import { expect, test, beforeAll, afterAll } from 'vitest';
import { address } from '../../../src/engine/channel/address.ts';
import { connect, type Channel } from '../../../src/engine/channel/channel.ts';
import { readToAgent, type FromAgent, type ToAgent } from '../../../src/engine/mcp/protocol.ts';
import { log, openRig, type Rig, type StartedRunner } from './rig.ts';

// Jobs whose output is understood, driven by hand: lines as Claude Code prints them.

let rig: Rig;
let runner: StartedRunner;

beforeAll(async () => {
  rig = await openRig();
  runner = await rig.startRunner({ graceMs: 200 });
});
afterAll(() => rig.dispose());

const line = (event: object): string => `${JSON.stringify(event)}\n`;
const BEGUN = line({ type: 'system', subtype: 'init', session_id: 's-1', model: 'm' });
const USED = line({
  type: 'assistant',
  session_id: 's-1',
  message: {
    id: 'msg-1',
    model: 'm',
    content: [{ type: 'tool_use', id: 't', name: 'Bash', input: { command: 'make' } }],
    usage: { input_tokens: 900, output_tokens: 100 },
  },
});
const ENDED = line({
  type: 'result',
  subtype: 'success',
  is_error: false,
  session_id: 's-1',
  result: 'All done.',
  total_cost_usd: 0.5,
  usage: { input_tokens: 900, output_tokens: 100 },
});

test('its events are shown, kept as they came, and make its report', async () => {
  const { engine } = runner;
  const job = rig.job({ agent: { cli: 'claude' } });
  const result = engine.result(job);
  const agent = await rig.agents.next();
  await agent.tell('print', { text: BEGUN + USED.slice(0, 40) });
  await agent.tell('print', { text: USED.slice(40) + ENDED });
  void agent.tell('exit', { code: 0 });
  expect(await result).toMatchObject({
    end: { kind: 'exited', code: 0 },
    lastWords: 'All done.',
    report: { session: 's-1', model: 'm', costUsd: 0.5, said: 'All done.', ended: true },
    verdict: { kind: 'done' },
  });
  expect(log(job)).toBe(BEGUN + USED + ENDED);
  await expect.poll(() => runner.shown()).toContain('$0.5000');
  expect(runner.shown()).toContain('$ make\n');
  expect(runner.shown()).not.toContain('tool_use');
});

test('it is ended at its limit of tokens, and of cost by prices', async () => {
  const { engine } = runner;
  for (const [limits, limit] of [
    [{ tokens: 1000 }, 'tokens'],
    [{ costUsd: 0.9, prices: { '*': { input: 1000, output: 1000 } } }, 'cost'],
  ] as const) {
    const result = engine.result(rig.job({ agent: { cli: 'claude', ...limits } }));
    const agent = await rig.agents.next();
    void agent.tell('print', { text: BEGUN + USED });
    expect(await result).toMatchObject({ end: { kind: 'over-limit', limit }, verdict: { kind: 'failed' } });
    await agent.gone;
  }
});

test('it is ended when its service has not answered for too long, which is no fault of the task', async () => {
  const { engine } = runner;
  const result = engine.result(rig.job({ agent: { cli: 'claude', retryMs: 300 } }));
  const agent = await rig.agents.next();
  void agent.tell('print', {
    text: BEGUN + line({ type: 'system', subtype: 'api_retry', attempt: 1, max_retries: 10, error_status: 529 }),
  });
  expect(await result).toMatchObject({
    end: { kind: 'over-limit', limit: 'retries' },
    verdict: { kind: 'unavailable', error: { kind: 'overloaded' } },
  });
});

test('its variables are those that are let through, and no secret of them is in what it leaves', async () => {
  const { engine } = runner;
  const job = rig.job({ pass: [], env: { ...rig.job().env, SHOP_API_KEY: 'very-secret-value' } });
  const result = engine.result(job);
  const agent = await rig.agents.next();
  expect(agent.hello.env.PATH).toBe(process.env.PATH);
  // Of this test's own process, and not in the list.
  expect(process.env.VITEST).toBeDefined();
  expect(agent.hello.env.VITEST).toBeUndefined();
  await agent.tell('print', { text: 'the key is very-sec' });
  await agent.tell('print', { text: 'ret-value, says it' });
  void agent.tell('exit', { code: 0 });
  expect((await result).lastWords).toBe('the key is [redacted], says it');
  expect(log(job)).toBe('the key is [redacted], says it');
});

test('a question waits for its answer, is told to each engine that comes, and stops the clock', async () => {
  const door = { address: address(`agent ${randomUUID()}`), token: randomUUID() };
  const job = rig.job({ agent: { cli: 'claude', door }, idleMs: 2000 });
  const began = performance.now();
  const result = runner.engine.result(job);
  const agent = await rig.agents.next();
  const server = await enter(door);
  const question = { kind: 'permission', tool: 'Bash', input: 'make' } as const;
  server.channel.send({ type: 'ask', ask: 'q1', question });
  expect(await runner.engine.next('asked')).toEqual({ type: 'asked', id: job.id, ask: 'q1', question });
  const asked = performance.now();
  // A second engine comes, long after the limit of silence.
  await new Promise((resolve) => setTimeout(resolve, 2500));
  const second = await runner.connect();
  expect(await second.next('asked')).toMatchObject({ ask: 'q1' });
  const open = performance.now() - asked;
  second.client.answer(job.id, 'q1', { kind: 'allow', scope: 'once' });
  expect(await server.answered).toEqual({ type: 'answered', ask: 'q1', answer: { kind: 'allow', scope: 'once' } });
  void agent.tell('exit', { code: 0 });
  const { end, activeMs } = await result;
  expect(end).toEqual({ kind: 'exited', code: 0 });
  expect(activeMs).toBeLessThan(performance.now() - began - open);
  second.client.dispose();
  server.channel.close();
});

test('nobody comes in by its door with another token', async () => {
  const door = { address: address(`agent ${randomUUID()}`), token: randomUUID() };
  const result = runner.engine.result(rig.job({ agent: { cli: 'claude', door } }));
  const agent = await rig.agents.next();
  const other = await connect<ToAgent, FromAgent>(door.address, {
    token: 'guessed',
    read: readToAgent,
    signal: AbortSignal.timeout(10_000),
  });
  expect(other.kind).toBe('failed');
  void agent.tell('exit', { code: 0 });
  await result;
});

async function enter(door: { readonly address: string; readonly token: string }) {
  const connected = await connect<ToAgent, FromAgent>(door.address, {
    token: door.token,
    read: readToAgent,
    signal: AbortSignal.timeout(10_000),
  });
  if (connected.kind !== 'connected') throw new Error(connected.kind);
  const channel: Channel<ToAgent, FromAgent> = connected.channel;
  const answered = new Promise<ToAgent>((resolve) => channel.onMessage(resolve));
  return { channel, answered };
}
