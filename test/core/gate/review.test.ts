import { describe, expect, it } from 'vitest';
import type { AgentReport } from '../../../src/core/agent/report.ts';
import { readReview, reviewReport, type Review, type ReviewOutcome } from '../../../src/core/gate/review.ts';
import { gateSpec } from '../run/machine.ts';

const APPROVED: Review = { verdict: 'approve', findings: [], criteria: [] };
const finding = { path: 'src/a.ts', line: 3, severity: 'error', message: 'Divides by zero.' } as const;
const criterion = { criterion: '`npm test` passes', met: true, evidence: 'The tests are in a.test.ts.' } as const;
const answer = (more: object = {}): string => JSON.stringify({ ...APPROVED, ...more });

describe('an answer', () => {
  it.each<[string, string, Review | undefined]>([
    ['alone', answer(), APPROVED],
    ['after words', `I looked at {it}.\n\n${answer()}`, APPROVED],
    ['in a fence', `Here:\n\`\`\`json\n${answer()}\n\`\`\`\nThat is all.`, APPROVED],
    ['over several lines', JSON.stringify(APPROVED, undefined, 2), APPROVED],
    ['after code with braces and quotes', `if (a) { say("x }"); ${answer()}`, APPROVED],
    [
      'with braces in its words',
      answer({ findings: [{ ...finding, message: 'No "}" here.' }] }),
      {
        ...APPROVED,
        findings: [{ rule: 'review', ...finding, message: 'No "}" here.' }],
      },
    ],
    ['twice: the last counts', `${answer()} No: ${answer({ verdict: 'reject' })}`, { ...APPROVED, verdict: 'reject' }],
    ['with another object after it', `${answer()} {"done": true}`, APPROVED],
    ['none', '', undefined],
    ['in words alone', 'I approve it, verdict: approve.', undefined],
    ['cut off at its end', answer({ findings: [finding] }).slice(0, -5), undefined],
    [
      'cut off at its beginning',
      answer({ findings: [finding], criteria: [{ verdict: 'approve' }] }).slice(5),
      undefined,
    ],
    ['with another verdict', answer({ verdict: 'fine' }), undefined],
    ['without findings', '{"verdict":"approve"}', undefined],
    ['a list', '[]', undefined],
    ['many braces', '{'.repeat(5000), undefined],
  ])('%s', (_, text, expected) => {
    expect(readReview(text)).toEqual(expected);
  });

  it.each<[string, unknown, Partial<Review['findings'][number]> | undefined]>([
    ['whole', finding, finding],
    ['without a place', { severity: 'warning', message: 'Slow.' }, { severity: 'warning', message: 'Slow.' }],
    ['with an unknown severity', { severity: 'nit', message: 'x' }, { severity: 'warning', message: 'x' }],
    ['with a path of here', { ...finding, path: './src\\a.ts' }, finding],
    ['outside of the repository', { ...finding, path: '/etc/passwd' }, { severity: 'error', message: finding.message }],
    ['above the repository', { ...finding, path: 'a/../../b' }, { severity: 'error', message: finding.message }],
    [
      'with a line that is none',
      { ...finding, line: '3' },
      { path: 'src/a.ts', severity: 'error', message: finding.message },
    ],
    ['with control characters', { ...finding, message: 'a\n\u001b[31mb' }, { ...finding, message: 'a b' }],
    ['that is long', { ...finding, message: 'x'.repeat(5000) }, { ...finding, message: `${'x'.repeat(999)}…` }],
    ['without a message', { ...finding, message: ' ' }, undefined],
    ['that is text', 'Slow.', undefined],
    ['that is null', null, undefined],
  ])('a finding %s', (_, value, expected) => {
    const findings = expected === undefined ? [] : [{ rule: 'review', ...expected }];
    expect(readReview(answer({ findings: [value] }))?.findings).toEqual(findings);
  });

  it('is bounded', () => {
    const review = readReview(answer({ findings: Array(200).fill(finding), criteria: Array(200).fill(criterion) }));
    expect([review?.findings.length, review?.criteria.length]).toEqual([50, 50]);
  });
});

const DONE: ReviewOutcome = {
  kind: 'codex',
  end: { kind: 'exited', code: 0 },
  report: { denied: [], costUsd: 1, said: answer() },
  verdict: { kind: 'done' },
  output: '',
};
const said = (more: object): Partial<ReviewOutcome> => ({ report: { denied: [], said: answer(more) } });
const error: NonNullable<AgentReport['error']> = { kind: 'rate-limit', message: 'Too many requests.', retrying: false };

describe('the report of a review', () => {
  it.each<[string, Partial<ReviewOutcome>, { verdict: string; note: string; score?: number }]>([
    ['approved', {}, { verdict: 'passed', note: 'approved', score: 100 }],
    ['rejected', said({ verdict: 'reject' }), { verdict: 'failed', note: 'rejected', score: 0 }],
    [
      'approved with an error',
      said({ findings: [finding] }),
      { verdict: 'failed', note: 'approved, 1 error', score: 0 },
    ],
    [
      'approved with a warning',
      said({ findings: [{ ...finding, severity: 'warning' }] }),
      { verdict: 'passed', note: 'approved, 1 warning', score: 100 },
    ],
    [
      'approved with a criterion unmet',
      said({ criteria: [criterion, { ...criterion, met: false }] }),
      { verdict: 'failed', note: 'approved, 1 criterion not met', score: 33 },
    ],
    [
      'approved with a criterion unknown',
      said({ criteria: [criterion, { ...criterion, met: '?' }, { ...criterion, met: 'unknown' }] }),
      { verdict: 'passed', note: 'approved', score: 50 },
    ],
    [
      'of plain output',
      { report: undefined, verdict: undefined, output: answer() } as never,
      { verdict: 'passed', note: 'approved', score: 100 },
    ],
    [
      'unreadable',
      { report: { denied: [], said: 'Fine.' } },
      { verdict: 'not-run', note: 'its answer has no review that can be read' },
    ],
    ['missing', { report: { denied: [] } }, { verdict: 'not-run', note: 'its answer has no review that can be read' }],
    [
      'of an agent that failed, whatever it said',
      { verdict: { kind: 'failed', message: 'out of turns' } },
      { verdict: 'not-run', note: 'codex failed: out of turns' },
    ],
    [
      'of an agent whose service cannot be had',
      { verdict: { kind: 'unavailable', error } },
      { verdict: 'not-run', note: 'codex cannot be had: Too many requests.' },
    ],
    [
      'of an agent without access',
      { verdict: { kind: 'unauthenticated', message: 'no key' } },
      { verdict: 'not-run', note: 'codex has no access: no key' },
    ],
    [
      'that took too long',
      { end: { kind: 'timed-out', limit: 'total' }, verdict: { kind: 'failed', message: '' } },
      { verdict: 'not-run', note: 'codex: took too long' },
    ],
    [
      'that did not start',
      { end: { kind: 'not-started', message: 'not found: codex' }, report: undefined, verdict: undefined } as never,
      { verdict: 'not-run', note: 'codex: not found: codex' },
    ],
    [
      'of a program that failed',
      { end: { kind: 'exited', code: 3 }, report: undefined, verdict: undefined, output: answer() } as never,
      { verdict: 'not-run', note: 'codex failed: exit code 3' },
    ],
  ])('%s', (_, outcome, { verdict, note, score }) => {
    const report = reviewReport(gateSpec('second'), { ...DONE, ...outcome }, 7);
    expect(report).toMatchObject({ gate: 'second', verdict, durationMs: 7, reviewer: { kind: 'codex' } });
    expect(report.checks[0]).toMatchObject({ label: 'review by codex', verdict, note });
    expect(report.score).toBe(score);
  });

  it('has each criterion as a check, the findings with their places, and what it cost without its words', () => {
    const words = answer({
      verdict: 'reject',
      findings: [finding],
      criteria: [criterion, { criterion: 'It is fast' }],
    });
    const report = reviewReport(gateSpec('second'), { ...DONE, report: { denied: [], costUsd: 1, said: words } }, 7);
    expect(report.checks.slice(1)).toEqual([
      { label: '`npm test` passes', verdict: 'passed', note: 'The tests are in a.test.ts.' },
      { label: 'It is fast', verdict: 'not-run', note: 'no evidence' },
    ]);
    expect(report.findings).toEqual([{ gate: 'second', rule: 'review', ...finding }]);
    expect(report.reviewer).toEqual({ kind: 'codex', report: { denied: [], costUsd: 1 } });
  });

  it('shows what could not be read', () => {
    const report = reviewReport(gateSpec('second'), { ...DONE, report: { denied: [], said: 'I am not sure.' } }, 7);
    expect(report.checks).toMatchObject([{ output: 'I am not sure.' }]);
  });
});
