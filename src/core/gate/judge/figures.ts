import type { Check, FigureSpec, MeasuredFigure } from '../gate.ts';
import type { Read } from '../read/report.ts';
import type { Measured } from './measured.ts';

/** Samples of a figure: of the work, and of the run's base where the figure has a tolerance. */
export interface Samples {
  readonly spec: FigureSpec;
  readonly now: Read<readonly number[]>;
  readonly before?: Read<readonly number[]>;
}

/**
 * One check a figure. What counts is the median. A tolerance is against the median of the base's samples, taken in turn
 * with those of the work; where the two ranges overlap, the difference is noise and fails nothing.
 */
export function judgeFigures(samples: readonly Samples[]): Measured {
  const parts = samples.map(judge);
  return {
    checks: parts.map(({ check }) => check),
    findings: parts.flatMap(({ check, spec }) =>
      check.verdict === 'failed'
        ? [{ rule: spec.name, severity: 'error' as const, message: `${check.label}: ${check.note}` }]
        : [],
    ),
    figures: parts.flatMap(({ figure }) => figure ?? []),
  };
}

interface Judged {
  readonly spec: FigureSpec;
  readonly check: Check;
  readonly figure?: MeasuredFigure;
}

function judge({ spec, now, before }: Samples): Judged {
  const unmeasured = (note: string): Judged => ({ spec, check: { label: spec.name, verdict: 'not-run', note } });
  if (!now.ok) return unmeasured(now.problem);
  if (now.value.length === 0) return unmeasured('it was not printed');
  const value = median(now.value);
  const range = rangeOf(now.value);
  const notes = [`${withUnit(value, spec)}${noise(range, spec)}`];
  const figure: MeasuredFigure = {
    name: spec.name,
    value,
    ...(spec.unit !== undefined && { unit: spec.unit }),
    ...(spec.limit !== undefined && { limit: spec.limit }),
    ...(now.value.length > 1 && { range }),
  };
  const worse = (a: number, b: number): boolean => (spec.better === 'lower' ? a > b : a < b);
  let isSound = true;
  if (spec.limit !== undefined) {
    isSound = !worse(value, spec.limit);
    notes.push(`limit ${withUnit(spec.limit, spec)}`);
  }
  if (spec.tolerance === undefined) return { spec, check: checkWith(spec, isSound, notes), figure };
  if (before === undefined || !before.ok || before.value.length === 0) {
    const why = before === undefined || before.ok ? 'it was not printed' : before.problem;
    return unmeasured(`${notes.join(', ')}; at the base of the run it could not be measured: ${why}`);
  }
  const base = median(before.value);
  const allowed = base + (spec.better === 'lower' ? 1 : -1) * Math.abs(base) * (spec.tolerance / 100);
  const baseRange = rangeOf(before.value);
  const overlaps = range[0] <= baseRange[1] && baseRange[0] <= range[1];
  const change = base === 0 ? undefined : ((value - base) / Math.abs(base)) * 100;
  notes.push(
    `${withUnit(base, spec)}${noise(baseRange, spec)} before${change === undefined ? '' : `: ${change >= 0 ? '+' : '−'}${rounded(Math.abs(change))} %`}`,
    `tolerance ${rounded(spec.tolerance)} %`,
  );
  if (worse(value, allowed) && overlaps) notes.push('within the noise');
  else if (worse(value, allowed)) isSound = false;
  return { spec, check: checkWith(spec, isSound, notes), figure: { ...figure, before: base } };
}

function checkWith({ name }: FigureSpec, isSound: boolean, notes: readonly string[]): Check {
  return { label: name, verdict: isSound ? 'passed' : 'failed', note: notes.join(', ') };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

function rangeOf(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

function noise([low, high]: readonly [number, number], spec: FigureSpec): string {
  return low === high ? '' : ` (${rounded(low)}–${withUnit(high, spec)})`;
}

function withUnit(value: number, { unit }: FigureSpec): string {
  return unit === undefined ? rounded(value) : `${rounded(value)} ${unit}`;
}

/** Three digits are more than noise leaves. */
function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}
