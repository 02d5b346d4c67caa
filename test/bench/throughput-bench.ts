import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { Agent } from '../../src/core/agent/agent.ts';
import { buildGraph } from '../../src/core/graph/build.ts';
import { parsePlan } from '../../src/core/plan/parse.ts';
import { JOURNAL_VERSION, type RunSpec } from '../../src/core/run/event.ts';
import { fold } from '../../src/core/run/evolve.ts';
import { JournalWriter, loadJournal } from '../../src/engine/journal.ts';
import { takeOwnership } from '../../src/engine/owner.ts';
import { currentIdentity, monotonicMs } from '../../src/engine/process/identity.ts';
import type { RunnerLauncher } from '../../src/engine/runner/launcher.ts';
import { journalPath, ownerDir } from '../../src/engine/run-files.ts';
import { RunSession } from '../../src/engine/session.ts';
import type { Workspaces } from '../../src/engine/workspaces.ts';

/**
 * CPU of the engine and its runners together for `tasks` tasks that do nothing, every event synced, as a ratio to a
 * bare loop in Node that spawns the same program as often. CPU is of this process, its runners and all their children,
 * as the operating system counts it, so waiting for the disk is not in it.
 */
export async function throughputBench(tasks: number, runnerPath: string, agents = 4): Promise<ThroughputResult> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'orca-bench-')));
  const engine = await cpuOf(() => runNothing(tasks, agents, runnerPath, root));
  rmSync(root, { recursive: true });
  const floor = await cpuOf(() => spawnLoop(tasks, agents));
  return { tasks, agents, engineSeconds: engine, floorSeconds: floor, ratio: engine / floor };
}

/** CPU seconds of this process and of its descendants that have ended, while the work goes on. Linux. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = cpuSeconds();
  await work();
  return cpuSeconds() - before;
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  // After the name in brackets, fields 16 and 17 are the children's user and system time in hundredths of a second.
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (user + system) / 1e6 + (Number(fields[13]) + Number(fields[14])) / 100;
}

export interface ThroughputResult {
  readonly tasks: number;
  readonly agents: number;
  /** CPU seconds, user and system. */
  readonly engineSeconds: number;
  readonly floorSeconds: number;
  readonly ratio: number;
}

const NOTHING = ['true'] as const;

const noop: Agent = {
  id: 'noop',
  label: 'Nothing',
  refuses: () => undefined,
  invoke: () => ({ argv: [...NOTHING], env: {}, files: [] }),
};

/** No git: what is measured is the engine's own part. Each attempt counts as one changed file. */
function bareWorkspaces(folder: string): Workspaces {
  return {
    path: () => folder,
    portBase: () => Promise.resolve(undefined),
    env: {},
    prepare: () => Promise.resolve({ done: true }),
    snapshot: ({ task }) =>
      Promise.resolve({ commit: task, files: [{ path: task, status: 'added', added: 1, removed: 0 }] }),
    look: () => Promise.resolve(),
    looks: () => Promise.resolve([]),
    changed: () => Promise.resolve([]),
    rollBack: () => Promise.resolve({ kind: 'rolled-back', commit: '' }),
    glance: () => Promise.resolve(undefined),
    conflicts: () => Promise.resolve([]),
    merge: ({ commit }) => Promise.resolve({ kind: 'merged', commit }),
    read: () => Promise.resolve(undefined),
    diff: () => Promise.resolve(''),
    remove: () => Promise.resolve(),
  };
}

async function runNothing(tasks: number, agents: number, runnerPath: string, root: string): Promise<void> {
  const ended: Promise<unknown>[] = [];
  // Children of this process whose end is awaited, so that their CPU is counted with it.
  const launcher: RunnerLauncher = {
    launch: ({ runnerPath: path, agentDir, cwd }) => {
      const child = spawn(process.execPath, [path, agentDir], { cwd, stdio: 'ignore' });
      ended.push(new Promise((resolve) => child.once('exit', resolve)));
      return Promise.resolve({ dispose: () => undefined });
    },
  };
  const dir = join(root, 'run');
  mkdirSync(dir);
  const plan = parsePlan(
    Array.from({ length: tasks }, (_, i) => `### t${i}: Task ${i}\n- Estimate: 1 min\n\nNothing.\n`).join('\n'),
  );
  const spec: RunSpec = {
    id: 'bench',
    orca: 'bench',
    plan,
    strategy: 'hybrid',
    agents,
    agent: noop.id,
    priorities: buildGraph(plan).nodes.map((node) => node.tail),
    plannedMinutes: 1,
    base: 'base',
    uncommitted: false,
    gates: [],
    limits: { attempts: 1, idleMs: 60_000, totalMs: 60_000 },
  };
  const first = await JournalWriter.open(journalPath(dir), 0);
  await first.append([
    { seq: 1, at: Date.now(), mono: monotonicMs(), event: { type: 'run.started', version: JOURNAL_VERSION, spec } },
  ]);
  await first.close();
  const journal = await loadJournal(journalPath(dir));
  const state = journal.kind === 'read' ? fold(journal.records) : undefined;
  if (journal.kind !== 'read' || state === undefined) throw new Error('no journal');
  const token = randomBytes(16).toString('hex');
  const owner = await takeOwnership(ownerDir(dir), { identity: currentIdentity(), driver: 'cli', address: '', token });
  if (owner.kind !== 'taken') throw new Error('owned');
  const session = new RunSession(state, {
    root,
    dir,
    driver: 'cli',
    pid: process.pid,
    boot: currentIdentity().boot,
    epoch: owner.epoch,
    random: () => randomBytes(16).toString('hex'),
    clock: { now: () => Date.now(), mono: monotonicMs },
    measure: undefined,
    writer: await JournalWriter.open(journalPath(dir), journal.goodBytes),
    workspaces: bareWorkspaces(root),
    agents: new Map([[noop.id, noop]]),
    maxLogBytes: 1_000_000,
    pool: {
      launcher,
      runnerPath,
      token,
      idleExitMs: 60_000,
      newAddress: () => randomBytes(16).toString('hex'),
    },
  });
  await session.start();
  await session.finished();
  const done = session.state.tasks.filter((task) => task.phase.kind === 'merged').length;
  if (done !== tasks) throw new Error(`${done} of ${tasks} tasks done`);
  await session.close();
  await Promise.all(ended);
}

function spawnLoop(times: number, atOnce: number): Promise<number> {
  return new Promise((resolve) => {
    let started = 0;
    let ended = 0;
    const next = (): void => {
      if (started === times) return;
      started++;
      spawn(NOTHING[0], [], { stdio: 'ignore' }).once('exit', () => {
        if (++ended === times) resolve(ended);
        else next();
      });
    };
    for (let i = 0; i < atOnce; i++) next();
  });
}

const [kind, argument = '', runnerPath = ''] = process.argv.slice(2);
if (kind === 'throughput')
  void throughputBench(Number(argument), runnerPath).then((result) => console.log(JSON.stringify(result)));
