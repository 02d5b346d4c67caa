import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeSample } from '../../src/engine/sample.ts';
import { filesOf, scratch } from './git/rig.ts';
import { git } from '../../src/engine/git/git.ts';

test('the sample becomes a repository of its own, beside what is there', async () => {
  const dir = realpathSync(scratch());
  const from = join(dir, 'from');
  mkdirSync(join(from, '.orca'), { recursive: true });
  writeFileSync(join(from, 'plan.md'), '# Plan\n', { mode: 0o444 });
  writeFileSync(join(from, '.orca/gates.yaml'), 'gates: {}\n');
  const parent = join(dir, 'to');
  mkdirSync(join(parent, 'orca-sample'), { recursive: true });
  writeFileSync(join(parent, 'orca-sample/mine'), 'mine\n');

  const made = await makeSample(from, parent);
  if (!made.ok) throw new Error(made.problem.message);
  expect(made.repository.root).toBe(join(parent, 'orca-sample-2'));
  expect(filesOf(made.repository.root)).toEqual({ '.orca/gates.yaml': 'gates: {}\n', 'plan.md': '# Plan\n' });
  expect(await git(made.repository, ['status', '--porcelain'])).toBe('');
  expect(await git(made.repository, ['log', '--format=%s'])).toBe('The plan, before anything is built');
  expect(await git(made.repository, ['branch', '--show-current'])).toBe('main');
  expect(filesOf(join(parent, 'orca-sample'))).toEqual({ mine: 'mine\n' });
});
