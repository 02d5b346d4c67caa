import { describe, expect, it } from 'vitest';
import { judgeTestsFirst, momentsToTry, type Step } from '../../../../src/core/gate/judge/tests-first.ts';
import type { CommandOutcome } from '../../../../src/core/gate/verdict.ts';

const exited = (code: number, output = ''): CommandOutcome => ({ end: { kind: 'exited', code }, output });
const RED = [exited(1)];
const GREEN = [exited(0)];
const KILLED: readonly CommandOutcome[] = [{ end: { kind: 'signalled', signal: 'SIGKILL' }, output: '' }];

/** `a.test.js; a.js` : what was changed from moment to moment, named 1, 2, … */
const steps = (text: string): Step[] =>
  text === '' ? [] : text.split('; ').map((paths, i) => ({ commit: `${i + 1}`, paths: paths.split(' ') }));

describe('tests first', () => {
  it.each<
    [
      string,
      steps: string,
      changed: string,
      trials: Readonly<Record<string, readonly CommandOutcome[]>>,
      string,
      readonly string[],
    ]
  >([
    [
      'a test that failed, then the code',
      'a.test.js; a.js',
      'a.js a.test.js',
      { 1: RED },
      'passed: 1 of 1 file after a test that failed without it',
      [],
    ],
    [
      'a test that passed already',
      'a.test.js; a.js',
      'a.js a.test.js',
      { 1: GREEN },
      'failed: 1 of 1 file with code before its test',
      ['test-never-failed a.js:7'],
    ],
    [
      'the code, then a test',
      'a.js; a.test.js',
      'a.js a.test.js',
      {},
      'failed: 1 of 1 file with code before its test',
      ['code-before-test a.js:7'],
    ],
    [
      'no test at all',
      'a.js',
      'a.js',
      {},
      'failed: 1 of 1 file with code before its test',
      ['code-without-test a.js:7'],
    ],
    [
      'a test that did not stay',
      'a.test.js; a.js',
      'a.js',
      { 1: RED },
      'failed: 1 of 1 file with code before its test',
      ['code-without-test a.js:7'],
    ],
    [
      'both at once',
      'a.test.js a.js',
      'a.js a.test.js',
      {},
      'not-run: not known for 1 of 1 file: tests and code were seen at the same time',
      [],
    ],
    [
      'never seen',
      '',
      'a.js a.test.js',
      {},
      'not-run: not known for 1 of 1 file: tests and code were seen at the same time',
      [],
    ],
    [
      'tests that were killed',
      'a.test.js; a.js',
      'a.js a.test.js',
      { 1: KILLED },
      'not-run: not known for 1 of 1 file: tests and code were seen at the same time',
      [],
    ],
    [
      'tests that ran nothing',
      'a.test.js; a.js',
      'a.js a.test.js',
      { 1: [exited(0, '# tests 0')] },
      'not-run: not known for 1 of 1 file: tests and code were seen at the same time',
      [],
    ],
    [
      'tests that were not tried',
      'a.test.js; a.js',
      'a.js a.test.js',
      {},
      'not-run: not known for 1 of 1 file: tests and code were seen at the same time',
      [],
    ],
    [
      'one of two commands that failed',
      'a.test.js; a.js',
      'a.js a.test.js',
      { 1: [...GREEN, ...RED] },
      'passed: 1 of 1 file after a test that failed without it',
      [],
    ],
    ['no code', 'a.test.js; README.md', 'a.test.js README.md', {}, 'passed: no code was changed', []],
    [
      'two files, a finding before what is not known',
      'b.test.js; a.js; b.test.js b.js',
      'a.js b.js b.test.js',
      { 1: GREEN, 2: RED },
      'failed: 1 of 2 files with code before its test',
      ['test-never-failed a.js:7'],
    ],
  ])('%s', (_, seen, changed, trials, expected, findings) => {
    for (const required of [true, false]) {
      const told = judgeTestsFirst(
        steps(seen),
        new Map(Object.entries(trials)),
        new Map(changed.split(' ').map((path) => [path, 7])),
        required,
      );
      expect(told.checks.map(({ verdict, note }) => `${verdict}: ${note}`)).toEqual([expected]);
      // Where it is only shown it counts for nothing; where no code was changed there is nothing to count.
      if (expected !== 'passed: no code was changed')
        expect(told.checks[0]?.advisory).toBe(required ? undefined : true);
      expect(told.findings.map(({ rule, path = '', line = 0 }) => `${rule} ${path}:${line}`)).toEqual(findings);
      expect(told.findings.every(({ severity }) => severity === (required ? 'error' : 'warning'))).toBe(true);
    }
  });

  it.each<[string, readonly string[]]>([
    ['', []],
    ['a.js; a.test.js', []],
    ['a.test.js; a.js', ['1']],
    ['a.test.js; a.test.js; a.js b.js; c.js; a.js', ['2', '3']],
    ['a.test.js; a.js; b.js; c.js; d.js; e.js; f.js', ['1', '2', '3', '4', '5']],
  ])('tries the moments before the code of %j was begun', (seen, moments) => {
    expect(momentsToTry(steps(seen))).toEqual(moments);
  });
});
