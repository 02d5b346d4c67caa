import type { Diagnostic, Span } from './diagnostic.ts';
import type { Document } from './document.ts';
import type { Plan, PlanLayer, PlanTask } from './plan.ts';

/** The names that a workspace knows, for telling a misspelt one; absent: any name is right. */
export interface Known {
  readonly agents?: readonly string[];
  readonly gates?: readonly string[];
}

/** Takes what a reader has to say. */
export type Report = (diagnostic: Diagnostic) => unknown;

/** One way of writing a plan. A dialect reads what it recognises and leaves the rest: no task means "not mine". */
export interface Dialect {
  readonly name: Plan['dialect'];
  read(document: Document, known: Known, report: Report): Draft;
}

/** A plan as one dialect reads it, before its tasks are checked against each other. */
export interface Draft {
  /** Empty where the text names none. */
  readonly title: string;
  readonly context: string;
  readonly layers: readonly PlanLayer[];
  readonly tasks: readonly DraftTask[];
}

export interface DraftTask {
  readonly task: Omit<PlanTask, 'dependsOn'>;
  /** The id is made from the title, and may be changed where another task has it. */
  readonly derived: boolean;
  /** The 3 of `Task 3: …`, by which other tasks may name it. */
  readonly number?: string;
  /** The parts of its dependencies field: an id, a title, `Task 3`, or several joined by `and`. */
  readonly references: readonly Span[];
}
