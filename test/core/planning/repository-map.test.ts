import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedTree } from '../../../src/core/planning/bounded-tree.ts';
import { declarations } from '../../../src/core/planning/declarations.ts';
import { hasCode, languageShares } from '../../../src/core/planning/languages.ts';
import { LONGEST_MAP, repositoryMap, tellingFiles } from '../../../src/core/planning/repository-map.ts';

const files = (...paths: readonly string[]) => paths.map((path) => ({ path, bytes: 100 }));
const numbered = (count: number, path: (n: string) => string): string[] =>
  Array.from({ length: count }, (_, i) => path(`${i}`.padStart(5, '0')));

describe('a tree of files', () => {
  it.each<[string, readonly string[], number, readonly string[]]>([
    ['of nothing', [], 1000, []],
    [
      'folders first, by name',
      ['b.md', 'src/b.ts', 'a.md', 'src/a.ts'],
      1000,
      ['src/ (2)', '  a.ts', '  b.ts', 'a.md', 'b.md'],
    ],
    [
      'folders of one folder in one line',
      ['src/main/java/App.java', 'src/main/java/x/y/Z.java'],
      1000,
      ['src/main/java/ (2)', '  x/y/ (1)', '    Z.java', '  App.java'],
    ],
    ['a folder without room stays closed', ['a/1.ts', 'a/2.ts', 'b/1.ts'], 24, ['a/ (2)', 'b/ (1)', '  1.ts']],
    [
      'what is deep is closed before what is not',
      ['a/b/c/d.ts', 'a/b/e.ts', 'a/f.ts'],
      24,
      ['a/ (3)', '  b/ (2)', '  f.ts'],
    ],
    ['no room for its first level', ['a.ts', 'b.ts'], 5, []],
    [
      'of many files in a folder',
      numbered(32, (n) => `f${n}`),
      1000,
      [...numbered(30, (n) => `f${n}`), '… 2 more files'],
    ],
    [
      'of many folders in a folder',
      numbered(31, (n) => `d${n}/a`),
      377,
      [...numbered(30, (n) => `d${n}/ (1)`), '… 1 more folder'],
    ],
    ['names that would be lines', ['a\nb', 'c\u001b[31md'], 1000, ['a b', 'cd']],
  ])('%s', (_, paths, most, expected) => {
    expect(boundedTree(paths, most)).toEqual(expected);
  });
});

describe('declarations', () => {
  it.each<[string, string, readonly string[]]>([
    [
      'a.ts',
      'import x from "y";\nexport function f() {\n  function inner() {}\n}\nexport default class C {}\nexport type T = 1;\nconst own = 2;\nexport abstract class D {}\nexport async function g() {}\nexport const k = 1;\n',
      ['f', 'C', 'T', 'D', 'g', 'k'],
    ],
    ['a.py', 'class A:\n    def method(self): pass\ndef f(): pass\nasync def g(): pass\n', ['A', 'f', 'g']],
    ['a.go', 'package a\nfunc F() {}\nfunc (t *T) Method() {}\ntype T struct {}\n', ['F', 'Method', 'T']],
    ['a.rs', 'pub fn f() {}\nfn own() {}\npub(crate) struct S;\npub async fn g() {}\n', ['f', 'S', 'g']],
    ['A.java', 'package a;\npublic final class A {\n  public void f() {}\n}\ninterface B {}\n', ['A', 'B']],
    ['a.rb', 'module M\n  class Inner\nend\ndef f\nend\n', ['M', 'f']],
    ['a.php', '<?php\nfinal class A {}\nfunction f() {}\n', ['A', 'f']],
    ['a.ts', 'export function f(): void;\nexport function f(a?: string) {}\n', ['f']],
    ['a.css', '.a {}', []],
    ['a.unknown', 'class A', []],
  ])('of %s', (path, text, expected) => {
    expect(declarations(path, text)).toEqual(expected);
  });
});

describe('languages', () => {
  it.each<[string, readonly (readonly [path: string, bytes: number])[], readonly string[]]>([
    ['none', [], []],
    [
      'no code',
      [
        ['README.md', 900],
        ['package-lock.json', 9000],
      ],
      [],
    ],
    [
      'by bytes, not by files',
      [
        ['a.py', 600],
        ['b.ts', 100],
        ['c.tsx', 300],
      ],
      ['Python 1 0.6', 'TypeScript 2 0.4'],
    ],
    [
      'without what is made or somebody else’s',
      [
        ['a.go', 10],
        ['vendor/b.go', 900],
        ['dist/c.js', 900],
        ['d.min.js', 900],
      ],
      ['Go 1 1'],
    ],
    ['of empty files', [['a.go', 0]], ['Go 1 0']],
    [
      'of the same size, by name',
      [
        ['a.rs', 5],
        ['b.go', 5],
      ],
      ['Go 1 0.5', 'Rust 1 0.5'],
    ],
  ])('%s', (_, sizes, expected) => {
    const all = sizes.map(([path, bytes]) => ({ path, bytes }));
    expect(languageShares(all).map(({ language, files: n, share }) => `${language} ${n} ${share}`)).toEqual(expected);
    expect(hasCode(all.map(({ path }) => path))).toBe(expected.length > 0);
  });
});

describe('what is read of a repository', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    [
      'its README and manifests at the root first',
      ['z.ts', 'README.md', 'package.json'],
      ['README.md', 'package.json', 'z.ts'],
    ],
    ['no manifest of a part', ['a/package.json'], []],
    [
      'nothing that may hold secrets',
      ['.env', '.env.local', 'config/.env', '.npmrc', 'id_rsa', 'docker-compose.yml'],
      [],
    ],
    ['no test', ['a.test.ts', 'tests/b.ts', 'c.ts'], ['c.ts']],
    [
      'a file of each folder before a second one',
      ['a/1.ts', 'a/2.ts', 'b/c/1.ts', 'b/1.ts'],
      ['a/1.ts', 'b/1.ts', 'b/c/1.ts', 'a/2.ts'],
    ],
  ])('%s', (_, paths, expected) => {
    expect(tellingFiles(files(...paths))).toEqual(expected);
  });

  it('nothing huge, and not too much', () => {
    expect(tellingFiles([{ path: 'a.ts', bytes: 10_000_000 }])).toEqual([]);
    expect(tellingFiles(files(...numbered(10_000, (n) => `${n}.ts`)))).toHaveLength(400);
  });
});

describe('the map', () => {
  const texts = new Map([
    ['README.md', '# Shop\n\nSells ``` things.\n'],
    [
      'package.json',
      '{"name":"shop","scripts":{"test":"vitest"},"dependencies":{"lit":"3"},"contributes":{"long":"text"}}',
    ],
    ['src/main.ts', 'export function start() {}\n'],
  ]);
  const map = repositoryMap(files('src/main.ts', 'README.md', 'package.json', 'src/.env'), texts);

  it.each([
    '# Repository map\n\n4 tracked files in 2 folders.',
    '## Folders and files\n\n```\nsrc/ (2)\n  .env\n  main.ts\n',
    '## First lines of `README.md`\n\n````\n# Shop\n\nSells ``` things.\n````',
    '- `package.json`\n',
    '"dependencies": "lit"',
    '"test": "vitest"',
    '## Entry points, by their names\n\n- `src/main.ts`',
    '## Declarations\n\n- `src/main.ts`: start\n',
  ])('says %j', (text) => {
    expect(map).toContain(text);
  });

  it('leaves out of a manifest what does not say how it is built', () => {
    expect(map).not.toContain('contributes');
  });

  it('of nothing says so', () => {
    expect(repositoryMap([], new Map())).toBe('# Repository map\n\nNo file is tracked yet.\n');
  });

  it('has no secret of what it quotes, whole or cut in half', () => {
    const token = ['ghp_', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('');
    for (const before of [0, 1480]) {
      const text = `${'x '.repeat(before / 2)}${token}`;
      const quoted = repositoryMap(
        files('README.md', 'pyproject.toml'),
        new Map([
          ['README.md', text],
          ['pyproject.toml', text],
        ]),
      );
      expect(quoted).not.toContain(token.slice(0, 12));
    }
  });

  it('is the same in whatever order the files come', () => {
    const paths = numbered(500, (n) => `src/${n.slice(-2)}/f${n}.ts`);
    expect(repositoryMap(files(...paths.reverse()), new Map())).toBe(repositoryMap(files(...paths.sort()), new Map()));
  });

  it.each<[string, readonly string[]]>([
    ['10,000 files in a folder', numbered(10_000, (n) => `file-${n}.ts`)],
    ['10,000 folders', numbered(10_000, (n) => `folder-${n}/index.ts`)],
    ['10,000 files in a tree', numbered(10_000, (n) => `${n.split('').join('/')}/main.ts`)],
    ['10,000 files in folders', numbered(10_000, (n) => `src/${n.slice(1, 3)}/${n.slice(0, 4)}/main-${n}.py`)],
    ['long names', numbered(300, (n) => `${'d'.repeat(200)}${n}/${'🐋'.repeat(60)}/package.json`)],
    ['a deep folder', [`${'d/'.repeat(2000)}main.go`]],
  ])('of %s fits, and is full of what it can say', (_, paths) => {
    const all = [...paths, ...['README.md', 'package.json', 'pyproject.toml', 'go.mod', 'Cargo.toml']];
    const text = 'export function name() {}\ndef other(): pass\n'.repeat(300);
    const long = repositoryMap(files(...all), new Map(tellingFiles(files(...all)).map((path) => [path, text])));
    expect(long.length).toBeLessThanOrEqual(LONGEST_MAP);
    expect(long).toContain(`${all.length.toLocaleString('en').replaceAll(',', '')} tracked files`);
    expect(long.length).toBeGreaterThan(5000);
  });

  it('of any paths and texts fits', () => {
    const path = fc.string({ unit: 'binary', minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(fc.array(fc.tuple(path, fc.string({ unit: 'binary' })), { maxLength: 200 }), (entries) => {
        const all = files(...entries.map(([name]) => name));
        expect(repositoryMap(all, new Map(entries)).length).toBeLessThanOrEqual(LONGEST_MAP);
      }),
      { numRuns: 100 },
    );
  });
});
