import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

/** A process as the operating system lists it. One that has ended and only waits to be reaped (a zombie) is not listed. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** Process group, and on Linux the session; 0 where the system has none. */
  readonly group: number;
  readonly session: number;
  /** Linux: clock ticks since the boot. Elsewhere: ms since the epoch. Compare with `sameStart`. */
  readonly startedAt: string;
}

const run = promisify(execFile);

/** Every process that can be seen; empty where the system's list cannot be had. */
export async function processTable(): Promise<readonly ProcessEntry[]> {
  switch (process.platform) {
    case 'linux':
      return processIds().flatMap((pid) => linuxEntry(pid) ?? []);
    case 'win32':
      return windowsTable();
    default:
      return psTable(['-ax']);
  }
}

export async function processEntry(pid: number): Promise<ProcessEntry | undefined> {
  if (process.platform === 'linux') return linuxEntry(pid);
  // Asking the system means starting a program there, and most of the processes asked about are gone.
  if (!answers(pid)) return undefined;
  const entries = process.platform === 'win32' ? await windowsTable() : await psTable(['-p', String(pid)]);
  return entries.find((entry) => entry.pid === pid);
}

/** Linux only, and without waiting, as it stands in the way of every job. */
export function linuxEntry(pid: number): ProcessEntry | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The program's name, in parentheses, may itself hold blanks and parentheses.
  const [state, parent, group, session, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const startedAt = rest[15];
  if (state === 'Z' || state === 'X' || startedAt === undefined) return undefined;
  return { pid, parent: Number(parent), group: Number(group), session: Number(session), startedAt };
}

/**
 * Linux only: ids that what was started after this one can have; some may be in use no more. Where only few were given
 * out since, as the kernel tells in the load average's last field, they are counted out: listing all processes costs
 * as much as starting one. Else all, as the kernel begins anew at the highest id and the younger may have the smaller.
 */
export function idsSince(
  pid: number,
  last = Number(readText('/proc/loadavg')?.split(' ').at(-1)),
  all: () => readonly number[] = processIds,
): readonly number[] {
  if (last >= pid && last - pid <= 32) return Array.from({ length: last - pid }, (_, index) => pid + 1 + index);
  return all().filter((other) => other !== pid);
}

/** Linux only: whether the process was started with this `NAME=value`. Not to be read of other users' processes. */
export function startedWith(pid: number, variable: string): boolean {
  return readText(`/proc/${pid}/environ`)?.split('\0').includes(variable) ?? false;
}

/** The start times of one process, told twice, differ by the clock's grain (1 s in `ps`) and by when they were noted. */
export function sameStart(one: string, other: string): boolean {
  return process.platform === 'linux' ? one === other : Math.abs(Number(one) - Number(other)) <= 2000;
}

function processIds(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // It ended, or is not ours to look into.
  }
}

function answers(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function psTable(which: readonly string[]): Promise<ProcessEntry[]> {
  const lines = await linesOf('ps', [...which, '-o', 'pid=,ppid=,pgid=,stat=,lstart=']);
  return lines.flatMap((line) => {
    const [pid, parent, group, state, ...start] = line.trim().split(/\s+/);
    if (pid === undefined || state === undefined || state.startsWith('Z')) return [];
    const startedAt = String(Date.parse(start.join(' ')));
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), session: 0, startedAt }];
  });
}

async function windowsTable(): Promise<ProcessEntry[]> {
  const script =
    'Get-CimInstance Win32_Process | Where-Object CreationDate | ForEach-Object { ' +
    "'{0} {1} {2}' -f $_.ProcessId, $_.ParentProcessId, ([DateTimeOffset]$_.CreationDate).ToUnixTimeMilliseconds() }";
  const lines = await linesOf('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script]);
  return lines.flatMap((line) => {
    const [pid, parent, startedAt] = line.trim().split(' ');
    if (pid === undefined || startedAt === undefined) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: 0, session: 0, startedAt }];
  });
}

async function linesOf(program: string, args: readonly string[]): Promise<string[]> {
  try {
    const env = { ...process.env, LC_ALL: 'C' };
    const { stdout } = await run(program, args, { env, maxBuffer: 64 * 1024 * 1024, windowsHide: true });
    return stdout.split('\n').filter((line) => line.trim() !== '');
  } catch {
    return [];
  }
}
