import type { Agent, McpServer, OwnProgram } from '../core/agent/agent.ts';
import type { Driver } from '../core/run/event.ts';
import type { CarryOver } from './git/carry-over.ts';
import type { RunnerLauncher } from './runner/launcher.ts';
import type { Clock } from './attempt.ts';
import type { CrashPoint } from './session.ts';

/** What a front (the window, the command line) gives the engine. Nothing in the engine is ambient. */
export interface Engine {
  /** Any folder in the repository. */
  readonly folder: string;
  readonly driver: Driver;
  readonly launcher: RunnerLauncher;
  /** Path of the runner's bundle. */
  readonly runnerPath: string;
  /** How Orca's MCP server is started, for agents that take one. */
  readonly mcp?: McpServer;
  /** How the bridge to agents that speak ACP is started. */
  readonly bridge?: OwnProgram;
  /** How the program is started that looks around before anything is planned. */
  readonly survey?: OwnProgram;
  /** How the program is started that measures for gates; absent: gates that measure do not run. */
  readonly measure?: OwnProgram;
  readonly agents: ReadonlyMap<string, Agent>;
  /** What worktrees get from the user's checkout; absent: what `.worktreeinclude` names. */
  readonly carry?: CarryOver;
  readonly clock: Clock;
  /** A fresh unguessable name of hex digits. */
  readonly random: () => string;
  /** The program's version. */
  readonly version: string;
  /** A runner that no engine has come to for so long ends, once nothing runs on it. */
  readonly idleExitMs: number;
  readonly maxLogBytes: number;
  readonly at?: (point: CrashPoint) => void;
}
