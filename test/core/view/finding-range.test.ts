import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/core/gate/gate.ts';
import { rangeNow } from '../../../src/core/view/finding-range.ts';
import { lineHash } from '../../../src/engine/gate/line-hash.ts';

const SQL = '  db.query("SELECT " + name);';
const file = (...lines: string[]) => ({ lines, hashes: lines.map(lineHash) });
const at = (line: number, more: Partial<Finding> = {}): Finding => ({
  gate: 'security',
  rule: 'orca/sql-injection',
  severity: 'error',
  message: 'SQL from strings',
  line,
  anchor: lineHash(SQL),
  ...more,
});
const COLUMNS = { column: 3, endColumn: 11 };
const WHOLE = { column: 2, endColumn: SQL.length };

describe('a finding in a file that may have been edited', () => {
  it.each<[string, Finding, string[], ReturnType<typeof rangeNow>]>([
    ['at its line', at(2), ['a', SQL, 'b'], { line: 1, endLine: 1, ...WHOLE }],
    ['at its columns', at(2, COLUMNS), ['a', SQL], { line: 1, endLine: 1, column: 2, endColumn: 10 }],
    ['moved down', at(1), ['new', 'new', SQL], { line: 2, endLine: 2, ...WHOLE }],
    ['moved up', at(4), [SQL, 'a'], { line: 0, endLine: 0, ...WHOLE }],
    ['the nearest of several', at(3), [SQL, 'a', 'b', SQL, SQL], { line: 3, endLine: 3, ...WHOLE }],
    ['indented anew', at(1), [`    ${SQL.trim()}`], { line: 0, endLine: 0, column: 4, endColumn: SQL.length + 2 }],
    ['mended', at(2), ['a', 'db.query("SELECT ?", name);'], undefined],
    ['in a file that is gone', at(2), [''], undefined],
    ['over lines', at(1, { endLine: 2 }), ['a', SQL, 'end  '], { line: 1, endLine: 2, column: 2, endColumn: 3 }],
    ['over lines that are cut off', at(1, { endLine: 9 }), [SQL], { line: 0, endLine: 0, ...WHOLE }],
    [
      'columns out of the line',
      at(1, { column: 90, endColumn: 99 }),
      [SQL],
      { line: 0, endLine: 0, column: SQL.length, endColumn: SQL.length },
    ],
    [
      'of the file as a whole',
      { ...at(1), line: undefined } as unknown as Finding,
      ['a'],
      { line: 0, endLine: 0, column: 0, endColumn: 0 },
    ],
    [
      'whose line was not read',
      { ...at(1), anchor: undefined } as unknown as Finding,
      ['abc'],
      { line: 0, endLine: 0, column: 0, endColumn: 3 },
    ],
    [
      'whose line was not read, in a shorter file',
      { ...at(7), anchor: undefined } as unknown as Finding,
      ['abc'],
      undefined,
    ],
  ])('%s', (_, finding, lines, expected) => {
    expect(rangeNow(finding, file(...lines))).toEqual(expected);
  });
});
