import type { Diagnostic, Span } from '../diagnostic.ts';
import type { Document } from '../text/document.ts';
import type { FrontEntries } from '../text/front-entries.ts';
import type { DialectName, OrderRule, PlanGroup, PlanLayer, PlanTask } from '../plan.ts';

/** What a workspace knows of its plans. Names, for telling a misspelt one; absent: any name is right. */
export interface Known {
  readonly agents?: readonly string[];
  readonly gates?: readonly string[];
  /** The order of tasks that say nothing of it, where neither they nor the front matter do; absent: the dialect's own. */
  readonly order?: OrderRule;
}

/** Takes what a reader has to say. */
export type Report = (diagnostic: Diagnostic) => unknown;

/** One way of writing a plan. A dialect reads what it recognises and leaves the rest: no task means "not mine". */
export interface Dialect {
  readonly name: DialectName;
  read(document: Document, known: Known, report: Report): Draft;
}

/** A way of writing a plan as one file a task. A single file of these is a plan of one task. */
export interface FolderDialect {
  readonly name: DialectName;
  read(files: readonly TaskFile[], known: Known, report: Report): Draft;
}

export interface TaskFile {
  /** Relative to the workspace; absent where it is not known. */
  readonly path?: string;
  readonly front: FrontEntries;
  /** What stands under the front matter. */
  readonly document: Document;
}

/** A plan as one dialect reads it, before its tasks are checked against each other. */
export interface Draft {
  /** Empty where the text names none. */
  readonly title: string;
  readonly context: string;
  readonly layers: readonly PlanLayer[];
  readonly tasks: readonly DraftTask[];
  readonly groups?: readonly DraftGroup[];
  /** What the dialect's custom makes of tasks that state no order; absent: layers, where no task of the plan states any. */
  readonly order?: OrderRule;
}

export interface DraftTask {
  readonly task: Omit<PlanTask, 'dependsOn'>;
  /** The id is made from the title, and may be changed where another task has it. */
  readonly derived: boolean;
  /** Its estimate could not be read, which has been told. */
  readonly misestimated?: true;
  /** It has fields, which tell what the headings above it are. */
  readonly hasFields?: true;
  /** The 3 of `Task 3: …`, by which other tasks may name it. */
  readonly number?: string;
  /** Other names that its id goes by: without a prefix, with its parent's. */
  readonly aliases?: readonly string[];
  /** The parts of its dependencies field: an id, a title, `Task 3`, or several joined by `and`. */
  readonly references: readonly DraftReference[];
}

export interface DraftReference extends Span {
  /** What is meant, where the text says it in a word of its own: the `1` inside of `3` means `3.1`. */
  readonly name?: string;
}

export interface DraftGroup extends PlanGroup {
  /** Who depends on the group depends on these of its tasks: those that no other of them waits for. Absent: on all. */
  readonly last?: readonly string[];
}
