import { describe, expect, it } from 'vitest';
import { readCobertura } from '../../../../src/core/gate/read/cobertura.ts';
import { readGoCover } from '../../../../src/core/gate/read/go-cover.ts';
import { readIstanbul } from '../../../../src/core/gate/read/istanbul.ts';
import { readJaCoCo } from '../../../../src/core/gate/read/jacoco.ts';
import { readLcov } from '../../../../src/core/gate/read/lcov.ts';
import type { Coverage, Read } from '../../../../src/core/gate/read/report.ts';
import { fixture, showCoverage } from './reading.ts';

type Reader = (text: string) => Read<Coverage>;

const CART_JS =
  'src/cart.js 1:1 2:1 3:3 4:3 5:3 6:1 7:1 8:2 9:2 10:3 11:3 12:1 13:1 14:0 15:0 16:1 17:1 18:0 19:0 20:1';
const CART_PY = 'shop/cart.py 4:1 5:1 6:1 7:1 8:1 9:1 10:1 11:1 12:1 15:1 16:0';
const DB_PY = 'shop/db.py 1:0 2:0 3:0 4:0 7:0 8:0 9:0 12:0 13:0 14:0 15:0 18:0 19:0';

describe('coverage as tools write it', () => {
  it.each<[string, Reader, string[]]>([
    ['c8/lcov.info', readLcov, [CART_JS]],
    ['c8/cobertura.xml', readCobertura, [`/repo/${CART_JS}`]],
    ['c8/coverage-final.json', readIstanbul, [`/repo/${CART_JS}`]],
    ['coverage.py/lcov.info', readLcov, ['shop/__init__.py', CART_PY.replace(' ', ' 1:1 '), DB_PY]],
    ['coverage.py/cobertura.xml', readCobertura, ['shop/__init__.py', CART_PY, DB_PY].map((file) => `/repo/${file}`)],
    ['go/cover.out', readGoCover, ['example.com/shop/cart/cart.go 10:2 11:2 12:2 13:2 14:0 15:0 16:2 18:2 22:0']],
    ['jacoco/jacoco.xml', readJaCoCo, ['com/acme/shop/Cart.java 4:1 8:1 9:1 11:1 12:1 15:1 19:0']],
  ])('%s', (name, read, expected) => {
    expect(showCoverage(read(fixture(name)))).toEqual(expected);
  });
});

const cobertura = (lines: string, sources = '<source>/r</source>', file = 'a.js'): string =>
  `<coverage><sources>${sources}</sources><packages><package><classes><class filename="${file}">${lines}</class></classes></package></packages></coverage>`;
const LINES =
  '<methods><method><lines><line number="1" hits="9"/></lines></method></methods><lines><line number="1" hits="2"/></lines>';
const jacoco = (inside: string): string => `<report name="r">${inside}</report>`;
const JAVA =
  '<package name="a/b"><sourcefile name="C.java"><line nr="3" mi="1" ci="2"/><line nr="4" mi="1" ci="0"/></sourcefile></package>';
const istanbul = (statements: object, counts: object): string =>
  JSON.stringify({ '/r/a.js': { path: '/r/a.js', statementMap: statements, s: counts } });
const at = (line: number): object => ({ start: { line, column: 0 }, end: { line, column: 9 } });

describe('coverage', () => {
  it.each<[string, Reader, string, string[]]>([
    [
      'records of one file',
      readLcov,
      'SF:a\nDA:1,0\nDA:2,3\nend_of_record\nSF:a\nDA:1,2\nDA:2,1\nend_of_record\n',
      ['a 1:2 2:3'],
    ],
    [
      'CRLF, comments, counts of any size',
      readLcov,
      '# by hand\r\nTN:\r\nSF:C:\\a.c\r\nDA:1,-5\r\nDA:2,1e+10\r\nend_of_record\r\n',
      ['C:\\a.c 1:0 2:10000000000'],
    ],
    ['a file without lines', readLcov, 'SF:a\nend_of_record', ['a']],
    ['a line 0', readLcov, 'SF:a\nDA:0,1\nDA:1,1\nend_of_record', ['a 1:1']],
    ['the lines of a class, not of its methods', readCobertura, cobertura(LINES), ['/r/a.js 1:2']],
    [
      'classes of one file',
      readCobertura,
      cobertura(`${LINES}</class><class filename="a.js"><lines><line number="1" hits="5"/></lines>`),
      ['/r/a.js 1:5'],
    ],
    ['an absolute file', readCobertura, cobertura(LINES, '<source>/r</source>', '/q/a.js'), ['/q/a.js 1:2']],
    ['several sources', readCobertura, cobertura(LINES, '<source>/r</source><source>/q</source>'), ['a.js 1:2']],
    ['a source twice', readCobertura, cobertura(LINES, '<source>/r/</source><source>/r/</source>'), ['/r/a.js 1:2']],
    ['no source', readCobertura, cobertura(LINES, '<source>.</source>'), ['a.js 1:2']],
    [
      'groups',
      readJaCoCo,
      jacoco(`<group name="g"><group name="h">${JAVA}</group></group>${JAVA}`),
      ['a/b/C.java 3:1 4:0'],
    ],
    ['the default package', readJaCoCo, jacoco(JAVA.replace('a/b', '')), ['C.java 3:1 4:0']],
    [
      'statements of one line',
      readIstanbul,
      istanbul({ 0: at(1), 1: at(1), 2: at(2) }, { 0: 0, 1: 4, 2: 0 }),
      ['/r/a.js 1:4 2:0'],
    ],
    [
      'a file in `data`',
      readIstanbul,
      JSON.stringify({ a: { data: { path: 'a', statementMap: { 0: at(1) }, s: { 0: 1 } } } }),
      ['a 1:1'],
    ],
    [
      'blocks that meet in a line',
      readGoCover,
      'mode: set\na.go:1.1,3.2 2 1\na.go:3.2,4.3 1 0\n',
      ['a.go 1:1 2:1 3:1 4:0'],
    ],
    [
      'profiles that were joined',
      readGoCover,
      'mode: set\na.go:1.1,1.9 1 0\nmode: set\na.go:1.1,1.9 1 1\n',
      ['a.go 1:1'],
    ],
    ['a block without a statement', readGoCover, 'mode: set\na.go:1.1,3.2 0 0\n', ['a.go']],
  ])('%s', (_, read, text, expected) => {
    expect(showCoverage(read(text))).toEqual(expected);
  });

  it.each<[string, Reader, string, RegExp]>([
    ['empty LCOV', readLcov, ' ', /^it is empty$/],
    ['LCOV without a record', readLcov, 'TN:\n', /no record/],
    ['a record without an end', readLcov, 'SF:a\nDA:1,1\n', /the record of a has no end/],
    ['a record within another', readLcov, 'SF:a\nSF:b\nend_of_record', /line 2/],
    ['a line without a count', readLcov, 'SF:a\nDA:1\nend_of_record', /line 2/],
    ['a count that is none', readLcov, 'SF:a\nDA:1,x\nend_of_record', /line 2/],
    ['a line of no file', readLcov, 'DA:1,1\nSF:a\nend_of_record', /line 1/],
    ['TAP as LCOV', readLcov, fixture('node/report.tap'), /no LCOV/],
    ['empty Cobertura', readCobertura, '', /^it is empty$/],
    ['Clover', readCobertura, '<coverage generated="1"><project/></coverage>', /no Cobertura/],
    ['JUnit as Cobertura', readCobertura, fixture('vitest/junit.xml'), /<testsuites>/],
    ['a class without a file', readCobertura, cobertura(LINES, '', ''), /without a file name/],
    ['a line without hits', readCobertura, cobertura('<lines><line number="1"/></lines>'), /without a number or hits/],
    ['empty JaCoCo', readJaCoCo, '', /^it is empty$/],
    ['Cobertura as JaCoCo', readJaCoCo, fixture('c8/cobertura.xml'), /<coverage>/],
    ['a line without counts', readJaCoCo, jacoco(JAVA.replace('ci="0"', '')), /a\/b\/C\.java without/],
    ['a file without a name', readJaCoCo, jacoco('<package><sourcefile/></package>'), /without a name/],
    ['an empty object', readIstanbul, '{}', /no file/],
    ['a list', readIstanbul, '[]', /no object/],
    ['a summary', readIstanbul, fixture('c8/coverage-summary.json'), /summary/],
    ['SARIF as Istanbul', readIstanbul, fixture('eslint/report.sarif'), /no statements/],
    ['a statement without a count', readIstanbul, istanbul({ 0: at(1) }, {}), /no line or no count/],
    ['empty profile', readGoCover, '\n', /^it is empty$/],
    ['a profile without its mode', readGoCover, 'a.go:1.1,3.2 2 1\n', /does not begin with its mode/],
    ['a damaged block', readGoCover, 'mode: set\na.go:1.1,3.2 2\n', /line 2/],
    ['a block of too many lines', readGoCover, 'mode: set\na.go:1.1,999999999.2 2 1\n', /line 2/],
    ['a profile without a last end', readGoCover, 'mode: set\na.go:1.1,3.2 2 1', /cut off/],
  ])('is a problem: %s', (_, read, text, expected) => {
    const outcome = read(text);
    expect(outcome.ok ? 'read' : outcome.problem).toMatch(expected);
  });
});
