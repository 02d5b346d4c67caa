import { chmodSync, realpathSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openRepository, preflight } from '../../../src/engine/git/preflight.ts';
import { copyOf, fingerprint, plainEnv, rig, scratch, type Rig } from './rig.ts';

async function problemOf(at: Rig, dir = at.root): Promise<string> {
  const opened = await openRepository(dir, { env: at.env });
  if (!opened.ok) return opened.problem.code;
  const result = await preflight(opened.repository);
  return result.ok ? 'none' : result.problem.code;
}

test('names head, branch and what is not committed', async () => {
  const at = rig();
  const head = at.commit({ 'a b': '1', '"ü\n': '1', gone: '1', '.gitignore': 'ignored' });
  at.write({ 'a b': '2', 'new/deep': '1', ignored: '1' });
  at.git(['rm', '-q', 'gone']);
  // Only its time is new, which a status would note in the index if it may.
  utimesSync(join(at.root, '.gitignore'), 0, 0);
  const before = fingerprint(at);
  const result = await preflight(await at.open());
  expect(result).toMatchObject({ ok: true, head, branch: 'main' });
  expect(result.ok && [...result.dirty].sort()).toEqual(['a b', 'gone', 'new/deep']);
  expect(fingerprint(at)).toEqual(before);
});

test('a detached HEAD has no branch', async () => {
  const at = rig();
  at.commit({ a: '1' });
  at.git(['checkout', '-q', '--detach']);
  const result = await preflight(await at.open());
  expect(result).toMatchObject({ ok: true, dirty: [] });
  expect(result).not.toHaveProperty('branch');
});

test('opens from a folder below, and ignores variables that name another repository', async () => {
  const at = rig();
  at.commit({ 'sub/a': '1' });
  const opened = await openRepository(join(at.root, 'sub'), {
    env: { ...at.env, GIT_DIR: '/nowhere', GIT_WORK_TREE: '/nowhere', GIT_INDEX_FILE: '/nowhere', git_dir: '/nowhere' },
  });
  expect(opened).toMatchObject({ ok: true, repository: { root: at.root, gitDir: join(at.root, '.git') } });
  expect(opened.ok && (await preflight(opened.repository)).ok).toBe(true);
});

test('a linked worktree is as good as the main one, also of a bare repository', async () => {
  const at = rig();
  at.commit({ a: '1' });
  const linked = join(at.root, '..', 'linked');
  at.git(['worktree', 'add', '-q', '-b', 'other', linked]);
  const repository = await at.open(linked);
  expect(repository.root).toBe(realpathSync(linked));
  expect(repository.commonDir).toBe(join(at.root, '.git'));
  expect(repository.gitDir).toBe(join(at.root, '.git', 'worktrees', 'linked'));
  expect(await preflight(repository)).toMatchObject({ ok: true, branch: 'other' });

  const bare = join(at.root, '..', 'bare.git');
  at.git(['clone', '-q', '--bare', at.root, bare]);
  at.git(['worktree', 'add', '-q', join(at.root, '..', 'of-bare'), 'other'], bare);
  expect(await problemOf(at, join(at.root, '..', 'of-bare'))).toBe('none');
});

test('no git, and a git that is too old', async () => {
  const dir = scratch();
  const env = plainEnv(dir);
  const code = async (gitPath: string) => {
    const opened = await openRepository(dir, { gitPath, env });
    return opened.ok ? 'none' : opened.problem.code;
  };
  expect(await code(join(dir, 'no-such-git'))).toBe('no-git');
  if (process.platform === 'win32') return;
  const said = async (version: string) => {
    const fake = join(dir, 'git');
    writeFileSync(fake, `#!/usr/bin/env node\nconsole.log(${JSON.stringify(version)})\n`);
    chmodSync(fake, 0o755);
    return code(fake);
  };
  expect(await said('git version 2.37.9')).toBe('git-too-old');
  expect(await said('git version 1.99.0')).toBe('git-too-old');
  expect(await said('no git at all')).toBe('git-too-old');
  // New enough, and then it is not a repository.
  expect(await said('git version 2.38.0.windows.1')).toBe('no-repository');
  expect(await said('git version 2.39.5 (Apple Git-154)')).toBe('no-repository');
  expect(await said('git version 3.0.0')).toBe('no-repository');
});

test('no repository, a bare one, one without a commit', async () => {
  const at = rig();
  expect(await problemOf(at, scratch())).toBe('no-repository');
  expect(await problemOf(at, join(at.root, 'not', 'there'))).toBe('no-repository');
  expect(await problemOf(at, join(at.root, '.git'))).toBe('no-repository');
  expect(await problemOf(at)).toBe('unborn-branch');
  const bare = join(at.root, '..', 'bare.git');
  at.git(['init', '-q', '--bare', bare]);
  expect(await problemOf(at, bare)).toBe('bare');
});

const operations: Record<string, { readonly begin: (at: Rig) => void; readonly message: string }> = {
  merge: { begin: (at) => at.git(['merge', 'other']), message: 'A merge is' },
  rebase: { begin: (at) => at.git(['rebase', 'other']), message: 'A rebase is' },
  'rebase --apply': { begin: (at) => at.git(['rebase', '--apply', 'other']), message: 'A rebase is' },
  am: {
    begin: (at) => {
      writeFileSync(join(at.root, '..', 'patch'), at.git(['format-patch', '-1', '--stdout', 'other']));
      at.git(['am', '../patch']);
    },
    message: '(git am)',
  },
  'cherry-pick': { begin: (at) => at.git(['cherry-pick', 'other']), message: 'A cherry-pick is' },
  revert: { begin: (at) => at.git(['revert', '--no-edit', 'HEAD~1']), message: 'A revert is' },
  bisect: { begin: (at) => at.git(['bisect', 'start']), message: 'A bisect is' },
  'stash pop': {
    begin: (at) => {
      at.write({ a: 'stashed' });
      at.git(['stash']);
      at.commit({ a: 'else' });
      at.git(['stash', 'pop']);
    },
    message: 'unresolved conflicts: a.',
  },
};

test('whatever the user is in the middle of is named', async () => {
  const template = rig();
  template.commit({ a: '0' });
  template.commit({ a: '1' });
  template.git(['branch', 'other']);
  template.commit({ a: '2' });
  template.git(['checkout', '-q', 'other']);
  template.commit({ a: '3' });
  template.git(['checkout', '-q', 'main']);
  expect(await problemOf(template)).toBe('none');
  for (const [name, { begin, message }] of Object.entries(operations)) {
    const at = copyOf(template, name.replaceAll(/[^a-z]/g, '_'));
    try {
      begin(at);
    } catch {
      // It stops at the conflict.
    }
    const result = await preflight(await at.open());
    expect(result, name).toMatchObject({ ok: false, problem: { code: 'operation-in-progress' } });
    expect(!result.ok && result.problem.message, name).toContain(message);
  }
});

test('submodules, committed or only staged', async () => {
  const at = rig();
  at.commit({ a: '1' });
  at.git(['init', '-q', join(at.root, 'sub module')]);
  at.git(
    ['-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '-q', '--allow-empty', '-m', 'x'],
    join(at.root, 'sub module'),
  );
  expect(await problemOf(at)).toBe('none');
  at.git(['add', 'sub module']);
  expect(await problemOf(at)).toBe('submodules');
  at.commit({});
  const result = await preflight(await at.open());
  expect(result).toMatchObject({ ok: false, problem: { code: 'submodules', paths: ['sub module'] } });
});
