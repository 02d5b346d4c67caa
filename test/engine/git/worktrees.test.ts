import {
  readdirSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GitError, runGit } from '../../../src/engine/git/git.ts';
import type { RepositoryLock } from '../../../src/engine/git/lock.ts';
import { prepareWorktree, removeWorktrees, worktreeAt, worktreeEnv } from '../../../src/engine/git/worktrees.ts';
import { filesOf, fingerprint, rig, scratch, type Rig } from './rig.ts';

const runId = 'exec-20250101-x';

/** HEAD, whether it is detached, and everything that differs from it, ignored files too. */
function stateOf(
  at: Rig,
  path: string,
): { readonly head: string; readonly branch: string; readonly changes: string[] } {
  const args = ['status', '--porcelain=v2', '--branch', '--ignored', '--untracked-files=all'];
  const [head = '', branch = '', ...changes] = at.git(args, path).trimEnd().split('\n');
  return {
    head: head.replace('# branch.oid ', ''),
    branch: branch.replace('# branch.head ', ''),
    changes: changes.map((line) => line.replace(/^1 (..).* /, '$1 ')),
  };
}

function clean(head: string): ReturnType<typeof stateOf> {
  return { head, branch: '(detached)', changes: [] };
}

test('makes one at the base, detached and clean, which does not show in the checkout', async () => {
  const at = rig();
  const base = at.commit({ 'a b': '1', 'ü/"\n': '1' });
  at.commit({ 'a b': '2' });
  const before = fingerprint(at);
  const repository = await at.open();
  const worktree = await prepareWorktree(repository, { runId, slot: 1, base });
  expect(worktree).toEqual(worktreeAt(repository, runId, 1));
  expect(worktree.path).toBe(join(at.root, '.orca', 'worktrees', `${runId}-1`));
  expect(stateOf(at, worktree.path)).toEqual(clean(base));
  expect(filesOf(worktree.path)).toEqual({ 'a b': '1', 'ü/"\n': '1' });
  expect(fingerprint(at)).toEqual(before);
});

/** What an agent, or the death of one, may leave; each must be gone after the next preparation. */
const leftovers: Record<string, (at: Rig, path: string, admin: string) => void> = {
  nothing: () => undefined,
  'edits, ignored and untracked files': (at, path) => {
    at.write({ a: 'x', '.gitignore': 'out', 'out/b': '1', 'new/c': '1' }, path);
    rmSync(join(path, 'dir'), { recursive: true });
  },
  'a file for a folder and a folder for a file': (at, path) => {
    rmSync(join(path, 'dir'), { recursive: true });
    rmSync(join(path, 'a'));
    at.write({ dir: 'x', 'a/b/c': 'x' }, path);
  },
  'a commit of its own': (at, path) => {
    at.write({ a: 'x' }, path);
    at.git(['commit', '-qam', 'mine'], path);
  },
  'another branch': (at, path) => {
    at.git(['checkout', '-qb', 'agent'], path);
    at.write({ a: 'x' }, path);
    at.git(['commit', '-qam', 'mine'], path);
  },
  'an unborn branch': (at, path) => at.git(['checkout', '-q', '--orphan', 'nothing'], path),
  'locks of a killed git': (_, __, admin) => {
    for (const name of ['index.lock', 'HEAD.lock', 'config.worktree.lock']) writeFileSync(join(admin, name), '');
  },
  'a lock of a killed preparation': (_, path) => writeFileSync(`${path}.index.lock`, ''),
  'a damaged index': (_, __, admin) => writeFileSync(join(admin, 'index'), 'DIRC nonsense'),
  "a damaged index of Orca's": (_, path) => writeFileSync(`${path}.index`, 'DIRC nonsense'),
  'no index': (_, path, admin) => {
    rmSync(join(admin, 'index'));
    rmSync(`${path}.index`);
  },
  'a rebase in progress': (at, path) => {
    at.write({ a: 'x' }, path);
    at.git(['commit', '-qam', 'mine'], path);
    try {
      at.git(['rebase', 'side'], path);
    } catch {
      return;
    }
    throw new Error('no conflict');
  },
  'flags in the index': (at, path) => {
    at.git(['update-index', '--assume-unchanged', 'a'], path);
    at.git(['update-index', '--skip-worktree', 'dir/b'], path);
    at.write({ a: 'x', 'dir/b': 'x' }, path);
  },
  'a sparse checkout': (at, path) => {
    at.git(['sparse-checkout', 'set', '--no-cone', '/a'], path);
    expect(existsSync(join(path, 'dir/b'))).toBe(false);
  },
  'no .git': (_, path) => rmSync(join(path, '.git')),
  'a .git that leads to the checkout': (at, path) => writeFileSync(join(path, '.git'), `gitdir: ${at.root}/.git\n`),
  'a repository of its own': (at, path) => {
    rmSync(join(path, '.git'));
    at.git(['init', '-q'], path);
  },
  'repositories inside': (at, path) => {
    at.git(['init', '-q', 'inner'], path);
    at.git(['init', '-q', 'dir'], path);
  },
  'no folder': (_, path) => rmSync(path, { recursive: true }),
  'no folder, and a locked registration': (at, path) => {
    at.git(['worktree', 'lock', path]);
    rmSync(path, { recursive: true });
  },
  'no registration': (_, __, admin) => rmSync(admin, { recursive: true }),
  'half a registration': (_, __, admin) => rmSync(join(admin, 'HEAD')),
  'a moved folder': (_, path) => renameSync(path, `${path}-moved`),
  'an empty folder': (_, path) => {
    rmSync(path, { recursive: true });
    mkdirSync(path);
  },
  'a file in its place': (_, path) => {
    rmSync(path, { recursive: true });
    writeFileSync(path, '');
  },
  'a read-only folder': (at, path) => {
    at.write({ 'cache/deep/file': '1' }, path);
    chmodSync(join(path, 'cache/deep'), 0o500);
    chmodSync(join(path, 'cache'), 0o500);
  },
};

test('whatever the last attempt left is gone, and the checkout untouched', async () => {
  const at = rig();
  at.commit({ a: '0', 'dir/b': '1' });
  at.git(['checkout', '-qb', 'side']);
  at.commit({ a: 'side' });
  at.git(['checkout', '-q', 'main']);
  const base = at.commit({ a: '1' });
  const repository = await at.open();
  const { path } = worktreeAt(repository, runId, 1);
  await prepareWorktree(repository, { runId, slot: 1, base });
  const before = fingerprint(at);
  for (const [name, leave] of Object.entries(leftovers)) {
    const admin = /gitdir: (.*)\n/.exec(readFileSync(join(path, '.git'), 'utf8'))?.[1] ?? '';
    leave(at, path, admin);
    await prepareWorktree(repository, { runId, slot: 1, base });
    expect(stateOf(at, path), name).toEqual(clean(base));
    expect(filesOf(path), name).toEqual({ a: '1', 'dir/b': '1' });
  }
  at.git(['branch', '-qD', 'agent']);
  // Git keeps one configuration for all worktrees: what an agent writes there stays.
  expect({ ...fingerprint(at), config: '' }).toEqual({ ...before, config: '' });
});

test('goes from one base to another, both ways', async () => {
  const at = rig();
  const first = at.commit({ a: '1', 'd/x': '1', same: '1' });
  rmSync(join(at.root, 'd'), { recursive: true });
  const second = at.commit({ a: '2', d: 'file', 'new/y': '1' });
  const repository = await at.open();
  for (const [base, files] of [
    [first, { a: '1', 'd/x': '1', same: '1' }],
    [second, { a: '2', d: 'file', 'new/y': '1', same: '1' }],
    [first, { a: '1', 'd/x': '1', same: '1' }],
  ] as const) {
    const { path } = await prepareWorktree(repository, { runId, slot: 2, base });
    expect(stateOf(at, path)).toEqual(clean(base));
    expect(filesOf(path)).toEqual(files);
  }
});

test('with content, the files are those and HEAD is the base', async () => {
  const at = rig();
  const base = at.commit({ a: '1', gone: '1', same: '1' });
  rmSync(join(at.root, 'gone'));
  const content = at.commit({ a: '2', new: '1' });
  const repository = await at.open();
  const { path } = await prepareWorktree(repository, { runId, slot: 1, base, content });
  expect(stateOf(at, path)).toEqual({ ...clean(base), changes: ['.M a', '.D gone', '? new'] });
  expect(filesOf(path)).toEqual({ a: '2', new: '1', same: '1' });
  await prepareWorktree(repository, { runId, slot: 1, base });
  expect(filesOf(path)).toEqual({ a: '1', gone: '1', same: '1' });
});

test('works in a linked worktree, in one of a bare repository, and is whole where the checkout is sparse', async () => {
  const at = rig();
  const base = at.commit({ 'in/a': '1', 'out/b': '1' });
  at.git(['sparse-checkout', 'set', 'in']);
  const bare = join(at.root, '..', 'bare.git');
  at.git(['clone', '-q', '--bare', at.root, bare]);
  const linked = join(at.root, '..', 'linked');
  const ofBare = join(at.root, '..', 'of-bare');
  at.git(['worktree', 'add', '-q', '-b', 'other', linked]);
  at.git(['worktree', 'add', '-q', ofBare, 'main'], bare);
  for (const root of [at.root, linked, ofBare]) {
    const repository = await at.open(root);
    const { path } = await prepareWorktree(repository, { runId, slot: 1, base });
    expect(path).toBe(join(root, '.orca', 'worktrees', `${runId}-1`));
    expect(filesOf(path)).toEqual({ 'in/a': '1', 'out/b': '1' });
    expect(stateOf(at, path)).toEqual(clean(base));
    await removeWorktrees(repository, runId);
    expect(existsSync(path)).toBe(false);
  }
});

test('eight at a time, by two that know nothing of each other, and again', async () => {
  const at = rig();
  const base = at.commit({ a: '1' });
  const repositories = [await at.open(), await at.open()];
  for (let round = 0; round < 2; round++) {
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, i) => {
        const repository = repositories[i % 2];
        if (repository === undefined) throw new Error('no repository');
        return prepareWorktree(repository, { runId, slot: i + 1, base });
      }),
    );
    for (const { path } of made) expect(filesOf(path)).toEqual({ a: '1' });
    expect(at.git(['worktree', 'list', '--porcelain']).match(/^detached$/gm)).toHaveLength(8);
    if (round === 0 && repositories[0] !== undefined) await removeWorktrees(repositories[0], runId);
  }
});

test('the lock goes round what touches the list of worktrees, and nothing else', async () => {
  const at = rig();
  const base = at.commit({ a: '1' });
  let taken = 0;
  const lock: RepositoryLock = { run: (work) => (taken++, work()) };
  const repository = { ...(await at.open()), lock };
  await prepareWorktree(repository, { runId, slot: 1, base });
  expect(taken).toBe(1);
  await prepareWorktree(repository, { runId, slot: 1, base });
  expect(taken).toBe(1);
  await removeWorktrees(repository, runId);
  expect(taken).toBe(2);
});

test('removes those of the run, however broken, and nothing else', async () => {
  const at = rig();
  const base = at.commit({ a: '1' });
  const repository = await at.open();
  await removeWorktrees(repository, runId);
  const away = join(at.root, '..', 'away');
  at.git(['worktree', 'add', '-q', '--detach', away]);
  rmSync(away, { recursive: true });
  for (const slot of [1, 2, 3, 12]) await prepareWorktree(repository, { runId, slot, base });
  await prepareWorktree(repository, { runId: `${runId}-2`, slot: 1, base });
  await prepareWorktree(repository, { runId: 'exec-20250101-y', slot: 1, base });
  const pool = join(at.root, '.orca', 'worktrees');
  rmSync(join(pool, `${runId}-1`), { recursive: true });
  rmSync(join(pool, `${runId}-2`, '.git'));
  at.git(['worktree', 'lock', join(pool, `${runId}-3`)]);
  const outside = scratch();
  writeFileSync(join(outside, 'precious'), '');
  symlinkSync(outside, join(pool, `${runId}-4`), 'junction');

  await removeWorktrees(repository, runId);
  const left = at.git(['worktree', 'list', '--porcelain']).match(/^worktree .*$/gm);
  const kept = [at.root, join(at.root, '..', 'away'), join(pool, `${runId}-2-1`), join(pool, 'exec-20250101-y-1')];
  expect(left?.map((line) => line.slice(9)).sort()).toEqual(kept.sort());
  expect(readdirSync(pool).sort()).toEqual(
    ['.gitignore', 'exec-20250101-y-1', 'exec-20250101-y-1.index', `${runId}-2-1`, `${runId}-2-1.index`].sort(),
  );
  expect(existsSync(join(outside, 'precious'))).toBe(true);
  await removeWorktrees(repository, runId);
});

test.skipIf(process.platform === 'win32')(
  'refuses an .orca that leads out of the checkout, and a run id that does',
  async () => {
    const at = rig();
    const outside = scratch();
    symlinkSync(outside, join(at.root, '.orca'));
    const base = at.commit({ a: '1' });
    const repository = await at.open();
    mkdirSync(join(outside, 'worktrees', `${runId}-1`), { recursive: true });
    await expect(prepareWorktree(repository, { runId, slot: 1, base })).rejects.toThrow('leads out');
    await expect(removeWorktrees(repository, runId)).rejects.toThrow('leads out');
    expect(existsSync(join(outside, 'worktrees', `${runId}-1`))).toBe(true);
    rmSync(join(at.root, '.orca'));
    await expect(prepareWorktree(repository, { runId: '../x', slot: 1, base })).rejects.toThrow('not a run id');
  },
);

test('a base that is not there is an error, and an abort ends it', async () => {
  const at = rig();
  const base = at.commit({ a: '1' });
  const repository = await at.open();
  const missing = '1234567890123456789012345678901234567890';
  await expect(prepareWorktree(repository, { runId, slot: 1, base: missing })).rejects.toBeInstanceOf(GitError);
  await expect(prepareWorktree(repository, { runId, slot: 1, base, signal: AbortSignal.abort() })).rejects.toThrow(
    'abort',
  );
  await prepareWorktree(repository, { runId, slot: 1, base });
});

test('git in a worktree without its .git does not find the checkout', async () => {
  const at = rig();
  const base = at.commit({ a: '1' });
  const repository = await at.open();
  const { path } = await prepareWorktree(repository, { runId, slot: 1, base });
  const inside = (env: Record<string, string>) =>
    runGit({ gitPath: 'git', env: at.env }, ['rev-parse', '--show-toplevel'], { cwd: path, env });
  expect((await inside(worktreeEnv(repository))).stdout.toString().trim()).toBe(path.replaceAll('\\', '/'));
  rmSync(join(path, '.git'));
  expect((await inside({})).code).toBe(0);
  expect((await inside(worktreeEnv(repository))).code).toBe(128);
});
