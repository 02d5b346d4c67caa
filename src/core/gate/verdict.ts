import type { AttemptEnd } from '../run/event.ts';
import { unreachable } from '../unreachable.ts';
import { kindOf, type Check, type GateReport, type GateSpec, type Verdict } from './gate.ts';
import type { Measured } from './judge/measured.ts';
import { sortedFindings } from './new-findings.ts';

/** How one command of a gate ended, with the end of what it printed. */
export interface CommandOutcome {
  readonly end: AttemptEnd;
  readonly output: string;
}

/** What test runners print when they ran no test: such a run has shown nothing, whatever its exit code. */
const RAN_NOTHING = [
  /^(?:#|ℹ) tests 0$/m,
  /^No test(?: file)?s found/im,
  /^(?:=+ )?no tests ran/im,
  /^testing: warning: no tests to run/m,
  /^No tests executed!/m,
  /^Ran 0 tests in/m,
  /^0 examples, 0 failures/m,
  /^\s*0 passing\b(?![^]*^\s*\d+ failing\b)/m,
];

/** The check that a command makes, from how it ended. Whatever is not a run to its end is never a pass. */
export function checkOf(label: string, outcome: CommandOutcome): Check {
  const { end, output } = outcome;
  const base = { label, ...(output !== '' && { output }) };
  switch (end.kind) {
    case 'exited': {
      const check = { ...base, exitCode: end.code };
      if (end.code === 127 || end.code === 126)
        return { ...check, verdict: 'not-run', note: `command not found (exit code ${end.code})` };
      if (RAN_NOTHING.some((pattern) => pattern.test(output)))
        return { ...check, verdict: 'not-run', note: 'no test was executed' };
      return { ...check, verdict: end.code === 0 ? 'passed' : 'failed', note: `exit code ${end.code}` };
    }
    case 'signalled':
      return { ...base, verdict: 'not-run', note: `ended by ${end.signal}` };
    case 'timed-out':
    case 'over-limit':
      return { ...base, verdict: 'not-run', note: 'took too long' };
    case 'not-started':
      return { ...base, verdict: 'not-run', note: end.message };
    case 'cancelled':
      return { ...base, verdict: 'not-run', note: 'stopped by hand' };
    case 'interrupted':
      return { ...base, verdict: 'not-run', note: 'interrupted' };
    default:
      return unreachable(end);
  }
}

/** Findings that a report holds; the others are counted. */
const MOST_FINDINGS = 50;

/**
 * The report of a gate from what was measured: passed when all checks passed, not run when any did not run. Checks that
 * only inform count for neither verdict nor score.
 */
export function reportOf(gate: GateSpec, measured: Measured, durationMs: number): GateReport {
  const { checks, figures, questions } = measured;
  const counted = checks.filter((check) => check.advisory !== true);
  const verdict: Verdict =
    counted.length === 0 || counted.some((check) => check.verdict === 'not-run')
      ? 'not-run'
      : counted.every((check) => check.verdict === 'passed')
        ? 'passed'
        : 'failed';
  const passed = counted.reduce((sum, { verdict: of, share }) => sum + (share ?? (of === 'passed' ? 1 : 0)), 0);
  const findings = sortedFindings(measured.findings.map((finding) => ({ gate: gate.name, ...finding })));
  return {
    gate: gate.name,
    kind: kindOf(gate),
    verdict,
    blocking: gate.blocking,
    weight: gate.weight,
    ...(verdict !== 'not-run' && { score: (100 * passed) / counted.length }),
    checks,
    findings: findings.slice(0, MOST_FINDINGS),
    ...(findings.length > MOST_FINDINGS && { more: findings.length - MOST_FINDINGS }),
    ...(figures !== undefined && { figures }),
    ...(questions !== undefined && { questions }),
    durationMs,
  };
}
