import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { attemptRef, integrationRef, slugOf } from '../../../src/engine/git/refs.ts';

test('an id that is a safe name is its own slug', () => {
  for (const id of ['1', '1.2', 'task-1', 'user_model', 'a-b.c_d', 'x'.repeat(60)]) expect(slugOf(id)).toBe(id);
});

const hostile = [
  'T1',
  't1 ',
  '',
  '.',
  '..',
  '../../etc/passwd',
  '-rf',
  'a..b',
  'a.lock',
  'a/b',
  'a\\b',
  'a b',
  'a\nb',
  'a\0b',
  '~^:?*[',
  '@{',
  '@',
  'Ünïcode',
  '任務',
  'con',
  'nul.txt',
  'COM1',
  'a.',
  'x'.repeat(300),
  'a-b-0123456789',
];

test('any other becomes one that git takes as a ref, and no two the same', () => {
  const slugs = hostile.map(slugOf);
  for (const [i, slug] of slugs.entries()) {
    expect(slug, hostile[i]).toMatch(/^[a-z0-9][a-z0-9-]*-[0-9a-f]{10}$/);
    execFileSync('git', ['check-ref-format', attemptRef('exec-20250101-x', hostile[i] ?? '', 1)]);
  }
  expect(new Set(slugs).size).toBe(hostile.length);
  // Not even with an id that was made to look like another's slug.
  const made = slugOf('a b');
  expect(slugOf(made)).not.toBe(made);
});

test('a run id that could lead elsewhere is refused', () => {
  expect(integrationRef('exec-20250101-shop')).toBe('refs/heads/orca/exec-20250101-shop/integration');
  for (const id of ['', '..', '../x', 'a/b', '-x', 'a b', 'x.lock', 'a..b', 'a\n'])
    expect(() => integrationRef(id), id).toThrow('not a run id');
});
