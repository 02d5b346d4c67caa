import { describe, expect, it } from 'vitest';
import { readsText, tampering, type Texts } from '../../../src/core/gate/tampering.ts';
import type { ChangedFile } from '../../../src/core/run/event.ts';

interface Case {
  readonly path: string;
  readonly status?: ChangedFile['status'];
  readonly asked?: readonly string[];
  readonly texts?: Texts;
  /** Lines that were added, from line 5 on. */
  readonly added?: readonly string[];
}

function rules({ path, status = 'modified', asked = [], texts, added = [] }: Case): string[] {
  const diff =
    added.length === 0
      ? ''
      : `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -4,0 +5,${added.length} @@\n${added.map((line) => `+${line}\n`).join('')}`;
  const found = tampering({
    files: [{ path, status }],
    asked,
    texts: new Map(texts === undefined ? [] : [[path, texts]]),
    diff,
  });
  return found.map(({ rule, line }) => (line === undefined ? rule : `${rule}@${line}`));
}

const json = (scripts: object): string => JSON.stringify({ scripts });
const toml = (options: string, name = 'x'): string =>
  `[project]\nname = "${name}"\n\n[tool.pytest.ini_options]\n${options}\n\n[build]\na = 1\n`;

describe('what judges is not what is judged', () => {
  it.each<[string, Case, readonly string[]]>([
    ['a runner configuration', { path: 'vitest.config.ts' }, ['changes-judge']],
    ['a linter configuration', { path: 'pkg/eslint.config.js' }, ['changes-judge']],
    ['one that the plan asks for', { path: 'vitest.config.ts', asked: ['vitest.config.ts'] }, []],
    ['the gates themselves', { path: '.orca/gates.yaml', status: 'added' }, ['changes-judge']],
    ['a coverage report', { path: 'coverage/lcov.info', status: 'added' }, ['changes-judge']],
    [
      'the scripts',
      { path: 'package.json', texts: { before: json({ test: 'x' }), after: json({ test: 'true' }) } },
      ['changes-scripts'],
    ],
    [
      'only a dependency',
      { path: 'package.json', texts: { before: '{"scripts":{}}', after: '{"scripts":{},"dependencies":{}}' } },
      [],
    ],
    [
      'package.json that cannot be read any more',
      { path: 'package.json', texts: { before: json({}), after: '{' } },
      ['changes-scripts'],
    ],
    [
      'the options of pytest',
      { path: 'pyproject.toml', texts: { before: toml('a = 1'), after: toml('a = 2') } },
      ['changes-judge'],
    ],
    [
      'only the name of a project',
      { path: 'pyproject.toml', texts: { before: toml('a = 1'), after: toml('a = 1', 'y') } },
      [],
    ],
  ])('%s', (_, change, expected) => {
    expect(rules(change)).toEqual(expected);
  });
});

const assertions = (n: number): string => Array.from({ length: n }, () => 'expect(a).toBe(1);').join('\n');

describe('tests are not taken away', () => {
  it.each<[string, Case, readonly string[]]>([
    ['deleted', { path: 'test/a.test.ts', status: 'deleted' }, ['removes-tests']],
    ['deleted, as the plan asks', { path: 'test/a.test.ts', status: 'deleted', asked: ['test/**'] }, []],
    ['skipped', { path: 'test/a.test.ts', added: ["  it.skip('x', () => {"] }, ['skips-tests@5']],
    [
      'skipped in a file that the plan lets it write',
      { path: 'a.test.ts', asked: ['a.test.ts'], added: ['xit('] },
      ['skips-tests@5'],
    ],
    ['all but one left out', { path: 'test/a.test.ts', added: ['', "test.only('x'"] }, ['skips-tests@6']],
    ['skipped in Python', { path: 'tests/test_a.py', added: ['@pytest.mark.skip(reason="later")'] }, ['skips-tests@5']],
    ['skipped in Go', { path: 'a_test.go', added: ['\tt.Skip("later")'] }, ['skips-tests@5']],
    ['skipped in Java', { path: 'src/test/java/ATests.java', added: ['  @Disabled'] }, ['skips-tests@5']],
    ['ended early', { path: 'test/a.test.ts', added: ['process.exit(0);'] }, ['skips-tests@5']],
    ['to come, in a new file', { path: 'test/a.test.ts', status: 'added', added: ["it.todo('x')"] }, []],
    ['a function named skip', { path: 'test/a.test.ts', added: ['skip(3);', 'expect(list.skip(2))'] }, []],
    ['emptied', { path: 'a.test.ts', asked: ['**'], texts: { before: assertions(2), after: '' } }, ['empties-tests']],
    [
      'with fewer assertions',
      { path: 'a.test.ts', texts: { before: assertions(3), after: assertions(2) } },
      ['empties-tests'],
    ],
    [
      'with fewer assertions, rewritten as the plan asks',
      { path: 'a.test.ts', asked: ['a.test.ts'], texts: { before: assertions(3), after: assertions(1) } },
      [],
    ],
    ['with more assertions', { path: 'a.test.ts', texts: { before: assertions(1), after: assertions(2) } }, []],
  ])('%s', (_, change, expected) => {
    expect(rules(change)).toEqual(expected);
  });
});

describe('a comment does not excuse what it stands at', () => {
  it.each([
    ['// eslint-disable-next-line no-eval', 'src/a.ts'],
    ['subprocess.call(x, shell=True)  # nosec', 'a.py'],
    ['import os  # noqa: F401', 'a.py'],
    ['x := f() //nolint:errcheck', 'a.go'],
    ['/* c8 ignore next 3 */', 'a.js'],
    ['/* istanbul ignore next */', 'a.js'],
    ['if x:  # pragma: no cover', 'a.py'],
    ['// @ts-ignore', 'a.ts'],
    ['// nosemgrep: rule', 'a.ts'],
    ['const key = "…"; // secretlint-disable-line', 'a.ts'],
  ])('%s', (line, path) => {
    expect(rules({ path, status: 'added', added: [line] })).toEqual(['excuses-itself@5']);
  });

  it.each([
    ['Write `// eslint-disable` nowhere.', 'README.md'],
    ['const ignore = c8(1);', 'a.js'],
    ['// @ts-expect-error: it says so when that is no longer true', 'a.ts'],
  ])('%s is none', (line, path) => {
    expect(rules({ path, status: 'added', added: [line] })).toEqual([]);
  });
});

it.each<[ChangedFile, boolean]>([
  [{ path: 'package.json', status: 'modified' }, true],
  [{ path: 'test/a.test.ts', status: 'modified' }, true],
  [{ path: 'test/a.test.ts', status: 'added' }, false],
  [{ path: 'src/a.ts', status: 'modified' }, false],
])('the text of %j is needed: %s', (file, needed) => {
  expect(readsText(file)).toBe(needed);
});
