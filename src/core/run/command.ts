import type { GateReport } from '../gate/gate.ts';
import type { Answer, Ask } from '../agent/ask.ts';
import type { AgentReport, AgentVerdict } from '../agent/report.ts';
import type { AttemptEnd, Driver, Foreseen, GateScope, Refusal, Snapshot } from './event.ts';

/** What a person asks of a run. */
export type UserCommand =
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  | { readonly type: 'cancel' }
  | { readonly type: 'retry'; readonly task: string; readonly note?: string }
  | { readonly type: 'skip'; readonly task: string }
  /** What was merged of it has been looked at. */
  | { readonly type: 'mark-read'; readonly task: string }
  /** Its next attempt is told what a person wants changed. */
  | {
      readonly type: 'send-back';
      readonly task: string;
      readonly comments: readonly ReviewComment[];
      readonly note?: string;
    }
  /** What was merged of it, and of what depends on it, is taken back. */
  | { readonly type: 'roll-back'; readonly task: string }
  /** It waits for those that it would conflict with, and then begins anew. */
  | { readonly type: 'hold'; readonly task: string }
  /** `id`: of one of the questions of the task's current attempt. */
  | { readonly type: 'answer'; readonly task: string; readonly id: string; readonly answer: Answer }
  /** To what its attempt asked instead of a result; by the question's id, absent: its default. */
  | { readonly type: 'answer-questions'; readonly task: string; readonly answers: Readonly<Record<string, string>> }
  /** A person works on the task in its worktree, instead of its agent. */
  | { readonly type: 'take-over'; readonly task: string }
  | { readonly type: 'hand-back'; readonly task: string }
  /** Its gates' failure is accepted: the result that is there is merged. */
  | { readonly type: 'accept'; readonly task: string }
  | { readonly type: 'retry-gate'; readonly scope: GateScope; readonly gate: string }
  | { readonly type: 'waive-gate'; readonly scope: GateScope; readonly gate: string }
  /** Those who wrote what a gate found get it back; `task`: that one, where no finding says whose it is. */
  | { readonly type: 'mend-gate'; readonly scope: GateScope; readonly gate: string; readonly task?: string };

/** What a person says of a line of a task's work. */
export interface ReviewComment {
  /** Relative to the repository, `/` as separator. */
  readonly path: string;
  /** 1-based, in the file as the task left it. */
  readonly line: number;
  readonly text: string;
}

/** What the session and its effects report. A report about what is no longer current is dropped. */
export type ReportCommand =
  | {
      readonly type: 'take';
      readonly epoch: number;
      readonly driver: Driver;
      readonly pid: number;
      readonly boot: string;
      readonly utcOffsetMinutes: number;
    }
  /** `stop`: what runs is put back to waiting first, so that nothing goes on unseen. */
  | { readonly type: 'interrupt' }
  /** `ifFinished`: not where the run has been taken up again meanwhile. */
  | { readonly type: 'release'; readonly ifFinished?: boolean }
  | { readonly type: 'fault'; readonly message: string }
  | { readonly type: 'launching'; readonly agent: number; readonly address: string }
  | {
      readonly type: 'attempt-ended';
      readonly task: string;
      readonly attempt: number;
      readonly end: AttemptEnd;
      readonly activeMs: number;
      readonly lastWords?: string;
      readonly report?: AgentReport;
      readonly verdict?: AgentVerdict;
    }
  | {
      readonly type: 'asked';
      readonly task: string;
      readonly attempt: number;
      readonly id: string;
      readonly ask: Ask;
    }
  /** The worktree of an attempt by hand; `error`: it could not be made. */
  | { readonly type: 'prepared'; readonly task: string; readonly attempt: number; readonly error?: string }
  /** The time until which a kind of agent could not be had is over. */
  | { readonly type: 'wake'; readonly kind: string }
  /** What agents at work have used goes over the run's budget. */
  | { readonly type: 'over-budget'; readonly message: string }
  | { readonly type: 'snapshot-taken'; readonly task: string; readonly attempt: number; readonly snapshot: Snapshot }
  | { readonly type: 'snapshot-failed'; readonly task: string; readonly attempt: number; readonly message: string }
  /** `run`: which of the gate's runs, as its effect says. */
  | { readonly type: 'gate-ended'; readonly scope: GateScope; readonly run: number; readonly report: GateReport }
  | { readonly type: 'merged'; readonly task: string; readonly attempt: number; readonly commit: string }
  | {
      readonly type: 'conflicted';
      readonly task: string;
      readonly attempt: number;
      readonly files: readonly string[];
    }
  | { readonly type: 'rolled-back'; readonly task: string; readonly commit: string }
  | { readonly type: 'roll-back-refused'; readonly task: string; readonly refusal: Refusal }
  | { readonly type: 'foreseen'; readonly pairs: readonly Foreseen[] }
  | { readonly type: 'applied'; readonly branch: string; readonly commit: string }
  | { readonly type: 'delivered'; readonly files: readonly string[] };

export type RunCommand = UserCommand | ReportCommand;
