import { chmodSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commitUncommitted } from '../../../src/engine/git/base.ts';
import { listFiles, showFile } from '../../../src/engine/git/diff.ts';
import { fingerprint, rig } from './rig.ts';

test('holds everything that is not committed, and leaves the checkout as it was', async () => {
  const at = rig();
  const head = at.commit({ edited: '1', staged: '1', deleted: '1', both: '1', kept: '1', '.gitignore': 'ignored\n' });
  at.write({
    edited: '2',
    staged: '2',
    both: '2',
    ignored: '1',
    'new/ä "b"\n': '1',
    '-rf': '1',
    '.orca/executions/x': '1',
  });
  at.git(['add', 'staged', 'both']);
  at.write({ both: '3' });
  rmSync(join(at.root, 'deleted'));
  if (process.platform !== 'win32') {
    writeFileSync(join(at.root, 'run'), 'x');
    chmodSync(join(at.root, 'run'), 0o755);
    symlinkSync('kept', join(at.root, 'link'));
  }
  const before = fingerprint(at);
  const repository = await at.open();
  const commit = await commitUncommitted(repository, { message: 'Uncommitted' });
  expect(fingerprint(at)).toEqual(before);

  expect(at.git(['log', '-1', '--format=%P %s %an %cn', commit]).trim()).toBe(`${head} Uncommitted Ada Ada`);
  const special = process.platform === 'win32' ? [] : ['link', 'run'];
  const expected = ['-rf', '.gitignore', 'both', 'edited', 'kept', 'new/ä "b"\n', 'staged', ...special];
  expect((await listFiles(repository, commit)).sort()).toEqual(expected.sort());
  const text = async (path: string) => new TextDecoder().decode(await showFile(repository, commit, path));
  expect([await text('edited'), await text('staged'), await text('both')]).toEqual(['2', '2', '3']);
  if (special.length > 0) expect(at.git(['ls-tree', commit, 'run', 'link'])).toMatch(/^120000.*link\n100755.*run\n$/);
});

test("leaves out Orca's own folders, also where the user has git ignore them", async () => {
  for (const ignored of ['.orca', '.orca/', '.orca/executions/']) {
    const at = rig();
    at.commit({ a: '1', '.gitignore': `${ignored}\n` });
    at.write({ a: '2', '.orca/executions/run/journal.jsonl': '1' });
    const repository = await at.open();
    const commit = await commitUncommitted(repository, { message: 'Uncommitted' });
    expect((await listFiles(repository, commit)).sort(), ignored).toEqual(['.gitignore', 'a']);
  }
});

test('is HEAD where there is nothing', async () => {
  const at = rig();
  const head = at.commit({ a: '1' });
  expect(await commitUncommitted(await at.open(), { message: 'x' })).toBe(head);
});

test('sees a change of the same size within the same tick of the clock', async () => {
  const at = rig();
  const tick = new Date('2025-01-01T00:00:00Z');
  const write = (content: string): void => {
    at.write({ a: content });
    utimesSync(join(at.root, 'a'), tick, tick);
  };
  at.git(['config', 'core.trustctime', 'false']);
  write('one');
  at.commit({});
  utimesSync(join(at.root, '.git', 'index'), tick, tick);
  write('two');
  const repository = await at.open();
  const commit = await commitUncommitted(repository, { message: 'x' });
  expect(new TextDecoder().decode(await showFile(repository, commit, 'a'))).toBe('two');
});

test('leaves out repositories inside, with and without a commit', async () => {
  const at = rig();
  at.commit({ a: '1' });
  for (const name of ['empty', '*full*']) at.git(['init', '-q', join(at.root, name)]);
  at.git(
    ['-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'x'],
    join(at.root, '*full*'),
  );
  at.write({ b: '1', 'empty/x': '1' });
  const before = fingerprint(at);
  const repository = await at.open();
  const commit = await commitUncommitted(repository, { message: 'x' });
  expect(await listFiles(repository, commit)).toEqual(['a', 'b']);
  expect(fingerprint(at)).toEqual(before);
});

test('keeps what a sparse checkout does not show', async () => {
  const at = rig();
  at.commit({ 'in/a': '1', 'out/b': '1' });
  at.git(['sparse-checkout', 'set', 'in']);
  at.write({ 'in/a': '2', 'out/new': '1' });
  const before = fingerprint(at);
  const repository = await at.open();
  const commit = await commitUncommitted(repository, { message: 'x' });
  expect(await listFiles(repository, commit)).toEqual(['in/a', 'out/b', 'out/new']);
  expect(fingerprint(at)).toEqual(before);
});

test('takes a split index and leaves it one', async () => {
  const at = rig();
  at.commit({ a: '1', b: '1' });
  at.git(['update-index', '--split-index']);
  at.write({ a: '2' });
  const before = fingerprint(at);
  const repository = await at.open();
  const commit = await commitUncommitted(repository, { message: 'x' });
  expect(await listFiles(repository, commit)).toEqual(['a', 'b']);
  expect(fingerprint(at)).toEqual(before);
});
