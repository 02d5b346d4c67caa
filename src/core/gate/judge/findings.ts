import { count } from '../../view/print.ts';
import type { Severity } from '../../plan/diagnostic.ts';
import type { Check, Verdict } from '../gate.ts';
import { isAtLeast } from '../new-findings.ts';
import type { Read, RawFinding } from '../read/report.ts';
import { checkOf } from '../verdict.ts';
import type { Measured, Ran } from './measured.ts';

/** What one tool, or one measure of Orca's own, has found in the whole. */
export interface Source {
  readonly name: string;
  /** All that it reports. */
  readonly all: Read<readonly RawFinding[]>;
  /** Those of the work that is judged. */
  readonly fresh: Measured['findings'];
  /** It is not known for what was changed: the gate does not stand or fall by it. */
  readonly advisory?: boolean;
  /** Why those of before could not be told, where that is so. */
  readonly caveat?: string;
}

/** One check a source: it passes when nothing fresh is as bad as `failOn`. */
export function judgeFindings(sources: readonly Source[], failOn: Severity): Measured {
  return {
    checks: sources.map(({ name, all, fresh, caveat, advisory }): Check => {
      if (!all.ok)
        return { label: name, verdict: 'not-run', note: all.problem, ...(advisory === true && { advisory }) };
      const bad = fresh.filter(({ severity }) => isAtLeast(severity, failOn)).length;
      const verdict: Verdict = bad === 0 ? 'passed' : 'failed';
      const notes = [
        bad === 0 ? 'no finding' : count(bad, 'finding'),
        ...(fresh.length > bad ? [`${fresh.length - bad} less grave`] : []),
        ...(all.value.length > fresh.length ? [`${all.value.length - fresh.length} not of this work`] : []),
        ...(caveat === undefined ? [] : [caveat]),
      ];
      return { label: name, verdict, note: notes.join(', ') };
    }),
    findings: sources.flatMap(({ fresh }) => fresh),
  };
}

/**
 * Whether a tool came to its end. One that finds something may say so with its exit code; a code that none of its
 * findings explains is a crash. Gives the checks that stand against it, or nothing.
 */
export function crashes(ran: readonly Ran[], reported: number): Check[] {
  return ran.flatMap(({ label, outcome }) => {
    const check = checkOf(label, outcome);
    if (check.verdict === 'not-run') return [check];
    if (check.verdict === 'passed' || reported > 0) return [];
    return [{ ...check, verdict: 'not-run', note: `${check.note}, which nothing in its report explains` }];
  });
}
