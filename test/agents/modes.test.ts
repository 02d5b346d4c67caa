import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CLI_IDS,
  type AgentRequest,
  type CliId,
  type McpServer,
  type PermissionMode,
} from '../../src/core/agent/agent.ts';
import { CLIS } from '../../src/core/agent/cli/clis.ts';
import { OUTPUTS } from '../../src/core/agent/outputs.ts';
import { NOTHING_REPORTED, reported, verdictOf, type AgentReport } from '../../src/core/agent/report.ts';
import type { PlanTask } from '../../src/core/plan/plan.ts';
import { openLab, stubEnv, type Lab } from './harness.ts';
import { installedCli } from './install.mjs';
import { startStubModel, type StubModel } from './stub-model.ts';

// The CLIs as the extension starts them: the prompt on standard input, and what each mode lets them do.

let stub: StubModel;
beforeAll(async () => {
  stub = await startStubModel();
});
afterAll(() => stub.close());

const WORK = '[[write a.txt|hi]] [[bash touch b.txt]] [[say All done.]]';

/** The files that are there in the end. `b.txt` is made by a command. */
const WRITTEN: Readonly<Record<CliId, Partial<Record<PermissionMode, string>>>> = {
  // Its sandbox needs programs that are not on every machine; without them it does not start.
  claude: { ask: '', edits: 'a.txt b.txt', full: 'a.txt b.txt' },
  codex: { ask: '', edits: 'a.txt b.txt', sandbox: 'a.txt b.txt', full: 'a.txt b.txt' },
  gemini: { ask: '', edits: 'a.txt', full: 'a.txt b.txt' },
  opencode: { ask: '', edits: 'a.txt', full: 'a.txt b.txt' },
  copilot: { ask: '', edits: 'a.txt', full: 'a.txt b.txt' },
  qwen: { ask: '', edits: 'a.txt', full: 'a.txt b.txt' },
};

describe.each(CLI_IDS)('%s', (cli) => {
  test.each(Object.entries(WRITTEN[cli]))('%s writes "%s"', async (mode, written) => {
    const { files, report, verdict } = await attempt(cli, WORK, { permission: mode as PermissionMode });
    expect({ files, verdict, session: report.session !== undefined }).toEqual({
      files: written,
      verdict: { kind: 'done' },
      session: true,
    });
  });

  test.runIf(cli !== 'gemini')('is handed the server of Orca', async () => {
    const prompt = '[[tool report_progress {"text":"half way"}]] [[say Reported.]]';
    const { calls } = await attempt(cli, prompt, { permission: 'edits', mcp: 'allow' });
    expect(calls).toContain('"name":"report_progress"');
    // Its token comes by a variable.
    expect(calls).toContain('token abc');
  });
});

test.each([
  ['allow', 'a.txt b.txt', 0],
  ['deny', '', 2],
])('claude asks by the server, which answers "%s"', async (answer, files, denied) => {
  const ended = await attempt('claude', WORK, { permission: 'ask', mcp: answer });
  expect({ files: ended.files, denied: ended.report.denied.length }).toEqual({ files, denied });
  expect(ended.calls).toContain('approve');
});

interface Wanted {
  readonly permission: PermissionMode;
  /** What the server answers when it is asked for leave. */
  readonly mcp?: string;
}

async function attempt(cli: CliId, prompt: string, { permission, mcp }: Wanted) {
  const lab = openLab();
  try {
    spawnSync('git', ['init', '--quiet'], { cwd: lab.repo });
    const { env } = stubEnv(cli, stub.url, lab.home, { key: `${cli}-${permission}` });
    const log = join(lab.home, 'mcp.log');
    const request = requestIn(lab, prompt, permission);
    const { report, code } = await run(cli, lab, env, {
      ...request,
      ...(mcp !== undefined && { mcp: serverOf(mcp, join(lab.home, 'mcp.log')) }),
    });
    const files = ['a.txt', 'b.txt'].filter((name) => existsSync(join(lab.repo, name))).join(' ');
    const calls = existsSync(log) ? readFileSync(log, 'utf8') : '';
    return { files, calls, report, verdict: verdictOf({ kind: 'exited', code }, report, OUTPUTS[cli].exitMeans) };
  } finally {
    lab.remove();
  }
}

/** It writes its calls into the log, and before them the token that it was given. */
function serverOf(answer: string, log: string): McpServer {
  const token = `import { appendFileSync } from 'node:fs'; appendFileSync(${JSON.stringify(log)}, 'token ' + process.env.ORCA_TOKEN + '\\n');`;
  const server = fileURLToPath(new URL('mcp-server.mjs', import.meta.url));
  const args = ['--import', `data:text/javascript,${encodeURIComponent(token)}`, server, answer, log];
  return { command: process.execPath, args, env: { ORCA_TOKEN: 'abc' } };
}

function requestIn(lab: Lab, prompt: string, permission: PermissionMode): AgentRequest {
  const dir = join(lab.home, 'attempt');
  mkdirSync(dir);
  const promptFile = join(dir, 'prompt.md');
  writeFileSync(promptFile, prompt);
  return { task: {} as PlanTask, promptFile, prompt, dir, worktree: lab.repo, permission };
}

function run(cli: CliId, lab: Lab, env: Readonly<Record<string, string>>, request: AgentRequest) {
  const { OPENCODE_CONFIG_CONTENT, ...rest } = env;
  const program = installedCli(cli)?.program;
  if (program === undefined) throw new Error(`${cli} is not installed: node test/agents/install.mjs ${cli}`);
  const own = OPENCODE_CONFIG_CONTENT === undefined ? {} : { OPENCODE_CONFIG_CONTENT };
  // As root, claude does everything only where it is told that it is in a sandbox.
  const {
    argv,
    env: added,
    stdin,
    files,
    report: path,
  } = CLIS[cli].invoke(request, {
    program,
    env: { ...own, IS_SANDBOX: '1' },
  });
  for (const { name, text } of files) writeFileSync(join(request.dir, name), text);
  const [first, ...args] = argv;
  const input = openSync(stdin ?? '/dev/null', 'r');
  const child = spawn(first, args, { cwd: lab.repo, env: { ...rest, ...added }, stdio: [input, 'pipe', 'pipe'] });
  closeSync(input);
  const printed = { out: '', err: '' };
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (printed.out += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (printed.err += chunk));
  return new Promise<{ report: AgentReport; code: number }>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const reader = OUTPUTS[cli].reader();
      const text = path !== undefined && existsSync(path) ? readFileSync(path, 'utf8') : undefined;
      const events = (['out', 'err'] as const).flatMap((stream) =>
        printed[stream].split('\n').flatMap((line) => reader.read(line, stream)),
      );
      const all = [...events, ...(reader.finish?.(text) ?? [])];
      resolve({ report: all.reduce(reported, NOTHING_REPORTED), code: code ?? -1 });
    });
  });
}
