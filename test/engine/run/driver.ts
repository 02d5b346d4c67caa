// The engine as a process of its own, for tests that end it: drives the run of a repository to its end.
//   node driver.cjs <folder> [crash point: the n-th, from 1; 0: none] [task to be rolled back at the end, and begun again]
import { readFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { shellAgent } from '../../../src/core/agent/shell.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { listRuns, openRun } from '../../../src/engine/open-run.ts';
import { monotonicMs } from '../../../src/engine/process/identity.ts';
import { childProcessLauncher } from '../../../src/engine/runner/launcher.ts';
import type { RunSession } from '../../../src/engine/session.ts';
import { startRun } from '../../../src/engine/start-run.ts';

const [folder = '', crashAt, rolledBack] = process.argv.slice(2);
const points: string[] = [];

const engine: Engine = {
  folder,
  driver: 'cli',
  launcher: childProcessLauncher({ execPath: process.execPath, env: process.env }),
  runnerPath: join(__dirname, 'runner.cjs'),
  agents: new Map([[shellAgent.id, shellAgent]]),
  clock: { now: () => Date.now(), mono: monotonicMs },
  random: () => randomBytes(16).toString('hex'),
  version: 'test',
  idleExitMs: 60_000,
  maxLogBytes: 1_000_000,
  at: (point) => {
    if (points.push(point) !== Number(crashAt)) return;
    process.stdout.write(`crashed at ${point}\n`);
    process.kill(process.pid, 'SIGKILL');
  },
};

async function main(): Promise<void> {
  process.stdout.write('up\n');
  // One that was ended before its journal began is no run.
  const known = (await listRuns(folder)).find(({ state }) => state !== undefined);
  const opened =
    known === undefined
      ? await startRun(engine, {
          source: { text: readFileSync(join(folder, 'plan.md'), 'utf8') },
          planPath: 'plan.md',
          strategy: 'hybrid',
          agents: 2,
          agent: 'shell',
          uncommitted: false,
          limits: { attempts: 2, idleMs: 60_000, totalMs: 60_000 },
        })
      : await openRun(engine, known.id);
  if (opened.kind !== 'opened')
    throw new Error(JSON.stringify(opened.kind === 'refused' ? opened.problems : opened.owner));
  opened.session.onNews((news) => {
    if (news.kind === 'left') process.stdout.write(`left ${news.message}\n`);
  });
  await opened.session.finished();
  if (rolledBack !== undefined) await rollBack(opened.session, rolledBack);
  await opened.session.close();
  process.stdout.write(`points ${points.join(' ')}\n`);
}

/** What a person does: rolls a task back, and lets it begin again. Goes on from wherever the journal is. */
async function rollBack(session: RunSession, id: string): Promise<void> {
  const task = session.state.tasks[session.state.index.get(id) ?? -1];
  while (task !== undefined) {
    if (task.phase.kind === 'rolled-back') await session.dispatch({ type: 'retry', task: id });
    else if (task.attempts.length === 1) await session.dispatch({ type: 'roll-back', task: id });
    else return;
    await session.finished();
  }
}

void main();
