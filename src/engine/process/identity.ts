import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { linuxEntry, processEntry, sameStart } from './table.ts';

/** One process, never to be taken for a later one that got its number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** As `ProcessEntry.startedAt`. */
  readonly startedAt: string;
  /** Changes with every boot of the machine; monotonic times compare only within one. */
  readonly boot: string;
  readonly host: string;
}

/** Monotonic clock, ms; the same in all processes of one boot. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

export function currentIdentity(): ProcessIdentity {
  const startedAt = linux ? linuxEntry(process.pid)?.startedAt : undefined;
  return { pid: process.pid, startedAt: startedAt ?? String(Math.round(ownStart)), ...place() };
}

/** Of a process that was started just now; without asking the system where that would mean starting another. */
export function identityOfChild(pid: number): ProcessIdentity | undefined {
  const startedAt = linux ? linuxEntry(pid)?.startedAt : String(Date.now());
  return startedAt === undefined ? undefined : { pid, startedAt, ...place() };
}

export async function identityOf(pid: number): Promise<ProcessIdentity | undefined> {
  const entry = await processEntry(pid);
  return entry === undefined ? undefined : { pid, startedAt: entry.startedAt, ...place() };
}

/** `elsewhere`: it is, or was, on another machine or in another container, and nothing can be said from here. */
export async function isAlive(identity: ProcessIdentity): Promise<'alive' | 'dead' | 'elsewhere'> {
  const here = place();
  // Containers share a boot and differ by host; a laptop changes its host name with its network, yet keeps its boot.
  if (identity.host !== here.host && (linux || identity.boot !== here.boot)) return 'elsewhere';
  if (isOfEarlierBoot(identity)) return 'dead';
  const entry = await processEntry(identity.pid);
  return entry !== undefined && sameStart(entry.startedAt, identity.startedAt) ? 'alive' : 'dead';
}

/** Only Linux counts start times from the boot, so that its numbers may come again after the next. */
export function isOfEarlierBoot(identity: ProcessIdentity): boolean {
  return linux && identity.boot !== place().boot;
}

export function readIdentity(value: unknown): ProcessIdentity | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, startedAt, boot, host } = value as Record<string, unknown>;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return undefined;
  if (typeof startedAt !== 'string' || typeof boot !== 'string' || typeof host !== 'string') return undefined;
  return { pid, startedAt, boot, host };
}

const linux = process.platform === 'linux';
const ownStart = Date.now() - process.uptime() * 1000;
let known: Pick<ProcessIdentity, 'boot' | 'host'> | undefined;

function place(): Pick<ProcessIdentity, 'boot' | 'host'> {
  return (known ??= { boot: bootId(), host: hostname() });
}

function bootId(): string {
  try {
    if (linux) return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    if (process.platform === 'darwin')
      return execFileSync('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'latin1' }).trim();
  } catch {
    // The time of the boot, to the minute, has to do.
  }
  return `boot-${Math.round((Date.now() / 1000 - uptime()) / 60)}`;
}
