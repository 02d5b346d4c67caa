import type { AgentReport } from '../agent/report.ts';
import type { Severity } from '../plan/diagnostic.ts';
import type { Question } from '../planning/questions.ts';
import type { MatcherPattern } from './read/matcher.ts';

/**
 * A check of work by commands, by measuring what they report and the code itself, or by another agent that reviews it.
 * Gates are read from the run's base commit and kept in the journal: what judges is never taken from the worktree under
 * judgement.
 */
export interface GateSpec {
  /** Slug, unique in a run: `tests`, `tdd`, `acceptance`. */
  readonly name: string;
  /** Run in order without a shell. Without `measure` the gate passes when all of them exit with 0. */
  readonly commands: readonly GateCommand[];
  /** Instead of commands, of which there are none then. Its `when` is `task`. */
  readonly review?: ReviewSpec;
  /** What is made of the commands beyond their exit codes. */
  readonly measure?: Measure;
  /** `task`: in the task's worktree. `layer`: on the integration tree when a layer is complete. `end`: once. */
  readonly when: 'task' | 'layer' | 'end';
  readonly blocking: boolean;
  /** Of each of its commands. */
  readonly timeoutMs: number;
  /** Share in the quality score; above 0. */
  readonly weight: number;
  /** Where it applies by declaration instead of by name in the plan; absent: where the plan names it. */
  readonly always?: boolean;
}

/**
 * `reports` are the files that the commands write: paths relative to the repository, `*` for any text of a name. A
 * report that its command did not write makes the gate `not-run`.
 */
export type Measure =
  | { readonly kind: 'tests'; readonly reports: readonly string[] }
  | {
      readonly kind: 'tdd';
      /** Of coverage, and of tests where they are there. */
      readonly reports: readonly string[];
      /** Percent of lines that are covered, at least: of those the work changed, and of all. */
      readonly changed?: number;
      readonly total?: number;
      /** `required`: code that was written before its test fails the gate. `shown`: it is reported only. */
      readonly testsFirst: 'required' | 'shown' | 'off';
      /** Tests that assert nothing fail the gate. */
      readonly assertions: boolean;
    }
  | {
      readonly kind: 'security';
      readonly reports: readonly string[];
      readonly secrets: boolean;
      readonly rules: boolean;
      readonly failOn: Severity;
    }
  | {
      readonly kind: 'performance';
      readonly figures: readonly FigureSpec[];
      /** Runs of the commands, 1 or more; what counts is the median. */
      readonly samples: number;
    }
  | {
      readonly kind: 'quality';
      readonly reports: readonly string[];
      readonly limits: QualityLimits;
      /** Reads the commands' output, where they write no report. */
      readonly matcher?: string | MatcherPattern;
      readonly failOn: Severity;
    }
  /** What a step of planning wrote; declared by Orca itself. */
  | {
      readonly kind: 'artefacts';
      /** Where artefacts stand, relative to the repository; empty: at its root. */
      readonly folder: string;
      /** What a plan may name. */
      readonly gates: readonly string[];
      readonly agents: readonly string[];
      /** Tasks of the plan that are done already: they stay in it. */
      readonly finished: readonly string[];
    };

export type GateKind = Measure['kind'] | 'command' | 'review' | 'acceptance';

/** The gate that a task's own acceptance commands make. */
export const ACCEPTANCE = 'acceptance';

export function kindOf({ name, measure, review }: GateSpec): GateKind {
  if (measure !== undefined) return measure.kind;
  if (review !== undefined) return 'review';
  return name === ACCEPTANCE ? 'acceptance' : 'command';
}

/** A figure that a benchmark prints or writes. Lower is better unless `higher`. */
export interface FigureSpec {
  readonly name: string;
  /** JSON path into what is printed, or into `file`. */
  readonly json?: string;
  /** Instead: a regular expression with one group. */
  readonly regex?: string;
  /** Relative to the repository; absent: what the commands print. */
  readonly file?: string;
  /** For people: `ms`. */
  readonly unit?: string;
  readonly better: 'lower' | 'higher';
  /** The worst value that passes. */
  readonly limit?: number;
  /** Percent that it may be worse than at the run's base, measured in the same run. */
  readonly tolerance?: number;
}

/** Of a function or a file that the work changed, at most. Absent: no limit. */
export interface QualityLimits {
  readonly cognitive?: number;
  readonly cyclomatic?: number;
  readonly functionLines?: number;
  readonly fileLines?: number;
  /** Lines of duplicated blocks that are added. */
  readonly duplicatedLines?: number;
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
  /** Absent in older journals. */
  readonly kind?: GateKind;
  readonly verdict: Verdict;
  /** What was judged; absent in reports of reviews and of older journals. */
  readonly commit?: string;
  readonly blocking: boolean;
  readonly weight: number;
  /** 0–100: share of the weighted checks that passed; absent where the gate did not run. */
  readonly score?: number;
  readonly checks: readonly Check[];
  /** The worst of them, bounded; all are in the run's quality reports. */
  readonly findings: readonly Finding[];
  /** How many more there are. */
  readonly more?: number;
  readonly figures?: readonly MeasuredFigure[];
  readonly durationMs: number;
  /** Of a review. */
  readonly reviewer?: Reviewer;
  /** What the work asks a person instead of being done: nothing was judged. */
  readonly questions?: readonly Question[];
}

/** A figure that a gate measured. */
export interface MeasuredFigure {
  /** `coverage of changed lines`, or as the gate's author named it. */
  readonly name: string;
  readonly value: number;
  /** `%`, `ms`; absent: a number. */
  readonly unit?: string;
  /** Worst value that passes. */
  readonly limit?: number;
  /** Lowest and highest of its samples. */
  readonly range?: readonly [number, number];
  /** At the run's base, measured in the same run. */
  readonly before?: number;
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
  /** It only informs: the gate passes and is scored without it. */
  readonly advisory?: boolean;
  /** How much of it passed, 0 to 1; absent: all or nothing. */
  readonly share?: number;
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
  /** Hash of the line's text, to find it again in a file that has been edited since. */
  readonly anchor?: string;
  /** The task that wrote the line, where that is known. */
  readonly task?: string;
}

/** Another place that a finding is about. */
export interface RelatedPlace {
  readonly message: string;
  readonly path: string;
  readonly line?: number;
}
