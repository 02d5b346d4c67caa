import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CliId, PermissionMode } from '../../src/core/agent/agent.ts';
import type { Usage } from '../../src/core/agent/agent-event.ts';
import type { Answer } from '../../src/core/agent/ask.ts';
import { processTree } from '../../src/engine/process/tree.ts';
import { openAcpRig, type AcpRig, type AcpTask } from '../engine/acp/rig.ts';
import { openLab, stubEnv, type Lab } from './harness.ts';
import { installedCli } from './install.mjs';
import { billed, startStubModel, type Fault, type StubModel } from './stub-model.ts';

// The CLIs that speak ACP by themselves, under the real runner, bridge and MCP server.

const COMMANDS: Partial<Record<CliId, readonly string[]>> = {
  gemini: ['--acp'],
  opencode: ['acp'],
  copilot: ['--acp'],
  qwen: ['--acp'],
};
const NAMES = Object.keys(COMMANDS) as CliId[];

let stub: StubModel;
let acp: AcpRig;
beforeAll(async () => {
  stub = await startStubModel();
  acp = await openAcpRig();
});
afterAll(async () => {
  await acp.rig.dispose();
  await stub.close();
});

interface Wanted {
  readonly permission?: PermissionMode;
  readonly answer?: Answer;
  readonly fault?: Fault;
}

let made = 0;

function taskIn(lab: Lab, cli: CliId, prompt: string, { permission = 'edits', answer, fault }: Wanted) {
  spawnSync('git', ['init', '--quiet'], { cwd: lab.repo });
  const key = `stub-key-${++made}`;
  const url = fault === undefined ? stub.url : stub.withFault(fault);
  const { env } = stubEnv(cli, url, lab.home, { key });
  const program = installedCli(cli)?.program;
  if (program === undefined) throw new Error(`${cli} is not installed: node test/agents/install.mjs ${cli}`);
  const task: AcpTask = {
    command: [program, ...(COMMANDS[cli] ?? [])],
    env,
    worktree: lab.repo,
    prompt,
    permission,
    ...(answer && { answer }),
  };
  return { task, key };
}

async function attempt(cli: CliId, prompt: string, wanted: Wanted) {
  const lab = openLab();
  try {
    const { task, key } = taskIn(lab, cli, prompt, wanted);
    const { result, questions } = await acp.run(task);
    const files = ['a.txt', 'b.txt'].filter((name) => existsSync(join(lab.repo, name))).join(' ');
    return { files, result, questions, billed: billed(stub.requests(key)) };
  } finally {
    lab.remove();
  }
}

/** What each tells of the tokens that it was billed for. */
const TOLD: Partial<Record<CliId, (billed: Usage) => Usage | undefined>> = {
  // Without thoughts, which are 5, 8 and 11 here.
  gemini: ({ input, cacheRead, output }) => ({
    input: input + cacheRead,
    cacheRead: 0,
    cacheWrite: 0,
    output: output - 24,
  }),
  copilot: (billed) => billed,
};

const WORK = '[[write a.txt|hi]] [[bash touch b.txt]] [[say All done.]]';
const YES: Answer = { kind: 'allow', scope: 'once' };

describe.each(NAMES)('%s', (cli) => {
  test.each<[PermissionMode, Answer | undefined, string, number]>([
    ['ask', undefined, '', 0],
    ['ask', YES, 'a.txt b.txt', 2],
    ['edits', undefined, 'a.txt', 0],
    ['edits', YES, 'a.txt b.txt', 1],
    ['full', undefined, 'a.txt b.txt', 0],
  ])('in mode %s, with the answer %j, writes "%s"', async (permission, answer, files, asked) => {
    const ended = await attempt(cli, WORK, { permission, ...(answer && { answer }) });
    expect(ended).toMatchObject({ files, result: { verdict: { kind: 'done' }, report: { said: 'All done.' } } });
    expect(ended.questions).toHaveLength(asked);
    const { usage } = ended.result.report ?? {};
    // Qwen does not tell of what it asks besides, and opencode tells nothing that can be used.
    if (cli === 'opencode') expect(usage).toBeUndefined();
    else if (cli === 'qwen') expect(usage?.output).toSatisfy((told: number) => told > 0 && told <= ended.billed.output);
    else expect(usage).toEqual(TOLD[cli]?.(ended.billed));
  });

  test('asks nobody for the tools of Orca’s server', async () => {
    // Qwen does not show them to its model, which has to search for them first.
    const tool = cli === 'qwen' ? 'mcp__orca__report_progress' : 'report_progress';
    const prompt = `[[bash touch b.txt]] [[tool ${tool} {"text":"half way"}]] [[say All done.]]`;
    const before = acp.runner.shown().length;
    const { questions } = await attempt(cli, prompt, { answer: YES });
    expect(questions).toEqual([{ kind: 'permission', tool: 'execute', input: 'touch b.txt' }]);
    await expect.poll(() => acp.runner.shown().slice(before)).toContain('── half way ──');
  });

  // Opencode tells only what the service says, and here that is no word about why.
  test.each<[Fault, string]>([
    ['401', cli === 'opencode' ? 'failed' : 'unauthenticated'],
    ['429', cli === 'opencode' ? 'failed' : 'unavailable'],
  ])('ends for want of a service: %s', async (fault, verdict) => {
    const { result } = await attempt(cli, WORK, { fault });
    expect(result.verdict?.kind).toBe(verdict);
  });

  test('leaves no process when it is stopped', async () => {
    const lab = openLab();
    try {
      const { task } = taskIn(lab, cli, '[[bash touch b.txt; tail -f /dev/null]]', { permission: 'full' });
      const job = acp.job(task);
      const { engine, pid } = acp.runner;
      const result = engine.result(job);
      while (!existsSync(join(lab.repo, 'b.txt'))) await new Promise((resolve) => setTimeout(resolve, 50));
      expect((await processTree(pid)).length).toBeGreaterThan(1);
      engine.client.stop(job.id);
      expect((await result).end).toEqual({ kind: 'cancelled' });
      expect(await processTree(pid)).toEqual([]);
    } finally {
      lab.remove();
    }
  });
});
