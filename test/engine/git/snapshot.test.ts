import { chmodSync, existsSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareCommits, diffFiles, listFiles, showFile } from '../../../src/engine/git/diff.ts';
import { attemptRef } from '../../../src/engine/git/refs.ts';
import { takeSnapshot } from '../../../src/engine/git/snapshot.ts';
import { prepareWorktree } from '../../../src/engine/git/worktrees.ts';
import { filesOf, rig, scratch, type Rig } from './rig.ts';

const runId = 'exec-20250101-x';
const windows = process.platform === 'win32';

async function bench(files: Record<string, string>, options?: { readonly identity?: boolean }) {
  const at = rig(options);
  const base = at.commit(files);
  const repository = await at.open();
  const ref = attemptRef(runId, 'Task 1', 1);
  const worktree = await prepareWorktree(repository, { runId, slot: 1, base });
  return {
    at,
    base,
    repository,
    ref,
    path: worktree.path,
    prepare: () => prepareWorktree(repository, { runId, slot: 1, base }),
    take: () => takeSnapshot(repository, { worktree, base, ref, message: 'Task 1: do\n\nit' }),
  };
}

test('nothing changed: no commit', async () => {
  const { take, at, ref, path } = await bench({ a: '1', '.gitignore': 'out' });
  at.write({ 'out/x': '1', '.orca/executions/x': '1', '.orca/worktrees/y': '1' }, path);
  expect(await take()).toEqual({ files: [] });
  expect(at.git(['for-each-ref', ref])).toBe('');
});

test('one commit on the base of all that was edited, added, deleted, with every kind of name', async () => {
  const { at, base, repository, ref, path, take } = await bench({
    a: '1\n2\n',
    gone: '1\n',
    same: '1',
    d: '1',
    'e/x': '1',
  });
  const names = [
    'sp ace',
    '"quoted"',
    "it's",
    'ünï/côde',
    '-rf',
    ':(top)x',
    '*',
    ...(windows ? [] : ['new\nline', 'tab\t', 'back\\slash']),
  ];
  at.write(
    { a: '1\n3\n4\n', ...Object.fromEntries(names.map((name) => [name, 'x\n'])), bin: new Uint8Array([0, 1, 2]) },
    path,
  );
  rmSync(join(path, 'gone'));
  rmSync(join(path, 'd'));
  rmSync(join(path, 'e'), { recursive: true });
  at.write({ 'd/x': '1', e: '1' }, path);
  const taken = await take();
  expect(taken.problem).toBeUndefined();
  const { commit = '' } = taken;
  expect(Object.fromEntries(taken.files.map(({ path: name, ...file }) => [name, file]))).toEqual({
    a: { status: 'modified', added: 2, removed: 1 },
    gone: { status: 'deleted', added: 0, removed: 1 },
    bin: { status: 'added' },
    d: { status: 'deleted', added: 0, removed: 1 },
    'd/x': { status: 'added', added: 1, removed: 0 },
    e: { status: 'added', added: 1, removed: 0 },
    'e/x': { status: 'deleted', added: 0, removed: 1 },
    ...Object.fromEntries(names.map((name) => [name, { status: 'added', added: 1, removed: 0 }])),
  });
  expect(at.git(['log', '-1', '--format=%P|%an <%ae>|%cn|%B', commit]).trim()).toBe(
    `${base}|Ada <ada@example.org>|Ada|Task 1: do\n\nit`,
  );
  expect(at.git(['rev-parse', ref]).trim()).toBe(commit);
  expect((await listFiles(repository, commit)).sort()).toEqual(['a', 'bin', 'd/x', 'e', 'same', ...names].sort());
  for (const name of names)
    expect(await showFile(repository, commit, name), name).toEqual(new TextEncoder().encode('x\n'));
  expect(await showFile(repository, commit, 'bin')).toEqual(new Uint8Array([0, 1, 2]));
  expect(await showFile(repository, commit, 'gone')).toBeUndefined();
  expect(await showFile(repository, commit, 'd')).toBeUndefined();

  // Again, it is the same; the worktree was not touched.
  const files = filesOf(path);
  expect(await take()).toEqual(taken);
  expect(filesOf(path)).toEqual(files);
  // And what was reverted is no result.
  at.git(['reset', '-q', '--hard'], path);
  at.git(['clean', '-qfd'], path);
  expect(await take()).toEqual({ files: [] });
});

test.skipIf(windows)('modes and symlinks', async () => {
  const { at, path, take } = await bench({ run: '1', link: '1', 'dir/x': '1' });
  chmodSync(join(path, 'run'), 0o755);
  rmSync(join(path, 'link'));
  symlinkSync('/etc/passwd', join(path, 'link'));
  renameSync(join(path, 'dir'), join(path, 'moved'));
  symlinkSync('moved', join(path, 'dir'));
  const { commit = '', files } = await take();
  expect(files.map(({ path: name, status }) => `${status} ${name}`).sort()).toEqual([
    'added dir',
    'added moved/x',
    'deleted dir/x',
    'modified link',
    'modified run',
  ]);
  expect(at.git(['ls-tree', '-r', '--format=%(objectmode) %(path)', commit])).toBe(
    '120000 dir\n120000 link\n100644 moved/x\n100755 run\n',
  );
});

/** The same change, however it came about; some of these leave the worktree without a working git. */
const ways: Record<string, (at: Rig, path: string) => void> = {
  edited: () => undefined,
  staged: (at, path) => at.git(['add', '-A'], path),
  committed: (at, path) => {
    at.git(['add', '-A'], path);
    at.git(['commit', '-qm', 'mine'], path);
  },
  'committed on a branch of its own': (at, path) => {
    at.git(['checkout', '-qb', 'mine'], path);
    at.git(['add', '-A'], path);
    at.git(['commit', '-qm', 'mine'], path);
  },
  'staged, then half unstaged': (at, path) => {
    at.git(['add', '-A'], path);
    at.git(['rm', '-q', '--cached', 'new'], path);
  },
  'under a lock': (at, path) => writeFileSync(at.git(['rev-parse', '--git-path', 'index.lock'], path).trim(), ''),
  'with flags in its index': (at, path) => {
    at.git(['update-index', '--assume-unchanged', 'a'], path);
    at.git(['update-index', '--skip-worktree', 'a'], path);
  },
  'with a damaged index': (at, path) => writeFileSync(at.git(['rev-parse', '--git-path', 'index'], path).trim(), 'no'),
  'without .git': (_, path) => rmSync(join(path, '.git')),
  'with .git leading to the checkout': (at, path) => writeFileSync(join(path, '.git'), `gitdir: ${at.root}/.git`),
  'with a repository of its own': (at, path) => {
    rmSync(join(path, '.git'));
    at.git(['init', '-q'], path);
    at.git(['add', '-A'], path);
  },
  'with a repository in a tracked folder': (at, path) => at.git(['init', '-q', 'src'], path),
  'without its registration': (at, path) => {
    rmSync(join(path, '.git'));
    at.git(['worktree', 'prune']);
  },
  "without Orca's index": (_, path) => rmSync(`${path}.index`),
};

test('however it came about, it is the same result', async () => {
  const { at, base, path, prepare, take } = await bench({ a: '1\n', 'src/b': '1\n' });
  for (const [name, how] of Object.entries(ways)) {
    await prepare();
    at.write({ a: '2\n', 'src/new': '1\n', new: '1\n' }, path);
    how(at, path);
    const { commit = '', files, problem } = await take();
    expect(problem, name).toBeUndefined();
    expect(files, name).toEqual([
      { path: 'a', status: 'modified', added: 1, removed: 1 },
      { path: 'new', status: 'added', added: 1, removed: 0 },
      { path: 'src/new', status: 'added', added: 1, removed: 0 },
    ]);
    expect(at.git(['rev-parse', `${commit}^`]).trim(), name).toBe(base);
  }
});

test('what lies in a stash, on another branch or in ignored files is none', async () => {
  const { at, path, take } = await bench({ a: '1', '.gitignore': 'out' });
  at.write({ a: '2', new: '1' }, path);
  at.git(['stash', '-qu'], path);
  at.git(['checkout', '-qb', 'aside'], path);
  at.write({ a: '3' }, path);
  at.git(['commit', '-qam', 'aside'], path);
  at.git(['checkout', '-q', '--detach', 'main'], path);
  at.write({ 'out/x': '1' }, path);
  expect(await take()).toEqual({ files: [] });
});

test('an ignored file that the agent added by force counts', async () => {
  const { at, path, take } = await bench({ a: '1', '.gitignore': 'out' });
  at.write({ 'out/kept': '1', 'out/left': '1', '.orca/executions/x': '1' }, path);
  at.git(['add', '-f', 'out/kept', '.orca/executions/x'], path);
  at.git(['commit', '-qm', 'mine'], path);
  const { files } = await take();
  expect(files.map((file) => file.path)).toEqual(['out/kept']);
});

test('a change of the same size made at once is seen', async () => {
  const { at, path, prepare, take } = await bench({ a: 'one' });
  for (let i = 0; i < 3; i++) {
    await prepare();
    at.write({ a: 'two' }, path);
    expect((await take()).files).toHaveLength(1);
  }
});

test('repositories inside are named', async () => {
  const { at, path, prepare, take } = await bench({ a: '1' });
  const inner = join(path, 'lib', 'in ner');
  at.git(['init', '-q', inner]);
  expect(await take()).toMatchObject({ files: [], problem: expect.stringContaining('lib/in ner') as string });
  at.write({ x: '1' }, inner);
  at.git(['-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'x'], inner);
  const taken = await take();
  expect(taken.problem).toContain('lib/in ner');
  expect(taken.commit).toBeUndefined();
  await prepare();
  expect(existsSync(inner)).toBe(false);
});

test('filters apply, and line ends are as the repository wants them', async () => {
  const { at, path, repository, take } = await bench({
    '.gitattributes': '*.txt text eol=crlf\n*.up filter=up\n',
    'a.txt': '1\n',
  });
  at.git(['config', 'filter.up.clean', 'git hash-object --stdin']);
  at.git(['config', 'core.safecrlf', 'true']);
  at.write({ 'a.txt': '2\n3\r\n', 'b.up': 'x' }, path);
  const { commit = '', problem } = await take();
  expect(problem).toBeUndefined();
  const text = async (name: string) => new TextDecoder().decode(await showFile(repository, commit, name));
  expect(await text('a.txt')).toBe('2\n3\n');
  expect(await text('b.up')).toMatch(/^[0-9a-f]{40}\n$/);
});

test('a worktree that is gone, or leads elsewhere, is a problem', async () => {
  const { path, take } = await bench({ a: '1' });
  rmSync(path, { recursive: true });
  expect((await take()).problem).toContain('gone');
  const outside = scratch();
  writeFileSync(join(outside, 'secret'), '');
  symlinkSync(outside, path, 'junction');
  expect((await take()).problem).toContain('gone');
});

test('without a configured user it is Orca, unless told', async () => {
  const { at, base, path, repository, ref, take } = await bench({ a: '1' }, { identity: false });
  at.write({ a: '2' }, path);
  const person = (commit = '') => at.git(['log', '-1', '--format=%an %ae %cn %ce', commit]).trim();
  expect(person((await take()).commit)).toBe('Orca orca@localhost Orca orca@localhost');
  at.write({ a: '3' }, path);
  const author = { name: 'Bo', email: 'bo@example.org' };
  const worktree = { path, index: `${path}.index` };
  const taken = await takeSnapshot(repository, { worktree, base, ref, message: 'x', author });
  expect(person(taken.commit)).toBe('Bo bo@example.org Orca orca@localhost');
});

test('hooks of the user do not run, and a hostile message stays a message', async () => {
  const { at, base, path, repository, ref } = await bench({ a: '1' });
  at.git(['config', 'core.hooksPath', path]);
  at.write({ 'reference-transaction': '#!/bin/sh\nexit 1\n', 'post-checkout': '#!/bin/sh\nexit 1\n' }, path);
  if (!windows) for (const hook of ['reference-transaction', 'post-checkout']) chmodSync(join(path, hook), 0o755);
  const message = '-F/etc/passwd\0 $(touch x)\n# not a comment';
  const taken = await takeSnapshot(repository, { worktree: { path, index: `${path}.index` }, base, ref, message });
  expect(at.git(['log', '-1', '--format=%B', taken.commit ?? '']).trim()).toBe(
    '-F/etc/passwd $(touch x)\n# not a comment',
  );
});

test('the two sides of each file', async () => {
  const at = rig();
  const before = at.commit({ a: '1\n', gone: '1\n', moved: 'long enough to be taken for the same\n' });
  rmSync(join(at.root, 'gone'));
  renameSync(join(at.root, 'moved'), join(at.root, 'to'));
  const after = at.commit({ a: '2\n' });
  const repository = await at.open();
  expect(await compareCommits(repository, before, after)).toEqual([
    {
      path: 'a',
      status: 'modified',
      added: 1,
      removed: 1,
      before: { commit: before, path: 'a' },
      after: { commit: after, path: 'a' },
    },
    { path: 'gone', status: 'deleted', added: 0, removed: 1, before: { commit: before, path: 'gone' } },
    { path: 'moved', status: 'deleted', added: 0, removed: 1, before: { commit: before, path: 'moved' } },
    { path: 'to', status: 'added', added: 1, removed: 0, after: { commit: after, path: 'to' } },
  ]);
  expect(await diffFiles(repository, after, after)).toEqual([]);
  await expect(diffFiles(repository, before, 'no-such-commit')).rejects.toThrow('diff-tree');
});
