import { setTimeout as delay } from 'node:timers/promises';
import type { Ask } from '../core/agent/ask.ts';
import { NOTHING_REPORTED, type AgentReport } from '../core/agent/report.ts';
import { advance } from '../core/run/advance.ts';
import type { RunCommand, UserCommand } from '../core/run/command.ts';
import { decide, type Decision } from '../core/run/decide.ts';
import { effectsOf, type Effect } from '../core/run/effects.ts';
import { evolve } from '../core/run/evolve.ts';
import type { Driver, Recorded, RunEvent } from '../core/run/event.ts';
import { isHeld } from '../core/run/held.ts';
import { costOf, overBudget, tokensOf, type Spent } from '../core/run/spent.ts';
import type { RunState } from '../core/run/state.ts';
import { AgentPool, type AgentPoolOptions } from './agent-pool.ts';
import { perform, type EffectContext } from './effects.ts';
import { jobOf } from './attempt.ts';
import type { JournalWriter } from './journal.ts';
import { releaseOwnership } from './owner.ts';
import { replaceText } from './replace-text.ts';
import { ownerDir, resultsPath, summaryPath } from './run-files.ts';

/** What a session is given; nothing in it is ambient. */
export interface SessionOptions extends Omit<EffectContext, 'pool' | 'state' | 'submit'> {
  readonly driver: Driver;
  readonly pid: number;
  readonly boot: string;
  readonly epoch: number;
  readonly writer: JournalWriter;
  readonly pool: Omit<AgentPoolOptions, 'state' | 'launching' | 'onWords' | 'onAsked' | 'onSpent' | 'dir' | 'cwd'>;
  /** Called at each named place between a write and what follows it: where the tests end the process. */
  readonly at?: (point: CrashPoint) => void;
}

/** `before`: decided, not yet on the disk. `after`: on the disk, its effects not yet begun. */
export type CrashPoint = `${'before' | 'after'}:${RunEvent['type']}`;

export type SessionNews =
  | { readonly kind: 'events'; readonly records: readonly Recorded[] }
  /** The last words of a task's agent or gate. */
  | { readonly kind: 'words'; readonly job: string; readonly text: string }
  /** The journal cannot be written; it is tried again until it can. Undefined: it can again. */
  | { readonly kind: 'fault'; readonly message: string | undefined }
  /** What follows from events could not be done: a file for people, the worktrees' removal. The run itself goes on. */
  | { readonly kind: 'left'; readonly message: string };

interface Running {
  readonly effect: Effect;
  readonly abort: AbortController;
  done: Promise<void>;
}

/** Effects that are a few calls of git, and are not broken off. */
const IN_GIT: ReadonlySet<Effect['kind']> = new Set(['snapshot', 'merge', 'prepare', 'roll-back']);
/** VS Code gives an extension five seconds to go. */
const LEAVE_MS = 4000;

interface Asked {
  readonly command: RunCommand;
  readonly resolve: (decision: Decision) => void;
}

/**
 * The live process that drives a run: commands in, events on the disk, then effects and views. Owns the journal's
 * writer, the owner file and the connections to the runners.
 *
 *     command ─► decide ─► evolve ─► advance … ─► append + sync ─► listeners, effects ─► (reports are commands)
 */
export class RunSession {
  readonly state: RunState;
  /** The repository's root, and the run's folder. */
  readonly root: string;
  readonly dir: string;
  readonly #options: SessionOptions;
  readonly #pool: AgentPool;
  readonly #context: EffectContext;
  readonly #listeners = new Set<(news: SessionNews) => void>();
  readonly #asked: Asked[] = [];
  /** What agents at work have used by now, by job. */
  readonly #atWork = new Map<string, Spent>();
  readonly #running = new Map<string, Running>();
  /** Effects that failed: not tried again until the run is resumed. */
  readonly #stalled = new Set<string>();
  readonly #closing = new AbortController();
  #busy = false;
  #pumping: Promise<void> = Promise.resolve();
  #closed: Promise<void> | undefined;
  /** Nothing is decided any more. */
  #released = false;

  /** `state` is what the journal folds to; the session owns it from here on. */
  constructor(state: RunState, options: SessionOptions) {
    this.state = state;
    this.root = options.root;
    this.dir = options.dir;
    this.#options = options;
    this.#pool = new AgentPool({
      ...options.pool,
      dir: options.dir,
      cwd: options.root,
      state: () => state,
      launching: async (agent, address) => {
        await this.submit({ type: 'launching', agent, address });
      },
      onWords: (job, text) => this.#tell({ kind: 'words', job, text }),
      onAsked: (job, ask, question) => void this.#hear(job, ask, question),
      onSpent: (job, report) => this.#spend(job, report),
    });
    this.#context = { ...options, pool: this.#pool, state, submit: (command) => this.submit(command) };
  }

  /** Takes the run and begins to drive it. Resolves when that is on the disk. */
  async start(): Promise<void> {
    const { epoch, driver, pid, boot } = this.#options;
    // East of Greenwich is positive here, and negative there.
    const utcOffsetMinutes = -new Date().getTimezoneOffset();
    await this.submit({ type: 'take', epoch, driver, pid, boot, utcOffsetMinutes });
  }

  /** What a person asks. Resolves when it has been recorded, or says why it cannot be done. */
  dispatch(command: UserCommand): Promise<Decision> {
    if (command.type === 'resume' || command.type === 'retry' || command.type === 'cancel') this.#stalled.clear();
    return this.submit(command);
  }

  /** Hears of everything from now on, after it is on the disk. */
  onNews(listener: (news: SessionNews) => void): { dispose(): void } {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  /** Resolves when the run has finished and its summary is written, or the session was closed. */
  async finished(): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        if (this.state.status.kind !== 'finished' && !this.#closing.signal.aborted) return;
        off.dispose();
        this.#closing.signal.removeEventListener('abort', done);
        resolve();
      };
      const off = this.onNews(done);
      this.#closing.signal.addEventListener('abort', done);
      done();
    });
    await this.#pumping;
  }

  /** Calls back once when the session has let go. */
  onClose(callback: () => void): void {
    this.#closing.signal.addEventListener('abort', callback, { once: true });
  }

  /** Lets go of the run: agents go on with what they are on, and the next session adopts it. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  /** Lets go of a run that is over; false where it has been taken up again meanwhile. */
  async closeFinished(): Promise<boolean> {
    await this.submit({ type: 'release', ifFinished: true });
    if (!this.#released) return false;
    await this.close();
    return true;
  }

  /** Stops what runs, puts it back to waiting, and lets go. Bounded by the runners' own grace time. */
  async interrupt(): Promise<void> {
    await this.submit({ type: 'interrupt' });
    const held = (): boolean => this.state.tasks.some((task) => isHeld(task) && task.phase.kind !== 'taken');
    if (held())
      await new Promise<void>((resolve) => {
        const off = this.onNews(() => {
          if (held()) return;
          off.dispose();
          resolve();
        });
      });
    this.#pool.close();
    await this.close();
  }

  submit(command: RunCommand): Promise<Decision> {
    return new Promise((resolve) => {
      this.#asked.push({ command, resolve });
      if (!this.#busy) this.#pumping = this.#pump();
    });
  }

  /** An answer that is there already is given at once: the question may have been told twice, or be allowed. */
  async #hear(job: string, id: string, ask: Ask): Promise<void> {
    const task = this.state.tasks.findIndex((_, i) => agentJob(this.state, i) === job);
    const node = this.state.graph.nodes[task];
    const attempt = this.state.tasks[task]?.attempts.at(-1);
    if (node === undefined || attempt === undefined) return;
    await this.submit({ type: 'asked', task: node.id, attempt: attempt.number, id, ask });
    const { answer } = attempt.asks.find((asked) => asked.id === id) ?? {};
    if (answer !== undefined) this.#pool.answer(attempt.agent, job, id, answer);
  }

  #spend(job: string, report: Pick<AgentReport, 'usage' | 'costUsd'>): void {
    const { policy } = this.state.spec;
    if (policy?.budget === undefined) return;
    const cost = costOf({ ...NOTHING_REPORTED, ...report }, policy.prices);
    this.#atWork.set(job, { usd: cost?.usd ?? 0, tokens: tokensOf(report.usage) });
    const sum = { usd: 0, tokens: 0 };
    for (const [i] of this.state.tasks.entries()) {
      const spent = this.#atWork.get(agentJob(this.state, i) ?? '');
      sum.usd += spent?.usd ?? 0;
      sum.tokens += spent?.tokens ?? 0;
    }
    const message = overBudget(this.state, sum);
    if (message !== undefined && this.state.status.kind === 'running')
      void this.submit({ type: 'over-budget', message });
  }

  async #close(): Promise<void> {
    await this.submit({ type: 'release' });
    this.#closing.abort();
    for (const { abort } of this.#running.values()) abort.abort();
    this.#pool.dispose();
    // The next owner would do the same in the same worktree.
    const inGit = [...this.#running.values()].filter(({ effect }) => IN_GIT.has(effect.kind)).map(({ done }) => done);
    await Promise.race([Promise.allSettled(inGit), delay(LEAVE_MS, undefined, { ref: false })]);
    await this.#options.writer.close();
    await releaseOwnership(ownerDir(this.#options.dir), this.#options.epoch);
    this.#listeners.clear();
  }

  async #pump(): Promise<void> {
    this.#busy = true;
    try {
      while (this.#asked.length > 0) await this.#turn();
    } finally {
      // In the same moment in which nothing is left: what is asked a moment later would wait for ever.
      this.#busy = false;
    }
  }

  async #turn(): Promise<void> {
    const asked = this.#asked.splice(0);
    const records: Recorded[] = [];
    const decided = asked.map(({ command, resolve }) => {
      const decision = this.#released ? CLOSED : decide(this.state, command);
      if ('events' in decision) this.#take(decision.events, records);
      if (command.type === 'release' && !this.state.session.live) this.#released = true;
      return { decision, resolve };
    });
    if (!this.#released)
      for (let follows = advance(this.state); follows.length > 0; follows = advance(this.state))
        this.#take(follows, records);
    if (records.length > 0) await this.#record(records);
    for (const { decision, resolve } of decided) resolve(decision);
    if (!this.#released) this.#reconcile();
  }

  #take(events: readonly RunEvent[], records: Recorded[]): void {
    const { clock } = this.#options;
    for (const event of events) {
      const recorded: Recorded = { seq: this.state.seq + 1, at: clock.now(), mono: clock.mono(), event };
      evolve(this.state, recorded);
      records.push(recorded);
    }
  }

  /** Nothing goes on before the events are on the disk; where they cannot be written, that is tried until it works. */
  async #record(records: readonly Recorded[]): Promise<void> {
    const { at, writer } = this.#options;
    for (const { event } of records) at?.(`before:${event.type}`);
    for (let waitMs = 250; ; waitMs = Math.min(waitMs * 2, 10_000)) {
      try {
        await writer.append(records);
        if (waitMs > 250) this.#tell({ kind: 'fault', message: undefined });
        break;
      } catch (error) {
        this.#tell({ kind: 'fault', message: `The journal cannot be written: ${(error as Error).message}` });
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
    for (const { event } of records) at?.(`after:${event.type}`);
    for (const { event } of records) if (event.type === 'attempt.answered') this.#answer(event);
    await this.#project(records);
    this.#tell({ kind: 'events', records });
  }

  #answer({ task, attempt, id, answer }: Extract<RunEvent, { type: 'attempt.answered' }>): void {
    const i = this.state.index.get(task) ?? -1;
    const current = this.state.tasks[i]?.attempts.at(-1);
    const job = agentJob(this.state, i);
    if (current?.number === attempt && job !== undefined) this.#pool.answer(current.agent, job, id, answer);
  }

  /** Files for people and programs that follow from events; never read back. */
  async #project(records: readonly Recorded[]): Promise<void> {
    const { dir } = this.#options;
    for (const { event } of records) {
      if (event.type === 'run.finished' || event.type === 'run.applied') {
        await this.#orTell('The summary cannot be written', async () => {
          const { summaryJson, summaryMarkdown } = await import('../core/view/summary.ts');
          await replaceText(summaryPath(dir), summaryMarkdown(this.state));
          await replaceText(resultsPath(dir), JSON.stringify(summaryJson(this.state), undefined, 2));
        });
      }
      if (event.type === 'run.finished') {
        this.#pool.close();
        // After a failure the worktrees stay for a look; the next attempt, or the run's removal, cleans them.
        if (event.outcome !== 'failed' && !this.#isAnyLost())
          await this.#orTell('The worktrees stay until the run is removed', () => this.#options.workspaces.remove());
      }
    }
  }

  /** Whether something could not be kept as a commit, and is in its worktree alone. */
  #isAnyLost(): boolean {
    const lost = this.state.tasks.flatMap(({ phase }) =>
      phase.kind === 'failed' && phase.failure.kind === 'snapshot' ? [phase.failure.message] : [],
    );
    if (lost.length > 0)
      this.#tell({ kind: 'left', message: `The worktrees stay until the run is removed: ${lost.join(' ')}` });
    return lost.length > 0;
  }

  async #orTell(problem: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#tell({ kind: 'left', message: `${problem}: ${(error as Error).message}` });
    }
  }

  #reconcile(): void {
    const wanted = new Map(effectsOf(this.state).map((effect) => [effect.key, effect]));
    for (const [key, { effect, abort }] of this.#running) {
      if (wanted.has(key) || abort.signal.aborted) continue;
      abort.abort();
      if (effect.kind === 'gate') this.#pool.stop(effect.agent);
    }
    for (const effect of wanted.values()) {
      if (effect.kind === 'attempt' && effect.stopping !== undefined)
        this.#pool.stop(effect.agent, jobOf(effect.task, effect.attempt));
      if (this.#running.has(effect.key) || this.#stalled.has(effect.key)) continue;
      if (effect.kind === 'gate' && this.#hasGate(effect.agent)) continue;
      this.#perform(effect);
    }
  }

  /** A gate has its slot's folder until it has ended, also when nobody wants it any more. */
  #hasGate(slot: number): boolean {
    return [...this.#running.values()].some(({ effect }) => effect.kind === 'gate' && effect.agent === slot);
  }

  #perform(effect: Effect): void {
    const abort = new AbortController();
    const running: Running = { effect, abort, done: Promise.resolve() };
    // Before it begins: what it reports at once must find it running.
    this.#running.set(effect.key, running);
    running.done = perform(effect, this.#context, abort.signal);
    void running.done
      .catch(async (error: unknown) => {
        if (abort.signal.aborted) return;
        this.#stalled.add(effect.key);
        const message = `${effect.key}: ${(error as Error).message}`;
        // A run that is going on pauses, and says why.
        if (this.state.status.kind === 'running') await this.submit({ type: 'fault', message });
        else this.#tell({ kind: 'left', message: `${message} Resume or cancel the run to try it again.` });
      })
      .finally(() => {
        this.#running.delete(effect.key);
        if (!this.#released && !this.#busy) this.#reconcile();
      });
  }

  #tell(news: SessionNews): void {
    for (const listener of this.#listeners) listener(news);
  }
}

/** Id of the job that a task's agent is at work on. */
function agentJob(state: RunState, i: number): string | undefined {
  const task = state.tasks[i];
  const node = state.graph.nodes[i];
  if (task?.phase.kind !== 'working' || node === undefined) return undefined;
  return jobOf(node.id, task.attempts.at(-1)?.number ?? 0);
}

const CLOSED: Decision = { rejected: 'The session has let go of the run.' };
