import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { GateSpec } from '../../../src/core/gate/gate.ts';
import type { AttemptEnd } from '../../../src/core/run/event.ts';
import { runGate } from '../../../src/engine/gate/run-gate.ts';
import type { GateSite } from '../../../src/engine/gate/site.ts';

let dir: string;
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), 'orca-read-back-')));
});
afterEach(() => rmSync(dir, { recursive: true }));

const gate: GateSpec = {
  name: 'whole',
  commands: ['one', 'two'].map((name) => ({ label: name, argv: [name] })),
  when: 'layer',
  blocking: true,
  timeoutMs: 1000,
  weight: 1,
};

/** What is done in the world, in its order. `problem`: the folder cannot be made ready. */
async function run(end: AttemptEnd, problem?: string) {
  const done: string[] = [];
  const place = {
    folder: dir,
    prepare: (name: string) => {
      done.push(`prepare ${name}`);
      return Promise.resolve(problem === undefined ? undefined : { error: problem });
    },
  };
  const site: GateSite = {
    repository: dir,
    dir,
    head: 'head',
    from: 'base',
    base: 'base',
    here: place,
    aside: place,
    history: () => Promise.resolve(undefined),
    kept: (name) => join(dir, name),
    measure: undefined,
    async run({ name, before }) {
      const failed = await before?.();
      const log = join(dir, `${name}.log`);
      if (failed !== undefined) return { end: { kind: 'not-started', message: failed.error }, activeMs: 0, dir, log };
      done.push(`run ${name}`);
      writeFileSync(log, name);
      return { end, activeMs: 7, dir, log };
    },
  };
  const { report } = await runGate(gate, site);
  return { done, verdict: report.verdict, ms: report.durationMs };
}

it('commands that are over are not run again, nor is their folder made ready for them', async () => {
  const end = { kind: 'exited', code: 0 } as const;
  expect(await run(end)).toEqual({ done: ['prepare now', 'run now-1', 'run now-2'], verdict: 'passed', ms: 14 });
  expect(await run(end)).toEqual({ done: [], verdict: 'passed', ms: 14 });
});

it('what could not be made ready is tried again', async () => {
  const end = { kind: 'exited', code: 0 } as const;
  expect(await run(end, 'The disk is full.')).toEqual({ done: ['prepare now'], verdict: 'not-run', ms: 0 });
  expect(await run(end)).toMatchObject({ done: ['prepare now', 'run now-1', 'run now-2'], verdict: 'passed' });
});

it('and so is what was stopped', async () => {
  expect(await run({ kind: 'cancelled' })).toMatchObject({ verdict: 'not-run' });
  expect(await run({ kind: 'exited', code: 0 })).toMatchObject({ verdict: 'passed' });
});
