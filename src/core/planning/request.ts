import type { StepId } from './steps.ts';

/** What follows when the plan is there. */
export const PLANNING_MODES = ['plan', 'validate', 'preview', 'execute'] as const;
export type PlanningMode = (typeof PLANNING_MODES)[number];

export const USUAL_CONSTRAINTS = 'Solo developer, free tools';

/** What a run that makes a plan was asked for. */
export interface PlanningRequest {
  readonly goal: string;
  readonly constraints: string;
  /** Where the artefacts stand, relative to the repository, `/` as separator; empty: at its root. */
  readonly folder: string;
  /** Steps may ask; else they take the defaults, and say so. */
  readonly clarify: boolean;
  readonly mode: PlanningMode;
  /** The steps that are to be done; absent: all. What the others wrote stands as it is. */
  readonly only?: readonly StepId[];
}
