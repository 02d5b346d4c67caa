import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { agentsOf } from '../../../src/core/agent/registry.ts';
import { monotonicMs } from '../../../src/engine/process/identity.ts';
import { childProcessLauncher } from '../../../src/engine/runner/launcher.ts';
import { startRun } from '../../../src/engine/start-run.ts';
import { testRepository } from '../run/repository.ts';

const PLAN = '# Small\n\n### a: Task a\n- Estimate: 5 min\n\n```sh run\necho a > a.txt\n```\n';

it('a gate that is stopped by a pause has not been judged, and is run again', { timeout: 60_000 }, async () => {
  const repository = testRepository(() => PLAN);
  const go = join(dirname(repository.diary), 'go');
  const script = `echo start >> '${repository.diary}'; until test -f '${go}'; do sleep 0.05; done; test -f a.txt`;
  const config = join(repository.folder, '.orca/gates.yaml');
  mkdirSync(dirname(config), { recursive: true });
  const gate = { commands: [['sh', '-c', script]], when: 'layer', always: true };
  writeFileSync(config, JSON.stringify({ gates: { whole: gate } }));
  repository.git('add', '--all');
  repository.git('commit', '--quiet', '--message', 'gates');
  const run = await startRun(
    {
      folder: repository.folder,
      driver: 'cli',
      launcher: childProcessLauncher({ execPath: process.execPath, env: process.env }),
      runnerPath: join(import.meta.dirname, '../../../dist/runner.cjs'),
      agents: agentsOf({}),
      clock: { now: () => Date.now(), mono: monotonicMs },
      random: () => randomBytes(16).toString('hex'),
      version: 'test',
      idleExitMs: 20_000,
      maxLogBytes: 1_000_000,
    },
    {
      source: { text: PLAN },
      strategy: 'hybrid',
      agents: 1,
      agent: 'shell',
      uncommitted: false,
      limits: { attempts: 1, idleMs: 60_000, totalMs: 60_000 },
    },
  );
  if (run.kind !== 'opened') throw new Error(JSON.stringify(run));
  const { session } = run;
  const starts = async (n: number): Promise<void> => {
    while (readFileSync(repository.diary, 'utf8').split('start').length <= n) await delay(20);
  };
  await starts(1);
  await session.submit({ type: 'pause' });
  await session.submit({ type: 'resume' });
  await starts(2);
  expect(session.state.layers[0]?.gates).toEqual([]);
  writeFileSync(go, '');
  await session.finished();
  expect(session.state.layers[0]?.gates).toMatchObject([{ gate: 'whole', verdict: 'passed' }]);
  expect(session.state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
  await session.close();
  repository.dispose();
});
