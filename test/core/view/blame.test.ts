import { describe, expect, it } from 'vitest';
import { blameMarkdown, blameRows, blameText, type BlameRow } from '../../../src/core/view/blame.ts';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import { merged, report, run, spec, started, taken } from './runs.ts';

const PLAN = parsePlan('# P\n\n### a: Adds *the* cart\n- Estimate: 5 min\n- Depends on: none\n\n### b: Other\n');
const SPEC = spec(PLAN, { agent: 'claude' });
const STATE = run(SPEC, [
  [1, started('a', 0), ...taken('a', 1)],
  [
    2,
    { type: 'gate.ended', scope: { kind: 'task', task: 'a', attempt: 1 }, report: report('tests', 'passed') },
    { type: 'gate.ended', scope: { kind: 'task', task: 'a', attempt: 1 }, report: report('lint', 'failed') },
    { type: 'gate.waived', scope: { kind: 'task', task: 'a', attempt: 1 }, gate: 'lint' },
    ...merged('a'),
  ],
]);
const AT = 1_733_000_000_000;
const of = (task: string, attempt = 1, runId = SPEC.id) => ({ run: runId, task, attempt, at: AT });
const ORIGINS = new Map([
  ['c1', of('a')],
  ['c2', of('gone', 3, 'exec-other')],
  ['c4', of('a', 9)],
]);
const time = (ms: number): string => `t${ms - AT}`;
const rows = (...commits: (string | undefined)[]): BlameRow[] =>
  blameRows(
    commits.map((commit, i) => ({ line: i + 1, ...(commit !== undefined && { commit }) })),
    ORIGINS,
    new Map([[SPEC.id, STATE]]),
  );

describe('whose lines are', () => {
  it.each<[string, (string | undefined)[], string]>([
    [
      'lines of an attempt, together',
      ['c1', 'c1'],
      `1–2  a, attempt 1, claude, t0, ${SPEC.id}: tests passed, lint accepted as it is`,
    ],
    ['of a run whose journal is gone', ['c2'], '1  gone, attempt 3, t0, exec-other'],
    ['of an attempt that the journal does not have', ['c4'], `1  a, attempt 9, t0, ${SPEC.id}`],
    ['of a person', ['c3333333333333'], '1  c333333333, no run'],
    ['of nobody yet', [undefined, undefined], '1–2  not committed'],
    [
      'by turns',
      ['c2', undefined, 'c2'],
      '1  gone, attempt 3, t0, exec-other\n2  not committed\n3  gone, attempt 3, t0, exec-other',
    ],
    ['of an empty file', [], ''],
  ])('%s', (_, commits, expected) => {
    expect(blameText(rows(...commits), time)).toBe(expected);
  });

  it('lines that are not told are no part of a row', () => {
    const lines = [1, 2, 5].map((line) => ({ line, commit: 'c1' }));
    expect(blameRows(lines, ORIGINS, new Map()).map(({ from, to }) => [from, to])).toEqual([
      [1, 2],
      [5, 5],
    ]);
  });

  it('in a hover, where a title is text', () => {
    const [row] = rows('c1');
    expect(row?.origin && blameMarkdown(row.origin, 'command:open', time)).toBe(
      '**Orca** · [a](command:open): Adds \\*the\\* cart · attempt 1 · claude · t0\n\nGates: tests passed and lint accepted as it is',
    );
  });
});
