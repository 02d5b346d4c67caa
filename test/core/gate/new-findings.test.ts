import { describe, expect, it } from 'vitest';
import { isAccepted, readBaseline, withAccepted } from '../../../src/core/gate/baseline.ts';
import type { Finding } from '../../../src/core/gate/gate.ts';
import { isAtLeast, newFindings, sortedFindings } from '../../../src/core/gate/new-findings.ts';
import type { Severity } from '../../../src/core/plan/diagnostic.ts';

/** `f a.js` : a fingerprint and a path; the second may be missing. */
const list = (text: string) =>
  text === ''
    ? []
    : text.split(', ').map((one, i) => {
        const [fingerprint = '', path] = one.split(' ');
        return { fingerprint, line: i + 1, ...(path !== undefined && { path }) };
      });

describe('what is new', () => {
  it.each<[string, before: string, now: string, fresh: readonly number[]]>([
    ['all, where nothing was', '', 'f a.js, g a.js', [1, 2]],
    ['nothing, where all was', 'f a.js, g a.js', 'g a.js, f a.js', []],
    ['nothing of what has moved', 'f a.js', 'f b.js', []],
    ['nothing of what has moved out of no file', 'f', 'f b.js', []],
    ['what is there once more', 'f a.js', 'f a.js, f a.js', [2]],
    ['what is there once more elsewhere', 'f a.js', 'f b.js, f a.js', [1]],
    ['what was copied while one went', 'f a.js, f b.js', 'f a.js, f c.js, f d.js', [3]],
    ['another rule in the same place', 'f a.js', 'g a.js', [1]],
    ['nothing, where less is left', 'f a.js, f a.js', 'f a.js', []],
  ])('%s', (_, before, now, fresh) => {
    expect(newFindings(list(now), list(before)).map(({ line }) => line)).toEqual(fresh);
  });

  it('is told the worst first, then by place', () => {
    const finding = (severity: Severity, path: string | undefined, line: number, rule = 'r'): Finding => ({
      gate: 'g',
      rule,
      severity,
      message: 'm',
      line,
      ...(path !== undefined && { path }),
    });
    const all = [
      finding('hint', 'a.js', 1),
      finding('error', 'b.js', 1),
      finding('error', 'a.js', 10),
      finding('error', 'a.js', 9, 's'),
      finding('error', 'a.js', 9),
      finding('error', undefined, 1),
      finding('warning', 'a.js', 1),
      finding('information', 'a.js', 1),
    ];
    expect(
      sortedFindings(all).map(({ severity, path = '-', line = 0, rule }) => `${severity} ${path}:${line} ${rule}`),
    ).toEqual([
      'error -:1 r',
      'error a.js:9 r',
      'error a.js:9 s',
      'error a.js:10 r',
      'error b.js:1 r',
      'warning a.js:1 r',
      'information a.js:1 r',
      'hint a.js:1 r',
    ]);
  });

  it.each<[Severity, Severity, boolean]>([
    ['error', 'warning', true],
    ['warning', 'warning', true],
    ['information', 'warning', false],
    ['hint', 'information', false],
    ['hint', 'hint', true],
  ])('%s is at least %s: %s', (severity, floor, expected) => {
    expect(isAtLeast(severity, floor)).toBe(expected);
  });
});

describe('what is accepted', () => {
  const ENTRY = { gate: 'g', rule: 'r', fingerprint: 'f', path: 'a.js', message: 'm', reason: 'It is so.' };
  const file = (...accepted: readonly unknown[]): string => JSON.stringify({ accepted });

  it.each<[string | undefined, number]>([
    [undefined, 0],
    ['', 0],
    [' \n', 0],
    [file(), 0],
    [file(ENTRY), 1],
    [file({ ...ENTRY, path: undefined, message: undefined }), 1],
    [file({ ...ENTRY, more: 'later' }, ENTRY), 2],
  ])('in %j', (text, count) => {
    expect(readBaseline(text)).toMatchObject({ accepted: { length: count } });
  });

  it.each<[string, string]>([
    ['{', '.orca/baseline.json: '],
    ['null', '.orca/baseline.json: expected { "accepted": [ … ] }.'],
    ['[]', '.orca/baseline.json: expected { "accepted": [ … ] }.'],
    ['{"accepted":{}}', '.orca/baseline.json: expected { "accepted": [ … ] }.'],
    [file('f'), '.orca/baseline.json: entry 1 needs gate, rule and fingerprint.'],
    [file(ENTRY, { ...ENTRY, fingerprint: 5 }), '.orca/baseline.json: entry 2 needs gate, rule and fingerprint.'],
    [file({ ...ENTRY, reason: ' ' }), '.orca/baseline.json: entry 1 (g, r) gives no reason.'],
    [file({ ...ENTRY, reason: undefined }), '.orca/baseline.json: entry 1 (g, r) gives no reason.'],
  ])('is not told by %j', (text, problem) => {
    const baseline = readBaseline(text);
    expect('problem' in baseline && baseline.problem.startsWith(problem)).toBe(true);
  });

  it('is a finding of that gate, rule and fingerprint, and stays so when more are', () => {
    const finding: Finding & { readonly fingerprint: string } = {
      gate: 'g',
      rule: 'r',
      severity: 'error',
      message: 'm',
      fingerprint: 'f',
    };
    const text = withAccepted([], finding, 'It is so.');
    const more = readBaseline(withAccepted([ENTRY], { ...finding, fingerprint: 'f2', path: 'b.js' }, 'So, too.'));
    const once = readBaseline(text);
    if ('problem' in once || 'problem' in more) throw new Error('not read');
    expect(isAccepted(finding, once.accepted)).toBe(true);
    expect(more.accepted.map(({ fingerprint, reason }) => [fingerprint, reason])).toEqual([
      ['f', 'It is so.'],
      ['f2', 'So, too.'],
    ]);
    for (const other of [{ gate: 'h' }, { rule: 's' }, { fingerprint: 'x' }])
      expect(isAccepted({ ...finding, ...other }, once.accepted)).toBe(false);
    const { fingerprint: _, ...without } = finding;
    expect(isAccepted(without, once.accepted)).toBe(false);
  });
});
