import { describe, expect, it } from 'vitest';
import type { Severity } from '../../../../src/core/plan/diagnostic.ts';
import { crashes, judgeFindings, type Source } from '../../../../src/core/gate/judge/findings.ts';
import {
  codeFindings,
  judgeCode,
  type CodeRequest,
  type MeasuredFunction,
} from '../../../../src/core/gate/judge/functions.ts';
import { judgeTests, type TestReport } from '../../../../src/core/gate/judge/tests.ts';
import type { Ran } from '../../../../src/core/gate/judge/measured.ts';
import type { TestCase } from '../../../../src/core/gate/read/report.ts';

const finding = (severity: Severity) => ({ rule: 'r', severity, message: 'm', path: 'a.js', line: 1 });
const ran = (code: number, output = ''): Ran => ({ label: 'tool', outcome: { end: { kind: 'exited', code }, output } });

describe('what a tool has found', () => {
  it.each<[string, Partial<Source>, Severity, string]>([
    ['nothing', {}, 'warning', 'passed: no finding'],
    [
      'nothing fresh',
      { all: { ok: true, value: [finding('error')] } },
      'warning',
      'passed: no finding, 1 not of this work',
    ],
    ['something grave', { fresh: [finding('error')] }, 'warning', 'failed: 1 finding'],
    ['as grave as it may not be', { fresh: [finding('warning'), finding('warning')] }, 'warning', 'failed: 2 findings'],
    ['less grave', { fresh: [finding('information')] }, 'warning', 'passed: no finding, 1 less grave'],
    ['some of each', { fresh: [finding('error'), finding('warning')] }, 'error', 'failed: 1 finding, 1 less grave'],
    ['less than is known', { caveat: 'of changed lines only' }, 'warning', 'passed: no finding, of changed lines only'],
    ['what cannot be read', { all: { ok: false, problem: 'cut off' } }, 'warning', 'not-run: cut off'],
    [
      'what was not looked at',
      { all: { ok: false, problem: 'no rules' }, advisory: true },
      'warning',
      '(not-run): no rules',
    ],
  ])('%s', (_, source, failOn, expected) => {
    const fresh = source.fresh ?? [];
    const { checks } = judgeFindings([{ name: 't', all: { ok: true, value: fresh }, fresh, ...source }], failOn);
    const [check] = checks;
    expect(`${check?.advisory ? `(${check.verdict})` : (check?.verdict ?? '')}: ${check?.note ?? ''}`).toBe(expected);
  });
});

describe('a tool', () => {
  it.each<[string, Ran, number, readonly string[]]>([
    ['that ended well', ran(0), 0, []],
    ['that says that it found something', ran(1), 1, []],
    ['that says so, and reports nothing', ran(1), 0, ['exit code 1, which nothing in its report explains']],
    ['that is not there, whatever it reports', ran(127), 3, ['command not found (exit code 127)']],
    [
      'that was killed, whatever it reports',
      { label: 'tool', outcome: { end: { kind: 'signalled', signal: 'SIGSEGV' }, output: '' } },
      3,
      ['ended by SIGSEGV'],
    ],
  ])('%s', (_, one, reported, notes) => {
    const found = crashes([one], reported);
    expect(found.map(({ note }) => note)).toEqual(notes);
    expect(found.every(({ verdict }) => verdict === 'not-run')).toBe(true);
  });
});

describe('tests', () => {
  const test = (outcome: TestCase['outcome'], more: Partial<TestCase> = {}): TestCase => ({
    name: 'adds',
    suites: ['sum'],
    outcome,
    ...more,
  });
  const report = (...tests: readonly TestCase[]): TestReport => ({
    name: 'junit.xml',
    read: { ok: true, value: { tests } },
  });
  const broken: TestReport = { name: 'junit.xml', read: { ok: false, problem: 'junit.xml was not written' } };

  it.each<[string, readonly Ran[], readonly TestReport[], readonly string[], (readonly string[])?]>([
    ['by their exit code alone', [ran(0)], [], ['tool passed: exit code 0']],
    ['by their exit code alone, red', [ran(1)], [], ['tool failed: exit code 1']],
    ['that all passed', [ran(0)], [report(test('passed'), test('passed'))], ['tests passed: 2 tests passed']],
    [
      'of which some were skipped',
      [ran(0)],
      [report(test('passed'), test('skipped'))],
      ['tests passed: 1 test passed, 1 skipped'],
    ],
    ['that were all skipped', [ran(0)], [report(test('skipped'))], ['tests not-run: no test was executed, 1 skipped']],
    ['of which there are none', [ran(0)], [report()], ['tests not-run: no test was executed']],
    [
      'of which one failed',
      [ran(1)],
      [report(test('passed'), test('failed', { path: 'a.test.js', line: 3, message: 'not 2' }))],
      ['tests failed: 1 of 2 tests failed'],
      ['error a.test.js:3 sum › adds: not 2'],
    ],
    [
      'of which one failed, and the runner does not say so',
      [ran(0)],
      [report(test('failed'))],
      ['tests failed: 1 of 1 test failed'],
      ['error -:- sum › adds'],
    ],
    [
      'that passed, and the runner says otherwise',
      [ran(3)],
      [report(test('passed'))],
      ['tests passed: 1 test passed', 'tool failed: exit code 3, though no test in its report failed'],
    ],
    ['without a report', [ran(0)], [broken], ['junit.xml not-run: junit.xml was not written']],
    [
      'with one of two reports',
      [ran(0)],
      [report(test('passed')), broken],
      ['junit.xml not-run: junit.xml was not written'],
    ],
    [
      'whose runner is missing',
      [ran(127)],
      [report(test('passed'))],
      ['tool not-run: command not found (exit code 127)'],
    ],
    [
      'whose runner ran nothing',
      [ran(0, '# tests 0')],
      [report(test('passed'))],
      ['tool not-run: no test was executed'],
    ],
  ])('%s', (_, commands, reports, checks, findings = []) => {
    const told = judgeTests(commands, reports);
    expect(told.checks.map(({ label, verdict, note }) => `${label} ${verdict}: ${note}`)).toEqual(checks);
    expect(
      told.findings.map(
        ({ severity, path = '-', line = '-', message }) => `${severity} ${path}:${String(line)} ${message}`,
      ),
    ).toEqual(findings);
  });

  it('that failed leave their share and their output', () => {
    const [check] = judgeTests([ran(1, 'expected 2')], [report(test('passed'), test('passed'), test('failed'))]).checks;
    expect(check).toMatchObject({ share: 2 / 3, exitCode: 1, output: 'expected 2' });
  });
});

describe('code', () => {
  const f = (name: string, more: Partial<MeasuredFunction> = {}): MeasuredFunction => ({
    name,
    path: 'a.js',
    startLine: 3,
    endLine: 9,
    lines: 7,
    cognitive: 0,
    cyclomatic: 1,
    nested: false,
    ...more,
  });
  const limits = { cognitive: 15, cyclomatic: 10, functionLines: 50, fileLines: 100 };

  it.each<[string, Partial<CodeRequest>, readonly string[]]>([
    ['at its limits', { functions: [f('f', { cognitive: 15, cyclomatic: 10, lines: 50 })] }, []],
    [
      'over all of them',
      { functions: [f('f', { cognitive: 16, cyclomatic: 11, lines: 51 })] },
      [
        'cognitive-complexity a.js:3 f has a cognitive complexity of 16; the limit is 15.',
        'cyclomatic-complexity a.js:3 f has a cyclomatic complexity of 11; the limit is 10.',
        'function-length a.js:3 f has 51 lines; the limit is 50.',
      ],
    ],
    ['without a limit', { functions: [f('f', { cognitive: 99, cyclomatic: 99, lines: 999 })], limits: {} }, []],
    ['within another, which counts in it', { functions: [f('f', { cognitive: 16, nested: true })] }, []],
    ['that was so before', { functions: [f('f', { cognitive: 20 })], before: [f('f', { cognitive: 20 })] }, []],
    [
      'that became worse',
      { functions: [f('f', { cognitive: 21 })], before: [f('f', { cognitive: 20 })] },
      ['cognitive-complexity a.js:3 f has a cognitive complexity of 21; the limit is 15.'],
    ],
    [
      'that has moved',
      { functions: [f('f', { cognitive: 20 })], before: [f('f', { cognitive: 20, path: 'b.js' })] },
      [],
    ],
    [
      'of a name that another file has, where its own has one',
      {
        functions: [f('f', { cognitive: 20 })],
        before: [f('f', { cognitive: 20, path: 'b.js' }), f('f', { cognitive: 2 })],
      },
      ['cognitive-complexity a.js:3 f has a cognitive complexity of 20; the limit is 15.'],
    ],
    [
      'without a name, as others elsewhere',
      {
        functions: [f('(anonymous)', { cognitive: 20 })],
        before: [f('(anonymous)', { cognitive: 20, path: 'b.js' })],
      },
      ['cognitive-complexity a.js:3 (anonymous) has a cognitive complexity of 20; the limit is 15.'],
    ],
    ['in a file at its limit', { files: [{ path: 'a.js', lines: 100, before: 0 }] }, []],
    [
      'in a file that is too long',
      { files: [{ path: 'a.js', lines: 101, before: 100 }] },
      ['file-length a.js:1 This file has 101 lines; the limit is 100.'],
    ],
    ['in a file that was too long, and is not longer', { files: [{ path: 'a.js', lines: 101, before: 101 }] }, []],
  ])('%s', (_, request, expected) => {
    const found = codeFindings({ functions: [], before: [], files: [], limits, ...request });
    expect(found.map(({ rule, path, line, message }) => `${rule} ${path}:${line ?? 0} ${message}`)).toEqual(expected);
  });

  it('is judged by what is left of its findings', () => {
    const functions = [
      f('f', { cognitive: 16, cyclomatic: 11 }),
      f('g', { startLine: 20, cognitive: 20 }),
      f('h'),
      f('i'),
    ];
    const files = [{ path: 'a.js', lines: 101, before: 0 }];
    const found = codeFindings({ functions, before: [], files, limits });
    const told = (left: typeof found) =>
      judgeCode(left, { functions, files }).map(({ verdict, share, note }) => [verdict, share, note]);
    expect(told(found)).toEqual([
      ['failed', 0.5, '2 of 4 changed functions over a limit'],
      ['failed', 0, '1 of 1 changed file too long'],
    ]);
    expect(told([])).toEqual([
      ['passed', undefined, '4 changed functions, none over a limit'],
      ['passed', undefined, '1 changed file, none too long'],
    ]);
  });
});
