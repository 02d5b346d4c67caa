import { existsSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import type { RunEvent } from '../../../src/core/run/event.ts';
import type { EffectContext } from '../../../src/engine/attempt.ts';
import { historyOf, recordHistory } from '../../../src/engine/gate/history.ts';
import { gitWorkspaces } from '../../../src/engine/git/workspaces.ts';
import { worktreeAt } from '../../../src/engine/git/worktrees.ts';
import type { Workspaces } from '../../../src/engine/workspaces.ts';
import { run, spec } from '../../core/view/runs.ts';
import { rig } from '../git/rig.ts';

const PLAN = parsePlan('# P\n\n### a: A\n- Estimate: 5 min\n- Depends on: none\n\nDo.\n');

/** A worktree with an attempt in it; `work` writes as its agent does. */
async function attemptAt(number = 1) {
  const at = rig();
  const base = at.commit({ 'a.js': '1\n', '.gitignore': 'ignored\n' });
  const repository = await at.open();
  const workspaces = gitWorkspaces(repository, 'r');
  await workspaces.prepare(0, base);
  const folder = workspaces.path(0);
  const look = (attempt = number) => workspaces.look({ task: 'a', attempt, base, slot: 0 });
  const looks = (attempt = number) => workspaces.looks({ task: 'a', attempt, base });
  const snapshot = (attempt = number) => workspaces.snapshot({ slot: 0, base, task: 'a', attempt, message: 'result' });
  return {
    ...at,
    base,
    repository,
    workspaces,
    folder,
    look,
    looks,
    snapshot,
    work: (files: Record<string, string>) => at.write(files, folder),
  };
}

function contextOf(workspaces: Workspaces, events: readonly RunEvent[]): EffectContext {
  return {
    workspaces,
    state: run(
      spec(PLAN),
      events.map((event, i) => [i, event] as const),
    ),
  } as Partial<EffectContext> as EffectContext;
}

const scope = (attempt: number) => ({ kind: 'task', task: 'a', attempt }) as const;

describe('the moments of an attempt', () => {
  it('are kept where something has changed, and change nothing that the agent sees', async () => {
    const { look, looks, work, git, folder, workspaces, base } = await attemptAt();
    await look();
    expect(await looks()).toEqual([]);
    work({ 'a.test.js': 't\n', ignored: 'x' });
    const status = (): string => git(['status', '--porcelain'], folder);
    const before = status();
    await look();
    await look();
    expect(status()).toBe(before);
    work({ 'a.js': '2\n' });
    await look();
    const [first = '', second = '', ...others] = await looks();
    expect(others).toEqual([]);
    expect(await workspaces.changed(base, first)).toMatchObject([{ path: 'a.test.js', status: 'added' }]);
    expect(await workspaces.changed(first, second)).toMatchObject([{ path: 'a.js', status: 'modified' }]);
  });

  it('are not in the way of what the agent stages and commits itself, and see it', async () => {
    const { look, looks, work, git, folder, snapshot, base } = await attemptAt();
    const commit = (message: string): string =>
      git(['-c', 'user.name=A', '-c', 'user.email=a@b', 'commit', '-qm', message], folder);
    work({ 'a.test.js': 't\n', 'staged.txt': '' });
    git(['add', 'a.test.js'], folder);
    await look();
    commit('test');
    await look();
    work({ 'a.js': '2\n' });
    git(['add', 'a.js'], folder);
    await look();
    commit('code');
    expect(git(['status', '--porcelain'], folder)).toBe('?? staged.txt\n');
    expect(git(['log', '--format=%s', `${base}..HEAD`], folder)).toBe('code\ntest\n');
    // What was committed is no other moment than what was there before.
    expect((await looks()).length).toBe(2);
    expect(await snapshot()).toMatchObject({
      files: [{ path: 'a.js' }, { path: 'a.test.js' }, { path: 'staged.txt' }],
    });
  });

  it('go on after one that was killed, and where the worktree is gone they end', async () => {
    const { look, looks, work, repository, workspaces } = await attemptAt();
    const lock = `${worktreeAt(repository, 'r', 1).index}.look.lock`;
    work({ 'a.js': '2\n' });
    writeFileSync(lock, '');
    await look();
    expect((await looks()).length).toBe(1);
    expect(existsSync(lock)).toBe(false);
    await workspaces.remove();
    await look();
    expect((await looks()).length).toBe(1);
  });

  it('are of one attempt', async () => {
    const { look, looks, work } = await attemptAt();
    work({ 'a.js': '2\n' });
    await look(1);
    work({ 'a.js': '3\n' });
    await look(2);
    expect([(await looks(1)).length, (await looks(2)).length]).toEqual([1, 1]);
  });
});

describe('the way to a result', () => {
  const attempt = (number: number, base: string, mend: boolean, commit?: string): RunEvent[] => [
    { type: 'attempt.started', task: 'a', attempt: number, agent: 0, base, mend },
    ...(commit === undefined
      ? []
      : ([
          { type: 'attempt.ended', task: 'a', attempt: number, end: { kind: 'exited', code: 0 }, activeMs: 1 },
          { type: 'attempt.snapshot', task: 'a', attempt: number, snapshot: { commit, files: [], findings: [] } },
        ] satisfies RunEvent[])),
  ];
  const commitOf = (taken: Awaited<ReturnType<Workspaces['snapshot']>>): string =>
    'commit' in taken ? (taken.commit ?? '') : '';

  it('goes through the attempts that it went on from, and not through one that was thrown away', async () => {
    const { look, work, snapshot, workspaces, base } = await attemptAt();
    work({ 'thrown.js': '1\n' });
    await look(1);
    const thrown = commitOf(await snapshot(1));
    await workspaces.prepare(0, base);
    work({ 'a.test.js': 't\n' });
    await look(2);
    work({ 'a.js': '2\n' });
    const second = commitOf(await snapshot(2));
    await workspaces.prepare(0, base, second);
    work({ 'b.js': '1\n' });
    await look(3);
    const third = commitOf(await snapshot(3));
    const context = contextOf(workspaces, [
      ...attempt(1, base, false, thrown),
      ...attempt(2, base, false, second),
      ...attempt(3, base, true, third),
    ]);
    const steps = await historyOf(scope(3), context);
    expect(steps?.map(({ paths }) => paths)).toEqual([['a.test.js'], ['a.js'], ['b.js']]);
    expect(steps?.at(-1)?.commit).not.toBe(second);
  });

  it('is not known of a layer', async () => {
    const { workspaces } = await attemptAt();
    expect(await historyOf({ kind: 'layer', layer: 1 }, contextOf(workspaces, []))).toBeUndefined();
  });
});

describe('the recorder', () => {
  it('goes on where a look fails, and ends with its signal', { timeout: 10_000 }, async () => {
    const stop = new AbortController();
    let looks = 0;
    const look = (): Promise<void> => {
      if (++looks === 2) stop.abort();
      return Promise.reject(new Error('no space left'));
    };
    const context = { workspaces: { look }, clock: { now: () => 0, mono: () => 0 } };
    await recordHistory(
      { task: 'a', attempt: 1, base: 'x', slot: 0 },
      context as unknown as EffectContext,
      stop.signal,
    );
    expect(looks).toBe(2);
  });
});
