import { describe, expect, it } from 'vitest';
import type { Check, Finding, GateReport } from '../../../src/core/gate/gate.ts';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import { criteriaOf } from '../../../src/core/view/criteria.ts';
import { gateReportText } from '../../../src/core/view/gate-report.ts';
import { report, run, spec, started, taken } from './runs.ts';

const check = (label: string, verdict: Check['verdict'], note = 'n', output?: string): Check => ({
  label,
  verdict,
  note,
  ...(output !== undefined && { output }),
});
const acceptance = (...checks: readonly Check[]): GateReport =>
  report('acceptance', 'failed', { kind: 'acceptance', checks });
const review = (kind: string, ...checks: readonly Check[]): GateReport =>
  report('review', 'passed', { kind: 'review', checks, reviewer: { kind } });

/** A task with these criteria, as its plan writes them, after these gates. */
function stateOf(criteria: readonly string[], gates: readonly GateReport[]) {
  const list = criteria.map((text) => `  - ${text}`).join('\n');
  const plan = parsePlan(`# P\n\n### a: A\n- Estimate: 5 min\n- Depends on: none\n- Acceptance:\n${list}\n\nDo.\n`);
  return run(spec(plan), [
    [1, started('a', 0)],
    [2, ...taken('a', 1)],
    [
      3,
      ...gates.map(
        (one) => ({ type: 'gate.ended', scope: { kind: 'task', task: 'a', attempt: 1 }, report: one }) as const,
      ),
    ],
  ]);
}

describe('a criterion', () => {
  it.each<[string, string, readonly GateReport[], string, readonly string[]]>([
    ['without evidence', 'It works', [], 'not-shown', []],
    [
      'of which a gate of another name says something',
      'It works',
      [report('tests', 'passed', { checks: [check('It works', 'passed')] })],
      'not-shown',
      [],
    ],
    [
      'that a reviewer has seen',
      'It *works*.',
      [review('codex', check('it works', 'passed', 'seen'))],
      'met',
      ['codex says: seen'],
    ],
    [
      'that a reviewer misses',
      'It works',
      [review('codex', check('It works', 'failed', 'no'))],
      'unmet',
      ['codex says: no'],
    ],
    [
      'of which a reviewer cannot say',
      'It works',
      [review('codex', check('It works', 'not-run', 'not told'))],
      'not-shown',
      ['codex says: not told'],
    ],
    [
      'that one of two reviewers misses',
      'It works',
      [review('codex', check('It works', 'passed', 'yes')), review('claude', check('It works', 'failed', 'no'))],
      'unmet',
      ['codex says: yes', 'claude says: no'],
    ],
    [
      'of which only something else was seen',
      'It works',
      [review('codex', check('It works on Windows', 'passed'))],
      'not-shown',
      [],
    ],
  ])('%s', (_, text, gates, standing, evidence) => {
    expect(criteriaOf(stateOf([text], gates), 'a')).toEqual([{ criterion: text, standing, evidence }]);
  });

  it.each<[string, readonly GateReport[], string, readonly string[]]>([
    [
      'passed',
      [acceptance(check('npm test', 'passed', 'exit code 0', 'one\n3 tests passed\n'))],
      'met',
      ['`npm test`: exit code 0 (3 tests passed)'],
    ],
    ['failed', [acceptance(check('npm test', 'failed', 'exit code 1'))], 'unmet', ['`npm test`: exit code 1']],
    [
      'did not run',
      [acceptance(check('npm test', 'not-run', 'took too long'))],
      'not-shown',
      ['`npm test`: took too long'],
    ],
    ['was never run', [], 'not-shown', []],
    [
      'did not run, whatever a reviewer says',
      [
        acceptance(check('npm test', 'not-run', 'took too long')),
        review('codex', check('`npm test`', 'passed', 'sure')),
      ],
      'not-shown',
      ['`npm test`: took too long', 'codex says: sure'],
    ],
  ])('with a command that %s', (_, gates, standing, evidence) => {
    const [told] = criteriaOf(stateOf(['`npm test`'], gates), 'a');
    expect([told?.standing, told?.evidence]).toEqual([standing, evidence]);
  });

  it('is told with the lines of its file that no test runs, which decide nothing', () => {
    const open: Finding = {
      gate: 'tdd',
      rule: 'not-covered',
      severity: 'information',
      message: 'm',
      path: 'src/a.ts',
      line: 3,
      endLine: 5,
    };
    const tdd = report('tdd', 'passed', {
      kind: 'tdd',
      findings: [open, { ...open, path: 'src/b.ts' }],
      figures: [{ name: 'coverage', value: 1 }],
    });
    expect(criteriaOf(stateOf(['src/a.ts adds'], [tdd]), 'a')).toEqual([
      { criterion: 'src/a.ts adds', standing: 'not-shown', evidence: ['no test runs src/a.ts:3–5'] },
    ]);
  });

  it('stands in the report of its task', () => {
    const state = stateOf(
      ['It works', '`npm test`', 'It is fast'],
      [acceptance(check('npm test', 'failed', 'exit code 1')), review('codex', check('It works', 'passed', 'seen'))],
    );
    const text = gateReportText(state, { kind: 'task', task: 'a', attempt: 1 });
    expect(text.slice(text.lastIndexOf('Acceptance:\n'))).toBe(
      'Acceptance:\n- ✅ It works: met, codex says: seen\n- ❌ `npm test`: not met, `npm test`: exit code 1\n- ❔ It is fast: not shown',
    );
  });
});
