import type { GateSpec } from '../../core/gate/gate.ts';
import type { Measured, Ran } from '../../core/gate/judge/measured.ts';
import type { Step } from '../../core/gate/judge/tests-first.ts';
import type { TestCase } from '../../core/gate/read/report.ts';
import type { CommandOutcome } from '../../core/gate/verdict.ts';

/** What the measuring program is asked: a file whose path is its one argument. Paths are absolute. */
export interface MeasureRequest {
  readonly gate: GateSpec;
  /** A checkout of the repository, for its objects. */
  readonly repository: string;
  /** What is judged. */
  readonly head: string;
  /** Where the work began: what differs from here is its own. */
  readonly from: string;
  /** Where the run began: what was there already is nobody's fault now. */
  readonly base: string;
  /** The task that is judged; absent: a layer, or the whole. */
  readonly task?: string;
  readonly now: Run;
  /** The same commands at `base`, where that is needed. */
  readonly before?: Run | { readonly problem: string };
  /** More runs of the same, for figures; the first of each is `now` and `before`. */
  readonly samples?: { readonly now: readonly Run[]; readonly before: readonly Run[] };
  /** How the attempt went, for tests that are written first; absent: not recorded. */
  readonly history?: {
    readonly steps: readonly Step[];
    readonly trials: readonly (readonly [commit: string, outcomes: readonly CommandOutcome[]])[];
  };
  readonly answer: string;
}

/** A run of the gate's commands. */
export interface Run {
  /** Where they ran: paths in reports may begin so. */
  readonly folder: string;
  readonly ran: readonly (Ran & { /** What it printed. */ readonly log: string })[];
  readonly reports: readonly Collected[];
  /** Of figures, by their path in the gate's settings. */
  readonly files: readonly Collected[];
}

/** A copy of a file that the commands wrote; `file` absent: they wrote none, or one that cannot be taken. */
export interface Collected {
  /** Relative to the folder, `/` as separator; of a figure, as in the gate's settings. */
  readonly name: string;
  readonly file?: string;
  /** Why it was not taken, after its name: "is too large". */
  readonly problem?: string;
}

/** Written by rename when all is measured. */
export interface MeasureAnswer extends Measured {
  /** A tool found what may have been there before: it has to be run at the base, too. */
  readonly wantsBefore?: boolean;
  /** Hits by line by path, for an editor that shows them. */
  readonly coverage?: Readonly<Record<string, readonly (readonly [line: number, hits: number])[]>>;
  readonly tests?: readonly TestCase[];
}
