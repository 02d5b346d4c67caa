import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Repository } from '../../../src/engine/git/git.ts';
import { createIntegration, integrationHead, mergeAttempt, type Merge } from '../../../src/engine/git/integrate.ts';
import { attemptRef, integrationBranch } from '../../../src/engine/git/refs.ts';
import { takeSnapshot } from '../../../src/engine/git/snapshot.ts';
import { prepareWorktree, worktreeAt } from '../../../src/engine/git/worktrees.ts';
import { fingerprint, rig, type Rig } from './rig.ts';

const runId = 'exec-20250101-x';
const branch = integrationBranch(runId);

async function begin(files: Record<string, string>): Promise<{ at: Rig; repository: Repository; base: string }> {
  const at = rig();
  const base = at.commit(files);
  const repository = await at.open();
  expect(await createIntegration(repository, runId, base)).toEqual({ ok: true });
  return { at, repository, base };
}

/** An attempt that leaves these files, as its commit. */
async function attempt(
  at: Rig,
  repository: Repository,
  task: string,
  base: string,
  files: Record<string, string>,
  { isPrepared = false } = {},
) {
  const worktree = isPrepared
    ? worktreeAt(repository, runId, 1)
    : await prepareWorktree(repository, { runId, slot: 1, base });
  at.write(files, worktree.path);
  const ref = attemptRef(runId, task, 1);
  const { commit } = await takeSnapshot(repository, { worktree, base, ref, message: `${task}: attempt` });
  if (commit === undefined) throw new Error('no changes');
  return { runId, task, attempt: 1, commit, message: `${task}: title` };
}

function commitOf(merge: Merge): string {
  if (merge.kind !== 'merged') throw new Error(merge.kind);
  return merge.commit;
}

test('the branch is made once, and not over another', async () => {
  const { at, repository, base } = await begin({ a: '1' });
  expect(await createIntegration(repository, runId, base)).toEqual({ ok: true });
  expect(await integrationHead(repository, runId)).toBe(base);
  const later = at.commit({ a: '2' });
  expect(await createIntegration(repository, runId, later)).toMatchObject({
    ok: false,
    problem: { code: 'branch-taken' },
  });
  expect(await integrationHead(repository, runId)).toBe(base);
  expect(await integrationHead(repository, 'other')).toBeUndefined();
});

test('a branch in the way is named', async () => {
  const at = rig();
  const base = at.commit({ a: '1' });
  at.git(['branch', 'orca']);
  const made = await createIntegration(await at.open(), runId, base);
  expect(made).toMatchObject({
    ok: false,
    problem: { code: 'branch-taken', fix: expect.stringContaining('git branch -m orca ') as string },
  });
});

test('tasks meet in a straight line, one commit each, and the checkout sees nothing of it', async () => {
  const { at, repository, base } = await begin({ a: '1\n', b: '1\n' });
  at.write({ a: 'mine\n', untracked: '1' });
  const before = fingerprint(at);
  const one = await attempt(at, repository, 'T 1', base, { a: '2\n' });
  const two = await attempt(at, repository, 'T 2', base, { b: '2\n', c: '2\n' });
  const first = commitOf(await mergeAttempt(repository, one));
  const second = commitOf(await mergeAttempt(repository, two));
  expect(await integrationHead(repository, runId)).toBe(second);
  expect(at.git(['log', '--format=%H %P', branch]).trim().split('\n').slice(0, 2)).toEqual([
    `${second} ${first}`,
    `${first} ${base}`,
  ]);
  expect(at.git(['log', '-1', '--format=%B', second]).trim()).toBe(
    `T 2: title\n\nOrca-Run: ${runId}\nOrca-Task: T 2\nOrca-Attempt: 1`,
  );
  expect(at.git(['ls-tree', '-r', '--name-only', second]).trim().split('\n')).toEqual(['a', 'b', 'c']);
  expect(at.git(['show', `${second}:a`]) + at.git(['show', `${second}:b`])).toBe('2\n2\n');
  expect(fingerprint(at)).toEqual(before);
});

test('a conflict leaves the branch as it was, and names the files', async () => {
  const { at, repository, base } = await begin({ 'a b': '1\n', ü: '1\n', c: '1\n' });
  const one = await attempt(at, repository, '1', base, { 'a b': '2\n', ü: '2\n', c: '2\n' });
  const two = await attempt(at, repository, '2', base, { 'a b': '3\n', ü: '3\n', d: '3\n' });
  const head = commitOf(await mergeAttempt(repository, one));
  expect(await mergeAttempt(repository, two)).toEqual({ kind: 'conflict', files: ['a b', 'ü'] });
  expect(await integrationHead(repository, runId)).toBe(head);
});

test.skipIf(process.platform === 'win32')(
  'a file that is a link or a folder on the other side is named once',
  async () => {
    const { at, repository, base } = await begin({ c: '1\n' });
    const one = await attempt(at, repository, '1', base, { thing: 'a file\n', other: 'a file\n' });
    commitOf(await mergeAttempt(repository, one));
    await prepareWorktree(repository, { runId, slot: 1, base });
    symlinkSync('c', join(worktreeAt(repository, runId, 1).path, 'thing'));
    const two = await attempt(at, repository, '2', base, { 'other/part': 'in a folder\n' }, { isPrepared: true });
    expect(await mergeAttempt(repository, two)).toEqual({ kind: 'conflict', files: ['other', 'thing'] });
  },
);

test('what is on the branch is not put there again', async () => {
  const tasks = ['ünï, x', ' new\nline\u2028', ''];
  const { at, repository, base } = await begin({ a: '1\n' });
  const requests = [];
  for (const [i, task] of tasks.entries()) {
    const request = await attempt(at, repository, task, base, { [`f${i}`]: '1' });
    requests.push({ request, commit: commitOf(await mergeAttempt(repository, request)) });
  }
  const head = await integrationHead(repository, runId);
  // As after a crash before it was recorded; also when others were merged since.
  for (const { request, commit } of requests)
    expect(await mergeAttempt(repository, request), request.task).toEqual({ kind: 'merged', commit });
  expect(await integrationHead(repository, runId)).toBe(head);
  expect(at.git(['rev-list', '--count', `${base}..${branch}`]).trim()).toBe(String(tasks.length));
});

test('the trailers of an agent are not taken for ours', async () => {
  const { at, repository, base } = await begin({ a: '1\n' });
  const one = await attempt(at, repository, '1', base, { b: '1' });
  const two = await attempt(at, repository, '2', base, { c: '1' });
  await mergeAttempt(repository, { ...one, message: 'x\n\nOrca-Task: 2\nOrca-Attempt: 1' });
  const merged = commitOf(await mergeAttempt(repository, two));
  expect(at.git(['ls-tree', '-r', '--name-only', merged]).trim().split('\n')).toEqual(['a', 'b', 'c']);
});

test('the same result twice makes no empty commit', async () => {
  const { at, repository, base } = await begin({ a: '1\n' });
  const head = commitOf(await mergeAttempt(repository, await attempt(at, repository, '1', base, { b: '1' })));
  expect(await mergeAttempt(repository, await attempt(at, repository, '2', base, { b: '1' }))).toEqual({
    kind: 'merged',
    commit: head,
  });
});

test('two that merge at the same time both get there', async () => {
  const { at, repository, base } = await begin({ a: '1\n' });
  const requests = [];
  for (let i = 0; i < 4; i++) requests.push(await attempt(at, repository, String(i), base, { [`f${i}`]: '1' }));
  const merges = await Promise.all(requests.map((request) => mergeAttempt(repository, request)));
  expect(merges.every(({ kind }) => kind === 'merged')).toBe(true);
  expect(at.git(['ls-tree', '-r', '--name-only', branch]).trim().split('\n')).toEqual(['a', 'f0', 'f1', 'f2', 'f3']);
  expect(at.git(['rev-list', '--count', `${base}..${branch}`]).trim()).toBe('4');
});

test('a branch that the user has checked out is not moved under them; an agent that has does not count', async () => {
  const { at, repository, base } = await begin({ a: '1\n' });
  const one = await attempt(at, repository, '1', base, { b: '1' });
  const linked = join(at.root, '..', 'linked');
  at.git(['worktree', 'add', '-q', linked, branch]);
  const merge = await mergeAttempt(repository, one);
  expect(merge).toMatchObject({ kind: 'blocked', problem: { code: 'branch-checked-out' } });
  expect(await integrationHead(repository, runId)).toBe(base);
  at.git(['worktree', 'remove', linked]);

  const { path } = await prepareWorktree(repository, { runId, slot: 1, base });
  at.git(['checkout', '-q', branch], path);
  expect((await mergeAttempt(repository, one)).kind).toBe('merged');
});
