import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fold } from '../core/run/evolve.ts';
import type { RunState } from '../core/run/state.ts';
import { address } from './channel/address.ts';
import { openControl } from './control.ts';
import type { Engine } from './engine.ts';
import type { Repository } from './git/git.ts';
import { openRepository } from './git/preflight.ts';
import { gitWorkspaces } from './git/workspaces.ts';
import { JournalWriter, loadJournal } from './journal.ts';
import { ownership, releaseOwnership, takeOwnership, type Owner } from './owner.ts';
import { currentIdentity } from './process/identity.ts';
import { executionsDir, journalPath, ownerDir, runDir } from './run-files.ts';
import { RunSession } from './session.ts';

export type Opened =
  | {
      readonly kind: 'opened';
      readonly session: RunSession;
      /** What recovery did, for people. */ readonly notice?: string;
    }
  /** Another process drives it. */
  | { readonly kind: 'owned'; readonly owner: Owner; readonly state: RunState }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

/** Takes up a run where its journal leaves it: adopts the attempts that live, takes the results of those that ended. */
export async function openRun(engine: Engine, id: string): Promise<Opened> {
  const repo = await openRepository(engine.folder);
  if (!repo.ok) return { kind: 'refused', problems: [`${repo.problem.message} ${repo.problem.fix}`] };
  const { root } = repo.repository;
  const dir = runDir(root, id);
  const known = await readRun(dir);
  if (known.kind === 'refused') return { kind: 'refused', problems: [`${id}: ${known.message}`] };
  // It is read again once the run is ours: before that, its owner may still write.
  const control = address(`control ${engine.random()}`);
  const token = await runToken(dir, engine.random);
  const taken = await takeOwnership(ownerDir(dir), {
    identity: currentIdentity(),
    driver: engine.driver,
    address: control,
    token,
  });
  const read = await readRun(dir);
  if (taken.kind === 'owned') return { kind: 'owned', owner: taken.owner, state: known.state };
  if (read.kind === 'refused') {
    await releaseOwnership(ownerDir(dir), taken.epoch);
    return { kind: 'refused', problems: [`${id}: ${read.message}`] };
  }
  try {
    return await drive(engine, repo.repository, { id, dir, control, token, epoch: taken.epoch, read });
  } catch (error) {
    // Nobody drives it.
    await releaseOwnership(ownerDir(dir), taken.epoch);
    throw error;
  }
}

interface Owned {
  readonly id: string;
  readonly dir: string;
  /** Address of the control channel, and the run's secret. */
  readonly control: string;
  readonly token: string;
  readonly epoch: number;
  readonly read: Extract<ReadRun, { kind: 'read' }>;
}

async function drive(
  engine: Engine,
  repository: Repository,
  { id, dir, control, token, epoch, read }: Owned,
): Promise<Opened> {
  const { root } = repository;
  const writer = await JournalWriter.open(journalPath(dir), read.goodBytes);
  const session = new RunSession(read.state, {
    root,
    dir,
    driver: engine.driver,
    pid: process.pid,
    boot: currentIdentity().boot,
    epoch,
    clock: engine.clock,
    random: engine.random,
    ...(engine.mcp !== undefined && { mcp: engine.mcp }),
    ...(engine.bridge !== undefined && { bridge: engine.bridge }),
    ...(engine.survey !== undefined && { survey: engine.survey }),
    measure: engine.measure,
    writer,
    agents: engine.agents,
    maxLogBytes: engine.maxLogBytes,
    workspaces: gitWorkspaces(repository, id, engine.carry),
    ...(engine.at !== undefined && { at: engine.at }),
    pool: {
      launcher: engine.launcher,
      runnerPath: engine.runnerPath,
      token,
      idleExitMs: engine.idleExitMs,
      newAddress: () => engine.random(),
    },
  });
  const listening = await openControl(session, {
    address: control,
    token,
    ...(engine.driver === 'detached' && { onYield: () => session.close() }),
  });
  session.onClose(() => {
    if (listening.kind === 'listening') listening.close();
  });
  await session.start();
  return {
    kind: 'opened',
    session,
    ...(read.tornBytes > 0 && {
      notice: `${read.tornBytes} bytes at the end of the journal were torn and have been cut.`,
    }),
  };
}

export type ReadRun =
  | { readonly kind: 'read'; readonly state: RunState; readonly goodBytes: number; readonly tornBytes: number }
  | { readonly kind: 'refused'; readonly message: string };

/** Reads a run from its folder, without owning it. */
export async function readRun(dir: string): Promise<ReadRun> {
  const journal = await loadJournal(journalPath(dir));
  switch (journal.kind) {
    case 'damaged':
      return {
        kind: 'refused',
        message: `line ${journal.line} of its journal is damaged. Nothing is guessed: restore ${journalPath(dir)} from a backup, or remove the run.`,
      };
    case 'newer':
      return {
        kind: 'refused',
        message: `its journal was written by a newer Orca (format ${journal.version}). Update Orca to open it.`,
      };
    case 'read': {
      const state = fold(journal.records);
      if (state === undefined) return { kind: 'refused', message: 'there is no such run, or its journal is empty.' };
      return { kind: 'read', state, goodBytes: journal.goodBytes, tornBytes: journal.tornBytes };
    }
  }
}

export interface ListedRun {
  readonly id: string;
  /** Absent: it cannot be read, and why. */
  readonly state?: RunState;
  readonly problem?: string;
  /** Who drives it now. */
  readonly owner?: Owner;
}

/** The runs of a repository, newest first. */
export async function listRuns(root: string): Promise<ListedRun[]> {
  let names: string[];
  try {
    const entries = await readdir(executionsDir(root), { withFileTypes: true });
    names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch {
    return [];
  }
  const runs = await Promise.all(
    names.map(async (id): Promise<ListedRun> => {
      const dir = runDir(root, id);
      const [run, owner] = await Promise.all([readRun(dir), ownership(ownerDir(dir))]);
      const driven = owner.kind === 'owned' ? { owner: owner.owner } : {};
      return run.kind === 'read' ? { id, state: run.state, ...driven } : { id, problem: run.message, ...driven };
    }),
  );
  return runs.sort((a, b) => (b.state?.startedAt ?? 0) - (a.state?.startedAt ?? 0) || b.id.localeCompare(a.id));
}

/** The secret of a run's sockets: made once, readable by its user alone. */
async function runToken(dir: string, random: () => string): Promise<string> {
  const path = join(dir, 'token');
  try {
    await writeFile(path, random(), { flag: 'wx', mode: 0o600 });
    await chmod(path, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFile(path, 'utf8');
}
