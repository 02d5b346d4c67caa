import { list } from '../../view/print.ts';
import type { Check, MeasuredFigure } from '../gate.ts';
import type { Coverage } from '../read/report.ts';
import type { Measured } from './measured.ts';

export interface CoverageRequest {
  /** By path in the repository. */
  readonly coverage: Coverage;
  /** Lines that the work changed, of its product files. */
  readonly changed: ReadonlyMap<string, ReadonlySet<number>>;
  /** Lines within functions, of product files that the work changed: what can be run of a file that no report knows. */
  readonly runnable: ReadonlyMap<string, ReadonlySet<number>>;
  /** Changed product files of which nobody can say what can be run, unless a report does. */
  readonly unknown: readonly string[];
  /** Percent, at least. */
  readonly limits: { readonly changed?: number | undefined; readonly total?: number | undefined };
}

/**
 * Coverage of the lines that the work changed, and of all, in percent of the lines that can be run. A changed file that
 * no test has loaded is in no report: what can be run of it counts as not covered. Where that is not known of any of them,
 * nothing was measured.
 */
export function judgeCoverage({ coverage, changed, runnable, unknown, limits }: CoverageRequest): Measured {
  const findings: Measured['findings'][number][] = [];
  const sum = { lines: 0, covered: 0 };
  for (const [path, lines] of changed) {
    const file = coverage.get(path);
    const hits = file ?? new Map([...(runnable.get(path) ?? [])].map((line) => [line, 0]));
    const wanted = [...hits].filter(([line]) => lines.has(line));
    const open = wanted.flatMap(([line, count]) => (count === 0 ? [line] : []));
    sum.lines += wanted.length;
    sum.covered += wanted.length - open.length;
    for (const [line, endLine] of rangesOf(open))
      findings.push({
        rule: 'not-covered',
        severity: 'information',
        message:
          file === undefined
            ? 'No test loads this file.'
            : line === endLine
              ? 'No test runs this line.'
              : `No test runs these ${endLine - line + 1} lines.`,
        path,
        line,
        endLine,
      });
  }
  const all = [...coverage.values()].flatMap((file) => [...file.values()]);
  const checks: Check[] = [];
  const figures: MeasuredFigure[] = [];
  const measure = (label: string, covered: number, lines: number, limit: number | undefined, without = ''): void => {
    const of = `${covered} of ${lines} lines`;
    if (lines === 0) {
      checks.push({ label, verdict: 'passed', note: 'none of them can be run' });
      return;
    }
    // Rounded down: 79.96 is not 80.
    const value = Math.floor((1000 * covered) / lines) / 10;
    figures.push({ name: label, value, unit: '%', ...(limit !== undefined && { limit }) });
    const isSound = limit === undefined || value >= limit;
    const against = limit === undefined ? '' : ` (${isSound ? 'above' : 'below'} the threshold of ${limit}%)`;
    checks.push({
      label,
      verdict: isSound ? 'passed' : 'failed',
      note: `${value}%, ${of}${against}${without && `; ${without}`}`,
    });
  };
  const label = 'coverage of changed lines';
  const untold = unknown.filter((path) => (changed.get(path)?.size ?? 0) > 0 && !coverage.has(path));
  const without = untold.length === 0 ? '' : `no report has ${list(untold)}`;
  const isShown = limits.changed === undefined && { advisory: true };
  if (sum.lines === 0 && without !== '') checks.push({ label, verdict: 'not-run', note: without, ...isShown });
  else measure(label, sum.covered, sum.lines, limits.changed, without);
  if (all.length === 0) checks.push({ label: 'coverage', verdict: 'not-run', note: 'the report covers no line' });
  else measure('coverage', all.filter((count) => count > 0).length, all.length, limits.total);
  const failed = checks[0]?.verdict === 'failed';
  return {
    checks,
    findings: failed ? findings.map((finding) => ({ ...finding, severity: 'warning' as const })) : findings,
    figures,
  };
}

/** Runs of neighbouring numbers, each with its first and its last. */
function rangesOf(lines: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const line of [...lines].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && line === last[1] + 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges;
}
