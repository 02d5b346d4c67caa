import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import spawn from 'cross-spawn';
import type { Job } from './protocol.ts';

export interface Started {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly pipes: readonly Readable[];
}

/**
 * Starts a job's program as the head of a process group of its own, or says in a sentence for people why it cannot be.
 * No shell has a part in it but on Windows, where a `.cmd` (as npm installs its programs) runs in `cmd.exe`: cross-spawn
 * finds it and quotes its arguments.
 */
export async function startChild(
  job: Job,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Started | { readonly message: string }> {
  let input: number | undefined;
  try {
    if (job.stdin !== undefined) input = openSync(job.stdin, 'r');
    const [program, ...args] = job.argv;
    const child = spawn(program, args, {
      cwd: job.cwd,
      env: { ...env, ...job.env },
      // On Windows this would open a window.
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: [input ?? 'ignore', 'pipe', 'pipe'],
    });
    const { pid, stdout, stderr } = child;
    // Without a pid, the error comes as an event; with one, there may still be some, which change nothing.
    if (pid === undefined || stdout === null || stderr === null)
      throw await new Promise((failed) => child.once('error', failed));
    child.on('error', () => undefined);
    return { child, pid, pipes: [stdout, stderr] };
  } catch (error) {
    return { message: explain(job, error as NodeJS.ErrnoException) };
  } finally {
    if (input !== undefined) closeSync(input);
  }
}

function explain({ argv: [program], cwd, stdin }: Job, error: NodeJS.ErrnoException): string {
  const name = basename(program);
  if (!existsSync(cwd)) return `${name} could not be started: its folder ${cwd} does not exist.`;
  if (stdin !== undefined && error.path === stdin && error.syscall === 'open')
    return `${name} could not be started: its input ${stdin} cannot be read (${error.code ?? error.message}).`;
  switch (error.code) {
    case 'ENOENT':
      return `${program} was not found. Install it, put its folder on the PATH, or name it by its full path.`;
    case 'EACCES':
    case 'ENOEXEC':
      return `${program} is not a program that may be run (${error.code}). Check its mode, or name another.`;
    case 'E2BIG':
      return `The arguments of ${name} are too long for this system. Give it its prompt as input or in a file.`;
    default:
      return `${program} could not be started: ${error.message}.`;
  }
}
