import type { Check, Finding, MeasuredFigure } from '../gate.ts';
import type { Question } from '../../planning/questions.ts';
import type { CommandOutcome } from '../verdict.ts';

/** What measuring came to: what a report is made of. Findings without their gate's name. */
export interface Measured {
  readonly checks: readonly Check[];
  readonly findings: readonly Omit<Finding, 'gate'>[];
  readonly figures?: readonly MeasuredFigure[];
  /** What the work asks instead of being done. */
  readonly questions?: readonly Question[];
}

/** A command of the gate and how it ended. */
export interface Ran {
  readonly label: string;
  readonly outcome: CommandOutcome;
}

export function merged(parts: readonly Measured[]): Measured {
  const figures = parts.flatMap((part) => part.figures ?? []);
  return {
    checks: parts.flatMap((part) => part.checks),
    findings: parts.flatMap((part) => part.findings),
    ...(figures.length > 0 && { figures }),
  };
}

/** What could not be measured is never a pass. */
export function notRun(label: string, note: string): Measured {
  return { checks: [{ label, verdict: 'not-run', note }], findings: [] };
}
