import { brief, count } from '../../view/print.ts';
import type { Check } from '../gate.ts';
import type { Read, TestCase, TestResults } from '../read/report.ts';
import { checkOf } from '../verdict.ts';
import type { Measured, Ran } from './measured.ts';

export interface TestReport {
  /** As people know it: the path in the gate's settings. */
  readonly name: string;
  readonly read: Read<TestResults>;
}

/**
 * What tests have shown. A run to its end is judged by its reports where it writes any; they and the exit code have to
 * agree that all is well.
 *
 *     no report, or one that cannot be read ─► not-run
 *     no test executed, all skipped ─► not-run
 *     a test failed, or an exit code ≠ 0 ─► failed
 */
export function judgeTests(ran: readonly Ran[], reports: readonly TestReport[]): Measured {
  const commands = ran.map(({ label, outcome }) => checkOf(label, outcome));
  if (reports.length === 0 || commands.some((check) => check.verdict === 'not-run'))
    return { checks: commands, findings: [] };
  const broken = reports.flatMap(({ name, read }) => (read.ok ? [] : [unread(name, read.problem)]));
  if (broken.length > 0) return { checks: broken, findings: [] };
  const tests = reports.flatMap(({ read }) => (read.ok ? read.value.tests : []));
  const failed = tests.filter((test) => test.outcome === 'failed');
  const executed = tests.filter((test) => test.outcome !== 'skipped').length;
  const check: Check = { ...testsCheck(executed, failed.length, tests.length - executed), ...outputOf(commands) };
  const unexplained = failed.length === 0 ? commands.filter((one) => one.verdict === 'failed') : [];
  return {
    checks: [
      check,
      ...unexplained.map((one): Check => ({ ...one, note: `${one.note}, though no test in its report failed` })),
    ],
    findings: failed.map((test) => findingOf(test)),
  };
}

function testsCheck(executed: number, failed: number, skipped: number): Check {
  const others = skipped === 0 ? '' : `, ${skipped} skipped`;
  if (executed === 0) return { label: 'tests', verdict: 'not-run', note: `no test was executed${others}` };
  const passed = executed - failed;
  return failed === 0
    ? { label: 'tests', verdict: 'passed', note: `${count(executed, 'test')} passed${others}` }
    : {
        label: 'tests',
        verdict: 'failed',
        share: passed / executed,
        note: `${failed} of ${count(executed, 'test')} failed${others}`,
      };
}

/** The output of what failed is evidence, and what an agent mends by. */
function outputOf(commands: readonly Check[]): Pick<Check, 'output' | 'exitCode'> {
  const failed = commands.find((check) => check.verdict === 'failed') ?? commands.at(-1);
  return {
    ...(failed?.exitCode !== undefined && { exitCode: failed.exitCode }),
    ...(failed?.output !== undefined && { output: failed.output }),
  };
}

function unread(name: string, problem: string): Check {
  return { label: name, verdict: 'not-run', note: problem };
}

function findingOf({ name, suites, path, line, message }: TestCase): Measured['findings'][number] {
  const title = brief([...suites, name].join(' › '), 200);
  return {
    rule: 'test-failed',
    severity: 'error',
    message: message === undefined ? title : `${title}: ${brief(message, 500)}`,
    ...(path !== undefined && { path }),
    ...(path !== undefined && line !== undefined && { line }),
  };
}
