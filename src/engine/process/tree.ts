import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { monotonicMs } from './identity.ts';
import { idsSince, processTable, sameStart, startedWith, type ProcessEntry } from './table.ts';

/** A process and all that came from it. */
export interface Tree {
  /** Absent: not known, and only the marker leads to it. */
  readonly pid?: number;
  /** Guards against a later process with the same number; absent: whoever has it. */
  readonly startedAt?: string;
  /** `NAME=value` in the environment of all of it: finds those that left the group and lost their parent (Linux). */
  readonly marker?: string;
}

export interface KillOptions {
  /** Between the first signal and SIGKILL. 0: SIGKILL at once. */
  readonly graceMs: number;
  /** SIGTERM if absent. */
  readonly signal?: NodeJS.Signals;
}

/** The living descendants of a process, itself not among them. */
export async function processTree(pid: number): Promise<readonly ProcessEntry[]> {
  const table = await processTable();
  return withDescendants(
    table,
    table.filter((entry) => entry.pid === pid),
  ).filter((entry) => entry.pid !== pid);
}

/**
 * Ends a tree, and returns the ids of what is alive even then (none, unless the system does not let go of them).
 * Who belongs to it is noted before the first signal and again in each round: an agent's tools are sessions of their
 * own, and once their parent has died nothing leads to them any more.
 */
export async function killTree(tree: Tree, { graceMs, signal = 'SIGTERM' }: KillOptions): Promise<number[]> {
  const begun = monotonicMs();
  const known = new Map<number, string>();
  const strangers = new Set<string>();
  for (let pause = 10; ; pause = Math.min(pause * 2, 200)) {
    const table = await processTable();
    const elapsed = monotonicMs() - begun;
    const sent = elapsed >= graceMs ? 'SIGKILL' : signal;
    if (tree.pid !== undefined && (table.length === 0 || process.platform === 'win32'))
      await killBlindly(tree.pid, sent);
    const roots = table.filter(
      (entry) => known.get(entry.pid) === entry.startedAt || isRoot(table, entry, tree, strangers),
    );
    const alive = withDescendants(table, roots).filter((entry) => entry.pid !== process.pid);
    if (alive.length === 0) return [];
    if (elapsed >= graceMs + UNKILLABLE_MS) return alive.map((entry) => entry.pid);
    // One signal to the whole group leaves no moment in which a member could start another.
    if (sent === 'SIGKILL' && tree.pid !== undefined && alive.some(({ group }) => group === tree.pid))
      send(-tree.pid, sent);
    for (const { pid, startedAt } of alive) {
      if (sent === 'SIGKILL' || known.get(pid) !== startedAt) send(pid, sent);
      known.set(pid, startedAt);
    }
    await delay(elapsed < graceMs ? Math.min(pause, graceMs - elapsed) : pause);
  }
}

/** Whether something of a tree whose first process has ended may live on; cheap, as it is asked after every job. */
export function leftSomething({ pid, marker }: Tree & { readonly pid: number }): boolean {
  if (process.platform !== 'win32' && send(-pid, 0)) return true;
  if (process.platform !== 'linux' || marker === undefined) return false;
  return idsSince(pid).some((other) => startedWith(other, marker));
}

/** A process that does not end so long after SIGKILL sits in the kernel, and no signal helps. */
const UNKILLABLE_MS = 5000;

function isRoot(table: readonly ProcessEntry[], entry: ProcessEntry, tree: Tree, strangers: Set<string>): boolean {
  const { pid, startedAt, marker } = tree;
  const same = (other: ProcessEntry): boolean => startedAt === undefined || sameStart(other.startedAt, startedAt);
  if (entry.pid === pid) return same(entry);
  if (entry.group === pid || entry.session === pid) return table.every((other) => other.pid !== pid || same(other));
  if (marker === undefined || process.platform !== 'linux') return false;
  const key = `${entry.pid} ${entry.startedAt}`;
  if (strangers.has(key)) return false;
  if (startedWith(entry.pid, marker)) return true;
  strangers.add(key);
  return false;
}

function withDescendants(table: readonly ProcessEntry[], roots: readonly ProcessEntry[]): ProcessEntry[] {
  const found = new Map(roots.map((entry) => [entry.pid, entry]));
  // A map's iteration reaches what is added on the way.
  for (const parent of found.values())
    for (const entry of table)
      // On Windows a parent's number may since have gone to another, younger than its supposed child.
      if (entry.parent === parent.pid && !found.has(entry.pid) && Number(entry.startedAt) >= Number(parent.startedAt))
        found.set(entry.pid, entry);
  return [...found.values()];
}

/** Where the tree cannot be seen, what the system itself knows of it. */
async function killBlindly(pid: number, signal: NodeJS.Signals): Promise<void> {
  if (process.platform !== 'win32') {
    send(-pid, signal);
    return;
  }
  await new Promise<void>((done) =>
    execFile('taskkill', ['/pid', String(pid), '/T', '/F'], { windowsHide: true }, () => done()),
  );
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // It has ended.
  }
}
