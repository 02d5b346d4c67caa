import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readIdentity, type ProcessIdentity } from '../process/identity.ts';
import { isRecord } from './read.ts';
import { replaceFile } from './replace-file.ts';

// A runner's folder:
//   runner.json     what it is told, written by the engine before the start; holds the token, so 0600
//   process.json    who it is, written when it listens
//   heartbeat.json  how its job does, written every few seconds while one runs

export interface RunnerConfig {
  readonly address: string;
  readonly token: string;
  /** As people see it: `Orca: Agent 2`. */
  readonly name: string;
  /** Ends by itself when it has had no job and no engine for so long. */
  readonly idleExitMs: number;
  /** From TERM to KILL; absent: 5 s. */
  readonly graceMs?: number;
}

export interface Heartbeat {
  readonly job: string;
  readonly outputBytes: number;
  /** Wall clock, ms since the epoch. */
  readonly lastOutputAt: number;
}

export function writeRunnerConfig(agentDir: string, config: RunnerConfig): void {
  mkdirSync(agentDir, { recursive: true });
  replaceFile(join(agentDir, 'runner.json'), JSON.stringify(config), { durable: false });
}

export function readRunnerConfig(agentDir: string): RunnerConfig | undefined {
  const value = readJson(join(agentDir, 'runner.json'));
  if (!isRecord(value)) return undefined;
  const { address, token, name, idleExitMs, graceMs } = value;
  if (typeof address !== 'string' || typeof token !== 'string' || typeof name !== 'string') return undefined;
  if (typeof idleExitMs !== 'number') return undefined;
  return { address, token, name, idleExitMs, ...(typeof graceMs === 'number' && { graceMs }) };
}

export function writeRunnerProcess(agentDir: string, identity: ProcessIdentity): void {
  replaceFile(join(agentDir, 'process.json'), JSON.stringify({ identity }), { durable: false });
}

/** Absent: it has not listened yet. */
export function readRunnerProcess(agentDir: string): ProcessIdentity | undefined {
  const value = readJson(join(agentDir, 'process.json'));
  return isRecord(value) ? readIdentity(value.identity) : undefined;
}

export function writeHeartbeat(agentDir: string, heartbeat: Heartbeat): void {
  replaceFile(join(agentDir, 'heartbeat.json'), JSON.stringify(heartbeat), { durable: false });
}

export function readHeartbeat(agentDir: string): Heartbeat | undefined {
  const value = readJson(join(agentDir, 'heartbeat.json'));
  if (!isRecord(value)) return undefined;
  const { job, outputBytes, lastOutputAt } = value;
  if (typeof job !== 'string' || typeof outputBytes !== 'number' || typeof lastOutputAt !== 'number') return undefined;
  return { job, outputBytes, lastOutputAt };
}

/** `undefined` where the file is missing, torn or cannot be read. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
