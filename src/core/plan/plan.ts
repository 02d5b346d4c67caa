import type { Diagnostic, Span } from './diagnostic.ts';

/** How a run decides when a task may start; the rules of each are in `schedule/dispatch.ts`. */
export const STRATEGIES = ['sequential', 'conservative', 'hybrid', 'aggressive'] as const;
export type Strategy = (typeof STRATEGIES)[number];

export function isStrategy(text: string): text is Strategy {
  return (STRATEGIES as readonly string[]).includes(text);
}

/** The ways of writing a plan that Orca reads. What each looks like is told in `dialect/`. */
export type DialectName =
  | 'orca'
  | 'preview'
  | 'upstream'
  | 'spec-kit'
  | 'kiro'
  | 'cc-sdd'
  | 'spec-kitty'
  | 'superpowers'
  | 'checklist'
  | 'table'
  | 'task-master'
  | 'backlog'
  | 'task-files';

/**
 * What orders the tasks that say nothing of it themselves.
 *
 *     stated    nothing: they may start at once
 *     layers    each layer waits for the layer before; inside one they run together
 *     marks     each layer waits for the layer before; inside one they run one after another, but those in a row that
 *               are marked as parallel run together
 *     sequence  each waits for the task before it
 */
export const ORDER_RULES = ['stated', 'layers', 'marks', 'sequence'] as const;
export type OrderRule = (typeof ORDER_RULES)[number];

export function isOrderRule(text: string): text is OrderRule {
  return (ORDER_RULES as readonly string[]).includes(text);
}

/** A plan as read from its text: what the author wrote, with where it stands. Nothing here is computed. */
export interface Plan {
  readonly dialect: DialectName;
  /** Absent: as in Orca's own format, where layers order a plan that states no dependencies at all. See `ruleOf`. */
  readonly order?: PlanOrder;
  /** The files whose texts, one after another, are the plan's text. Absent where it is one text. */
  readonly parts?: readonly PlanPart[];
  readonly title: string;
  /** Markdown outside of the tasks, without the title: every task's agent is given it. */
  readonly context: string;
  readonly settings: PlanSettings;
  /** In the order of the text. Empty where the plan names no layer. `index` in PlanTask.layer points here. */
  readonly layers: readonly PlanLayer[];
  /** Leaf tasks in the order of the text; ids are unique (a duplicate is reported and left out). */
  readonly tasks: readonly PlanTask[];
  /** Tasks that only hold others. Absent where there are none. */
  readonly groups?: readonly PlanGroup[];
  /** What reading found: ids, dependencies, cycles, fields. Sorted by place. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface PlanOrder {
  readonly rule: OrderRule;
  /** Who says so: the front matter, the settings, or the dialect by its own custom. */
  readonly by: 'plan' | 'settings' | 'dialect';
}

export interface PlanPart {
  /** Relative to the workspace, `/` as separator. */
  readonly path: string;
  readonly span: Span;
}

/** The front matter. Absent keys are absent here: defaults are the settings' business. */
export interface PlanSettings {
  readonly strategy?: Strategy;
  readonly agents?: number;
  readonly agent?: string;
  readonly gates?: readonly string[];
  readonly order?: OrderRule;
}

export interface PlanLayer {
  /** As written after the number: `Foundation`; empty where the heading has none. */
  readonly name: string;
  /** `(sequential)` in the heading, or "2 sequential tasks": its tasks run one after another. */
  readonly sequential: boolean;
  /** Gates that a `Gates:` line directly under the layer's heading names. */
  readonly gates: readonly string[];
  /** Agent of its tasks that name none: an `Agent:` line directly under the heading. */
  readonly agent?: string;
  readonly span: Span;
}

export interface PlanTask {
  readonly id: string;
  readonly title: string;
  /** Index into `Plan.layers`. */
  readonly layer?: number;
  readonly estimate?: Estimate;
  readonly dependsOn: readonly Reference[];
  /** Globs of what the task writes, relative to the workspace, `/` as separator. */
  readonly files: readonly string[];
  /** Paths whose text the task's agent is given, relative to the workspace. Absent where the plan names none. */
  readonly reads?: readonly string[];
  readonly agent?: string;
  readonly gates: readonly string[];
  /** Named things held by one task at a time: a port, a database, a test slot. */
  readonly resources: readonly string[];
  /** Ids of requirements that the task meets: `FR-1`. Absent where the plan names none. */
  readonly requirements?: readonly string[];
  readonly acceptance: readonly Criterion[];
  /** The task's prose, without its fields and its `sh run` blocks: what the agent is asked to do. */
  readonly prompt: string;
  /** The ` ```sh run ` blocks, joined by newlines: what the built-in `shell` agent runs. */
  readonly script?: string;
  /** The author ticked it off. */
  readonly done: boolean;
  /** What says in the text whether it is done; a writer changes these places and no other. Absent: nothing says it. */
  readonly marks?: readonly Mark[];
  /** Where its author says that it runs beside its neighbours: the `[P]`. */
  readonly parallel?: Span;
  /** Its author says that the plan is whole without it. */
  readonly optional?: true;
  /** The id in the heading. */
  readonly idSpan: Span;
  /** From the heading to the end of the task's section. */
  readonly span: Span;
}

/** A task of the author's that is run as the tasks in it, and is done when they are. */
export interface PlanGroup {
  /** As written; a reference to it means its tasks. */
  readonly id: string;
  /** Ids of the tasks in it, also of those in groups inside of it. */
  readonly tasks: readonly string[];
  readonly done: boolean;
  readonly marks: readonly Mark[];
}

/** A checkbox, a status: what stands at `span` is replaced by `done`. */
export interface Mark {
  readonly span: Span;
  readonly done: string;
}

export interface Estimate {
  /** The middle of the range, in minutes; above 0. */
  readonly minutes: number;
  readonly low?: number;
  readonly high?: number;
  readonly span: Span;
}

export interface Reference {
  /** The id as the plan's own task spells it. References to unknown tasks are reported and left out. */
  readonly id: string;
  readonly span: Span;
}

export interface Criterion {
  readonly text: string;
  /** Where the criterion is a command (`` `npm test` passes ``): the command line, for `sh -c`. */
  readonly command?: string;
  readonly done: boolean;
  readonly span: Span;
}
