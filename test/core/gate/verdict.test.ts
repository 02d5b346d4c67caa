import { describe, expect, it } from 'vitest';
import { ACCEPTANCE, kindOf, type Check, type Finding, type GateSpec } from '../../../src/core/gate/gate.ts';
import { merged, notRun } from '../../../src/core/gate/judge/measured.ts';
import { reasonsOf } from '../../../src/core/gate/reasons.ts';
import { checkOf, reportOf } from '../../../src/core/gate/verdict.ts';
import type { AttemptEnd } from '../../../src/core/run/event.ts';
import { gateReportsText } from '../../../src/core/view/gate-report.ts';
import { qualityOf, scoreText, wholePercent } from '../../../src/core/view/quality.ts';

const GATE: GateSpec = { name: 'g', commands: [], when: 'task', blocking: true, timeoutMs: 1, weight: 1 };
const check = (verdict: Check['verdict'], more: Partial<Check> = {}): Check => ({
  label: 'c',
  verdict,
  note: 'n',
  ...more,
});
const found = (severity: Finding['severity'], n = 1): Omit<Finding, 'gate'>[] =>
  Array.from({ length: n }, (_, i) => ({ rule: 'r', severity, message: `m${i}`, path: 'a.js', line: i + 1 }));

describe('the check of a command', () => {
  it.each<[AttemptEnd, string, string]>([
    [{ kind: 'exited', code: 0 }, '', 'passed: exit code 0'],
    [{ kind: 'exited', code: 1 }, 'no', 'failed: exit code 1'],
    [{ kind: 'exited', code: 255 }, '', 'failed: exit code 255'],
    [{ kind: 'exited', code: 126 }, '', 'not-run: command not found (exit code 126)'],
    [{ kind: 'exited', code: 127 }, '', 'not-run: command not found (exit code 127)'],
    [{ kind: 'signalled', signal: 'SIGSEGV' }, '', 'not-run: ended by SIGSEGV'],
    [{ kind: 'timed-out', limit: 'total' }, '', 'not-run: took too long'],
    [{ kind: 'over-limit', limit: 'cost' }, '', 'not-run: took too long'],
    [{ kind: 'not-started', message: 'not found: x' }, '', 'not-run: not found: x'],
    [{ kind: 'cancelled' }, '', 'not-run: stopped by hand'],
    [{ kind: 'interrupted' }, '', 'not-run: interrupted'],
    ...[
      '# tests 0\n# pass 0',
      'ℹ tests 0',
      'No test files found, exiting with code 0',
      'No tests found, exiting with code 0',
      'no tests ran in 0.01s',
      '===== no tests ran in 0.01s =====',
      'testing: warning: no tests to run\nPASS',
      'No tests executed!',
      'Ran 0 tests in 0.000s\n\nOK',
      '0 examples, 0 failures',
      '0 passing (1ms)',
      '0 passing (1ms)\n3 pending',
    ].map((output): [AttemptEnd, string, string] => [
      { kind: 'exited', code: 0 },
      output,
      'not-run: no test was executed',
    ]),
    ...[
      '# tests 10',
      '10 passing (1ms)',
      '10 examples, 0 failures',
      'Ran 10 tests in 1s',
      'There are no tests of it',
    ].map((output): [AttemptEnd, string, string] => [{ kind: 'exited', code: 0 }, output, 'passed: exit code 0']),
    [{ kind: 'exited', code: 2 }, '0 passing (1ms)\n2 failing', 'failed: exit code 2'],
  ])('%j, %j', (end, output, expected) => {
    const { verdict, note } = checkOf('c', { end, output });
    expect(`${verdict}: ${note}`).toBe(expected);
  });
});

describe('the verdict of a gate', () => {
  it.each<[string, readonly Check[], string, number | undefined]>([
    ['no check', [], 'not-run', undefined],
    ['a check that passed', [check('passed')], 'passed', 100],
    ['one of two that failed', [check('passed'), check('failed')], 'failed', 50],
    ['one that did not run beside one that failed', [check('failed'), check('not-run')], 'not-run', undefined],
    ['a share of one', [check('failed', { share: 0.9 }), check('passed')], 'failed', 95],
    ['one that is only shown and failed', [check('passed'), check('failed', { advisory: true })], 'passed', 100],
    ['one that is only shown and did not run', [check('passed'), check('not-run', { advisory: true })], 'passed', 100],
    ['nothing but what is shown', [check('passed', { advisory: true })], 'not-run', undefined],
  ])('from %s', (_, checks, verdict, score) => {
    const report = reportOf(GATE, { checks, findings: [] }, 5);
    expect([report.verdict, report.score]).toEqual([verdict, score]);
  });

  it('holds the worst findings, and counts the others', () => {
    const report = reportOf(
      GATE,
      { checks: [check('failed')], findings: [...found('warning', 60), ...found('error')] },
      5,
    );
    expect([report.findings.length, report.more, report.findings[0]?.severity, report.findings[0]?.gate]).toEqual([
      50,
      11,
      'error',
      'g',
    ]);
  });

  it('is of what several measures came to', () => {
    const figure = { name: 'f', value: 1 };
    const all = merged([
      notRun('a', 'no tool'),
      { checks: [check('passed')], findings: found('hint'), figures: [figure] },
    ]);
    expect(all).toEqual({
      checks: [{ label: 'a', verdict: 'not-run', note: 'no tool' }, check('passed')],
      findings: found('hint'),
      figures: [figure],
    });
    expect('figures' in merged([notRun('a', '')])).toBe(false);
  });

  it.each<[Partial<GateSpec>, string]>([
    [{}, 'command'],
    [{ name: ACCEPTANCE }, 'acceptance'],
    [{ review: {} }, 'review'],
    [{ measure: { kind: 'tests', reports: [] } }, 'tests'],
    [{ name: ACCEPTANCE, measure: { kind: 'tests', reports: [] } }, 'tests'],
  ])('%j is of kind %s', (more, kind) => {
    expect(kindOf({ ...GATE, ...more })).toBe(kind);
  });

  it('is told with its reasons: what failed and counts, what was found and is grave', () => {
    const checks = [
      check('failed', { label: 'lint', note: 'exit code 1', output: 'a.js: bad' }),
      check('failed', { label: 'shown', advisory: true }),
      check('not-run', { label: 'scan', note: 'not found: scan' }),
      check('passed', { label: 'fine' }),
    ];
    const report = reportOf(GATE, { checks, findings: [...found('information'), ...found('warning')] }, 5);
    expect(reasonsOf({ ...report, more: 3 })).toBe(
      'lint: exit code 1\na.js: bad\nscan: not found: scan\na.js:1: warning: m0 (r)\n… and 3 more',
    );
  });
});

describe('the score of gates', () => {
  const report = (score: number | undefined, weight = 1, gate = 'g') => ({
    ...reportOf({ ...GATE, name: gate }, { checks: [], findings: [] }, 0),
    weight,
    ...(score !== undefined && { score }),
  });

  it.each<[readonly ReturnType<typeof report>[], string]>([
    [[], 'not measured'],
    [[report(100)], '100%'],
    [[report(99.9)], '99%'],
    [[report(100, 3), report(0)], '75%'],
    [[report(80), report(undefined, 1, 'lint')], '80% (without a score: lint)'],
    [[report(undefined, 1, 'lint')], 'not measured (without a score: lint)'],
    [[report(undefined, 1, 'lint'), report(undefined, 1, 'lint')], 'not measured (without a score: lint)'],
  ])('is their weighted mean', (reports, expected) => {
    expect(scoreText(qualityOf(reports))).toBe(expected);
  });

  it.each([
    [0, 0],
    [0.4, 0],
    [66.6, 67],
    [99.5, 99],
    [99.999, 99],
    [100, 100],
  ])('%d is told as %d%%', (score, whole) => {
    expect(wholePercent(score)).toBe(whole);
  });

  it('is told with each gate, its checks and what it found, without escapes of a terminal', () => {
    const checks = [
      check('failed', { label: 'lint\u001b[31m', note: 'exit code 1', output: 'one\n\n\u001b[1mtwo' }),
      check('passed', { output: 'quiet' }),
    ];
    const gates = [
      reportOf(
        GATE,
        { checks, findings: [...found('warning'), { rule: 'x', severity: 'error', message: 'No.\nNo!' }] },
        1500,
      ),
      {
        ...reportOf(
          { ...GATE, name: 'scan', blocking: false },
          { checks: [check('not-run', { note: 'not found: scan' })], findings: [] },
          0,
        ),
        more: 2,
      },
    ];
    expect(gateReportsText('Layer 1', gates).split('\n').slice(2)).toEqual([
      '',
      '❌ g:',
      '- ✗ lint: exit code 1',
      '    one',
      '    two',
      '- c: n',
      '  error x: No. No!',
      '  a.js:1 warning r: m0',
      '- Score: 50%, 1.5 s',
      '',
      '❔ scan:',
      '- not run: c: not found: scan',
      '  … and 2 findings more, in the quality reports of the run',
      '- Score: not measured, it did not run, 0 ms',
      '',
      '📊 Overall quality score: 50% (without a score: scan)',
    ]);
  });
});
