import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { OutputLog } from '../../../src/engine/runner/output-log.ts';
import { LastWords, plainText } from '../../../src/engine/runner/words.ts';

const folder = mkdtempSync(join(tmpdir(), 'orca-output-'));
afterAll(() => rmSync(folder, { recursive: true }));
let made = 0;

/** A limit of 12 gives a first part of 9 and a last one of 3. */
test.each<[string[], string | undefined, boolean]>([
  [[], undefined, false],
  [['abc'], 'abc', false],
  [['abcdefghi'], 'abcdefghi', false],
  [['abcdefghij'], 'abcdefghij', false],
  [['abc', 'defghijkl'], 'abcdefghijkl', false],
  [['abcdefghijklm'], 'abcdefghi\n[1 bytes left out]\nklm', true],
  [['abcdefgh', 'ij', 'k', 'lm', 'n'], 'abcdefghi\n[2 bytes left out]\nlmn', true],
  [['abcdefghijklmno'], 'abcdefghi\n[3 bytes left out]\nmno', true],
  [Array.from('abcdefghijklmnopqrstuvwxyz'), 'abcdefghi\n[14 bytes left out]\nxyz', true],
  [['abcdefghijklmnopqrstuvwxyz', '12'], 'abcdefghi\n[16 bytes left out]\nz12', true],
])('the log of %j', (chunks, expected, truncated) => {
  const path = join(folder, String(++made));
  const log = new OutputLog(path, 12);
  for (const chunk of chunks) log.write(Buffer.from(chunk));
  log.close();
  expect(existsSync(path) ? readFileSync(path, 'utf8') : undefined).toBe(expected);
  expect([log.bytes, log.truncated]).toEqual([chunks.join('').length, truncated]);
});

test('a log that cannot be written is truncated, and nothing else happens', () => {
  const log = new OutputLog(join(folder, 'no', 'such', 'folder'), 12);
  log.write(Buffer.from('abc'));
  log.close();
  expect([log.bytes, log.truncated]).toEqual([3, true]);
});

test.each<[string[], string | undefined]>([
  [[], undefined],
  [[' \n\t\n'], undefined],
  [['one\ntwo\n\n'], 'two'],
  [['one\ntw', 'o'], 'two'],
  [['10 %\r20 %\r'], '20 %'],
  [['\x1b]0;title\x07\x1b[1mbold\x1b[0m\n\x1b[K\n'], 'bold'],
  [['x'.repeat(10_000)], 'x'.repeat(200)],
  [['said', '\n'.repeat(5000)], undefined],
  [[`${'é'.repeat(3000)}\nend`], 'end'],
])('last words %#', (chunks, expected) => {
  const words = new LastWords();
  for (const chunk of chunks) words.push(Buffer.from(chunk));
  expect(words.text()).toBe(expected);
});

test.each([
  ['plain', 'plain'],
  ['  a\tb\nc ', 'a b c'],
  ['\x1b[31mred\x1b[0m \x07bell \x9b31m', 'red  bell'],
  ['a\u202Eb\u2066c', 'a b c'],
  ['👩‍👧 é', '👩‍👧 é'],
  [`${'a'.repeat(199)}😀`, 'a'.repeat(199)],
])('%j as plain text', (text, expected) => expect(plainText(text)).toBe(expected));
