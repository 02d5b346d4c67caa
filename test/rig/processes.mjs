// @ts-check
// Ends a process and whatever it started, and nothing else.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} graceMs
 */
export async function endTree(child, graceMs) {
  const pid = child.pid;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  if (process.platform === 'win32') {
    execFileSync('taskkill', ['/T', '/F', '/PID', String(pid)]);
    await exited;
    return;
  }
  // Looked up while the parents are alive: orphans are no longer known as ours.
  const family = descendantsOf(pid);
  child.kill('SIGTERM');
  const impatient = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await exited;
  clearTimeout(impatient);
  for (const other of family) {
    try {
      process.kill(other, 'SIGKILL');
    } catch {
      // It had ended by itself.
    }
  }
}

/** @param {number} root */
function descendantsOf(root) {
  const parents = parentsByPid();
  const found = [root];
  for (const parent of found) for (const [pid, ppid] of parents) if (ppid === parent) found.push(pid);
  return found.slice(1);
}

/** @returns {Map<number, number>} */
function parentsByPid() {
  if (process.platform !== 'linux') {
    const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
    return new Map(lines.map((line) => /** @type {[number, number]} */ (line.trim().split(/\s+/).map(Number))));
  }
  const parents = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      // The name before these fields is in brackets and may hold anything.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      parents.set(Number(pid), Number(fields[1]));
    } catch {
      // It ended while we were looking.
    }
  }
  return parents;
}
