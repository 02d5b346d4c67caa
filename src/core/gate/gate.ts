import type { AgentReport } from '../agent/report.ts';
import type { Severity } from '../plan/diagnostic.ts';

/**
 * A check of work by commands, or by another agent that reviews it. Gates are read from the run's base commit and kept in the journal: what judges is never
 * taken from the worktree under judgement.
 */
export interface GateSpec {
  /** Slug, unique in a run: `tests`, `tdd`, `acceptance`. */
  readonly name: string;
  /** One command an entry, run in order without a shell; the gate passes when all of them exit with 0. */
  readonly commands: readonly GateCommand[];
  /** Instead of commands, of which there are none then. Its `when` is `task`. */
  readonly review?: ReviewSpec;
  /** `task`: in the task's worktree. `layer`: on the integration tree when a layer is complete. `end`: once. */
  readonly when: 'task' | 'layer' | 'end';
  readonly blocking: boolean;
  readonly timeoutMs: number;
  /** Share in the quality score; above 0. */
  readonly weight: number;
  /** Where it applies by declaration instead of by name in the plan; absent: where the plan names it. */
  readonly always?: boolean;
}

/** An agent reads what a task changed, and says what it thinks of it. */
export interface ReviewSpec {
  /** Kind of the agent; absent: one that did not do the task, where the run has one. */
  readonly agent?: string;
}

export interface GateCommand {
  /** What is shown: the command line as its author wrote it, or the criterion. */
  readonly label: string;
  readonly argv: readonly string[];
}

/**
 * What a gate came to. `not-run`: its tool or its reviewer is missing, it crashed, it timed out, it ran or said nothing
 * that can be read: never a pass.
 *
 *     commands all exit 0 ─► passed
 *     a command exits ≠ 0 ─► failed
 *     cannot start, killed, timed out ─► not-run
 */
export type Verdict = 'passed' | 'failed' | 'not-run';

export interface GateReport {
  readonly gate: string;
  readonly verdict: Verdict;
  readonly blocking: boolean;
  readonly weight: number;
  /** 0–100: share of the weighted checks that passed; absent where the gate did not run. */
  readonly score?: number;
  readonly checks: readonly Check[];
  readonly findings: readonly Finding[];
  readonly durationMs: number;
  /** Of a review. */
  readonly reviewer?: Reviewer;
}

/** Who reviewed, and what it used; its words are in the checks and findings. */
export interface Reviewer {
  /** The agent's id. */
  readonly kind: string;
  readonly report?: AgentReport;
}

/** One check of a gate with its evidence. */
export interface Check {
  readonly label: string;
  readonly verdict: Verdict;
  /** Exit code, where the command ran to its end. */
  readonly exitCode?: number;
  /** Why, in a sentence: "exit code 1", "not found: pytest", "no answer within 10 min". */
  readonly note: string;
  /** The end of what it printed, bounded, without control characters. */
  readonly output?: string;
}

/** One fault at its place. */
export interface Finding {
  /** Name of the gate, not its kind. */
  readonly gate: string;
  /** The rule's id in its tool: `no-eval`, `B608`, `cognitive-complexity`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  /** Relative to the repository, `/` as separator. */
  readonly path?: string;
  /** 1-based, as are columns; `endColumn` is behind the last character. */
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  /** Where more about the rule is to be read. */
  readonly helpUri?: string;
  readonly related?: readonly RelatedPlace[];
  /** Tells a finding from another where lines have moved: of the rule and the line's text. */
  readonly fingerprint?: string;
  /** The task that wrote the line, where that is known. */
  readonly task?: string;
}

/** Another place that a finding is about. */
export interface RelatedPlace {
  readonly message: string;
  readonly path: string;
  readonly line?: number;
}
