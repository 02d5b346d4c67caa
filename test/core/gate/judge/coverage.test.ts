import { describe, expect, it } from 'vitest';
import { judgeCoverage, type CoverageRequest } from '../../../../src/core/gate/judge/coverage.ts';

const hits = (text: Readonly<Record<number, number>>): ReadonlyMap<number, number> =>
  new Map(Object.entries(text).map(([line, count]) => [Number(line), count]));
const lines = (...numbers: readonly number[]): ReadonlySet<number> => new Set(numbers);

function judged(request: Partial<CoverageRequest>) {
  const { checks, findings, figures } = judgeCoverage({
    coverage: new Map(),
    changed: new Map(),
    runnable: new Map(),
    unknown: [],
    limits: {},
    ...request,
  });
  return {
    checks: checks.map(
      ({ label, verdict, note, advisory }) => `${label}: ${verdict}${advisory ? ' (shown)' : ''}, ${note}`,
    ),
    findings: findings.map(
      ({ severity, path, line, endLine, message }) =>
        `${severity} ${path ?? ''}:${line ?? 0}–${endLine ?? 0} ${message}`,
    ),
    figures: (figures ?? []).map(
      ({ name, value, limit }) => `${name} ${value}${limit === undefined ? '' : ` / ${limit}`}`,
    ),
  };
}

const A = new Map([['a.js', hits({ 1: 1, 2: 0, 3: 0, 5: 2, 9: 0 })]]);

describe('coverage', () => {
  it.each<[string, Partial<CoverageRequest>, readonly string[], (readonly string[])?]>([
    [
      'of changed lines, of those that can be run',
      { coverage: A, changed: new Map([['a.js', lines(1, 2, 3, 4, 5)]]), limits: { changed: 50 } },
      [
        'coverage of changed lines: passed, 50%, 2 of 4 lines (above the threshold of 50%)',
        'coverage: passed, 40%, 2 of 5 lines',
      ],
      ['information a.js:2–3 No test runs these 2 lines.'],
    ],
    [
      'below its threshold, with what is open as a warning',
      { coverage: A, changed: new Map([['a.js', lines(1, 2, 9)]]), limits: { changed: 34, total: 41 } },
      [
        'coverage of changed lines: failed, 33.3%, 1 of 3 lines (below the threshold of 34%)',
        'coverage: failed, 40%, 2 of 5 lines (below the threshold of 41%)',
      ],
      ['warning a.js:2–2 No test runs this line.', 'warning a.js:9–9 No test runs this line.'],
    ],
    [
      'that is rounded down',
      {
        coverage: new Map([['a.js', new Map(Array.from({ length: 5000 }, (_, i) => [i + 1, i < 3998 ? 1 : 0]))]]),
        limits: { total: 80 },
      },
      [
        'coverage of changed lines: passed, none of them can be run',
        'coverage: failed, 79.9%, 3998 of 5000 lines (below the threshold of 80%)',
      ],
    ],
    [
      'of a file that no test loads',
      {
        coverage: A,
        changed: new Map([['b.js', lines(1, 2, 3)]]),
        runnable: new Map([['b.js', lines(2, 3, 4)]]),
        limits: { changed: 1 },
      },
      [
        'coverage of changed lines: failed, 0%, 0 of 2 lines (below the threshold of 1%)',
        'coverage: passed, 40%, 2 of 5 lines',
      ],
      ['warning b.js:2–3 No test loads this file.'],
    ],
    [
      'of a change in which nothing can be run',
      { coverage: A, changed: new Map([['a.js', lines(4)]]), limits: { changed: 100 } },
      ['coverage of changed lines: passed, none of them can be run', 'coverage: passed, 40%, 2 of 5 lines'],
    ],
    [
      'of nothing',
      { limits: { total: 0 } },
      ['coverage of changed lines: passed, none of them can be run', 'coverage: not-run, the report covers no line'],
    ],
    [
      'of a file that nobody reads and no report has',
      { coverage: A, changed: new Map([['c.rb', lines(1)]]), unknown: ['c.rb'], limits: { changed: 80 } },
      ['coverage of changed lines: not-run, no report has c.rb', 'coverage: passed, 40%, 2 of 5 lines'],
    ],
    [
      'of the same, where nothing is asked of it',
      { coverage: A, changed: new Map([['c.rb', lines(1)]]), unknown: ['c.rb'] },
      ['coverage of changed lines: not-run (shown), no report has c.rb', 'coverage: passed, 40%, 2 of 5 lines'],
    ],
    [
      'of the same beside another',
      {
        coverage: A,
        changed: new Map([
          ['a.js', lines(1)],
          ['c.rb', lines(1)],
        ]),
        unknown: ['c.rb'],
        limits: { changed: 80 },
      },
      [
        'coverage of changed lines: passed, 100%, 1 of 1 lines (above the threshold of 80%); no report has c.rb',
        'coverage: passed, 40%, 2 of 5 lines',
      ],
    ],
    [
      'of a file that nobody reads and a report has',
      {
        coverage: new Map([['c.rb', hits({ 1: 1 })]]),
        changed: new Map([['c.rb', lines(1)]]),
        unknown: ['c.rb'],
      },
      ['coverage of changed lines: passed, 100%, 1 of 1 lines', 'coverage: passed, 100%, 1 of 1 lines'],
    ],
  ])('%s', (_, request, checks, findings = []) => {
    expect(judged(request)).toMatchObject({ checks, findings });
  });

  it('gives its figures with their limits', () => {
    const request = { coverage: A, changed: new Map([['a.js', lines(1, 2)]]), limits: { changed: 80 } };
    expect(judged(request).figures).toEqual(['coverage of changed lines 50 / 80', 'coverage 40']);
  });
});
