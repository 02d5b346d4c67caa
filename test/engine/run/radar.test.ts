import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RunState } from '../../../src/core/run/state.ts';
import { createIntegration } from '../../../src/engine/git/integrate.ts';
import { gitWorkspaces } from '../../../src/engine/git/workspaces.ts';
import { Radar } from '../../../src/engine/radar.ts';
import type { Workspaces } from '../../../src/engine/workspaces.ts';
import { Machine } from '../../core/run/machine.ts';
import { fingerprint, rig } from '../git/rig.ts';

const runId = 'exec-20241201-test';
const task = (id: string): string => `### ${id}: Task ${id}\n- Estimate: 10 min\n- Depends on: none\n\nDo it.\n\n`;
const LINES = Array.from({ length: 9 }, (_, i) => `${i}\n`);
const withLine = (at: number, text: string): string => LINES.with(at, `${text}\n`).join('');

/** Three tasks at work in worktrees of their own, and what the radar has asked of git. */
async function begin() {
  const at = rig();
  const base = at.commit({ shared: LINES.join(''), other: 'x\n' });
  const repository = await at.open();
  expect(await createIntegration(repository, runId, base)).toEqual({ ok: true });
  const workspaces = gitWorkspaces(repository, runId);
  const machine = new Machine(task('a') + task('b') + task('c'), { base, agents: 3 });
  for (const slot of [0, 1, 2]) await workspaces.prepare(slot, base);
  const tried: string[][] = [];
  const watched: Workspaces = {
    ...workspaces,
    conflicts(one, other) {
      tried.push([one, other]);
      return workspaces.conflicts(one, other);
    },
  };
  const begun = new Set(['a', 'b', 'c']);
  const radar = new Radar(watched, (id) => begun.has(id));
  return {
    at,
    machine,
    workspaces,
    begun,
    tried,
    write: (slot: number, name: string, text: string) => writeFileSync(join(workspaces.path(slot), name), text),
    look: () => radar.look(machine.state),
  };
}

it('two that change the same lines are told, once tried until either moves', async () => {
  const { at, write, look, tried } = await begin();
  const before = fingerprint(at);
  expect(await look()).toEqual([]);
  write(0, 'shared', withLine(2, 'of a'));
  write(1, 'shared', withLine(8, 'of b'));
  write(2, 'mine', 'c\n');
  expect(await look()).toEqual([]);
  // The third has no file in common with anybody.
  expect(tried).toHaveLength(1);
  write(1, 'shared', withLine(2, 'of b'));
  expect(await look()).toEqual([{ tasks: ['a', 'b'], files: ['shared'] }]);
  expect(await look()).toEqual([{ tasks: ['a', 'b'], files: ['shared'] }]);
  expect(tried).toHaveLength(2);
  write(1, 'shared', LINES.join(''));
  expect(await look()).toEqual([]);
  expect(fingerprint(at)).toEqual(before);
});

it('a file that is a folder for the other is told, by its own name', async () => {
  const { write, look, workspaces } = await begin();
  write(0, 'thing', 'a file\n');
  mkdirSync(join(workspaces.path(1), 'thing/deep'), { recursive: true });
  write(1, 'thing/deep/part', 'of a folder\n');
  write(2, 'things', 'c\n');
  expect(await look()).toEqual([{ tasks: ['a', 'b'], files: ['thing'] }]);
});

it('more than it tries at once come in turn, and what was found stands until then', async () => {
  const asked: string[][] = [];
  const ids = Array.from({ length: 21 }, (_, i) => `t${i}`);
  let version = 1;
  const radar = new Radar(
    {
      glance: ({ slot }) => Promise.resolve(`${slot}.${version}`),
      changed: () => Promise.resolve([{ path: 'shared', status: 'modified' }]),
      conflicts(one, other) {
        asked.push([one, other]);
        return Promise.resolve(['shared']);
      },
    },
    () => true,
  );
  const { state } = new Machine(ids.map(task).join(''), { agents: ids.length });
  const look = async (): Promise<[pairs: number, tried: number]> => {
    const before = asked.length;
    return [(await radar.look(state)).length, asked.length - before];
  };
  expect(await look()).toEqual([200, 200]);
  expect(await look()).toEqual([210, 10]);
  expect(await look()).toEqual([210, 0]);
  version = 2;
  expect(await look()).toEqual([210, 200]);
  // Those that were left out come first, though all have moved again.
  version = 3;
  const left = asked.slice(200, 210).map(([one, other]) => `${one?.split('.')[0]} ${other?.split('.')[0]}`);
  const from = asked.length;
  expect(await look()).toEqual([210, 200]);
  const first = asked.slice(from).map(([one, other]) => `${one?.split('.')[0]} ${other?.split('.')[0]}`);
  expect(first.filter((pair) => left.includes(pair))).toHaveLength(10);
});

it('a new file of the same name on both sides, and one that the other takes away', async () => {
  const { write, look, workspaces } = await begin();
  write(0, 'new', 'of a\n');
  write(1, 'new', 'of b\n');
  rmSync(join(workspaces.path(2), 'other'));
  write(0, 'other', 'y\n');
  expect(await look()).toEqual([
    { tasks: ['a', 'b'], files: ['new'] },
    { tasks: ['a', 'c'], files: ['other'] },
  ]);
});

it('what is merged meanwhile counts, and is not laid upon others', async () => {
  const { write, look, workspaces, machine } = await begin();
  write(0, 'shared', withLine(2, 'of a'));
  write(1, 'shared', withLine(2, 'of b'));
  const { base } = machine.state.spec;
  const taken = await workspaces.snapshot({ slot: 0, base, task: 'a', attempt: 1, message: 'a' });
  const commit = 'error' in taken ? undefined : taken.commit;
  if (commit === undefined) throw new Error('no changes');
  machine.ended('a').taken('a', commit);
  const merged = await workspaces.merge({ task: 'a', attempt: 1, commit, message: 'a: title' });
  if (merged.kind !== 'merged') throw new Error(merged.kind);
  machine.do({ type: 'merged', task: 'a', attempt: 1, commit: merged.commit });
  expect(await look()).toEqual([{ tasks: ['b'], files: ['shared'] }]);
  // It builds upon what is merged: `b` conflicts with that, not with it.
  const began: RunState['tasks'][number] | undefined = machine.state.tasks[2];
  if (began === undefined) throw new Error('no task');
  began.attempts.push({ ...began.attempts[0], number: 2, base: merged.commit } as (typeof began.attempts)[number]);
  await workspaces.prepare(2, merged.commit);
  write(2, 'c', 'c\n');
  expect(await look()).toEqual([{ tasks: ['b'], files: ['shared'] }]);
});

it('an agent that is in the way is seen as it was, and one that has not begun is not seen', async () => {
  const { write, look, workspaces, begun } = await begin();
  write(0, 'shared', withLine(2, 'of a'));
  write(1, 'shared', withLine(2, 'of b'));
  begun.delete('b');
  expect(await look()).toEqual([]);
  begun.add('b');
  expect(await look()).toEqual([{ tasks: ['a', 'b'], files: ['shared'] }]);
  rmSync(workspaces.path(1), { recursive: true });
  expect(await look()).toEqual([{ tasks: ['a', 'b'], files: ['shared'] }]);
});
