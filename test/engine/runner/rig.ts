import { build } from 'esbuild';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { address } from '../../../src/engine/channel/address.ts';
import { writeRunnerConfig } from '../../../src/engine/runner/agent-files.ts';
import { connectRunner, type RunnerClient } from '../../../src/engine/runner/client.ts';
import type { FromRunner, Job, JobResult } from '../../../src/engine/runner/protocol.ts';
import { FAKE_AGENT, openFakeAgents, type FakeAgents } from '../../rig/fake-agents.ts';

type OfType<T> = Extract<FromRunner, { readonly type: T }>;

/** A runner's messages, kept from the first on. */
export interface Engine {
  readonly client: RunnerClient;
  readonly messages: readonly FromRunner[];
  /** The first message of this type, whether it has come or will; `from`: that many are passed over. */
  next<T extends FromRunner['type']>(type: T, from?: number): Promise<OfType<T>>;
  /** Sends a job and waits for its result. */
  result(job: Job): Promise<JobResult>;
}

export interface StartedRunner {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly agentDir: string;
  readonly address: string;
  /** What it has shown so far. */
  shown(): string;
  /** Resolves to its exit code, or signal. */
  readonly ended: Promise<number | string | null>;
  /** Connected from the start, so that it does not end before its time. */
  readonly engine: Engine;
  connect(): Promise<Engine>;
}

export interface Rig {
  readonly folder: string;
  readonly runnerPath: string;
  readonly agents: FakeAgents;
  startRunner(options?: { readonly idleExitMs?: number; readonly graceMs?: number }): Promise<StartedRunner>;
  /** A job of the fake agent in a folder of its own. */
  job(changes?: Partial<Job>): Job;
  dispose(): Promise<void>;
}

const TOKEN = 'the-token';

export async function openRig(): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), 'orca runner é '));
  const runnerPath = join(folder, 'runner.cjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../../../src/engine/runner/main.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    outfile: runnerPath,
    logLevel: 'silent',
  });
  const agents = await openFakeAgents();
  const runners: { readonly child: ChildProcess; readonly ended: Promise<unknown> }[] = [];
  let made = 0;
  return {
    folder,
    runnerPath,
    agents,
    async startRunner({ idleExitMs = 60_000, graceMs = 5000 } = {}) {
      const agentDir = join(folder, `agent-${++made}`);
      const at = address(randomUUID());
      writeRunnerConfig(agentDir, { address: at, token: TOKEN, name: 'Orca: Agent 2', idleExitMs, graceMs });
      const child = spawn(process.execPath, [runnerPath, agentDir], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', ORCA_JOB: 'outer' },
      });
      let shown = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (shown += text));
      const ended = new Promise<number | string | null>((resolve) =>
        child.once('exit', (code, signal) => resolve(signal ?? code)),
      );
      runners.push({ child, ended });
      return {
        process: child,
        pid: child.pid ?? 0,
        agentDir,
        address: at,
        shown: () => shown,
        ended,
        engine: await connectEngine(at),
        connect: () => connectEngine(at),
      };
    },
    job(changes = {}) {
      const dir = join(folder, 'tasks', String(++made));
      mkdirSync(dir, { recursive: true });
      return {
        id: `task-${made}/1/agent`,
        banner: `task-${made} · attempt 1`,
        argv: [process.execPath, FAKE_AGENT],
        cwd: folder,
        env: agents.env,
        dir,
        idleMs: 0,
        totalMs: 0,
        maxLogBytes: 1_000_000,
        ...changes,
      };
    },
    async dispose() {
      agents.close();
      for (const { child, ended } of runners) {
        child.kill('SIGKILL');
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function connectEngine(at: string, token = TOKEN): Promise<Engine> {
  const client = await connectRunner({ address: at, token, signal: AbortSignal.timeout(20_000), waitMs: 20_000 });
  if (client === undefined) throw new Error('no runner answers');
  const messages: FromRunner[] = [];
  const waiting = new Set<() => void>();
  client.onMessage((message) => {
    messages.push(message);
    for (const look of waiting) look();
  });
  const engine: Engine = {
    client,
    messages,
    next<T extends FromRunner['type']>(type: T, from = 0): Promise<OfType<T>> {
      const isOfType = (message: FromRunner): message is OfType<T> => message.type === type;
      return new Promise((resolve) => {
        const look = (): void => {
          const found = messages.filter(isOfType)[from];
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      });
    },
    async result(job) {
      const from = messages.filter((message) => message.type === 'ended').length;
      client.run(job);
      return (await engine.next('ended', from)).result;
    },
  };
  return engine;
}

export function log(job: Job): string {
  return readFileSync(join(job.dir, 'output.log'), 'utf8');
}
