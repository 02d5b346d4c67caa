import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isInside, pathIn } from '../../src/engine/inside.ts';

const home = realpathSync(mkdtempSync(join(tmpdir(), 'orca-inside-')));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const root = join(home, 'root');
mkdirSync(join(root, 'docs'), { recursive: true });
writeFileSync(join(root, 'docs/plan.md'), '');
writeFileSync(join(home, 'outside.md'), '');
// A junction needs no rights on Windows.
symlinkSync(root, join(home, 'link'), 'junction');
symlinkSync(home, join(root, 'up'), 'junction');

it.each([
  ['as it is written', join(root, 'docs/plan.md'), 'docs/plan.md', true],
  ['relative to the folder', 'docs/plan.md', 'docs/plan.md', true],
  ['one that does not exist', join(root, 'new/plan.md'), 'new/plan.md', true],
  ['a name that begins with dots', join(root, '..plan.md'), '..plan.md', true],
  ['by another name of the folder', join(home, 'link/docs/plan.md'), 'docs/plan.md', true],
  ['through a link that leads out, as it is called', join(root, 'up/outside.md'), 'up/outside.md', false],
  ['beside the folder', join(home, 'outside.md'), undefined, false],
  ['the folder', root, undefined, false],
  ['the folder above', home, undefined, false],
])('%s', (_, path, expected, inside) => {
  expect(pathIn(root, path)).toBe(expected);
  expect(isInside(root, resolve(root, path))).toBe(inside);
});

it('what is in .git is not inside, but has a name', () => {
  expect(isInside(root, join(root, '.git/config'))).toBe(false);
  expect(pathIn(root, join(root, '.git/config'))).toBe('.git/config');
});
