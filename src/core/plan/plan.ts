import type { Diagnostic, Span } from './diagnostic.ts';

/** How a run decides when a task may start; the rules of each are in `schedule/dispatch.ts`. */
export const STRATEGIES = ['sequential', 'conservative', 'hybrid', 'aggressive'] as const;
export type Strategy = (typeof STRATEGIES)[number];

export function isStrategy(text: string): text is Strategy {
  return (STRATEGIES as readonly string[]).includes(text);
}

/** A plan as read from its text: what the author wrote, with where it stands. Nothing here is computed. */
export interface Plan {
  /** `orca`: headings and fields. `preview`: the tree of layers that a preview prints. */
  readonly dialect: 'orca' | 'preview';
  readonly title: string;
  /** Markdown outside of the tasks, without the title: every task's agent is given it. */
  readonly context: string;
  readonly settings: PlanSettings;
  /** In the order of the text. Empty where the plan names no layer. `index` in PlanTask.layer points here. */
  readonly layers: readonly PlanLayer[];
  /** Leaf tasks in the order of the text; ids are unique (a duplicate is reported and left out). */
  readonly tasks: readonly PlanTask[];
  /** What reading found: ids, dependencies, cycles, fields. Sorted by place. */
  readonly diagnostics: readonly Diagnostic[];
}

/** The front matter. Absent keys are absent here: defaults are the settings' business. */
export interface PlanSettings {
  readonly strategy?: Strategy;
  readonly agents?: number;
  readonly agent?: string;
  readonly gates?: readonly string[];
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
  /** The id in the heading. */
  readonly idSpan: Span;
  /** From the heading to the end of the task's section. */
  readonly span: Span;
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
