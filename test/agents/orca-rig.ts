import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { CliId, PermissionMode } from '../../src/core/agent/agent.ts';
import { agentsOf } from '../../src/core/agent/registry.ts';
import type { Limits, RunEvent } from '../../src/core/run/event.ts';
import type { Attempt, RunState, TaskState } from '../../src/core/run/state.ts';
import { limitsOf, policyOf } from '../../src/core/settings/run-settings.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { openRun } from '../../src/engine/open-run.ts';
import { monotonicMs } from '../../src/engine/process/identity.ts';
import { journalPath } from '../../src/engine/run-files.ts';
import { childProcessLauncher } from '../../src/engine/runner/launcher.ts';
import type { RunSession } from '../../src/engine/session.ts';
import { loadSettings } from '../../src/engine/settings.ts';
import { startRun } from '../../src/engine/start-run.ts';
import { openLab, stubEnv } from './harness.ts';
import { installedCli } from './install.mjs';
import { startStubModel, type StubModel } from './stub-model.ts';

// Orca's own engine in this process, its runner and its MCP server as programs, and the CLIs as they are installed.

interface Bundles {
  readonly runner: string;
  readonly mcp: string;
  dispose(): void;
}

/** The two programs that the engine starts, of the sources as they are now. */
async function buildBundles(): Promise<Bundles> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'orca-agents-')));
  await build({
    entryPoints: Object.fromEntries(
      ['runner', 'mcp'].map((name) => [name, join(import.meta.dirname, `../../src/engine/${name}/main.ts`)]),
    ),
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    define: { ORCA_VERSION: '"test"' },
    logLevel: 'silent',
  });
  return {
    runner: join(folder, 'runner.cjs'),
    mcp: join(folder, 'mcp.cjs'),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** In a test file: what to open a repository by, and the stub of the test that runs. */
export function useOrca(): {
  readonly open: (agents: OrcaOptions['agents'], options?: Omit<OrcaOptions, 'agents'>) => Orca;
  readonly stub: () => StubModel;
} {
  let bundles: Bundles;
  let stub: StubModel;
  const opened: Orca[] = [];
  beforeAll(async () => {
    bundles = await buildBundles();
  });
  afterAll(() => bundles.dispose());
  beforeEach(async () => {
    stub = await startStubModel();
  });
  afterEach(async () => {
    for (const orca of opened.splice(0)) await orca.dispose();
    await stub.close();
  });
  return {
    open: (agents, options = {}) => {
      const orca = openOrca({ stub, bundles }, { agents, ...options });
      opened.push(orca);
      return orca;
    },
    stub: () => stub,
  };
}

/** By the environment's names of CLIs, parted by commas; without them, all. */
export function isChosen(cli: CliId): boolean {
  return process.env.ORCA_TEST_AGENTS?.split(',').includes(cli) ?? true;
}

/** In which each of them runs commands. */
export const COMMANDS: Readonly<Record<CliId, PermissionMode>> = {
  claude: 'full',
  codex: 'edits',
  gemini: 'full',
  opencode: 'full',
  copilot: 'full',
  qwen: 'full',
};

/** Never ends by itself. */
export const TAIL = 'tail -f /dev/null';

/** What the tests price tokens by, US dollars per million; no two kinds alike. */
export const PRICE = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 4 };

interface OrcaOptions {
  /** The first is the run's agent; its key at the stub is its name. */
  readonly agents: Readonly<Partial<Record<CliId, { readonly permission?: PermissionMode }>>>;
  /** How often a CLI tries a request again by itself, where it can be told; none if absent. */
  readonly retries?: number;
  readonly pool?: Readonly<Record<string, number>>;
  readonly limits?: Partial<Limits>;
  /** Hears of each event when it is on the disk, before anything follows from it. */
  readonly onEvent?: (type: RunEvent['type']) => void;
}

/** A repository, and an engine for it whose agents talk to the stub. */
export interface Orca {
  readonly engine: Engine;
  readonly repo: string;
  /** Puts the wall clock of the engine forward. */
  later(ms: number): void;
  git(...args: string[]): string;
  /** Two agents, `hybrid`. */
  start(tasks: readonly Task[]): Promise<RunSession>;
  reopen(session: RunSession): Promise<RunSession>;
  /** Text of a file on the run's integration branch; undefined: it is not there. */
  merged(session: RunSession, path: string): string | undefined;
  events(session: RunSession): RunEvent[];
  /** What an agent, its tools or a runner left running, by command line. */
  processes(): string[];
  dispose(): Promise<void>;
}

export interface Task {
  readonly id: string;
  /** The script for the model. */
  readonly does: string;
  readonly dependsOn?: readonly string[];
  /** A command that has to succeed. */
  readonly check?: string;
}

function openOrca(
  { stub, bundles }: { readonly stub: StubModel; readonly bundles: Bundles },
  { agents, retries = 0, pool, limits, onEvent }: OrcaOptions,
): Orca {
  const lab = openLab();
  const folder = join(lab.repo, '..');
  let ahead = 0;
  const sessions = new Set<RunSession>();
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: lab.repo, encoding: 'utf8' });
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'T');
  git('config', 'user.email', 't@localhost');
  const names = Object.keys(agents) as CliId[];
  mkdirSync(join(lab.repo, '.orca'));
  writeFileSync(
    join(lab.repo, '.orca/settings.json'),
    JSON.stringify({
      agents: Object.fromEntries(names.map((cli) => [cli, settingOf(cli, stub, lab.home, retries, agents[cli])])),
      defaultAgent: names[0],
      prices: { '*': PRICE },
      ...(pool && { agentPool: pool }),
    }),
  );
  writeFileSync(join(lab.repo, 'README.md'), 'A repository.\n');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'base');
  const { settings, problems } = loadSettings(lab.repo);
  if (problems.length > 0) throw new Error(problems.join('\n'));

  const engine: Engine = {
    folder: lab.repo,
    driver: 'cli',
    // Nothing of the machine's own sign-ins and settings.
    launcher: childProcessLauncher({ execPath: process.execPath, env: { PATH: process.env.PATH } }),
    runnerPath: bundles.runner,
    mcp: { command: process.execPath, args: [bundles.mcp], env: {} },
    agents: agentsOf(settings.agents),
    clock: { now: () => Date.now() + ahead, mono: monotonicMs },
    random: () => randomBytes(16).toString('hex'),
    version: 'test',
    idleExitMs: 20_000,
    maxLogBytes: 10_000_000,
    at: (point) => {
      const [when, type] = point.split(':') as ['before' | 'after', RunEvent['type']];
      if (when === 'after') onEvent?.(type);
    },
  };
  const opened = (result: Awaited<ReturnType<typeof openRun>>): RunSession => {
    if (result.kind !== 'opened') throw new Error(JSON.stringify(result));
    sessions.add(result.session);
    return result.session;
  };
  return {
    engine,
    repo: lab.repo,
    later: (ms) => {
      ahead += ms;
    },
    git,
    start: async (tasks) =>
      opened(
        await startRun(engine, {
          source: { text: planOf(tasks) },
          strategy: 'hybrid',
          agents: 2,
          agent: settings.defaultAgent,
          uncommitted: false,
          limits: { ...limitsOf(settings), attempts: 1, ...limits },
          policy: policyOf(settings, { named: false }),
        }),
      ),
    reopen: async (session) => opened(await openRun(engine, session.state.spec.id)),
    merged: (session, path) => {
      try {
        return git('show', `${session.state.integration}:${path}`);
      } catch {
        return undefined;
      }
    },
    events: ({ dir }) =>
      readFileSync(journalPath(dir), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => (JSON.parse(line) as { readonly event: RunEvent }).event),
    processes: () => processesIn(folder).map(({ command }) => command),
    dispose: async () => {
      for (const session of sessions) await session.close();
      for (const { pid } of processesIn(folder)) kill(pid);
      lab.remove();
    },
  };
}

function settingOf(
  cli: CliId,
  stub: StubModel,
  home: string,
  retries: number,
  { permission }: { readonly permission?: PermissionMode } = {},
) {
  const program = installedCli(cli)?.program;
  if (program === undefined) throw new Error(`${cli} is not installed: node test/agents/install.mjs ${cli}`);
  // As root, claude does everything only where it is told that it is in a sandbox.
  const env = { ...stubEnv(cli, stub.url, home, { key: cli, retries }).env, IS_SANDBOX: '1' };
  // Codex does not say which model it uses.
  return { program, env, ...(permission && { permission }), ...(cli === 'codex' && { model: 'stub-model' }) };
}

function planOf(tasks: readonly Task[]): string {
  const section = ({ id, does, dependsOn = [], check }: Task): string[] => [
    `### ${id}: Task ${id}`,
    '- Estimate: 5 min',
    `- Depends on: ${dependsOn.join(', ') || 'none'}`,
    ...(check === undefined ? [] : ['- Acceptance:', `  - [ ] \`${check}\` passes`]),
    '',
    does,
    '',
  ];
  return ['# Trial', '', ...tasks.flatMap(section)].join('\n');
}

/** Resolves to the first thing that is found in a state, now or after one of the next events. */
export async function until<T>(session: RunSession, find: (state: RunState) => T | undefined | false): Promise<T> {
  return new Promise((resolve) => {
    const look = (): void => {
      const found = find(session.state);
      if (found === undefined || found === false) return;
      off.dispose();
      resolve(found);
    };
    const off = session.onNews(look);
    look();
  });
}

/** Until something out in the world is so, which tells nobody; false: it has not come to that in time. */
export async function eventually(holds: () => boolean, ms = 20_000): Promise<boolean> {
  const end = Date.now() + ms;
  while (!holds()) {
    if (Date.now() >= end) return false;
    await wait(50);
  }
  return true;
}

export async function cancel(session: RunSession): Promise<void> {
  await session.dispatch({ type: 'cancel' });
  await session.finished();
  expect(session.state.status).toEqual({ kind: 'finished', outcome: 'cancelled' });
}

export function taskOf({ index, tasks }: RunState, id: string): TaskState {
  const task = tasks[index.get(id) ?? -1];
  if (task === undefined) throw new Error(`no task ${id}`);
  return task;
}

export function lastAttempt(state: RunState, id: string): Attempt {
  const attempt = taskOf(state, id).attempts.at(-1);
  if (attempt === undefined) throw new Error(`no attempt of ${id}`);
  return attempt;
}

/** Where it can be seen which processes there are. */
export const LINUX = process.platform === 'linux';

/** Elsewhere none. */
function processesIn(folder: string): { readonly pid: number; readonly command: string }[] {
  if (!LINUX) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        const [environ, command] = ['environ', 'cmdline'].map((file) =>
          readFileSync(join('/proc', name, file), 'latin1')
            .replaceAll('\0', ' ')
            .trim(),
        );
        const told = [environ, command, readlinkSync(join('/proc', name, 'cwd'))].join('\n');
        // Without a command line it is dead, and only waits for its parent.
        return told.includes(folder) && command ? [{ pid: Number(name), command }] : [];
      } catch {
        return [];
      }
    });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return; // Gone meanwhile.
  }
}
