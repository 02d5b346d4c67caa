import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/core/run/event.ts';
import type { RunState } from '../../src/core/run/state.ts';
import { applyRun } from '../../src/engine/git/apply.ts';
import { commitUncommitted } from '../../src/engine/git/base.ts';
import { createIntegration } from '../../src/engine/git/integrate.ts';
import { attemptRef, integrationBranch, integrationRef } from '../../src/engine/git/refs.ts';
import { gitWorkspaces } from '../../src/engine/git/workspaces.ts';
import { takeOwnership } from '../../src/engine/owner.ts';
import { currentIdentity } from '../../src/engine/process/identity.ts';
import { removeRun, whatIsLost } from '../../src/engine/remove-run.ts';
import { ownerDir, runDir } from '../../src/engine/run-files.ts';
import { writeRunnerProcess } from '../../src/engine/runner/agent-files.ts';
import { run, spec, started } from '../core/view/runs.ts';
import { plan, task } from '../core/view/sample.ts';
import { filesOf, fingerprint, rig, type Rig } from './git/rig.ts';

const ID = 'exec-20250101-gone';
const NOTHING = { commits: [], attempts: [], worktrees: [], replaced: [] };

/** A run of tasks a, b and c, made by hand: each is done as it is asked to be. */
async function begun(at: Rig, id = ID) {
  const repository = await at.open();
  const base = await commitUncommitted(repository, { message: 'Uncommitted' });
  expect(await createIntegration(repository, id, base)).toEqual({ ok: true });
  const workspaces = gitWorkspaces(repository, id);
  const events: RunEvent[] = [];
  const of = spec(plan([task('a'), task('b'), task('c')]), { id, base });
  const state = (): RunState => run(of, [[1, ...events]]);
  mkdirSync(runDir(at.root, id), { recursive: true });
  writeFileSync(join(runDir(at.root, id), 'journal.jsonl'), '');
  let slot = 0;
  const attempt = async (name: string, files: Record<string, string>) => {
    const own = slot++;
    events.push({ ...started(name, own), base } as RunEvent);
    await workspaces.prepare(own, base);
    at.write(files, workspaces.path(own));
    return own;
  };
  const taken = async (name: string, files: Record<string, string>): Promise<string> => {
    const own = await attempt(name, files);
    const snapshot = await workspaces.snapshot({ slot: own, base, task: name, attempt: 1, message: name });
    if ('error' in snapshot || snapshot.commit === undefined) throw new Error('no commit');
    events.push({
      type: 'attempt.snapshot',
      task: name,
      attempt: 1,
      snapshot: { commit: snapshot.commit, files: snapshot.files, findings: [] },
    });
    return snapshot.commit;
  };
  return {
    repository,
    workspaces,
    state,
    /** At work. */
    attempt,
    /** Done, and not merged. */
    taken,
    async merged(name: string, files: Record<string, string>): Promise<string> {
      const commit = await taken(name, files);
      const merge = await workspaces.merge({ task: name, attempt: 1, commit, message: name });
      if (merge.kind !== 'merged') throw new Error('conflict');
      events.push(
        { type: 'attempt.accepted', task: name, attempt: 1 },
        { type: 'task.merged', task: name, attempt: 1, commit: merge.commit },
      );
      return merge.commit;
    },
    push: (...more: RunEvent[]) => void events.push(...more),
    lost: () => whatIsLost(repository, id, () => Promise.resolve(state())),
    remove: (force = false) => removeRun(repository, id, { force, readState: () => Promise.resolve(state()) }),
  };
}

function withBase(): Rig {
  const at = rig();
  at.commit({ f: '1\n2\n3\n4\n5\n6\n7\n8\n9\n', '.gitignore': '.orca\n' });
  return at;
}

function refsOf(at: Rig, id = ID): string {
  return at.git(['for-each-ref', '--format=%(refname)', `refs/orca/${id}`, `refs/heads/orca/${id}`]);
}

test('what is merged into no branch of the user is named, and kept until it is given up', async () => {
  const at = withBase();
  const of = await begun(at);
  await of.merged('a', { a: '1\n' });
  await of.merged('b', { b: '1\n' });
  await of.taken('c', { c: '1\n' });
  const lost = { ...NOTHING, commits: ['a', 'b'], attempts: ['c'] };
  const before = fingerprint(at);
  expect(await of.lost()).toEqual(lost);
  expect(await of.remove()).toEqual({ kind: 'lost', lost });
  expect(refsOf(at)).toContain(integrationRef(ID));
  expect(existsSync(runDir(at.root, ID))).toBe(true);
  expect(await of.remove(true)).toEqual({ kind: 'removed' });
  expect(refsOf(at)).toBe('');
  expect(existsSync(runDir(at.root, ID))).toBe(false);
  expect(existsSync(of.workspaces.path(0))).toBe(false);
  expect(at.git(['worktree', 'list']).trim().split('\n')).toHaveLength(1);
  const after = fingerprint(at);
  expect({ ...after, journal: undefined }).toEqual({ ...withoutRun(before), journal: undefined });
});

function withoutRun(files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([path]) => !path.startsWith('.orca/executions/')));
}

test('nothing is lost of a run that was applied, by a merge or by a fast-forward', async () => {
  for (const meanwhile of [false, true]) {
    const at = withBase();
    const of = await begun(at);
    await of.merged('a', { a: '1\n' });
    await of.merged('b', { b: '1\n' });
    if (meanwhile) at.commit({ mine: '1\n' });
    expect(await applyRun(of.repository, ID)).toMatchObject({ ok: true });
    expect(await of.lost()).toEqual(NOTHING);
    expect(await of.remove()).toEqual({ kind: 'removed' });
    expect(Object.keys(filesOf(at.root)).filter((path) => !path.startsWith('.'))).toContain('b');
  }
});

test('nor of one whose changes the user has taken some other way', async () => {
  const ways: Record<string, (at: Rig, commits: readonly string[]) => void> = {
    'cherry-picked in another order': (at, [a = '', b = '']) => void at.git(['cherry-pick', b, a]),
    squashed: (at) => {
      at.commit({ mine: '1\n' });
      at.git(['merge', '--squash', '--quiet', integrationBranch(ID)]);
      at.git(['commit', '-qm', 'all of it']);
      at.commit({ 'later-on': '1\n' });
    },
    'cherry-picked, and gone on with': (at, [a = '', b = '']) => {
      at.git(['cherry-pick', a, b]);
      at.commit({ a: 'mine now\n', b: 'mine now\n' });
    },
    'pushed somewhere': (at) => void at.git(['update-ref', 'refs/remotes/origin/theirs', integrationRef(ID)]),
    'on another branch': (at, [a = '', b = '']) => {
      at.git(['switch', '-qc', 'other']);
      at.git(['cherry-pick', a, b]);
      at.git(['switch', '-q', 'main']);
    },
  };
  for (const [way, take] of Object.entries(ways)) {
    const at = withBase();
    const of = await begun(at);
    const commits = [await of.merged('a', { a: '1\n' }), await of.merged('b', { b: '1\n' })];
    take(at, commits);
    expect(await of.lost(), way).toEqual(NOTHING);
  }
});

test('only what was taken counts as taken', async () => {
  const at = withBase();
  const of = await begun(at);
  const first = await of.merged('a', { a: '1\n' });
  await of.merged('b', { b: '1\n' });
  at.commit({ mine: '1\n' });
  at.git(['cherry-pick', first]);
  expect(await of.lost()).toEqual({ ...NOTHING, commits: ['b'] });
  // Another run's branch is none of the user's.
  at.git(['update-ref', 'refs/heads/orca/exec-20250102-other/integration', integrationRef(ID)]);
  expect((await of.lost()).commits).toEqual(['b']);
  // What the user took and took back again is not there.
  at.git(['cherry-pick', integrationBranch(ID)]);
  expect(await of.lost()).toEqual(NOTHING);
});

test('the uncommitted work that a run began from is no work of it', async () => {
  const at = withBase();
  at.write({ f: 'mine\n' });
  const of = await begun(at);
  expect(await of.lost()).toEqual(NOTHING);
  await of.merged('a', { a: '1\n' });
  expect(await of.lost()).toEqual({ ...NOTHING, commits: ['a'] });
});

test('what an agent or a person has in a worktree is named', async () => {
  const at = withBase();
  const of = await begun(at);
  await of.attempt('a', { half: 'done\n' });
  await of.attempt('b', {});
  expect(await of.lost()).toEqual({ ...NOTHING, worktrees: ['a'] });
  expect(refsOf(at).trim()).toBe(integrationRef(ID));
  expect(await of.remove()).toMatchObject({ kind: 'lost' });
  expect(existsSync(join(of.workspaces.path(0), 'half'))).toBe(true);
  expect(await of.remove(true)).toEqual({ kind: 'removed' });
});

test('a branch that was deleted is looked for by its last commit', async () => {
  const at = withBase();
  const of = await begun(at);
  await of.merged('a', { a: '1\n' });
  at.git(['branch', '-qD', integrationBranch(ID)]);
  expect(await of.lost()).toEqual({ ...NOTHING, commits: ['a'] });
});

test('a plan that was handed over is no loss, and what it replaced is kept where git has it not', async () => {
  const at = withBase();
  at.commit({ 'plan.md': 'committed\n' });
  const of = await begun(at);
  await of.merged('a', { 'plan.md': 'planned\n' });
  at.write({ 'replaced/plan.md': 'committed\n', 'replaced/docs/tasks.md': 'mine alone\n' }, runDir(at.root, ID));
  expect(await of.lost()).toEqual({ ...NOTHING, commits: ['a'], replaced: ['docs/tasks.md'] });
  const handedOver = (): Promise<RunState> => Promise.resolve({ ...of.state(), delivered: ['plan.md'] });
  expect(await whatIsLost(of.repository, ID, handedOver)).toEqual({ ...NOTHING, replaced: ['docs/tasks.md'] });
});

test('a run that lives, and a branch that is checked out, are left alone', async () => {
  const at = withBase();
  const of = await begun(at);
  const dir = runDir(at.root, ID);
  at.git(['switch', '-q', integrationBranch(ID)]);
  expect(await of.remove()).toEqual({
    kind: 'refused',
    message: `The branch ${integrationBranch(ID)} is checked out in ${at.root}. Switch to another branch there: git switch <branch>`,
  });
  at.git(['switch', '-q', 'main']);

  const runner = join(dir, 'agents/1/address');
  mkdirSync(runner, { recursive: true });
  writeRunnerProcess(runner, currentIdentity());
  expect(await of.remove(true)).toMatchObject({
    kind: 'refused',
    message: expect.stringContaining('Agents') as string,
  });
  writeRunnerProcess(runner, { ...currentIdentity(), startedAt: '1' });

  const owner = { identity: currentIdentity(), driver: 'window', address: '', token: '' } as const;
  await takeOwnership(ownerDir(dir), owner);
  expect(await of.remove(true)).toMatchObject({
    kind: 'refused',
    message: expect.stringContaining(`process ${process.pid}`) as string,
  });
  expect(refsOf(at)).not.toBe('');
  writeFileSync(join(ownerDir(dir), '1.released'), '');
  expect(await of.remove()).toEqual({ kind: 'removed' });
  expect(await of.remove()).toEqual({ kind: 'refused', message: `There is no run ${ID}.` });
});

test('a removal that broke off is repeated', async () => {
  const at = withBase();
  const of = await begun(at);
  await of.taken('a', { a: '1\n' });
  const other = await begun(at, 'exec-20250101-gone-2');
  await other.taken('a', { a: '2\n' });
  const dir = runDir(at.root, ID);
  // After the worktrees.
  await of.workspaces.remove();
  expect(await of.remove()).toMatchObject({ kind: 'lost' });
  // After the refs, and in the middle of the folder.
  at.git(['update-ref', '-d', attemptRef(ID, 'a', 1)]);
  at.git(['update-ref', '-d', integrationRef(ID)]);
  writeFileSync(join(dir, 'journal.jsonl'), 'torn');
  const unreadable = (): Promise<undefined> => Promise.resolve(undefined);
  expect(await removeRun(of.repository, ID, { force: false, readState: unreadable })).toEqual({ kind: 'removed' });
  expect(existsSync(dir)).toBe(false);
  // A run whose id begins like it has lost nothing.
  expect(refsOf(at, 'exec-20250101-gone-2').trim().split('\n')).toHaveLength(2);
  expect(existsSync(other.workspaces.path(0))).toBe(true);
  expect(await other.lost()).toEqual({ ...NOTHING, attempts: ['a'] });
});

test('of a run that cannot be read nothing is taken for granted', async () => {
  const at = withBase();
  const of = await begun(at);
  await of.taken('a', { a: '1\n' });
  const unreadable = (): Promise<undefined> => Promise.resolve(undefined);
  const removed = await removeRun(of.repository, ID, { force: false, readState: unreadable });
  expect(removed).toMatchObject({ kind: 'lost', lost: { unknown: expect.stringContaining('journal') as string } });
  for (const id of ['../x', '..', '.', ''])
    expect((await removeRun(of.repository, id, { force: true, readState: unreadable })).kind, id).toBe('refused');
});

test('work that was rolled back is kept nowhere else, whatever an attempt after it did', async () => {
  const at = withBase();
  const of = await begun(at);
  await of.merged('a', { 'a.txt': 'a\n' });
  const done = await of.workspaces.rollBack({ base: of.state().spec.base, tasks: ['a'] });
  if (done.kind !== 'rolled-back') throw new Error(done.kind);
  const again = { task: 'a', attempt: 2 };
  of.push(
    { type: 'task.rolling-back', task: 'a' },
    { type: 'task.rolled-back', task: 'a', commit: done.commit, dependents: [], note: '' },
    { type: 'task.retried', task: 'a', by: 'user' },
    { type: 'attempt.started', ...again, agent: 0, base: done.commit, mend: false },
    { type: 'attempt.ended', ...again, end: { kind: 'exited', code: 1 }, activeMs: 1 },
    { type: 'attempt.snapshot', ...again, snapshot: { files: [], findings: [] } },
    { type: 'task.failed', ...again, failure: { kind: 'no-changes' } },
  );
  await of.workspaces.prepare(0, done.commit);
  expect(await of.lost()).toEqual({ ...NOTHING, attempts: ['a'] });
});
