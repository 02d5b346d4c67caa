import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PermissionMode } from '../../../src/core/agent/agent.ts';
import type { Answer } from '../../../src/core/agent/ask.ts';
import { identityOfChild, isAlive } from '../../../src/engine/process/identity.ts';
import type { JobResult } from '../../../src/engine/runner/protocol.ts';
import { openAcpRig, type AcpRig, type AcpTask } from './rig.ts';

// A scripted agent, driven over ACP by the real bridge under a real runner.

const FAKE = fileURLToPath(new URL('fake-acp-agent.mjs', import.meta.url));

let acp: AcpRig;
beforeAll(async () => {
  acp = await openAcpRig();
});
afterAll(() => acp.rig.dispose());

type Step = readonly [string, unknown];

interface Script {
  readonly turns?: readonly (readonly Step[])[];
  readonly session?: unknown;
  readonly initialize?: unknown;
  readonly fails?: Readonly<Record<string, unknown>>;
}

type Wanted = Partial<Pick<AcpTask, 'permission' | 'answer' | 'command'>>;

interface Prepared extends AcpTask {
  /** What the agent was sent, and what else it noted. */
  readonly noted: () => readonly Readonly<Record<string, unknown>>[];
}

function prepare(script: (worktree: string) => Script, wanted: Wanted = {}): Prepared {
  const folder = mkdtempSync(join(acp.rig.folder, 'acp-'));
  const worktree = join(folder, 'worktree');
  mkdirSync(worktree);
  const log = join(folder, 'acp.log');
  return {
    command: [process.execPath, FAKE],
    permission: 'edits',
    ...wanted,
    prompt: 'Do it.',
    worktree,
    env: { ACP_SCRIPT: JSON.stringify(script(worktree)), ACP_LOG: log },
    noted: () =>
      existsSync(log)
        ? readFileSync(log, 'utf8')
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
        : [],
  };
}

async function run(script: (worktree: string) => Script, wanted: Wanted = {}) {
  const task = prepare(script, wanted);
  return { ...(await acp.run(task)), worktree: task.worktree, noted: task.noted() };
}

const OPTIONS = [
  { optionId: 'always', name: 'Always', kind: 'allow_always' },
  { optionId: 'once', name: 'Once', kind: 'allow_once' },
  { optionId: 'no', name: 'No', kind: 'reject_once' },
];
const says = (text: string): Step => [
  'update',
  { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } },
];
const touches = (path: string): Step => [
  'ask',
  {
    toolCall: { toolCallId: 't1', kind: 'edit', title: `Write ${path}`, locations: [{ path }] },
    options: OPTIONS,
    then: [['write', { path, text: 'hi' }]],
  },
];
const RUNS: Step = [
  'ask',
  {
    toolCall: { toolCallId: 't2', kind: 'execute', title: 'make', rawInput: { command: 'make all' } },
    options: OPTIONS,
  },
];

function outcomes(noted: readonly Readonly<Record<string, unknown>>[]): unknown[] {
  return noted.flatMap(({ outcome }) => (outcome === undefined ? [] : [outcome]));
}

function prompts(noted: readonly Readonly<Record<string, unknown>>[]): unknown[] {
  return noted.filter(({ method }) => method === 'session/prompt').map(({ params }) => params);
}

describe('an agent over ACP', () => {
  it('is given the task, and what it does comes to a report', async () => {
    const { result, worktree, noted } = await run((folder) => ({
      session: { models: { currentModelId: 'm-1' } },
      turns: [
        [
          ['noise', 'not JSON at all'],
          says('I be'),
          says('gin.'),
          ['update', { sessionUpdate: 'tool_call', toolCallId: 'c', kind: 'edit', status: 'pending', title: 'write' }],
          ['write', { path: join(folder, 'a.txt'), text: 'hi' }],
          [
            'update',
            {
              sessionUpdate: 'tool_call_update',
              toolCallId: 'c',
              status: 'completed',
              locations: [{ path: join(folder, 'a.txt') }],
            },
          ],
          ['update', { sessionUpdate: 'usage_update', used: 1, size: 2, cost: { amount: 0.5, currency: 'USD' } }],
          says('All done.'),
          ['end', { stopReason: 'end_turn', usage: { inputTokens: 10, outputTokens: 3, totalTokens: 13 } }],
        ],
      ],
    }));
    expect(result).toMatchObject({
      end: { kind: 'exited', code: 0 },
      verdict: { kind: 'done' },
      report: {
        session: 's-1',
        model: 'm-1',
        said: 'All done.',
        ended: true,
        costUsd: 0.5,
        usage: { input: 10, cacheRead: 0, cacheWrite: 0, output: 3 },
      },
    });
    expect(prompts(noted)).toEqual([{ sessionId: 's-1', prompt: [{ type: 'text', text: 'Do it.' }] }]);
    expect(noted).toContainEqual({ method: 'session/new', params: { cwd: worktree, mcpServers: [] } });
    expect(noted.find(({ method }) => method === 'initialize')?.params).toMatchObject({ clientCapabilities: {} });
    // What is for the bridge does not reach the agent; that it is a part of the job does.
    expect(noted.find(({ env }) => env !== undefined)?.env).toEqual(['ORCA_JOB']);
    await expect.poll(() => acp.runner.shown()).toContain(`✎ ${join(worktree, 'a.txt')}`);
  });

  it('is put into the mode in which it asks', async () => {
    const modes = (ids: readonly string[]) => ({
      currentModeId: 'auto',
      availableModes: ids.map((id) => ({ id, name: id })),
    });
    const { noted } = await run(() => ({ session: { modes: modes(['auto', 'yolo', 'default']) } }));
    expect(noted).toContainEqual({ method: 'session/set_mode', params: { sessionId: 's-1', modeId: 'default' } });
  });

  const once = { outcome: 'selected', optionId: 'once' };
  const no = { outcome: 'selected', optionId: 'no' };
  const allowed: Answer = { kind: 'allow', scope: 'once' };
  it.each<[string, PermissionMode, 'inside' | 'outside' | 'command', Answer | undefined, unknown, boolean]>([
    ['an edit in the worktree', 'edits', 'inside', undefined, once, false],
    ['an edit in the worktree', 'ask', 'inside', undefined, no, false],
    ['an edit in the worktree', 'ask', 'inside', allowed, once, true],
    ['an edit outside of it', 'edits', 'outside', undefined, no, false],
    ['a command', 'edits', 'command', undefined, no, false],
    ['a command', 'edits', 'command', { kind: 'allow', scope: 'task' }, once, true],
    ['a command', 'edits', 'command', { kind: 'deny', reason: 'Never.' }, no, true],
    ['a command', 'full', 'command', undefined, once, false],
  ])('%s in mode %s, %s, answer %j', async (_, permission, what, answer, outcome, asked) => {
    const { noted, questions } = await run(
      (folder) => ({
        turns: [[what === 'command' ? RUNS : touches(join(folder, what === 'inside' ? 'sub/../a.txt' : '../a.txt'))]],
      }),
      { permission, ...(answer && { answer }) },
    );
    expect(outcomes(noted)[0]).toEqual(outcome);
    expect(questions.length > 0).toBe(asked);
    if (asked && what === 'command')
      expect(questions[0]).toEqual({ kind: 'permission', tool: 'execute', input: 'make all' });
  });

  it('that stops because something was denied is told why, and goes on', async () => {
    const { noted, result } = await run(() => ({ turns: [[RUNS], [says('Without it, then.')]] }), {
      answer: { kind: 'deny', reason: 'Use ninja.' },
    });
    expect(JSON.stringify(prompts(noted)[1])).toContain('execute (make all). The reason: Use ninja.');
    expect(prompts(noted)).toHaveLength(2);
    expect(result).toMatchObject({
      verdict: { kind: 'done' },
      report: { denied: ['execute: make all'], said: 'Without it, then.' },
    });
  });

  it('that goes on by itself after that is left alone', async () => {
    const { noted } = await run(() => ({ turns: [[RUNS, says('Without it, then.')]] }));
    expect(prompts(noted)).toHaveLength(1);
  });

  it('gets Orca’s server, with the way to the door', async () => {
    const { noted } = await run(() => ({}), { answer: allowed });
    expect(noted.find(({ method }) => method === 'session/new')?.params).toMatchObject({
      mcpServers: [
        { name: 'orca', command: process.execPath, env: [{ name: 'ORCA_DOOR' }, { name: 'ORCA_DOOR_TOKEN' }] },
      ],
    });
  });

  it.each<[string, Script, Partial<JobResult>]>([
    [
      'nobody is signed in',
      {
        fails: { 'session/new': { code: -32000, message: 'Authentication required' } },
        initialize: { authMethods: [{ id: 'x', name: 'Log in', description: 'Run `x login`' }] },
      },
      {
        verdict: {
          kind: 'unauthenticated',
          message: 'Authentication required. Sign in outside of Orca: Log in (Run `x login`).',
        },
      },
    ],
    [
      'its service has too much to do',
      { turns: [[['fail', { code: 429, message: 'Rate limit exceeded' }]]] },
      {
        verdict: {
          kind: 'unavailable',
          error: { kind: 'rate-limit', message: 'Rate limit exceeded', status: 429, retrying: false },
        },
      },
    ],
    [
      'something else fails',
      { turns: [[['fail', { code: -32603, message: 'Internal error', data: { details: 'It broke.' } }]]] },
      { verdict: { kind: 'failed', message: 'It broke.' } },
    ],
    [
      'the model refuses',
      { turns: [[['end', { stopReason: 'refusal' }]]] },
      { verdict: { kind: 'failed', message: 'The model refused to go on.' } },
    ],
    [
      'it ends in the middle',
      {
        turns: [
          [
            ['complain', 'Error: out of memory'],
            ['exit', 9],
          ],
        ],
      },
      { end: { kind: 'exited', code: 9 }, verdict: { kind: 'failed', message: 'Error: out of memory' } },
    ],
    [
      'it speaks another version',
      { initialize: { protocolVersion: 2 } },
      { verdict: { kind: 'failed', message: 'It speaks another version of ACP than 1.' } },
    ],
  ])('that fails as %s', async (_, script, expected) => {
    expect((await run(() => script)).result).toMatchObject(expected);
  });

  it('whose program is missing fails for that', async () => {
    const { result } = await run(() => ({}), { command: ['no-such-agent'] });
    expect(result.verdict).toEqual({
      kind: 'failed',
      message: expect.stringContaining('no-such-agent could not be started') as string,
    });
  });

  it.skipIf(process.platform === 'win32')('leaves nothing behind when its job is stopped', async () => {
    const task = prepare(() => ({ turns: [[['hang', null]]] }));
    const job = acp.job(task);
    const result = acp.runner.engine.result(job);
    const child = await until(() => task.noted().find((entry) => typeof entry.child === 'number')?.child as number);
    const tool = identityOfChild(child);
    acp.runner.engine.client.stop(job.id);
    expect((await result).end).toEqual({ kind: 'cancelled' });
    expect(tool && (await isAlive(tool))).toBe('dead');
  });

  it.skipIf(process.platform === 'win32')('is told to stop when the bridge is ended', async () => {
    const task = prepare(() => ({ turns: [[['hang', null]]] }));
    const job = acp.job(task);
    const [program, ...args] = job.argv;
    const bridge = spawn(program, args, { cwd: task.worktree, env: { ...process.env, ...job.env }, stdio: 'pipe' });
    bridge.stdin.end('Do it.');
    const code = new Promise((resolve) => bridge.once('exit', resolve));
    const child = await until(() => task.noted().find((entry) => typeof entry.child === 'number')?.child as number);
    const tool = identityOfChild(child);
    bridge.kill('SIGTERM');
    expect(await code).toBe(143);
    expect(task.noted()).toContainEqual({ cancelled: true });
    expect(tool && (await isAlive(tool))).toBe('dead');
  });
});

async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
