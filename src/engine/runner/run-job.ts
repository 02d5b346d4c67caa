import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { AgentOutput, OutputId } from '../../core/agent/agent.ts';
import { allowedEnvironment } from '../../core/agent/environment.ts';
import { secretsOf } from '../../core/agent/redact.ts';
import { verdictOf, type AgentReport } from '../../core/agent/report.ts';
import type { AttemptEnd } from '../../core/run/event.ts';
import { identityOfChild, monotonicMs, type ProcessIdentity } from '../process/identity.ts';
import { killTree, leftSomething } from '../process/tree.ts';
import { JOB_VARIABLE, jobMarker, writeChild, writeResult } from './job-files.ts';
import { AgentView } from './agent-view.ts';
import { AgentWatch } from './agent-watch.ts';
import { OutputLog } from './output-log.ts';
import type { Job, JobResult } from './protocol.ts';
import { RedactStream } from './redact-stream.ts';
import { startChild, type Started } from './start-child.ts';
import { LastWords } from './words.ts';

export interface JobHost {
  /** The job's variables are added to these. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** From TERM to KILL. */
  readonly graceMs: number;
  readonly onStarted: (pid: number) => void;
  /** Output as it is to be seen: as it comes, or where it is understood as what the agent does. */
  readonly onOutput: (bytes: Buffer) => void;
  readonly colours: boolean;
  readonly outputOf: (id: OutputId) => AgentOutput | undefined;
  /** At most 4 a second. */
  readonly onSpent: (report: AgentReport) => void;
  /** At most 4 a second. */
  readonly onWords: (text: string) => void;
  /** Every few seconds while it runs. */
  readonly onBeat: (beat: { readonly outputBytes: number; readonly lastOutputAt: number }) => void;
  /** The result cannot be written; it is tried again until it can. */
  readonly onUnwritable: (message: string) => void;
}

const BEAT_MS = 5000;
const WORDS_MS = 250;
const RETRY_MS = 1000;
/** What a program leaves in its pipes is there at once; if they stay open for longer, something else holds them. */
const PIPES_MS = 250;
const LEFTOVER_GRACE_MS = 1000;

/**
 * A claimed job on its way to a result.
 *
 *            exit ──────────────────────────────────┐
 *   running ─┤                                      ├─> sweep ─> result.json ─> done
 *            stop, limit ─> TERM, KILL to the tree ─┘
 *
 * The sweep ends what the program left running: it would hold the pipes open, or go on in the worktree.
 */
export class JobRun {
  readonly job: Job;
  /** Resolves when result.json is written; to nothing where the job's folder is gone. */
  readonly done: Promise<JobResult | undefined>;

  readonly #host: JobHost;
  readonly #log: OutputLog;
  readonly #words = new LastWords();
  readonly #output: AgentOutput | undefined;
  /** Where its output is understood. */
  readonly #agent: AgentWatch | undefined;
  readonly #clock = new AwakeClock();
  readonly #startedAt = Date.now();
  #lastOutputAt = this.#startedAt;
  /** By the awake clock. */
  #lastOutputMs = 0;
  #pid: number | undefined;
  /** How it ended, or why it is being ended: what comes first stays. */
  #end: AttemptEnd | undefined;
  #kill: ((why: AttemptEnd) => void) | undefined;
  #killing: Promise<void> | undefined;
  /** Gives on what is held back of each stream, as it may be the beginning of a secret. */
  readonly #held: (() => void)[] = [];
  #beat: NodeJS.Timeout | undefined;
  #nextWords: NodeJS.Timeout | undefined;

  constructor(job: Job, host: JobHost) {
    this.job = job;
    this.#host = host;
    this.#log = new OutputLog(join(job.dir, 'output.log'), job.maxLogBytes);
    this.#output = job.agent && host.outputOf(job.agent.cli);
    if (job.agent !== undefined && this.#output !== undefined) {
      const view = new AgentView(host.colours);
      this.#agent = new AgentWatch(job.agent, this.#output, (event) => {
        const text = view.draw(event);
        if (text !== '') host.onOutput(Buffer.from(text));
      });
    }
    this.done = this.#run();
  }

  /** Absent before it has started. */
  get pid(): number | undefined {
    return this.#pid;
  }

  /** Ends it as `cancelled`, unless it has ended by itself. */
  stop(): void {
    this.#endAs({ kind: 'cancelled' });
  }

  /** While its agent waits for a person, no time is counted. */
  wait(waits: boolean): void {
    this.#clock.stop(waits);
    if (waits) return;
    this.#lastOutputMs = this.#clock.ms();
  }

  async #run(): Promise<JobResult | undefined> {
    const { job } = this;
    const { env } = this.#host;
    const own = job.pass === undefined ? env : allowedEnvironment(env, job.pass, process.platform);
    const started = await startChild(job, { ...own, ...job.env, [JOB_VARIABLE]: job.dir });
    const end: AttemptEnd =
      'message' in started
        ? { kind: 'not-started', message: started.message }
        : await this.#watch(started, secretsOf({ ...env, ...job.env }));
    for (const flush of this.#held) flush();
    clearTimeout(this.#nextWords);
    this.#log.close();
    this.#agent?.end(this.#clock.ms());
    const lastWords = this.#agent === undefined ? this.#words.text() : this.#agent.words;
    const report = this.#agent?.report;
    return this.#save({
      id: job.id,
      end,
      activeMs: this.#clock.ms(),
      startedAt: this.#startedAt,
      endedAt: Date.now(),
      outputBytes: this.#log.bytes,
      truncated: this.#log.truncated,
      ...(lastWords !== undefined && { lastWords }),
      ...(report !== undefined && { report, verdict: verdictOf(end, report, this.#output?.exitMeans) }),
    });
  }

  /** Resolves when the program and all that came from it are gone. */
  async #watch({ child, pid, pipes }: Started, secrets: readonly string[]): Promise<AttemptEnd> {
    const identity = identityOfChild(pid);
    const tree = { pid, marker: jobMarker(this.job.dir), ...(identity && { startedAt: identity.startedAt }) };
    const drained = new Promise<void>((done) => child.once('close', () => done()));
    const gone = new Promise<AttemptEnd>((done) => {
      child.once('exit', (code, signal) =>
        done((this.#end ??= signal === null ? { kind: 'exited', code: code ?? 0 } : { kind: 'signalled', signal })),
      );
      this.#kill = (why) => {
        this.#killing = killTree(tree, { graceMs: this.#host.graceMs }).then((survivors) => {
          if (survivors.length > 0) done(why); // No exit will come.
        });
      };
    });
    for (const [i, pipe] of pipes.entries()) {
      const stream = i === 0 ? 'out' : 'err';
      // Made when there is something to look at: many a job prints nothing, and its expressions take their time.
      let redacted: RedactStream | undefined;
      pipe.on('data', (bytes: Buffer) => {
        redacted ??= new RedactStream(secrets);
        this.#onOutput(redacted.push(bytes), stream);
      });
      this.#held.push(() => {
        if (redacted !== undefined) this.#onOutput(redacted.flush(), stream);
      });
    }
    if (identity !== undefined) noteChild(this.job.dir, identity);
    this.#pid = pid;
    this.#host.onStarted(pid);
    if (this.#end === undefined) this.#tick();
    else this.#kill?.(this.#end);

    const end = await gone;
    clearTimeout(this.#beat);
    await this.#killing;
    if ((await within(drained, PIPES_MS)) && !leftSomething(tree)) return end;
    await killTree(tree, { graceMs: LEFTOVER_GRACE_MS });
    await within(drained, PIPES_MS);
    for (const pipe of pipes) pipe.destroy();
    return end;
  }

  #endAs(end: AttemptEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#agent?.ending();
    clearTimeout(this.#beat);
    this.#kill?.(end);
  }

  #onOutput(bytes: Buffer, stream: 'out' | 'err'): void {
    if (bytes.length === 0) return;
    this.#lastOutputMs = this.#clock.ms();
    this.#lastOutputAt = Date.now();
    this.#log.write(bytes);
    if (this.#agent === undefined) {
      this.#words.push(bytes);
      this.#host.onOutput(bytes);
    } else {
      this.#agent.push(bytes, stream, this.#lastOutputMs);
      const limit = this.#agent.limit(this.#lastOutputMs);
      if (limit !== undefined) this.#endAs({ kind: 'over-limit', limit });
    }
    this.#nextWords ??= setTimeout(() => {
      this.#nextWords = undefined;
      const text = this.#agent === undefined ? this.#words.text() : this.#agent.words;
      if (text !== undefined) this.#host.onWords(text);
      if (this.#agent !== undefined) this.#host.onSpent(this.#agent.report);
    }, WORDS_MS);
  }

  /** Looks at the limits, and again when the next of them can be reached, or it is time for a sign of life. */
  #tick(): void {
    const { totalMs, idleMs } = this.job;
    const now = this.#clock.ms();
    const total = totalMs > 0 ? totalMs - now : Infinity;
    const idle = idleMs > 0 ? this.#lastOutputMs + idleMs - now : Infinity;
    const retry = this.#agent?.retryLeft(now) ?? Infinity;
    if (total <= 0) this.#endAs({ kind: 'timed-out', limit: 'total' });
    else if (idle <= 0) this.#endAs({ kind: 'timed-out', limit: 'idle' });
    else if (retry <= 0) this.#endAs({ kind: 'over-limit', limit: 'retries' });
    else
      this.#beat = setTimeout(
        () => {
          this.#host.onBeat({ outputBytes: this.#log.bytes, lastOutputAt: this.#lastOutputAt });
          this.#tick();
        },
        Math.min(total, idle, retry, BEAT_MS),
      );
  }

  async #save(result: JobResult): Promise<JobResult | undefined> {
    for (let tries = 0; ; tries++) {
      try {
        writeResult(this.job.dir, result);
        return result;
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT') return undefined;
        if (tries === 0) this.#host.onUnwritable(message);
        await delay(RETRY_MS);
      }
    }
  }
}

/** Time that a job had to work in: a machine that slept, or a person who thinks, does not use up its limits. */
class AwakeClock {
  #ms = 0;
  #seen = monotonicMs();
  #stopped = false;

  stop(stopped: boolean): void {
    this.ms();
    this.#stopped = stopped;
  }

  /** Is asked at every beat at least: a gap much longer than that was a sleep. */
  ms(): number {
    const now = monotonicMs();
    if (!this.#stopped) this.#ms += Math.min(now - this.#seen, 2 * BEAT_MS);
    this.#seen = now;
    return this.#ms;
  }
}

/** A disk that takes nothing does not stop the job: what it leaves is then found by its marker alone. */
function noteChild(dir: string, identity: ProcessIdentity): void {
  try {
    writeChild(dir, identity);
  } catch {
    return;
  }
}

/** Whether it comes to pass in time. */
function within(event: Promise<void>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    void event.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
