import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Usage } from '../../src/core/agent/agent-event.ts';
import { argvOf, openLab, runCli, stubEnv, type Ended, type Lab } from './harness.ts';
import { CLI_NAMES, ensureCli, type CliName } from './install.mjs';
import { redactor } from './redact.ts';
import { billed, startStubModel, type Fault, type StubModel } from './stub-model.ts';

interface Case {
  readonly prompt: string;
  /** Unless told otherwise, everything is allowed. */
  readonly allow?: false;
  readonly fault?: Fault;
  /** Nothing answers at the model's address. Some try for ever: they are killed. */
  readonly down?: true;
  readonly signal?: NodeJS.Signals;
  /** A prompt that a run before this one, of the same session, is given. */
  readonly before?: string;
  /** With an MCP server, which says this when it is asked for permission. */
  readonly mcp?: 'allow' | 'deny';
  readonly maxTurns?: number;
  readonly subscription?: true;
  readonly signedOut?: true;
  /** The CLIs that have it, with what they take for it; absent: all. */
  readonly only?: Partial<Record<CliName, readonly string[]>>;
}

const WORK = '[[say I begin.]] [[write hello.txt|hi]] [[bash echo there; cat hello.txt]] [[say All done.]]';
const MCP_LOG = 'mcp.jsonl';
const RUNNING = 'running.txt';
const HANGING = `[[bash touch ${RUNNING}; tail -f /dev/null]] [[say Never said.]]`;

const ASKING = ['--permission-prompt-tool', 'mcp__orch__approve'];
const QUESTION = JSON.stringify({
  questions: [
    {
      question: 'Which colour?',
      header: 'Colour',
      multiSelect: false,
      options: [
        { label: 'Blue', description: 'Like the sea.' },
        { label: 'Red', description: 'Like a rose.' },
      ],
    },
  ],
});

const CASES: Readonly<Record<string, Case>> = {
  ok: { prompt: WORK },
  denied: { prompt: '[[write hello.txt|hi]] [[bash touch there.txt]] [[say I could not.]]', allow: false },
  'command-fails': { prompt: '[[bash echo bad >&2; exit 3]] [[say It failed.]]' },
  'error-401': { prompt: WORK, fault: '401' },
  'error-429': { prompt: WORK, fault: '429' },
  // A codex that has no model of its own at hand waits for a network.
  'signed-out': {
    prompt: WORK,
    signedOut: true,
    only: { claude: [], gemini: [], opencode: [], copilot: [], qwen: [] },
  },
  down: { prompt: WORK, down: true },
  quota: { prompt: WORK, fault: 'quota', subscription: true },
  'error-500': { prompt: WORK, fault: '500' },
  'once-500': { prompt: WORK, fault: 'once500' },
  dropped: { prompt: WORK, fault: 'drop' },
  interrupted: { prompt: HANGING, signal: 'SIGINT' },
  terminated: { prompt: HANGING, signal: 'SIGTERM' },
  resume: { before: '[[write one.txt|1]] [[say One.]]', prompt: '[[write two.txt|2]] [[say Two.]]' },
  mcp: { prompt: '[[tool report_progress {"text":"half way"}]] [[say Reported.]]', mcp: 'allow' },
  'asked-allowed': {
    prompt: `[[write hello.txt|hi]] [[tool AskUserQuestion ${QUESTION}]] [[say Blue then.]]`,
    allow: false,
    mcp: 'allow',
    only: { claude: ASKING },
  },
  'asked-denied': {
    prompt: `[[write hello.txt|hi]] [[tool AskUserQuestion ${QUESTION}]] [[say Nothing then.]]`,
    allow: false,
    mcp: 'deny',
    only: { claude: ASKING },
  },
  'max-turns': {
    prompt: '[[bash echo 1]] [[bash echo 2]] [[bash echo 3]] [[say Done.]]',
    maxTurns: 2,
    only: { claude: ['--max-turns', '2'], gemini: [], qwen: ['--max-session-turns', '2'] },
  },
  partial: { prompt: WORK, only: { claude: ['--include-partial-messages'] } },
  'max-budget': {
    prompt: '[[bash echo 1]] [[bash echo 2]] [[bash echo 3]] [[say Done.]]',
    only: { claude: ['--max-budget-usd', '0.005'] },
  },
};

/** What is kept of a run beside what it printed. */
interface Golden extends Omit<Ended, 'stdout' | 'stderr'> {
  readonly version: string;
  readonly argv: readonly string[];
  /** What the stub billed for this run, and for the one before it in the same session. */
  readonly billed: Usage;
  /** The part of it that is for requests without tools: titles, suggestions and the like. */
  readonly billedAside?: Usage;
  readonly billedBefore?: Usage;
  /** Text by path below the repository, of the files it left there. */
  readonly files: Readonly<Record<string, string>>;
  /** Of the report file, where the CLI writes one. */
  readonly report?: string;
  /** What the MCP server was called with. */
  readonly mcpCalls?: readonly unknown[];
}

async function record(cli: CliName, name: string, test: Case, stub: StubModel, folder: string): Promise<Golden> {
  const lab = openLab();
  try {
    spawnSync('git', ['init', '--quiet', '--initial-branch', 'main'], { cwd: lab.repo });
    const { version, bin } = await ensureCli(cli, console.error);
    const before =
      test.before === undefined ? undefined : await run(cli, `${name}-before`, { prompt: test.before }, lab, stub);
    const resume = before && sessionOf(before.stdout);
    const after = await run(cli, name, test, lab, stub, resume);
    const redact = redactor(
      {
        [lab.home]: '/home/user',
        [lab.repo]: '/repo',
        [dirname(dirname(bin))]: '/agents',
        [folder]: '/lab',
        [process.execPath]: 'node',
      },
      stub.url,
    );
    if (before) redact(before.stdout);
    const log = join(lab.home, MCP_LOG);
    const golden: Golden = {
      version,
      argv: after.argv.map(redact),
      exitCode: after.exitCode,
      signal: after.signal,
      billed: after.billed,
      ...(after.billedAside.input > 0 ? { billedAside: after.billedAside } : {}),
      ...(before ? { billedBefore: before.billed } : {}),
      files: filesOf(lab.repo),
      ...(after.report === undefined ? {} : { report: redact(after.report) }),
      ...(existsSync(log) ? { mcpCalls: linesOf(redact(readFileSync(log, 'utf8'))) } : {}),
    };
    const golds = join(folder, 'golden', cli);
    mkdirSync(golds, { recursive: true });
    writeFileSync(join(golds, `${name}.json`), `${JSON.stringify(golden, undefined, 2)}\n`);
    writeFileSync(join(golds, `${name}.jsonl`), redact(after.stdout));
    const stderr = join(golds, `${name}.stderr.txt`);
    if (after.stderr === '') rmSync(stderr, { force: true });
    else writeFileSync(stderr, redact(after.stderr));
    return golden;
  } finally {
    lab.remove();
  }
}

async function run(cli: CliName, name: string, test: Case, lab: Lab, stub: StubModel, resume?: string) {
  const { prompt, allow = true, fault, signal, maxTurns, subscription = false, signedOut = false } = test;
  const key = `sk-${cli}-${name}`;
  const log = join(lab.home, MCP_LOG);
  const server = { command: process.execPath, args: [join(folder, 'mcp-server.mjs'), test.mcp ?? 'allow', log] };
  const mcp = test.mcp ? { mcp: server } : {};
  const report = join(lab.home, `usage-${name}.json`);
  const url = test.down ? 'http://127.0.0.1:9' : fault === undefined ? stub.url : stub.withFault(fault);
  const { env } = stubEnv(cli, url, lab.home, {
    key,
    ask: !allow,
    subscription,
    signedOut,
    ...mcp,
    ...(maxTurns === undefined ? {} : { maxTurns }),
  });
  const argv = argvOf(cli, {
    prompt,
    allow,
    report,
    ...mcp,
    ...(resume === undefined ? {} : { resume }),
    more: test.only?.[cli] ?? [],
  });
  const interrupt = signal && {
    whenThere: join(lab.repo, RUNNING),
    signal,
    // Its parent process alone does not heed them.
    group: cli === 'gemini',
  };
  const ended = await runCli(cli, argv, {
    cwd: lab.repo,
    env,
    ...(test.down ? { timeout: 40_000 } : {}),
    ...(interrupt ? { interrupt } : {}),
  });
  const text = existsSync(report) ? { report: readFileSync(report, 'utf8') } : {};
  const requests = stub.requests(key);
  const aside = requests.filter(({ conversation }) => conversation.tools.length === 0);
  return { ...ended, ...text, argv, billed: billed(requests), billedAside: billed(aside) };
}

/** Whatever its CLI calls it. */
function sessionOf(stdout: string): string {
  const found = /"(?:session_id|sessionId|sessionID|thread_id)":\s*"([^"]+)"/.exec(stdout)?.[1];
  if (found === undefined) throw new Error(`No session in:\n${stdout}`);
  return found;
}

function linesOf(text: string): unknown[] {
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as unknown]));
}

function filesOf(repo: string): Record<string, string> {
  const names = readdirSync(repo, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(repo.length + 1))
    .filter((name) => !name.startsWith('.git/'));
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(repo, name), 'utf8').slice(0, 200)]));
}

const [folder = '', ...args] = process.argv.slice(2);
const only = args.includes('--only') ? (args[args.indexOf('--only') + 1]?.split(',') ?? []) : Object.keys(CASES);
const clis = CLI_NAMES.filter((cli) => args.includes(cli));
const stub = await startStubModel();
for (const cli of clis.length > 0 ? clis : CLI_NAMES) {
  for (const [name, test] of Object.entries(CASES)) {
    if (!only.includes(name) || (test.only && !(cli in test.only))) continue;
    const began = performance.now();
    const { exitCode, signal, files } = await record(cli, name, test, stub, folder);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(
      `${cli} ${name}: ${exitCode ?? signal} in ${seconds} s, wrote ${Object.keys(files).join(' ') || 'nothing'}`,
    );
  }
}
await stub.close();
