import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunState } from '../core/run/state.ts';
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

  /** Ends a job's processes; its result then says `cancelled`. */
  stop(agent: number, job: string): void {
    this.#clients.get(agent)?.stop(job);
  }

  /** Asks every runner to end as soon as it is idle. */
  close(): void {
    for (const client of this.#clients.values()) client.close();
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
      const result = await readResult(request.dir);
      if (result !== undefined) return result;
      let client = await this.#connected(agent, signal);
      const started = await jobStarted(request.dir);
      if (started && client?.job !== request.id) {
        // Its runner is gone, or has ended it this instant: the result decides, and what is left over is ended.
        const late = await readResult(request.dir);
        if (late !== undefined) return late;
        await reapOrphan(request.dir);
        return failed(request.id, { kind: 'interrupted' });
      }
      let job: Job | { readonly error: string } | undefined;
      if (!started && client?.job !== request.id) {
        job = await request.make();
        if ('error' in job) return failed(request.id, { kind: 'not-started', message: job.error });
      }
      client ??= await this.#launched(agent, signal);
      if (client === undefined)
        return failed(request.id, { kind: 'not-started', message: `The runner of agent ${agent + 1} did not start.` });
      const ended = await outcome(client, request, job, signal);
      if (ended.kind === 'ended') return ended.result;
      if (ended.kind === 'refused') return failed(request.id, { kind: 'not-started', message: ended.message });
      this.#drop(agent, client);
    }
  }

  async #connected(agent: number, signal: AbortSignal): Promise<RunnerClient | undefined> {
    const known = this.#clients.get(agent);
    if (known !== undefined) return known;
    const address = this.#options.state().agents[agent]?.address;
    if (address === undefined) return undefined;
    const client = await connectRunner({ address, token: this.#options.token, signal });
    return client === undefined ? undefined : this.#keep(agent, client);
  }

  async #launched(agent: number, signal: AbortSignal): Promise<RunnerClient | undefined> {
    const { dir, cwd, launcher, runnerPath, token, idleExitMs, newAddress, launching, state } = this.#options;
    const address = newAddress();
    const name = agent < state().spec.agents ? `Orca: Agent ${agent + 1}` : 'Orca: Gates';
    const folder = agentDir(dir, agent, address);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'runner.json'), JSON.stringify({ address, token, name, idleExitMs }), { mode: 0o600 });
    await launching(agent, address);
    const launched = await launcher.launch({ agent, name, runnerPath, agentDir: folder, cwd });
    if ('error' in launched) return undefined;
    const client = await connectRunner({ address, token, signal, waitMs: START_MS });
    return client === undefined ? undefined : this.#keep(agent, client);
  }

  #keep(agent: number, client: RunnerClient): RunnerClient {
    this.#clients.set(agent, client);
    client.onMessage((message) => {
      if (message.type === 'words') this.#options.onWords(message.id, message.text);
    });
    void client.closed.then(() => this.#drop(agent, client));
    return client;
  }

  #drop(agent: number, client: RunnerClient): void {
    if (this.#clients.get(agent) === client) this.#clients.delete(agent);
    client.dispose();
  }
}

/** A terminal in a busy window can take a while to start its process. */
const START_MS = 30_000;

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
    else
      // It may have ended before we listened; its result is there before anyone is told.
      void readResult(dir).then((result) => {
        if (result !== undefined) settle({ kind: 'ended', result });
      });
  });
}

function failed(id: string, end: JobResult['end']): JobResult {
  return { id, end, activeMs: 0, startedAt: 0, endedAt: 0, outputBytes: 0, truncated: false };
}
