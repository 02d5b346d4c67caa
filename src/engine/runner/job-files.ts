import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, isOfEarlierBoot, readIdentity, type ProcessIdentity } from '../process/identity.ts';
import { killTree, type Tree } from '../process/tree.ts';
import { readJson } from './agent-files.ts';
import type { JobResult } from './protocol.ts';
import { isRecord, parseResult } from './read.ts';
import { replaceFile, writeWhole } from './replace-file.ts';

// A job's folder. Each file is made once and stays:
//
//   job.json     claimed: made exclusively before the start, so that of all runners one starts it, once
//   child.json   started: who runs
//   result.json  ended:   synced and renamed before anyone is told
//
// A claim without a result, whose runner is dead, is a job that was cut off: what it left is for `reapOrphan`.

export interface JobClaim {
  readonly id: string;
  readonly runner: ProcessIdentity;
}

/** False: there is a claim already. Throws where the folder cannot be written. */
export function claimJob(dir: string, claim: JobClaim): boolean {
  const file = openClaim(join(dir, 'job.json'), dir);
  if (file === undefined) return false;
  try {
    writeWhole(file, Buffer.from(JSON.stringify(claim)));
  } finally {
    closeSync(file);
  }
  return true;
}

export function writeChild(dir: string, child: ProcessIdentity): void {
  const file = openSync(join(dir, 'child.json'), 'w');
  try {
    writeWhole(file, Buffer.from(JSON.stringify({ child })));
  } finally {
    closeSync(file);
  }
}

export function writeResult(dir: string, result: JobResult): void {
  replaceFile(join(dir, 'result.json'), JSON.stringify(result), { durable: true });
}

/** Whether a runner has taken it; from then on it is never started again. */
export function jobStarted(dir: string): boolean {
  return existsSync(join(dir, 'job.json'));
}

/** These three are `undefined` where the file is missing, torn, or not of this shape. */
export function readClaim(dir: string): JobClaim | undefined {
  const value = readJson(join(dir, 'job.json'));
  if (!isRecord(value) || typeof value.id !== 'string') return undefined;
  const runner = readIdentity(value.runner);
  return runner && { id: value.id, runner };
}

export function readChild(dir: string): ProcessIdentity | undefined {
  const value = readJson(join(dir, 'child.json'));
  return isRecord(value) ? readIdentity(value.child) : undefined;
}

export function readResult(dir: string): JobResult | undefined {
  return parseResult(readJson(join(dir, 'result.json')));
}

/** In the environment of a job's processes; its value is the job's folder, as ids are unique in one run only. */
export const JOB_VARIABLE = 'ORCA_JOB';

export function jobMarker(dir: string): string {
  return `${JOB_VARIABLE}=${dir}`;
}

export type Orphan =
  | { readonly kind: 'unclaimed' }
  | { readonly kind: 'finished'; readonly result: JobResult }
  /** Its runner lives: reach it, and leave the job to it. */
  | { readonly kind: 'running'; readonly runner: ProcessIdentity }
  /** Claimed on another machine or in another container: nothing can be said or ended from here. */
  | { readonly kind: 'elsewhere'; readonly runner: ProcessIdentity }
  /** Cut off, and nothing of it lives any more but `survivors`, which the system does not let go of. */
  | { readonly kind: 'reaped'; readonly survivors: readonly number[] };

/** Finds out how a job stands, and ends what a dead runner left of it. */
export async function reapOrphan(
  dir: string,
  { graceMs }: { readonly graceMs: number } = { graceMs: 5000 },
): Promise<Orphan> {
  const claim = readClaim(dir);
  if (claim !== undefined) {
    const runner = await isAlive(claim.runner);
    if (runner !== 'dead') {
      const result = readResult(dir);
      if (result !== undefined) return { kind: 'finished', result };
      return { kind: runner === 'alive' ? 'running' : 'elsewhere', runner: claim.runner };
    }
  }
  // Read after its writer is known to be dead, so that no result can appear behind our back.
  const result = readResult(dir);
  if (result !== undefined) return { kind: 'finished', result };
  // The claim is whole before anything starts: where it is torn, nothing did.
  if (claim === undefined) return jobStarted(dir) ? NOTHING_LEFT : { kind: 'unclaimed' };
  if (isOfEarlierBoot(claim.runner)) return NOTHING_LEFT;
  return { kind: 'reaped', survivors: await killTree(treeOf(dir), { graceMs }) };
}

const NOTHING_LEFT: Orphan = { kind: 'reaped', survivors: [] };

function treeOf(dir: string): Tree {
  const child = readChild(dir);
  const marker = jobMarker(dir);
  return child === undefined ? { marker } : { pid: child.pid, startedAt: child.startedAt, marker };
}

function openClaim(path: string, dir: string): number | undefined {
  for (let tries = 0; ; tries++) {
    try {
      return openSync(path, 'wx');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') return undefined;
      if (code !== 'ENOENT' || tries > 0) throw error;
      mkdirSync(dir, { recursive: true });
    }
  }
}
