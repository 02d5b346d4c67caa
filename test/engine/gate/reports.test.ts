import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collect, dropReports } from '../../../src/engine/gate/reports.ts';
import { replaceText } from '../../../src/engine/replace-text.ts';

let home: string;
let folder: string;
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'orca-reports-')));
  folder = join(home, 'work');
  write('keep.txt', 'src/keep.js', '.git/config', '.git/report.xml');
  writeFileSync(join(home, 'outside.xml'), 'outside');
});
afterEach(() => rmSync(home, { recursive: true }));

function write(...names: readonly string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), name);
  }
}

describe('what a pattern takes away before the commands are run', () => {
  it.each<[pattern: string, there: readonly string[], gone: readonly string[]]>([
    ['junit.xml', ['junit.xml', 'junit.xml.bak'], ['junit.xml']],
    ['./out/junit.xml', ['out/junit.xml'], ['out/junit.xml']],
    ['out\\junit.xml', ['out/junit.xml'], ['out/junit.xml']],
    [
      'out/TEST-*.xml',
      ['out/TEST-a.xml', 'out/TEST-.xml', 'out/a.xml', 'TEST-a.xml'],
      ['out/TEST-a.xml', 'out/TEST-.xml'],
    ],
    ['*/out/*.xml', ['a/out/1.xml', 'b/out/2.xml', 'out/3.xml', 'a/b/out/4.xml'], ['a/out/1.xml', 'b/out/2.xml']],
    ['a+(b).xml', ['a+(b).xml', 'aab.xml'], ['a+(b).xml']],
    ['[id]/r.xml', ['[id]/r.xml', 'i/r.xml'], ['[id]/r.xml']],
    ['.', [], []],
    ['out', ['out/a.xml'], []],
    ['*', ['a.xml'], ['a.xml', 'keep.txt']],
    ['*/config', ['a/config'], ['a/config']],
    ['.git/config', [], []],
    ['none/*/x.xml', [], []],
    ['keep.txt/x.xml', [], []],
  ])('%s', async (pattern, there, gone) => {
    write(...there);
    expect(await dropReports(folder, [pattern])).toBeUndefined();
    const all = ['keep.txt', 'src/keep.js', '.git/config', '.git/report.xml', ...there];
    expect(all.filter((name) => !existsSync(join(folder, name))).sort()).toEqual([...gone].sort());
  });

  it.each<[string, string]>([
    ['a file outside', 'outside.xml'],
    ['nothing', 'nowhere'],
    ['itself', 'work/junit.xml'],
  ])('is not a link to %s', async (_, target) => {
    symlinkSync(join(home, target), join(folder, 'junit.xml'));
    expect(await dropReports(folder, ['junit.xml'])).toEqual({ error: 'junit.xml leads out of the worktree.' });
    expect(await readFile(join(home, 'outside.xml'), 'utf8')).toBe('outside');
  });

  it('is not in a folder that is a link out', async () => {
    symlinkSync(home, join(folder, 'out'));
    expect(await dropReports(folder, ['out/*.xml'])).toEqual({ error: 'out/outside.xml leads out of the worktree.' });
    expect(existsSync(join(home, 'outside.xml'))).toBe(true);
  });

  it('is a link within, and not what it leads to', async () => {
    symlinkSync(join(folder, 'keep.txt'), join(folder, 'junit.xml'));
    expect(await dropReports(folder, ['junit.xml'])).toBeUndefined();
    expect([existsSync(join(folder, 'junit.xml')), existsSync(join(folder, 'keep.txt'))]).toEqual([false, true]);
  });
});

describe('what is collected', () => {
  const collected = async (reports: readonly string[], files: readonly string[] = []) => {
    const told = await collect(folder, join(home, 'into'), reports, files);
    const plain = ({ name, file, problem }: (typeof told.reports)[number]): string =>
      `${name}: ${problem ?? (file === undefined ? 'none' : 'copied')}`;
    return { reports: told.reports.map(plain), files: told.files.map(plain) };
  };

  it('is a copy of each report, and a word for each pattern without one', async () => {
    write('out/a.xml', 'out/b.xml', 'lcov.info');
    expect(await collected(['lcov.info', 'out/*.xml', 'other.xml'])).toEqual({
      reports: ['lcov.info: copied', 'out/a.xml: copied', 'out/b.xml: copied', 'other.xml: none'],
      files: [],
    });
    expect(await readFile(join(home, 'into/out/b.xml'), 'utf8')).toBe('out/b.xml');
  });

  it('is told by the path in the settings where it is of figures', async () => {
    write('out/bench.json');
    expect(await collected([], ['./out/bench.json', 'none.json'])).toEqual({
      reports: [],
      files: ['./out/bench.json: copied', 'none.json: none'],
    });
  });

  it('is told with why where it cannot be taken, beside those that can', async () => {
    write('a.xml', 'huge.xml', 'dir.xml/x');
    truncateSync(join(folder, 'huge.xml'), 65 * 1024 * 1024);
    symlinkSync(join(home, 'outside.xml'), join(folder, 'link.xml'));
    symlinkSync(join(folder, 'loop.xml'), join(folder, 'loop.xml'));
    expect((await collected(['*.xml'])).reports).toEqual([
      'a.xml: copied',
      'dir.xml: is no file',
      'huge.xml: is too large (68157440 bytes)',
      'link.xml: leads out of the worktree',
      'loop.xml: leads out of the worktree',
    ]);
    expect(existsSync(join(home, 'into/link.xml'))).toBe(false);
  });

  it('is bounded as a whole', async () => {
    for (const name of ['1', '2', '3', '4', '5']) {
      write(`${name}.xml`);
      truncateSync(join(folder, `${name}.xml`), 60 * 1024 * 1024);
    }
    expect((await collected(['*.xml'])).reports.map((one) => one.includes('too large'))).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });

  it('is begun anew where it was broken off', async () => {
    mkdirSync(join(home, 'into'));
    writeFileSync(join(home, 'into/old.xml'), '');
    write('a.xml');
    expect((await collected(['*.xml'])).reports).toEqual(['a.xml: copied']);
    expect(existsSync(join(home, 'into/old.xml'))).toBe(false);
  });
});

it('a file that many write at once is whole in the end, and leaves nothing beside it', async () => {
  const path = join(home, 'kept/base.json');
  const texts = Array.from({ length: 50 }, (_, i) => `${i}`.repeat(20_000));
  await Promise.all(texts.map((text) => replaceText(path, text)));
  expect(texts).toContain(await readFile(path, 'utf8'));
  expect(readdirSync(dirname(path))).toEqual(['base.json']);
});
