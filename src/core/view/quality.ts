import type { GateReport } from '../gate/gate.ts';

import { list, NOT_MEASURED } from './print.ts';

/** Scores of gates as one. */
export interface Scored {
  /** 0–100: the mean, weighted as configured; absent where no gate has a score. */
  readonly score?: number;
  /** Gates without a score, by name. */
  readonly leftOut: readonly string[];
}

export function qualityOf(reports: readonly GateReport[]): Scored {
  let total = 0;
  let weights = 0;
  for (const { score, weight } of reports) {
    if (score === undefined) continue;
    total += score * weight;
    weights += weight;
  }
  return {
    ...(weights > 0 && { score: total / weights }),
    leftOut: [...new Set(reports.filter(({ score }) => score === undefined).map(({ gate }) => gate))],
  };
}

/** `87%`, with the gates that have no score named. */
export function scoreText({ score, leftOut }: Scored): string {
  const without = leftOut.length === 0 ? '' : ` (without a score: ${list(leftOut)})`;
  return `${score === undefined ? NOT_MEASURED : `${wholePercent(score)}%`}${without}`;
}

/** Of a score, 0–100: 100 only where nothing is missing. */
export function wholePercent(score: number): number {
  return score < 100 ? Math.min(99, Math.round(score)) : 100;
}
