import { expect, test } from 'vitest';
import { applyRun } from '../../../src/engine/git/apply.ts';
import { commitUncommitted } from '../../../src/engine/git/base.ts';
import { createIntegration } from '../../../src/engine/git/integrate.ts';
import { gitWorkspaces } from '../../../src/engine/git/workspaces.ts';
import { filesOf, fingerprint, rig } from './rig.ts';

test("a whole run leaves the user's checkout as it was, byte for byte, until it is applied", async () => {
  const at = rig();
  at.commit({ a: '1\n', b: '1\n', 'sp ace/ü': '1\n', '.gitignore': '*.log\n' });
  at.write({ a: 'mine\n', 'b.log': 'ignored', untracked: 'mine\n' });
  at.git(['add', 'a']);
  at.write({ b: 'unstaged\n' });
  const before = fingerprint(at);

  const runId = 'exec-20250101-whole';
  const repository = await at.open();
  const base = await commitUncommitted(repository, { message: 'Uncommitted' });
  expect(await createIntegration(repository, runId, base)).toEqual({ ok: true });
  const workspaces = gitWorkspaces(repository, runId);
  const run = async (slot: number, task: string, from: string, files: Record<string, string>) => {
    expect(await workspaces.prepare(slot, from)).toEqual({ done: true });
    at.write(files, workspaces.path(slot));
    const taken = await workspaces.snapshot({ slot, base: from, task, attempt: 1, message: task });
    if ('error' in taken || taken.commit === undefined) throw new Error('no commit');
    return workspaces.merge({ task, attempt: 1, commit: taken.commit, message: task });
  };
  const [one, two] = await Promise.all([
    run(0, 'one', base, { a: 'one\n', 'new/one': '1\n' }),
    run(1, 'two', base, { b: 'two\n', 'new/two': '1\n' }),
  ]);
  expect([one.kind, two.kind]).toEqual(['merged', 'merged']);
  expect(await run(0, 'three', base, { a: 'three\n' })).toEqual({ kind: 'conflict', files: ['a'] });
  expect(await workspaces.read(base, 'a')).toBe('mine\n');
  expect(await workspaces.read(base, 'none')).toBeUndefined();
  expect(fingerprint(at)).toEqual(before);
  await workspaces.remove();
  expect(fingerprint(at)).toEqual(before);

  // The user commits what the run began from, and takes the result.
  at.git(['add', '-A']);
  at.git(['commit', '-qm', 'mine']);
  expect(await applyRun(repository, runId)).toMatchObject({ ok: true, branch: 'main' });
  expect(filesOf(at.root)).toEqual({
    '.gitignore': '*.log\n',
    a: 'one\n',
    b: 'two\n',
    'b.log': 'ignored',
    'new/one': '1\n',
    'new/two': '1\n',
    'sp ace/ü': '1\n',
    untracked: 'mine\n',
  });
});

test('a failure is a sentence', async () => {
  const at = rig();
  at.commit({ a: '1' });
  const workspaces = gitWorkspaces(await at.open(), 'exec-20250101-x');
  expect(await workspaces.prepare(0, 'no-such-commit')).toMatchObject({
    error: expect.stringContaining('no-such-commit') as string,
  });
  const none = { slot: 0, base: 'HEAD', task: 't', attempt: 1, message: 'm' };
  expect(await workspaces.snapshot(none)).toMatchObject({ error: expect.stringContaining('gone') as string });
});
