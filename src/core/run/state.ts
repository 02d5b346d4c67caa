import type { Answer, Ask } from '../agent/ask.ts';
import type { AgentReport, AgentVerdict } from '../agent/report.ts';
import type { GateReport, Reviewer } from '../gate/gate.ts';
import type { TaskGraph } from '../graph/task-graph.ts';
import type { Spent } from './spent.ts';
import type { QuestionAnswer } from '../planning/decisions.ts';
import type {
  AttemptEnd,
  Driver,
  Failure,
  Foreseen,
  Hold,
  Outcome,
  Refusal,
  RunEvent,
  RunSpec,
  Snapshot,
  Stopping,
} from './event.ts';

/**
 * What a journal folds to. Owned and changed by `evolve` alone; everyone else reads it. Times are *run time*: ms since
 * the run began, monotonic, without the gaps in which nobody drove the run and no agent was at work.
 */
export interface RunState {
  readonly spec: RunSpec;
  readonly graph: TaskGraph;
  /** Sequence number of the last event. */
  seq: number;
  /** Run time of the last event. */
  time: number;
  /** Wall clock of the first and of the last event, ms. */
  readonly startedAt: number;
  at: number;
  status: RunStatus;
  session: {
    readonly epoch: number;
    readonly driver: Driver;
    readonly pid: number;
    readonly boot: string;
    readonly utcOffsetMinutes: number;
    live: boolean;
  };
  /** Head of the integration branch. */
  integration: string;
  /** Node index by task id. */
  readonly index: ReadonlyMap<string, number>;
  /** By node index. */
  readonly tasks: TaskState[];
  /** By 0-based agent; the one after the last agent is the gates' own. `address` absent: not started yet. */
  readonly agents: { address?: string }[];
  /** By kind of agent; absent: nothing stands against it. */
  readonly services: Map<string, ServiceState>;
  /** What had been spent when the budget was last granted. */
  budgetFrom: Spent;
  /** By layer index. */
  readonly layers: LayerState[];
  readonly end: LayerState;
  /** The task whose merged work, and that of what depends on it, is being taken back. */
  rollingBack?: string;
  /** What would conflict, of tasks at work. */
  foreseen: readonly Foreseen[];
  /** The result as it stands is in this branch, by this commit. */
  applied?: { readonly branch: string; readonly commit: string };
  /** The artefacts of planning that are in the user's folder. */
  delivered?: readonly string[];
  /** The monotonic clock of the last event, for the next delta. */
  mono: number;
}

export type RunStatus =
  | { readonly kind: 'running' }
  | { readonly kind: 'paused'; readonly reason?: string }
  /** Waits for what runs to stop. */
  | { readonly kind: 'cancelling' }
  | { readonly kind: 'finished'; readonly outcome: Outcome };

/**
 *     waiting ──attempt.started──► working ──ended──► taking ──snapshot──► checking ──gates──► merging ──► merged
 *        ▲                            │                 │                    │                   └──► conflict
 *        │                            └────────┬────────┴────────────────────┘
 *        ├──────────────retried────────── failed
 *        └──────────────retried────────── conflict, skipped, cancelled, rolled-back
 *
 *     merged ──rolled-back──► rolled-back
 *     working, checking ──taken-over──► taken ──handed-back, stopping──► taking
 *     failed, conflict, … ──attempt.started byHand──► taken
 *     taking, of what a person made and that cannot be taken as it is ──taken-over──► taken
 *
 * An agent is held in `working`, `taking`, `checking` and `taken`; from `merging` on the result is a commit.
 */
export type TaskPhase =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'working'; readonly agent: number; readonly stopping?: Stopping }
  | { readonly kind: 'taking'; readonly agent: number; readonly stopping?: Stopping }
  | { readonly kind: 'checking'; readonly agent: number; readonly stopping?: Stopping }
  /** A person works on it in its worktree, once that is `ready`. */
  | { readonly kind: 'taken'; readonly agent: number; readonly ready: boolean; readonly stopping?: Stopping }
  | { readonly kind: 'merging' }
  | { readonly kind: 'merged'; readonly commit?: string }
  | { readonly kind: 'conflict'; readonly files: readonly string[] }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'skipped' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'rolled-back' };

export interface TaskState {
  phase: TaskPhase;
  /** Oldest first; the last one is the current one. */
  readonly attempts: Attempt[];
  /** What the next attempt is told about the one before. */
  note?: string;
  /** What a person wants changed, until that is merged. */
  asked?: string;
  /** The next attempt goes on from what the one before left. */
  mend: boolean;
  /** The next attempt waits. */
  hold?: Hold;
  /** Nobody has looked at what was merged last. */
  unread: boolean;
  /** The user has it in a branch of theirs, by what was applied last. */
  applied?: true;
  /** Why its work could not be taken back, until somebody has read that. */
  refusal?: Refusal;
  /** Attempts that count against `Limits.attempts`, since the user last asked for another. */
  counted: number;
  /** Attempts in a row that ended with their runner. */
  interruptions: number;
  /** Tools that the user has allowed for the whole task. */
  readonly allowed: string[];
}

export interface Attempt {
  /** 1-based. */
  readonly number: number;
  readonly agent: number;
  /** The agent's id. */
  readonly kind: string;
  readonly byHand: boolean;
  readonly base: string;
  readonly mend: boolean;
  /** Run time, ms. */
  readonly startedAt: number;
  /** When its agent was free again: merging began, or it failed. */
  endedAt?: number;
  end?: AttemptEnd;
  activeMs?: number;
  lastWords?: string;
  report?: AgentReport;
  verdict?: AgentVerdict;
  readonly asks: AskState[];
  snapshot?: Snapshot;
  /** To what it asked instead of a result. */
  answers?: readonly QuestionAnswer[];
  /** It is on the integration branch, whatever came after, unless it was rolled back. */
  merged?: boolean;
  /** It was, and was taken back. */
  rolledBack?: boolean;
  readonly gates: Reported[];
  /** Gates whose failure the user has accepted. */
  readonly waived: string[];
  /** How often a person has given it back, to be checked anew. */
  handBacks: number;
  /** Agents that reviewed it, also those whose report is void since a person had its worktree. */
  readonly reviews: Reviewer[];
}

export interface Reported extends GateReport {
  /** Run time at which it came, ms. */
  readonly atMs: number;
}

export interface AskState {
  readonly id: string;
  readonly ask: Ask;
  /** Run time, ms. */
  readonly askedAt: number;
  answer?: Answer;
  answeredAt?: number;
}

/** How a kind of agent is to be had. */
export interface ServiceState {
  /** Why it cannot be had now. */
  limit?: Omit<Extract<RunEvent, { type: 'agent.limited' }>, 'type' | 'kind' | 'cap'>;
  /** So many of it at most; rises by one with each attempt that ends well. */
  cap: number;
  /** Limits in a row without an attempt that ended well. */
  strikes: number;
}

export interface LayerState {
  /** Gate runs so far: tells one run of a gate from its next. */
  runs: number;
  /** The last report of each gate that has run. */
  readonly gates: Reported[];
  /** Gates whose failure the user has accepted. */
  readonly waived: string[];
}
