import { listen, type Channel } from '../channel/channel.ts';
import type { AgentOutput, OutputId } from '../../core/agent/agent.ts';
import type { Answer, Ask } from '../../core/agent/ask.ts';
import type { AttemptEnd } from '../../core/run/event.ts';
import { unreachable } from '../../core/unreachable.ts';
import { currentIdentity } from '../process/identity.ts';
import { writeHeartbeat, writeRunnerProcess, type RunnerConfig } from './agent-files.ts';
import { claimJob, JOB_VARIABLE, readResult } from './job-files.ts';
import type { FromRunner, Job, JobResult } from './protocol.ts';
import { AgentDoor } from './agent-door.ts';
import { readToRunner } from './read.ts';
import { JobRun } from './run-job.ts';
import type { Terminal } from './terminal.ts';
import { plainText } from './words.ts';

export interface RunnerOptions {
  readonly config: RunnerConfig;
  readonly agentDir: string;
  readonly terminal: Terminal;
  readonly outputOf: (id: OutputId) => AgentOutput | undefined;
  /** The runner's own environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

type Request = NonNullable<ReturnType<typeof readToRunner>>;
type EngineChannel = Channel<Request, FromRunner>;

/**
 * Runs the jobs that engines send, one at a time, and tells every connected engine of them. A job goes on without any;
 * the runner ends when it is asked to, or when for a while nobody had a use for it.
 */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #jobEnv: Readonly<Record<string, string | undefined>>;
  readonly #identity = currentIdentity();
  readonly #engines = new Set<EngineChannel>();
  #run: JobRun | undefined;
  /** The job's. */
  #door: AgentDoor | undefined;
  /** `over`: what still comes is not answered, and the engine that sent it sees the connection end. */
  #state: 'open' | 'closing' | 'over' = 'open';
  #idle: NodeJS.Timeout | undefined;
  #finished: () => void = () => undefined;

  constructor(options: RunnerOptions) {
    this.#options = options;
    // Ours, as a Node that Electron plays; and of the job that we may ourselves be part of.
    const ours = new Set(['ELECTRON_RUN_AS_NODE', JOB_VARIABLE]);
    this.#jobEnv = Object.fromEntries(Object.entries(options.env).filter(([name]) => !ours.has(name)));
  }

  /** Resolves when its work is over; to a sentence where it could not begin. */
  async serve(): Promise<string | undefined> {
    const { config, agentDir } = this.#options;
    const finished = new Promise<void>((done) => (this.#finished = done));
    const listening = await listen<Request, FromRunner>(config.address, {
      token: config.token,
      read: readToRunner,
      greeting: () => ({ type: 'hello', pid: process.pid, ...(this.#run && { job: this.#run.job.id }) }),
      onConnection: (engine) => this.#welcome(engine),
    });
    if (listening.kind === 'taken') return `Another runner listens at ${config.address}.`;
    if (listening.kind === 'failed') return listening.message;
    writeRunnerProcess(agentDir, this.#identity);
    this.#settle();
    await finished;
    listening.close();
    for (const engine of this.#engines) engine.close();
    return undefined;
  }

  /** Ends the job that runs, if there is one. */
  stop(): void {
    this.#run?.stop();
  }

  /** Ends as soon as nothing runs. */
  close(): void {
    if (this.#state === 'open') this.#state = 'closing';
    this.#settle();
  }

  #welcome(engine: EngineChannel): void {
    this.#engines.add(engine);
    this.#settle();
    const id = this.#run?.job.id;
    if (id !== undefined) for (const asked of this.#door?.asks ?? []) engine.send({ type: 'asked', id, ...asked });
    engine.onMessage((request) => this.#answer(engine, request));
    void engine.closed.then(() => {
      this.#engines.delete(engine);
      this.#settle();
    });
  }

  #answer(engine: EngineChannel, request: Request): void {
    if (this.#state === 'over') return;
    switch (request.type) {
      case 'hello':
        return;
      case 'run': {
        const answer = this.#take(request.job);
        if (answer !== undefined) engine.send(answer);
        return;
      }
      case 'malformed':
        engine.send({ type: 'refused', id: request.id, why: 'invalid', message: 'the job cannot be read' });
        return;
      case 'answer':
        if (this.#run?.job.id === request.id && this.#door?.answer(request.ask, request.answer) === true)
          this.#options.terminal.line(`answered: ${answerLine(request.answer)}`, 'note');
        return;
      case 'stop':
        if (this.#run?.job.id === request.id) this.#run.stop();
        return;
      case 'close':
        this.close();
    }
  }

  /** Starts a job, once; an answer where there is something to say at once. */
  #take(job: Job): FromRunner | undefined {
    const { id, dir } = job;
    if (this.#run?.job.id === id) {
      const { pid } = this.#run;
      return pid === undefined ? undefined : { type: 'started', id, pid };
    }
    if (this.#run !== undefined || this.#state !== 'open')
      return { type: 'refused', id, why: 'busy', message: `on ${this.#run?.job.id ?? 'its way out'}` };
    try {
      if (claimJob(dir, { id, runner: this.#identity })) {
        void this.#carryOut(job);
        return undefined;
      }
    } catch (error) {
      return { type: 'refused', id, why: 'invalid', message: `cannot write to ${dir}: ${(error as Error).message}` };
    }
    const result = readResult(dir);
    if (result?.id === id) return { type: 'ended', result };
    return { type: 'refused', id, why: 'elsewhere', message: 'another runner has taken it' };
  }

  async #carryOut(job: Job): Promise<void> {
    const { config, agentDir, terminal } = this.#options;
    const { id } = job;
    terminal.line(plainText(job.banner), 'banner');
    if (job.agent?.door !== undefined) {
      this.#door = new AgentDoor({
        onAsked: (ask, question) => {
          terminal.line(`asks: ${plainText(askLine(question))}`, 'note');
          this.#tell({ type: 'asked', id, ask, question });
        },
        onProgress: (text) => {
          terminal.line(plainText(text), 'note');
          this.#tell({ type: 'words', id, text: plainText(text) });
        },
        onWaiting: (waits) => this.#run?.wait(waits),
      });
      void this.#door.open(job.agent.door);
    }
    this.#run = new JobRun(job, {
      env: this.#jobEnv,
      graceMs: config.graceMs ?? 5000,
      onStarted: (pid) => this.#tell({ type: 'started', id, pid }),
      onOutput: (bytes) => terminal.output(bytes),
      colours: terminal.isTTY,
      outputOf: this.#options.outputOf,
      onSpent: ({ usage, costUsd }) => {
        if (usage !== undefined || costUsd !== undefined)
          this.#tell({
            type: 'spent',
            id,
            ...(usage !== undefined && { usage }),
            ...(costUsd !== undefined && { costUsd }),
          });
      },
      onWords: (text) => this.#tell({ type: 'words', id, text }),
      onBeat: (beat) => attempt(() => writeHeartbeat(agentDir, { job: id, ...beat })),
      onUnwritable: (message) => terminal.line(`The result cannot be written, trying again: ${message}`, 'note'),
    });
    this.#settle();
    const result = await this.#run.done;
    this.#run = undefined;
    this.#door?.close();
    this.#door = undefined;
    if (result === undefined) this.#tell({ type: 'refused', id, why: 'invalid', message: 'its folder is gone' });
    else {
      terminal.line(describe(result), 'note');
      this.#tell({ type: 'ended', result });
    }
    this.#settle();
  }

  #tell(message: FromRunner): void {
    for (const engine of this.#engines) engine.send(message);
  }

  /** After every change: is there still a use for this runner? */
  #settle(): void {
    clearTimeout(this.#idle);
    if (this.#run !== undefined) return;
    if (this.#state === 'closing') this.#finish();
    else if (this.#engines.size === 0) this.#idle = setTimeout(() => this.#finish(), this.#options.config.idleExitMs);
  }

  #finish(): void {
    this.#state = 'over';
    this.#finished();
  }
}

function describe({ end, activeMs, report }: JobResult): string {
  const { usage, costUsd } = report ?? {};
  const used = [
    ...(usage === undefined
      ? []
      : [`${usage.input + usage.cacheRead + usage.cacheWrite} tokens in, ${usage.output} out`]),
    ...(costUsd === undefined ? [] : [`$${costUsd.toFixed(4)}`]),
  ];
  return [`${ending(end)} after ${(activeMs / 1000).toFixed(1)} s`, ...used].join(', ');
}

function answerLine(answer: Answer): string {
  switch (answer.kind) {
    case 'allow':
      return answer.scope === 'task' ? 'allowed for this task' : 'allowed';
    case 'deny':
      return `no: ${plainText(answer.reason)}`;
    case 'reply':
      return plainText(answer.text);
  }
}

function askLine(ask: Ask): string {
  return ask.kind === 'permission' ? `${ask.tool} ${ask.input}` : ask.text;
}

function ending(end: AttemptEnd): string {
  switch (end.kind) {
    case 'exited':
      return `exit ${end.code}`;
    case 'signalled':
      return `ended by ${end.signal}`;
    case 'timed-out':
      return end.limit === 'idle' ? 'ended: it printed nothing for too long' : 'ended: it took too long';
    case 'over-limit':
      return `ended: its limit of ${end.limit} is reached`;
    case 'not-started':
      return plainText(end.message);
    case 'cancelled':
    case 'interrupted':
      return end.kind;
    default:
      return unreachable(end);
  }
}

function attempt(effect: () => void): void {
  try {
    effect();
  } catch {
    return; // A sign of life that cannot be written is one that is missing.
  }
}
