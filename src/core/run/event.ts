import type { GateReport, GateSpec, Finding } from '../gate/gate.ts';
import type { Plan, Strategy } from '../plan/plan.ts';

/** The journal's format. A newer one is refused by name, an older one is read. */
export const JOURNAL_VERSION = 1;

/** Everything a run needs to know that is not found out while it runs. */
export interface RunSpec {
  /** `exec-YYYYMMDD-<slug>` */
  readonly id: string;
  /** The program's version that began the run. */
  readonly orca: string;
  /** The plan as it was; plan.md in the run's folder is its text. */
  readonly plan: Plan;
  /** Relative to the workspace, `/` as separator; absent where the plan came from outside it. */
  readonly planPath?: string;
  readonly strategy: Strategy;
  /** Agents at most at once, 1 or more. */
  readonly agents: number;
  /** Agent of the tasks that name none. */
  readonly agent: string;
  /** The order found for the preview, by node index: higher first. */
  readonly priorities: readonly number[];
  /** The makespan that was promised, in minutes, for planned against measured. */
  readonly plannedMinutes: number;
  /** Commit that the run starts from, and the branch it was the head of (absent: detached). */
  readonly base: string;
  readonly branch?: string;
  /** The base holds the user's uncommitted work, by the user's choice. */
  readonly uncommitted: boolean;
  /** Gates by definition, acceptance not among them (it is each task's own). */
  readonly gates: readonly GateSpec[];
  readonly limits: Limits;
}

export interface Limits {
  /** Attempts of a task before it is given up, 1 or more; interrupted ones are not counted. */
  readonly attempts: number;
  /** An attempt that prints nothing for so long is ended. */
  readonly idleMs: number;
  /** An attempt is ended after so long, whatever it does. */
  readonly totalMs: number;
}

/** How the process of an attempt ended. */
export type AttemptEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'timed-out'; readonly limit: 'idle' | 'total' }
  /** It was ended at a limit of the settings. `retries`: its service did not answer for `Limits.retryMs`. */
  | { readonly kind: 'over-limit'; readonly limit: 'cost' | 'tokens' | 'retries' }
  /** The user stopped it. */
  | { readonly kind: 'cancelled' }
  /** It could not be started: the program is missing, the worktree could not be made, … */
  | { readonly kind: 'not-started'; readonly message: string }
  /** Its runner is gone and left no result. */
  | { readonly kind: 'interrupted' };

/** The difference between an attempt's worktree and its base, committed by the orchestrator. */
export interface Snapshot {
  /** Absent: nothing was changed. */
  readonly commit?: string;
  readonly files: readonly ChangedFile[];
  /** What the attempt did to what judges it: blocking. */
  readonly findings: readonly Finding[];
}

export interface ChangedFile {
  readonly path: string;
  readonly status: 'added' | 'modified' | 'deleted';
  /** Lines; absent for binary files. */
  readonly added?: number;
  readonly removed?: number;
}

/** Why an attempt is not the task's result. */
export type Failure =
  | { readonly kind: 'agent'; readonly end: AttemptEnd; readonly message: string }
  | { readonly kind: 'no-changes' }
  | { readonly kind: 'gate'; readonly gate: string; readonly message: string }
  | { readonly kind: 'snapshot'; readonly message: string };

export type RunEvent =
  | { readonly type: 'run.started'; readonly version: number; readonly spec: RunSpec }
  /** A process took the run. `boot` tells whether monotonic times before it can be compared. */
  | {
      readonly type: 'session.started';
      readonly epoch: number;
      readonly driver: Driver;
      readonly pid: number;
      readonly boot: string;
    }
  /** It let go of the run in order. */
  | { readonly type: 'session.ended' }
  /** A runner is about to be started at this address (an opaque name; `engine/runner` knows what it means). */
  | { readonly type: 'agent.started'; readonly agent: number; readonly address: string }
  /** `mend`: goes on from what the attempt before left; else starts from `base`. */
  | {
      readonly type: 'attempt.started';
      readonly task: string;
      readonly attempt: number;
      readonly agent: number;
      readonly base: string;
      readonly mend: boolean;
    }
  | {
      readonly type: 'attempt.ended';
      readonly task: string;
      readonly attempt: number;
      readonly end: AttemptEnd;
      /** Monotonic, as its runner measured it. */
      readonly activeMs: number;
      /** The agent's own last line, bounded, for people. */
      readonly lastWords?: string;
    }
  | { readonly type: 'attempt.snapshot'; readonly task: string; readonly attempt: number; readonly snapshot: Snapshot }
  /** The attempt's process is to be stopped, and the task is then skipped, cancelled, or put back to waiting. */
  | { readonly type: 'attempt.stopping'; readonly task: string; readonly attempt: number; readonly then: Stopping }
  /** It passed what it had to pass: its commit is to be merged. */
  | { readonly type: 'attempt.accepted'; readonly task: string; readonly attempt: number }
  | { readonly type: 'gate.ended'; readonly scope: GateScope; readonly report: GateReport }
  | { readonly type: 'gate.waived'; readonly scope: GateScope; readonly gate: string }
  | { readonly type: 'gate.retried'; readonly scope: GateScope; readonly gate: string }
  /** `commit` is the integration branch's new head; absent where the task rightly changed nothing. */
  | { readonly type: 'task.merged'; readonly task: string; readonly attempt: number; readonly commit?: string }
  | {
      readonly type: 'task.conflicted';
      readonly task: string;
      readonly attempt: number;
      readonly files: readonly string[];
    }
  | { readonly type: 'task.failed'; readonly task: string; readonly attempt: number; readonly failure: Failure }
  /** Back to waiting; `note` goes into the next prompt. */
  | { readonly type: 'task.retried'; readonly task: string; readonly by: 'user' | 'policy'; readonly note?: string }
  /** Given up by the user; what depends on it goes on without it. */
  | { readonly type: 'task.skipped'; readonly task: string }
  | { readonly type: 'task.cancelled'; readonly task: string }
  /** No new starts; what runs goes on. `reason` is absent where the user asked for it. */
  | { readonly type: 'run.paused'; readonly reason?: string }
  | { readonly type: 'run.resumed' }
  /** Everything that runs is to be stopped. */
  | { readonly type: 'run.cancelled' }
  | { readonly type: 'run.finished'; readonly outcome: Outcome }
  | { readonly type: 'run.applied'; readonly branch: string; readonly commit: string };

/** What becomes of a task whose attempt is stopped. */
export type Stopping = 'skip' | 'cancel' | 'requeue';
export type Driver = 'window' | 'cli' | 'detached';
export type Outcome = 'succeeded' | 'failed' | 'cancelled';
export type GateScope =
  | { readonly kind: 'task'; readonly task: string; readonly attempt: number }
  /** 1-based, `Layer.number`. */
  | { readonly kind: 'layer'; readonly layer: number }
  | { readonly kind: 'end' };

/** An event as it stands in the journal. */
export interface Recorded {
  /** 1, 2, 3, …: the only order. */
  readonly seq: number;
  /** Wall clock, ms since the epoch: for people. */
  readonly at: number;
  /** Monotonic clock of the machine since its boot, ms: for durations. */
  readonly mono: number;
  readonly event: RunEvent;
}
