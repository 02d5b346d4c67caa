import { describe, expect, it } from 'vitest';
import { duplicatesIn, type DuplicationOptions } from '../../../../src/core/gate/syntax/duplication.ts';

/** Lines that are like no other. */
const block = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `const ${name}${at} = compute('${name}', ${at}, 'a long enough line');`);

describe('duplicated blocks', () => {
  const table: readonly [
    what: string,
    files: Readonly<Record<string, readonly string[]>>,
    expected: readonly string[],
    options?: DuplicationOptions,
  ][] = [
    ['none', { 'a.ts': block('a', 20), 'b.ts': block('b', 20) }, []],
    ['too few lines', { 'a.ts': block('a', 5), 'b.ts': block('a', 5) }, []],
    ['as many as asked', { 'a.ts': block('a', 5), 'b.ts': block('a', 5) }, ['a.ts:1-5 b.ts:1-5 5'], { lines: 5 }],
    [
      'as long as it can be',
      { 'a.ts': [...block('a', 2), ...block('x', 9), ...block('b', 2)], 'b.ts': [...block('x', 9), ...block('c', 8)] },
      ['a.ts:3-11 b.ts:1-9 9'],
    ],
    [
      'white space, blank lines and comments are nothing',
      {
        'a.ts': block('x', 6),
        'b.ts': block('x', 6).flatMap((line) => [
          '',
          `    ${line.replaceAll(' ', '  ')}`,
          '// why',
          '/* so',
          'and so */',
        ]),
      },
      ['a.ts:1-6 b.ts:2-27 6'],
    ],
    [
      'a comment in Python; the same in TypeScript is a private name',
      { 'a.py': block('x', 6), 'b.py': block('x', 6).flatMap((line) => ['# why', line]), 'c.ts': ['#a = 1;'] },
      ['a.py:1-6 b.py:2-12 6'],
    ],
    ['few characters', { 'a.ts': Array.from('abcdefgh'), 'b.ts': Array.from('abcdefgh') }, []],
    [
      'imports',
      {
        'a.ts': ['import {', ...block('x', 8), "} from 'x';", ...block('a', 1)],
        'b.ts': ['import {', ...block('x', 8), "} from 'x';", ...block('b', 1)],
      },
      [],
    ],
    [
      'three copies are two pairs',
      { 'a.ts': block('x', 7), 'b.ts': block('x', 7), 'c.ts': block('x', 7) },
      ['a.ts:1-7 b.ts:1-7 7', 'a.ts:1-7 c.ts:1-7 7'],
    ],
    [
      'the longest of the earlier ones',
      { 'a.ts': block('x', 6), 'b.ts': block('x', 12), 'c.ts': block('x', 12) },
      ['a.ts:1-6 b.ts:1-6 6', 'b.ts:1-12 c.ts:1-12 12'],
    ],
    ['within a file', { 'a.ts': [...block('x', 6), ...block('y', 1), ...block('x', 6)] }, ['a.ts:1-6 a.ts:8-13 6']],
    [
      'a run of one line does not overlap itself',
      { 'a.ts': Array.from({ length: 14 }, () => block('x', 1)[0] ?? '') },
      ['a.ts:1-6 a.ts:7-12 6'],
    ],
    [
      'no block goes over the end of a file',
      { 'a.ts': block('x', 3), 'b.ts': block('x', 6), 'c.ts': block('x', 3) },
      [],
    ],
    ['empty', { 'a.ts': [], 'b.ts': [''] }, []],
  ];
  it.each(table)('%s', (_what, files, expected, options) => {
    const sources = Object.entries(files).map(([path, lines]) => ({ path, text: lines.join('\n') }));
    const found = duplicatesIn(sources, options).map(
      ({ first, second, lines }) =>
        `${first.path}:${first.startLine}-${first.endLine} ${second.path}:${second.startLine}-${second.endLine} ${lines}`,
    );
    expect(found).toEqual(expected);
    const crlf = sources.map(({ path, text }) => ({ path, text: text.replaceAll('\n', '\r\n') }));
    expect(duplicatesIn(crlf, options)).toEqual(duplicatesIn(sources, options));
  });

  it('takes time in proportion to the lines, also of files that are all the same', () => {
    const timeOf = (count: number): number => {
      const text = Array.from({ length: count }, () => block('x', 1)[0]).join('\n');
      const started = process.cpuUsage();
      expect(duplicatesIn([{ path: 'a.ts', text }]).length).toBeGreaterThan(0);
      return process.cpuUsage(started).user / 1000;
    };
    timeOf(2_000);
    expect(timeOf(80_000)).toBeLessThan(Math.max(4, timeOf(10_000)) * 40);
  });
});
