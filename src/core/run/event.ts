import type { PermissionMode } from '../agent/agent.ts';
import type { ErrorKind } from '../agent/agent-event.ts';
import type { Answer, Ask } from '../agent/ask.ts';
import type { Prices } from '../agent/prices.ts';
import type { AgentReport, AgentVerdict } from '../agent/report.ts';
import type { GateReport, GateSpec, Finding } from '../gate/gate.ts';
import type { Plan, Strategy } from '../plan/plan.ts';
import type { QuestionAnswer } from '../planning/decisions.ts';
import type { Question } from '../planning/questions.ts';
import type { PlanningRequest } from '../planning/request.ts';

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
  readonly policy?: AgentPolicy;
  /** The run makes a plan: what was asked for. */
  readonly planning?: PlanningRequest;
}

/** How agents are shared out and bounded over a whole run. What is absent is no rule. */
export interface AgentPolicy {
  /** Kinds for tasks that name none, and how many of each may be at work at once; absent: `RunSpec.agent` alone. */
  readonly pool?: Readonly<Record<string, number>>;
  /** Kind by the id of a task that names none, with `*` for any text: `docs-*`. The first that fits goes. */
  readonly agentFor?: Readonly<Record<string, string>>;
  /** Kind to take instead of one that cannot be had. */
  readonly fallback?: Readonly<Record<string, string>>;
  readonly permission?: PermissionMode;
  /** Names of variables that agents, gates and the setup get beyond those that every program needs; absent: all. */
  readonly environment?: readonly string[];
  /** Makes a worktree ready before an agent starts in it. */
  readonly setup?: readonly [string, ...string[]];
  /** Of the run; above 0. When it is used up the run pauses, and resuming it grants as much again. */
  readonly budget?: { readonly costUsd?: number; readonly tokens?: number };
  readonly prices?: Prices;
  /** Goes on by itself when an allowance that was used up is there again. */
  readonly resumeAfterQuota?: boolean;
  /** Nothing new starts while more merged tasks than so many are unread; 1 or more. */
  readonly mostUnread?: number;
  /** Looks again and again which tasks at work would conflict. */
  readonly radar?: true;
}

export interface Limits {
  /** Attempts of a task before it is given up, 1 or more; interrupted ones are not counted. */
  readonly attempts: number;
  /** An attempt that prints nothing for so long is ended. */
  readonly idleMs: number;
  /** An attempt is ended after so long, whatever it does. */
  readonly totalMs: number;
  /** An attempt is ended when it has cost so much, US dollars or tokens of all kinds. */
  readonly costUsd?: number;
  readonly tokens?: number;
  /** An attempt is ended when its service has not answered for so long, however patient the agent is. */
  readonly retryMs?: number;
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
  /** `denied`: what it was not allowed to do, which may be why. */
  | { readonly kind: 'no-changes'; readonly denied?: readonly string[] }
  | { readonly kind: 'gate'; readonly gate: string; readonly message: string }
  /** It waits for answers. */
  | { readonly kind: 'questions'; readonly questions: readonly Question[] }
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
      /** Of its local time, for times that are shown. */
      readonly utcOffsetMinutes?: number;
    }
  /** It let go of the run in order. */
  | { readonly type: 'session.ended' }
  /** A runner is about to be started at this address (an opaque name; `engine/runner` knows what it means). */
  | { readonly type: 'agent.started'; readonly agent: number; readonly address: string }
  /** A kind of agent cannot be had until `until` (wall clock, ms), or until the user resumes the run. */
  | {
      readonly type: 'agent.limited';
      readonly kind: string;
      readonly reason: ErrorKind;
      readonly message: string;
      readonly until?: number;
      /** It is tried again at `until`; else only when the user resumes. */
      readonly automatic: boolean;
      /** So many of the kind at most when it can be had again. */
      readonly cap: number;
    }
  | { readonly type: 'agent.available'; readonly kind: string }
  /**
   * `mend`: goes on from what the attempt before left; else starts from `base`. `kind`: the agent's id; absent: the
   * task's or the run's. `byHand`: a person works on it, no agent is started.
   */
  | {
      readonly type: 'attempt.started';
      readonly task: string;
      readonly attempt: number;
      readonly agent: number;
      readonly base: string;
      readonly mend: boolean;
      readonly kind?: string;
      readonly byHand?: boolean;
    }
  /** The worktree of an attempt by hand is ready. */
  | { readonly type: 'attempt.ready'; readonly task: string; readonly attempt: number }
  | {
      readonly type: 'attempt.asked';
      readonly task: string;
      readonly attempt: number;
      /** Unique in the attempt. */
      readonly id: string;
      readonly ask: Ask;
    }
  | {
      readonly type: 'attempt.answered';
      readonly task: string;
      readonly attempt: number;
      readonly id: string;
      readonly answer: Answer;
      /** `policy`: the user had allowed it for the whole task. */
      readonly by: 'user' | 'policy';
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
      /** Of an agent whose output is understood. */
      readonly report?: AgentReport;
      readonly verdict?: AgentVerdict;
    }
  | { readonly type: 'attempt.snapshot'; readonly task: string; readonly attempt: number; readonly snapshot: Snapshot }
  /**
   * The attempt's process is to be stopped; what becomes of the task then is `then`. `note`: what its next attempt is
   * told. `hold`: the next attempt waits.
   */
  | {
      readonly type: 'attempt.stopping';
      readonly task: string;
      readonly attempt: number;
      readonly then: Stopping;
      readonly note?: string;
      /** What a person wants changed: told until it is merged. */
      readonly asked?: string;
      readonly hold?: Hold;
    }
  /** A person has the worktree, and the agent's place with it. */
  | { readonly type: 'attempt.taken-over'; readonly task: string; readonly attempt: number }
  /** The person is done: what is in the worktree is the attempt's result, to be checked. */
  | { readonly type: 'attempt.handed-back'; readonly task: string; readonly attempt: number }
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
  /** Back to waiting; `note` goes into the next prompt. `mend`: whatever the reason, it goes on from what is there. */
  | {
      readonly type: 'task.retried';
      readonly task: string;
      readonly by: 'user' | 'policy';
      readonly note?: string;
      /** What a person wants changed: told until it is merged. */
      readonly asked?: string;
      readonly mend?: boolean;
    }
  /** What its attempt asked; all of its questions are among them. */
  | {
      readonly type: 'task.answered';
      readonly task: string;
      readonly attempt: number;
      readonly answers: readonly QuestionAnswer[];
    }
  /** A person has looked at what was merged. */
  | { readonly type: 'task.read'; readonly task: string }
  /** What was merged of it, and of what depends on it, is to be taken back from the integration branch. */
  | { readonly type: 'task.rolling-back'; readonly task: string }
  /**
   * What was merged of it, and of its dependents, is no longer there; `commit` is the integration branch's new head. They
   * begin again when it is there, told `note`.
   */
  | {
      readonly type: 'task.rolled-back';
      readonly task: string;
      readonly commit: string;
      readonly dependents: readonly string[];
      readonly note: string;
    }
  /** Nothing was taken back. */
  | { readonly type: 'task.roll-back-refused'; readonly task: string; readonly refusal: Refusal }
  /** What would conflict if it were merged as it is now: all of it, each time that changes. */
  | { readonly type: 'conflicts.foreseen'; readonly pairs: readonly Foreseen[] }
  /** Given up by the user; what depends on it goes on without it. */
  | { readonly type: 'task.skipped'; readonly task: string }
  | { readonly type: 'task.cancelled'; readonly task: string }
  /** No new starts; what runs goes on. `reason` is absent where the user asked for it. */
  | { readonly type: 'run.paused'; readonly reason?: string }
  | { readonly type: 'run.resumed' }
  /** Everything that runs is to be stopped. */
  | { readonly type: 'run.cancelled' }
  | { readonly type: 'run.finished'; readonly outcome: Outcome }
  | { readonly type: 'run.applied'; readonly branch: string; readonly commit: string }
  /** The artefacts of planning are in the user's folder. */
  | { readonly type: 'run.delivered'; readonly files: readonly string[] };

/** What becomes of a task whose attempt is stopped. `mend`: it goes on from what is there. */
export type Stopping = 'skip' | 'cancel' | 'requeue' | 'take-over' | 'mend';

/** A task waits until those that it would have conflicted with are merged, or will not be. */
export interface Hold {
  readonly after: readonly string[];
  readonly files: readonly string[];
}

/** Two tasks at work, or one and what is merged, whose changes do not go together. */
export interface Foreseen {
  readonly tasks: readonly [string] | readonly [string, string];
  readonly files: readonly string[];
}

/** Why work could not be taken back. */
export type Refusal =
  /** Later work, that stays, is in the same lines of these files. */
  | { readonly kind: 'conflict'; readonly files: readonly string[] }
  | { readonly kind: 'blocked'; readonly message: string };

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
