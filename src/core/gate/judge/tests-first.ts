import { count } from '../../view/print.ts';
import type { CommandOutcome } from '../verdict.ts';
import { checkOf } from '../verdict.ts';
import { isProduct, isTestFile } from '../test-files.ts';
import type { Check } from '../gate.ts';
import type { Measured } from './measured.ts';

/** The worktree at one moment of an attempt. */
export interface Step {
  readonly commit: string;
  /** What differs from the moment before. */
  readonly paths: readonly string[];
}

/** Where a product file was first changed, and what was there just before. */
interface FirstChange {
  readonly path: string;
  /** The moment before; undefined: the attempt's base. */
  readonly before: string | undefined;
  /** A test was changed by then; `same`: in the same step, so that nobody can tell. */
  readonly test: 'before' | 'same' | 'none';
}

/** What the tests of a moment came to, by its commit: every command of the gate. */
export type Trials = ReadonlyMap<string, readonly CommandOutcome[]>;

/** More are not run: each costs as much as the gate itself. */
const MOST_TRIALS = 5;

/** The moments whose tests have to be run, to see whether they failed before the code was there. */
export function momentsToTry(steps: readonly Step[]): string[] {
  const moments = firstChanges(steps).flatMap(({ test, before }) =>
    test === 'before' && before !== undefined ? [before] : [],
  );
  return [...new Set(moments)].slice(0, MOST_TRIALS);
}

/**
 * Whether each product file that an attempt changed was first changed when a test was there that failed without it:
 * red, then green. `changed` are the files of the result; steps are those of the attempt, as they were seen.
 *
 *     a test was there, and failed ─► first
 *     no test, or one that passed already ─► the code came first
 *     both in one step, too many steps, or the tests could not be run ─► not known
 */
export function judgeTestsFirst(
  steps: readonly Step[],
  trials: Trials,
  changed: ReadonlyMap<string, number>,
  required: boolean,
): Measured {
  const label = 'tests first';
  const product = [...changed.keys()].filter(isProduct);
  if (product.length === 0)
    return { checks: [{ label, verdict: 'passed', note: 'no code was changed' }], findings: [] };
  const firsts = new Map(firstChanges(steps).map((first) => [first.path, first]));
  const hasTest = [...changed.keys()].some(isTestFile);
  const unknown: string[] = [];
  const findings: Measured['findings'][number][] = [];
  let first = 0;
  for (const path of product) {
    const say = (rule: string, message: string): void => {
      findings.push({
        rule,
        severity: required ? 'error' : 'warning',
        message,
        path,
        line: changed.get(path) ?? 1,
      });
    };
    const change = firsts.get(path);
    if (!hasTest) say('code-without-test', 'This code was changed, and no test with it.');
    else if (change === undefined || change.test === 'same') unknown.push(path);
    else if (change.test === 'none') say('code-before-test', 'This code was written before any test of it.');
    else {
      const outcome = redness(change.before === undefined ? undefined : trials.get(change.before));
      if (outcome === 'red') first++;
      else if (outcome === 'unknown') unknown.push(path);
      else say('test-never-failed', 'The tests that were there when this code was begun passed without it.');
    }
  }
  const files = count(product.length, 'file');
  const check = (verdict: Check['verdict'], note: string): Measured => ({
    checks: [{ label, verdict, note, ...(!required && { advisory: true }) }],
    findings,
  });
  if (findings.length > 0) return check('failed', `${findings.length} of ${files} with code before its test`);
  if (unknown.length > 0)
    return check('not-run', `not known for ${unknown.length} of ${files}: tests and code were seen at the same time`);
  return check('passed', `${first} of ${files} after a test that failed without it`);
}

function redness(outcomes: readonly CommandOutcome[] | undefined): 'red' | 'green' | 'unknown' {
  const verdicts = (outcomes ?? []).map((outcome) => checkOf('', outcome).verdict);
  if (verdicts.includes('failed')) return 'red';
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'passed') ? 'green' : 'unknown';
}

function firstChanges(steps: readonly Step[]): FirstChange[] {
  const seen = new Set<string>();
  const firsts: FirstChange[] = [];
  let hasTest = false;
  let before: string | undefined;
  for (const { commit, paths } of steps) {
    const testNow = paths.some(isTestFile);
    for (const path of paths) {
      if (!isProduct(path) || seen.has(path)) continue;
      seen.add(path);
      firsts.push({ path, before, test: hasTest ? 'before' : testNow ? 'same' : 'none' });
    }
    hasTest ||= testNow;
    before = commit;
  }
  return firsts;
}
