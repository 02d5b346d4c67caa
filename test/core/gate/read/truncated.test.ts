import { describe, expect, it } from 'vitest';
import { readCobertura } from '../../../../src/core/gate/read/cobertura.ts';
import { figuresByPath } from '../../../../src/core/gate/read/figure.ts';
import { formatOf } from '../../../../src/core/gate/read/format.ts';
import { readGoCover } from '../../../../src/core/gate/read/go-cover.ts';
import { readIstanbul } from '../../../../src/core/gate/read/istanbul.ts';
import { readJaCoCo } from '../../../../src/core/gate/read/jacoco.ts';
import { readJUnit } from '../../../../src/core/gate/read/junit.ts';
import { readLcov } from '../../../../src/core/gate/read/lcov.ts';
import { MATCHERS, matchProblems } from '../../../../src/core/gate/read/matcher.ts';
import { readNpmAudit } from '../../../../src/core/gate/read/npm-audit.ts';
import type { Read } from '../../../../src/core/gate/read/report.ts';
import { readSarif } from '../../../../src/core/gate/read/sarif.ts';
import { readTap } from '../../../../src/core/gate/read/tap.ts';
import { fixture } from './reading.ts';

type Reader = (text: string) => Read<unknown>;

const READERS: readonly Reader[] = [
  readJUnit,
  readTap,
  readLcov,
  readCobertura,
  readIstanbul,
  readJaCoCo,
  readGoCover,
  readSarif,
  readNpmAudit,
];

const WHOLE: [string, Reader][] = [
  ['node/junit.xml', readJUnit],
  ['vitest/junit.xml', readJUnit],
  ['jest/junit.xml', readJUnit],
  ['pytest/junit.xml', readJUnit],
  ['surefire/junit.xml', readJUnit],
  ['gotestsum/junit.xml', readJUnit],
  ['node/report.tap', readTap],
  ['tape/report.tap', readTap],
  ['c8/cobertura.xml', readCobertura],
  ['coverage.py/cobertura.xml', readCobertura],
  ['c8/coverage-final.json', readIstanbul],
  ['jacoco/jacoco.xml', readJaCoCo],
  ['eslint/report.sarif', readSarif],
  ['bandit/report.sarif', readSarif],
  ['flawfinder/report.sarif', readSarif],
  ['codeql/report.sarif', readSarif],
  ['npm/audit.json', readNpmAudit],
];
/** Formats of lines, whose end between two records cannot be told from the end of the whole. */
const LINES: [string, Reader, RegExp][] = [
  ['c8/lcov.info', readLcov, /end_of_record\n?$/],
  ['coverage.py/lcov.info', readLcov, /end_of_record\n?$/],
  ['go/cover.out', readGoCover, /\n$/],
];

/** Beginnings of a text: at each tenth, and at every character of its last hundred. */
function beginnings(text: string): string[] {
  const tenths = Array.from({ length: 9 }, (_, index) => Math.floor((text.length * (index + 1)) / 10));
  const last = Array.from({ length: 100 }, (_, index) => text.length - 1 - index);
  return [...tenths, ...last].filter((end) => end >= 0).map((end) => text.slice(0, end));
}

describe('a report that is cut off', () => {
  it.each(WHOLE)('%s is a problem, or whole', (name, read) => {
    const text = fixture(name);
    const whole = read(text);
    expect(whole.ok).toBe(true);
    const cut = beginnings(text).map((part) => read(part));
    expect(cut.filter((one) => !one.ok).length).toBeGreaterThanOrEqual(9);
    // What is behind the last tag, brace or plan may be missing.
    for (const one of cut) if (one.ok) expect(one).toEqual(whole);
  });

  it.each(LINES)('%s is a problem, or ends with a record', (name, read, end) => {
    const text = fixture(name);
    expect(read(text).ok).toBe(true);
    const parts = beginnings(text);
    expect(parts.some((part) => !read(part).ok)).toBe(true);
    for (const part of parts) if (read(part).ok) expect(part).toMatch(end);
  });
});

describe('any text', () => {
  const texts = [...WHOLE.map(([name]) => name), ...LINES.map(([name]) => name)].map(fixture);
  const strange = [
    '\u0000',
    '<',
    '{',
    '[',
    'null',
    '0',
    '"',
    '<a>&#xffffffff;</a>',
    '\ufeff',
    '𝒳'.repeat(100),
    '{"runs":[{"tool":7}]}',
  ];

  it('makes no reader throw', () => {
    for (const text of [...texts.flatMap(beginnings), ...texts.map((one) => one.replace(/[<"{\d]/g, '')), ...strange]) {
      const read = READERS.map((reader) => reader(text));
      for (const one of read) if (!one.ok) expect(one.problem).toMatch(/\S/);
      expect(() => formatOf('x', text)).not.toThrow();
      expect(() => figuresByPath(text, '$[*].a')).not.toThrow();
      for (const name of Object.keys(MATCHERS)) expect(matchProblems(text, name).ok).toBe(true);
    }
  });

  it('of one format is read by no reader of another', () => {
    for (const [name, own] of WHOLE)
      expect(
        READERS.filter((reader) => reader !== own && reader(fixture(name)).ok),
        name,
      ).toEqual([]);
  });
});
