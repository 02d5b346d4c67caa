import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Ask } from '../core/agent/ask.ts';
import type { AgentReport } from '../core/agent/report.ts';
import type { RunState } from '../core/run/state.ts';
import { address as socketAddress } from './channel/address.ts';
import { readRunnerConfig, writeRunnerConfig } from './runner/agent-files.ts';
import { jobStarted, readResult, reapOrphan } from './runner/job-files.ts';
import { connectRunner, type RunnerClient } from './runner/client.ts';
import type { RunnerLauncher } from './runner/launcher.ts';
import type { Job, JobResult } from './runner/protocol.ts';
import { agentDir } from './run-files.ts';

export interface AgentPoolOptions {
  /** The run's folder. */
  readonly dir: string;
  readonly cwd: string;
  readonly launcher: RunnerLauncher;
  /** Path of the runner's bundle. */
  readonly runnerPath: string;
  /** The run's token, which a connection has to carry. */
  readonly token: string;
  readonly idleExitMs: number;
  readonly state: () => RunState;
  /** Records that a runner is about to be started; resolves when that is on the disk. */
  readonly launching: (agent: number, address: string) => Promise<void>;
  readonly newAddress: () => string;
  readonly onWords: (job: string, text: string) => void;
  /** A job's agent asks a person; told again after a reconnection, until it is answered. */
  readonly onAsked: (job: string, ask: string, question: Ask) => void;
  /** What a job's agent has used by now. */
  readonly onSpent: (job: string, report: Pick<AgentReport, 'usage' | 'costUsd'>) => void;
}

/** A job to be run once, whoever asks how often: `make` is called only where it has not been started. */
export interface JobRequest {
  readonly id: string;
  readonly dir: string;
  readonly make: () => Promise<Job | { readonly error: string }>;
}

/**
 * The run's runners, one an agent: starts them, finds those that live, and hands them jobs. Owns the connections, not
 * the processes: those outlive it.
 */
export class AgentPool {
  readonly #options: AgentPoolOptions;
  readonly #clients = new Map<number, RunnerClient>();
  /** Per agent, the tail of what is asked of it: a runner does one thing at a time. */
  readonly #turns = new Map<number, Promise<unknown>>();

  constructor(options: AgentPoolOptions) {
    this.#options = options;
  }

  /** Runs a job on an agent's runner, or finds what became of it. Rejects only when aborted, or on an I/O error. */
  async run(agent: number, request: JobRequest, signal: AbortSignal): Promise<JobResult> {
    const before = this.#turns.get(agent) ?? Promise.resolve();
    const turn = before.then(() => this.#run(agent, request, signal));
    this.#turns.set(
      agent,
      turn.catch(() => undefined),
    );
    return turn;
  }

  /** Ends the processes of a job, absent: of whatever its runner is on; the result then says `cancelled`. */
  stop(agent: number, job = this.#clients.get(agent)?.job): void {
    if (job !== undefined) this.#clients.get(agent)?.stop(job);
  }

  /** Lost without a word where the job, or the question, is no more. */
  answer(agent: number, job: string, ask: string, answer: Answer): void {
    this.#clients.get(agent)?.answer(job, ask, answer);
  }

  /** Asks every runner to end, and to stop what it may still be on. */
  close(): void {
    for (const [agent, client] of this.#clients) {
      this.stop(agent);
      client.close();
    }
    this.dispose();
  }

  /** Drops the connections; runners go on. */
  dispose(): void {
    for (const client of this.#clients.values()) client.dispose();
    this.#clients.clear();
  }

  async #run(agent: number, request: JobRequest, signal: AbortSignal): Promise<JobResult> {
    for (;;) {
      signal.throwIfAborted();
      const result = readResult(request.dir);
      if (result !== undefined) return result;
      const client = await this.#connected(agent, signal);
      const adopted = client?.job === request.id;
      if (!adopted && jobStarted(request.dir)) {
        const cutOff = await this.#cutOff(request, signal);
        if (cutOff !== undefined) return cutOff;
        continue;
      }
      if (client?.job !== undefined && !adopted) {
        // Nobody wants that any more: what is wanted of a runner comes one after another.
        client.stop(client.job);
        await delay(LOOK_AGAIN_MS, undefined, { signal });
        continue;
      }
      const job = adopted ? undefined : await request.make();
      signal.throwIfAborted();
      if (job !== undefined && 'error' in job) return failed(request.id, { kind: 'not-started', message: job.error });
      const runner = client ?? (await this.#launched(agent, signal));
      if (runner === undefined)
        return failed(request.id, { kind: 'not-started', message: `The runner of agent ${agent + 1} did not start.` });
      const ended = await outcome(runner, request, job, signal);
      if (ended.kind === 'ended') return ended.result;
      if (ended.kind === 'refused') return failed(request.id, { kind: 'not-started', message: ended.message });
      this.#drop(agent, runner);
    }
  }

  /** What became of a job that was started and that no runner we reach is on; undefined: look again. */
  async #cutOff(request: JobRequest, signal: AbortSignal): Promise<JobResult | undefined> {
    const orphan = await reapOrphan(request.dir);
    switch (orphan.kind) {
      case 'finished':
        return orphan.result;
      case 'reaped':
        return failed(request.id, { kind: 'interrupted' });
      case 'elsewhere':
        throw new Error(
          `${request.id} was started on another machine (${orphan.runner.host}); go on with the run there.`,
        );
      case 'running':
      case 'unclaimed':
        await delay(LOOK_AGAIN_MS, undefined, { signal });
        return undefined;
    }
  }

  async #connected(agent: number, signal: AbortSignal): Promise<RunnerClient | undefined> {
    const known = this.#clients.get(agent);
    if (known !== undefined) return known;
    const { dir, state, token } = this.#options;
    const name = state().agents[agent]?.address;
    const config = name === undefined ? undefined : readRunnerConfig(agentDir(dir, agent, name));
    if (config === undefined) return undefined;
    const client = await connectRunner({ address: config.address, token, signal });
    return client === undefined ? undefined : this.#keep(agent, client);
  }

  async #launched(agent: number, signal: AbortSignal): Promise<RunnerClient | undefined> {
    const { dir, cwd, launcher, runnerPath, token, idleExitMs, newAddress, launching, state } = this.#options;
    const fresh = newAddress();
    const address = socketAddress(`runner ${fresh}`);
    const name = agent < state().spec.agents ? `Orca: Agent ${agent + 1}` : 'Orca: Gates';
    const folder = agentDir(dir, agent, fresh);
    writeRunnerConfig(folder, { address, token, name, idleExitMs });
    await launching(agent, fresh);
    const launched = await launcher.launch({ agent, name, runnerPath, agentDir: folder, cwd });
    if ('error' in launched) return undefined;
    const client = await connectRunner({ address, token, signal, waitMs: START_MS });
    return client === undefined ? undefined : this.#keep(agent, client);
  }

  #keep(agent: number, client: RunnerClient): RunnerClient {
    this.#clients.set(agent, client);
    client.onMessage((message) => {
      if (message.type === 'words') this.#options.onWords(message.id, message.text);
      if (message.type === 'asked') this.#options.onAsked(message.id, message.ask, message.question);
      if (message.type === 'spent') this.#options.onSpent(message.id, message);
    });
    void client.closed.then(() => this.#drop(agent, client));
    return client;
  }

  #drop(agent: number, client: RunnerClient): void {
    if (this.#clients.get(agent) === client) this.#clients.delete(agent);
    client.dispose();
  }
}

/** A busy window can take minutes to start the process of a terminal. */
const START_MS = 180_000;
const LOOK_AGAIN_MS = 500;

type Outcome =
  | { readonly kind: 'ended'; readonly result: JobResult }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'gone' };

function outcome(
  client: RunnerClient,
  { id, dir }: JobRequest,
  job: Job | undefined,
  signal: AbortSignal,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const off = client.onMessage((message) => {
      if (message.type === 'ended' && message.result.id === id) settle({ kind: 'ended', result: message.result });
      else if (message.type === 'refused' && message.id === id) {
        // Another runner has it: look again at its files.
        settle(message.why === 'elsewhere' ? { kind: 'gone' } : { kind: 'refused', message: message.message });
      }
    });
    const abort = (): void => {
      off();
      reject(signal.reason as Error);
    };
    const settle = (outcome: Outcome): void => {
      off();
      signal.removeEventListener('abort', abort);
      resolve(outcome);
    };
    signal.addEventListener('abort', abort, { once: true });
    void client.closed.then(() => settle({ kind: 'gone' }));
    if (job !== undefined) client.run(job);
    else {
      // It may have ended before we listened; its result is there before anyone is told.
      const result = readResult(dir);
      if (result !== undefined) settle({ kind: 'ended', result });
    }
  });
}

function failed(id: string, end: JobResult['end']): JobResult {
  return { id, end, activeMs: 0, startedAt: 0, endedAt: 0, outputBytes: 0, truncated: false };
}
