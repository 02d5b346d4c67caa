import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Repository } from '../../../src/engine/git/git.ts';
import { createIntegration, integrationHead, mergeAttempt } from '../../../src/engine/git/integrate.ts';
import { attemptRef, integrationBranch } from '../../../src/engine/git/refs.ts';
import { rollBackTasks } from '../../../src/engine/git/roll-back.ts';
import { takeSnapshot } from '../../../src/engine/git/snapshot.ts';
import { unmergedCommits } from '../../../src/engine/git/unmerged.ts';
import { prepareWorktree } from '../../../src/engine/git/worktrees.ts';
import { fingerprint, rig, type Rig } from './rig.ts';

const runId = 'exec-20250101-x';
const branch = integrationBranch(runId);

interface Begun {
  readonly at: Rig;
  readonly repository: Repository;
  readonly base: string;
  /** An attempt that works like this on what is merged, merged. */
  readonly merge: (
    task: string,
    work: Readonly<Record<string, string | Uint8Array>> | ((folder: string) => void),
  ) => Promise<string>;
  readonly rollBack: (...tasks: string[]) => ReturnType<typeof rollBackTasks>;
  /** The files of the branch, with their bytes. */
  readonly files: () => Record<string, string>;
}

async function begin(files: Record<string, string>): Promise<Begun> {
  const at = rig();
  const base = at.commit(files);
  const repository = await at.open();
  expect(await createIntegration(repository, runId, base)).toEqual({ ok: true });
  let attempts = 0;
  return {
    at,
    repository,
    base,
    async merge(task, work) {
      const head = (await integrationHead(repository, runId)) ?? '';
      const worktree = await prepareWorktree(repository, { runId, slot: 1, base: head });
      if (typeof work === 'function') work(worktree.path);
      else at.write(work, worktree.path);
      const attempt = ++attempts;
      const ref = attemptRef(runId, task, attempt);
      const { commit } = await takeSnapshot(repository, { worktree, base: head, ref, message: 'work' });
      if (commit === undefined) throw new Error('no changes');
      const merged = await mergeAttempt(repository, { runId, task, attempt, commit, message: `${task}: title` });
      if (merged.kind !== 'merged') throw new Error(merged.kind);
      return merged.commit;
    },
    rollBack: (...tasks) => rollBackTasks(repository, { runId, base, tasks }),
    files: () =>
      Object.fromEntries(
        at
          .git(['ls-tree', '-r', '-z', '--format=%(objectmode) %(objectname) %(path)', branch])
          .split('\0')
          .filter((line) => line !== '')
          .map((line) => [line.split(' ').slice(2).join(' '), line.split(' ').slice(0, 2).join(' ')]),
      ),
  };
}

test('each commit of a task and of what is built on it is reverted, and the rest stays', async () => {
  const { at, merge, rollBack, files, base } = await begin({ a: '1\n2\n3\n4\n5\n', other: 'x\n' });
  await merge('other', { other: 'y\n', kept: 'k\n' });
  const without = files();
  const first = await merge('a', { a: 'one\n2\n3\n4\n5\n', mine: '1\n' });
  const built = await merge('b "1"', { built: '1\n', mine: '1\n2\n' });
  const second = await merge('a', { a: 'one\n2\n3\n4\nfive\n' });
  await merge('c', { kept: 'k\nl\n' });
  at.write({ a: 'in my checkout\n', untracked: '1' });
  const before = fingerprint(at);

  const done = await rollBack('a', 'b "1"');
  expect(done).toEqual({ kind: 'rolled-back', commit: at.git(['rev-parse', branch]).trim() });
  expect(files()).toEqual({ ...without, kept: files().kept });
  expect(at.git(['show', `${branch}:kept`])).toBe('k\nl\n');
  const bodies = at
    .git(['log', '-3', '--format=%B%x00', branch])
    .split('\0')
    .map((body) => body.trim());
  expect(bodies.slice(0, 3)).toEqual(
    [
      ['a', first],
      ['b "1"', built],
      ['a', second],
    ].map(([task, commit]) => `Roll back ${task}: title\n\nOrca-Run: ${runId}\nOrca-Reverts: ${commit}`),
  );
  expect(at.git(['rev-list', '--count', '--merges', `${base}..${branch}`]).trim()).toBe('0');
  expect(fingerprint(at)).toEqual(before);

  // After a crash before it was recorded: the same once more.
  expect(await rollBack('a', 'b "1"')).toEqual(done);
  // What is merged again can be taken back again.
  await merge('a', { a: 'anew\n' });
  expect(await rollBack('a')).toMatchObject({ kind: 'rolled-back' });
  expect(at.git(['show', `${branch}:a`])).toBe('1\n2\n3\n4\n5\n');
});

test('of a task that merged nothing there is nothing to revert', async () => {
  const { merge, rollBack, at } = await begin({ a: '1\n' });
  const head = await merge('a', { a: '2\n' });
  expect(await rollBack('b')).toEqual({ kind: 'rolled-back', commit: head });
  expect(at.git(['rev-parse', branch]).trim()).toBe(head);
});

const BYTES = new Uint8Array([0, 1, 2, 0xff, 0xfe, 10, 13]);

test.each<[string, Record<string, string>, Parameters<Begun['merge']>[1]]>([
  ['an added and a deleted file', { gone: '1\n', b: '1\n' }, (folder) => rmSync(join(folder, 'gone'))],
  ['a rename', { 'from.txt': '1\n2\n3\n' }, (folder) => renameSync(join(folder, 'from.txt'), join(folder, 'to.txt'))],
  ['a binary file', { bytes: '\0\x01' }, { bytes: BYTES, more: BYTES }],
  ['line ends', { crlf: '1\r\n2\r\n', lf: '1\n' }, { crlf: '1\n2\n', lf: '1\r\n' }],
  ['a mode', { run: '#!/bin/sh\n' }, (folder) => chmodSync(join(folder, 'run'), 0o755)],
  ['a name with a blank and a letter beyond ASCII', { 'ä b.txt': '1\n' }, { 'ä b.txt': '2\n' }],
  [
    'a folder that becomes a file',
    { 'd/x': '1\n' },
    (folder) => {
      rmSync(join(folder, 'd'), { recursive: true });
      writeFileSync(join(folder, 'd'), 'a file\n');
    },
  ],
])('is undone byte for byte: %s', async (_, start, work) => {
  const { merge, rollBack, files } = await begin(start);
  const before = files();
  await merge('a', work);
  expect(files()).not.toEqual(before);
  await merge('later', { later: 'l\n' });
  const later = files().later;
  expect(await rollBack('a')).toMatchObject({ kind: 'rolled-back' });
  expect(files()).toEqual({ ...before, later });
});

test('work renamed by a later task is taken out where it is now', async () => {
  const lines = Array.from({ length: 20 }, (_, i) => `line ${i}\n`);
  const { merge, rollBack, at } = await begin({ from: lines.join('') });
  await merge('a', { from: lines.with(2, 'mine\n').join('') });
  await merge('later', (folder) => renameSync(join(folder, 'from'), join(folder, 'to')));
  expect(await rollBack('a')).toMatchObject({ kind: 'rolled-back' });
  expect(at.git(['show', `${branch}:to`])).toBe(lines.join(''));
});

test('later work in the same lines: nothing has moved, and the file is named', async () => {
  const { merge, rollBack, at } = await begin({ a: '1\n', b: '1\n' });
  await merge('a', { a: 'of a\n', b: 'of a\n' });
  const head = await merge('later', { a: 'of a, and later\n' });
  expect(await rollBack('a')).toEqual({ kind: 'conflict', files: ['a'] });
  expect(at.git(['rev-parse', branch]).trim()).toBe(head);
  expect(await rollBack('a', 'later')).toMatchObject({ kind: 'rolled-back' });
  expect(at.git(['show', `${branch}:a`])).toBe('1\n');
});

test('a branch that the user has checked out stays as it is', async () => {
  const { merge, rollBack, at } = await begin({ a: '1\n' });
  const head = await merge('a', { a: '2\n' });
  at.git(['worktree', 'add', '-q', join(at.root, '../elsewhere'), branch]);
  expect(await rollBack('a')).toMatchObject({
    kind: 'blocked',
    message: expect.stringContaining('is checked out in') as string,
  });
  expect(at.git(['rev-parse', branch]).trim()).toBe(head);
});

test("commits of the user's own on the branch are no task's", async () => {
  const { merge, rollBack, at, repository } = await begin({ a: '1\n' });
  await merge('a', { a: '2\n' });
  const head = at.git(['rev-parse', branch]).trim();
  const own = at.git(['commit-tree', `${head}^{tree}`, '-p', head, '-m', 'mine\n\nOrca-Reverts: nothing']).trim();
  at.git(['update-ref', `refs/heads/${branch}`, own]);
  expect(await rollBack('a')).toMatchObject({ kind: 'rolled-back' });
  expect(at.git(['log', '--format=%s', (await integrationHead(repository, runId)) ?? '']).trim()).toBe(
    'Roll back a: title\nmine\na: title\nchange',
  );
});

test('what was rolled back, and that it was, is no work that is still to be merged', async () => {
  const { merge, rollBack, repository } = await begin({ a: '1\n' });
  await merge('a', { x: '1\n' });
  await merge('b', { y: '1\n' });
  await rollBack('a');
  const left = await unmergedCommits(repository, (await integrationHead(repository, runId)) ?? '');
  expect(left.map(({ task, subject }) => task ?? subject)).toEqual(['b']);
});
