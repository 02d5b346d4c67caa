import type { AttemptEnd } from '../run/event.ts';
import { unreachable } from '../unreachable.ts';
import type { Check, GateReport, GateSpec, Verdict } from './gate.ts';

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

/** The report of a gate from its checks: passed when all passed, not run when any did not run. */
export function reportOf(gate: GateSpec, checks: readonly Check[], durationMs: number): GateReport {
  const verdict: Verdict =
    checks.length === 0 || checks.some((check) => check.verdict === 'not-run')
      ? 'not-run'
      : checks.every((check) => check.verdict === 'passed')
        ? 'passed'
        : 'failed';
  const passed = checks.filter((check) => check.verdict === 'passed').length;
  return {
    gate: gate.name,
    verdict,
    blocking: gate.blocking,
    weight: gate.weight,
    ...(verdict !== 'not-run' && { score: Math.round((100 * passed) / checks.length) }),
    checks,
    findings: [],
    durationMs,
  };
}
