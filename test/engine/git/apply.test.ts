import { appendFileSync, chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applyRun, forecastApply } from '../../../src/engine/git/apply.ts';
import { commitUncommitted } from '../../../src/engine/git/base.ts';
import type { Repository } from '../../../src/engine/git/git.ts';
import { integrationBranch, integrationRef } from '../../../src/engine/git/refs.ts';
import { takeSnapshot } from '../../../src/engine/git/snapshot.ts';
import { prepareWorktree } from '../../../src/engine/git/worktrees.ts';
import { filesOf, fingerprint, rig, type Rig } from './rig.ts';

const runId = 'exec-20250101-x';
const branch = integrationBranch(runId);

/** A checkout on main and a run that began at `files` and changed `changes` (null: deleted). */
async function finished(
  files: Record<string, string>,
  changes: Record<string, string | null>,
): Promise<{ at: Rig; repository: Repository; base: string; target: string }> {
  const at = rig();
  const base = at.commit(files);
  at.git(['checkout', '-q', '--detach']);
  for (const [path, content] of Object.entries(changes)) {
    if (content === null) at.git(['rm', '-q', path]);
    else at.write({ [path]: content });
  }
  const target = at.commit({}, 'the run');
  at.git(['update-ref', integrationRef(runId), target]);
  at.git(['checkout', '-q', 'main']);
  return { at, repository: await at.open(), base, target };
}

test('a branch that stood still is moved forward, and changes of the user stay', async () => {
  const { at, repository, base, target } = await finished(
    { a: '1', gone: '1', c: '1', d: '1' },
    { a: '2', gone: null, 'new/b': '1' },
  );
  at.write({ c: 'unstaged', d: 'staged', untracked: '1' });
  at.git(['add', 'd']);
  const before = fingerprint(at);
  const forecast = await forecastApply(repository, runId);
  expect(forecast).toMatchObject({ kind: 'fast-forward', branch: 'main', ahead: 1, head: base, target });
  expect('files' in forecast && forecast.files).toHaveLength(3);
  expect(fingerprint(at)).toEqual(before);
  expect(await applyRun(repository, runId)).toEqual({ ok: true, branch: 'main', commit: target });
  expect(at.head()).toBe(target);
  expect(filesOf(at.root)).toEqual({ a: '2', c: 'unstaged', d: 'staged', 'new/b': '1', untracked: '1' });
  expect(at.git(['status', '--porcelain'])).toBe(' M c\nM  d\n?? untracked\n');

  expect(await forecastApply(repository, runId)).toMatchObject({ kind: 'up-to-date', branch: 'main', head: target });
  expect(await applyRun(repository, runId)).toEqual({ ok: true, branch: 'main', commit: target });
});

test('a branch that went on gets a merge commit, whatever the user has configured for merges', async () => {
  const { at, repository, target } = await finished({ a: '1', b: '1', c: '1' }, { a: '2' });
  const mine = at.commit({ b: 'mine' });
  at.write({ c: 'staged' });
  at.git(['add', 'c']);
  for (const [key, value] of [
    ['ff', 'false'],
    ['autoStash', 'true'],
    ['verifySignatures', 'true'],
  ] as const)
    at.git(['config', `merge.${key}`, value]);
  at.git(['config', 'branch.main.mergeOptions', '--squash']);
  expect(await forecastApply(repository, runId)).toMatchObject({ kind: 'merge', branch: 'main', ahead: 1 });
  const applied = await applyRun(repository, runId);
  expect(applied).toEqual({ ok: true, branch: 'main', commit: at.head() });
  expect(at.git(['log', '-1', '--format=%P %s']).trim()).toBe(`${mine} ${target} Merge ${branch}`);
  expect(filesOf(at.root)).toEqual({ a: '2', b: 'mine', c: 'staged' });
  expect(at.git(['status', '--porcelain'])).toBe('M  c\n');
});

test('a conflict is told beforehand, and changes nothing', async () => {
  const { at, repository } = await finished({ 'a b': '1', b: '1' }, { 'a b': '2', b: '2' });
  at.commit({ 'a b': 'mine' });
  const before = fingerprint(at);
  expect(await forecastApply(repository, runId)).toEqual({
    kind: 'conflict',
    branch: 'main',
    ahead: 1,
    files: ['a b'],
  });
  expect(await applyRun(repository, runId)).toEqual({ ok: false, message: expect.stringContaining('a b') as string });
  expect(fingerprint(at)).toEqual(before);
});

const inTheWay: Record<string, { readonly mine: (at: Rig) => void; readonly paths: string[] }> = {
  'an edited file': { mine: (at) => at.write({ a: 'mine', same: 'mine' }), paths: ['a'] },
  'a staged file': {
    mine: (at) => {
      at.write({ a: 'mine' });
      at.git(['add', 'a']);
    },
    paths: ['a'],
  },
  'a deleted file': { mine: (at) => rmSync(join(at.root, 'a')), paths: ['a'] },
  'an edited file that the run deletes': { mine: (at) => at.write({ gone: 'mine' }), paths: ['gone'] },
  'an untracked file': { mine: (at) => at.write({ 'new/b': 'mine' }), paths: ['new/b'] },
  'an ignored file': { mine: (at) => at.write({ '.env': 'mine' }), paths: ['.env'] },
  'a file for a folder': { mine: (at) => at.write({ new: 'mine' }), paths: ['new'] },
  'an ignored file for a folder': { mine: (at) => at.write({ deep: 'mine' }), paths: ['deep'] },
  'a folder for a file': { mine: (at) => at.write({ 'file/x': 'mine' }), paths: ['file', 'file/x'] },
};

test('what is in the way is named, and stays', async () => {
  const { at, repository } = await finished(
    { a: '1', gone: '1', same: '1', '.gitignore': '.env\ndeep\n' },
    { a: '2', gone: null, 'new/b': '2', file: '2' },
  );
  at.git(['checkout', '-q', branch]);
  at.write({ '.env': '2', 'deep/x': '2' });
  at.git(['add', '-f', '.env', 'deep/x']);
  at.git(['commit', '-qm', 'more']);
  at.git(['checkout', '-q', 'main']);
  for (const [name, { mine, paths }] of Object.entries(inTheWay)) {
    mine(at);
    const before = filesOf(at.root);
    const forecast = await forecastApply(repository, runId);
    expect(forecast, name).toMatchObject({ kind: 'blocked', problem: { code: 'files-in-the-way', paths } });
    expect(await applyRun(repository, runId), name).toMatchObject({ ok: false });
    expect(filesOf(at.root), name).toEqual(before);
    at.git(['reset', '-q', '--hard']);
    at.git(['clean', '-qffdx']);
  }
  expect(await applyRun(repository, runId)).toMatchObject({ ok: true });
});

test('a file becomes a folder and a folder a file, and a name changes its case', async () => {
  const { at, repository } = await finished(
    { 'd/x': '1', f: '1', 'Read.me': '1' },
    { 'd/x': null, f: null, 'Read.me': null, d: '2', 'f/x': '2', 'READ.me': '1' },
  );
  expect(await applyRun(repository, runId)).toMatchObject({ ok: true });
  expect(filesOf(at.root)).toEqual({ d: '2', 'f/x': '2', 'READ.me': '1' });
});

test('no branch, no run, an operation in progress', async () => {
  const { at, repository } = await finished({ a: '1' }, { a: '2' });
  const code = async (id = runId) => {
    const forecast = await forecastApply(repository, id);
    return forecast.kind === 'blocked' ? forecast.problem.code : forecast.kind;
  };
  expect(await code('other')).toBe('no-integration');
  at.git(['checkout', '-q', '--detach']);
  expect(await code()).toBe('detached');
  expect(await applyRun(repository, runId)).toMatchObject({ ok: false });
  at.git(['checkout', '-q', 'main']);
  at.git(['bisect', 'start']);
  expect(await code()).toBe('operation-in-progress');
});

test("no hooks run, least of all the run's own", async () => {
  const { at, repository } = await finished({ a: '1' }, { a: '2' });
  for (const hook of ['post-merge', 'reference-transaction', 'post-index-change']) {
    at.write({ [`.git/hooks/${hook}`]: '#!/bin/sh\ntouch ran\n' });
    chmodSync(join(at.root, '.git', 'hooks', hook), 0o755);
  }
  expect(await applyRun(repository, runId)).toMatchObject({ ok: true });
  expect(filesOf(at.root)).toEqual({ a: '2' });
});

test('a merge that breaks off while it writes is taken back', async () => {
  const { at, repository } = await finished(
    { 'a.txt': '1\n', 'b.bad': '1\n', gone: '1\n', z: '1\n', '.gitattributes': '*.bad filter=bad\n' },
    { 'a.txt': '2\n', 'b.bad': '2\n', gone: null, 'aa/new': '2\n', z: '2\n' },
  );
  // A filter that fails, on the new content only, stands for a disk that is full.
  appendFileSync(join(at.root, '.git', 'config'), '[filter "bad"]\n\tsmudge = grep 1\n\tclean = cat\n\trequired\n');
  const before = fingerprint(at);
  const applied = await applyRun(repository, runId);
  expect(applied).toMatchObject({ ok: false, message: expect.stringContaining('smudge filter bad failed') as string });
  expect(fingerprint(at)).toEqual(before);
  expect(existsSync(join(at.root, 'aa'))).toBe(false);
});

test('a merge that cannot move the branch at its end is taken back', async () => {
  const { at, repository } = await finished(
    { 'a.txt': '1\n', gone: '1\n', '[z]': '1\n' },
    { 'a.txt': '2\n', gone: null, 'aa/new': '2\n', '[z]': '2\n' },
  );
  at.write({ mine: 'staged\n' });
  at.git(['add', 'mine']);
  at.write({ '.git/refs/heads/main.lock': '' });
  const before = at.git(['status', '--porcelain=v2', '--untracked-files=all']);
  expect(await applyRun(repository, runId)).toMatchObject({
    ok: false,
    message: expect.stringContaining('main.lock') as string,
  });
  expect(at.git(['status', '--porcelain=v2', '--untracked-files=all'])).toBe(before);
  expect(filesOf(at.root)).toEqual({ 'a.txt': '1\n', gone: '1\n', '[z]': '1\n', mine: 'staged\n' });
  expect(existsSync(join(at.root, 'aa'))).toBe(false);
  rmSync(join(at.root, '.git/refs/heads/main.lock'));
  expect(await applyRun(repository, runId)).toMatchObject({ ok: true });
});

/** A run that began from uncommitted changes to `a` and `b`, and went on with `b`. */
async function fromUncommitted() {
  const at = rig();
  at.commit({ a: '1\n', b: '1\n', c: '1\n' });
  at.write({ a: 'mine\n', b: 'mine\n' });
  const repository = await at.open();
  const base = await commitUncommitted(repository, { message: 'Uncommitted' });
  const worktree = await prepareWorktree(repository, { runId, slot: 1, base });
  at.write({ b: 'run\n', new: 'run\n' }, worktree.path);
  const { commit = '' } = await takeSnapshot(repository, { worktree, base, ref: 'refs/orca/x', message: 'x' });
  at.git(['update-ref', integrationRef(runId), commit]);
  return { at, repository };
}

test('uncommitted work that a run began from is asked for first, and goes with it once it is committed', async () => {
  const { at, repository } = await fromUncommitted();
  const before = fingerprint(at);
  const forecast = await forecastApply(repository, runId);
  expect(forecast).toMatchObject({ kind: 'blocked', problem: { code: 'files-in-the-way', paths: ['a', 'b'] } });
  expect(await applyRun(repository, runId)).toMatchObject({ ok: false });
  expect(fingerprint(at)).toEqual(before);
  const mine = at.commit({ c: 'more\n' });
  expect(await forecastApply(repository, runId)).toMatchObject({ kind: 'merge', ahead: 1 });
  expect(await applyRun(repository, runId)).toMatchObject({ ok: true });
  expect(at.git(['rev-parse', 'HEAD^']).trim()).toBe(mine);
  expect(filesOf(at.root)).toEqual({ a: 'mine\n', b: 'run\n', c: 'more\n', new: 'run\n' });
  expect(await forecastApply(repository, runId)).toMatchObject({ kind: 'up-to-date' });
});

test('uncommitted work that the user has dropped since does not come back', async () => {
  const { at, repository } = await fromUncommitted();
  at.git(['checkout', '-q', 'a']);
  at.commit({});
  expect(await applyRun(repository, runId)).toMatchObject({ ok: true });
  expect(filesOf(at.root)).toEqual({ a: '1\n', b: 'run\n', c: '1\n', new: 'run\n' });
});

test('an index that is locked is left alone', async () => {
  const { at, repository } = await finished({ a: '1' }, { a: '2' });
  const before = fingerprint(at);
  at.write({ '.git/index.lock': '' });
  expect(await applyRun(repository, runId)).toMatchObject({
    ok: false,
    message: expect.stringContaining('index.lock') as string,
  });
  rmSync(join(at.root, '.git', 'index.lock'));
  expect(fingerprint(at)).toEqual(before);
  mkdirSync(join(at.root, 'sub'));
  expect(await applyRun(await at.open(join(at.root, 'sub')), runId)).toMatchObject({ ok: true });
});
