import type { OutputId } from '../../core/agent/agent.ts';
import type { Usage } from '../../core/agent/agent-event.ts';
import type { Answer, Ask } from '../../core/agent/ask.ts';
import type { Prices } from '../../core/agent/prices.ts';
import type { AgentReport, AgentVerdict } from '../../core/agent/report.ts';
import type { AttemptEnd } from '../../core/run/event.ts';
import type { Door } from '../mcp/protocol.ts';

/** One process for a runner to run: an agent's attempt, or a gate's command. */
export interface Job {
  /** Unique in the run, `<task>/<attempt>/agent`. Sent twice it is still run once. */
  readonly id: string;
  /** One line shown above it in the terminal. */
  readonly banner: string;
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  /** Which variables of the runner's own environment it gets beyond those that every program needs; absent: all. */
  readonly pass?: readonly string[];
  /** Added to that environment. */
  readonly env: Readonly<Record<string, string>>;
  /** File given as standard input; absent: no input. */
  readonly stdin?: string;
  /** Folder of its own: job.json (made exclusively, before the start), output.log, result.json (by rename). */
  readonly dir: string;
  /** 0: no limit. */
  readonly idleMs: number;
  readonly totalMs: number;
  /** The log keeps its first and its last part when the output is larger. */
  readonly maxLogBytes: number;
  /** Its output is understood: shown as what the agent does, and held against limits. */
  readonly agent?: JobAgent;
}

/** Absent limits, and 0, are none. */
export interface JobAgent {
  /** What reads its output. */
  readonly cli: OutputId;
  /** As it was set, for a CLI that does not say which it uses. */
  readonly model?: string;
  /** Absolute path of the file that the CLI writes at its end. */
  readonly report?: string;
  readonly costUsd?: number;
  readonly tokens?: number;
  /** Its service may leave it without an answer for so long. */
  readonly retryMs?: number;
  readonly prices?: Prices;
  /** Where its MCP server is let in. */
  readonly door?: Door;
}

/** result.json: written, synced and renamed before anyone is told. */
export interface JobResult {
  readonly id: string;
  readonly end: AttemptEnd;
  /** Monotonic, ms. */
  readonly activeMs: number;
  /** Wall clock, ms since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outputBytes: number;
  readonly truncated: boolean;
  /** The last line it printed that is not blank, without control characters, at most 200 characters. */
  readonly lastWords?: string;
  /** Of a job whose output is understood. */
  readonly report?: AgentReport;
  readonly verdict?: AgentVerdict;
}

/** Engine to runner, one JSON a line. A connection is of use only after a `hello` with the run's token. */
export type ToRunner =
  | { readonly type: 'hello'; readonly token: string }
  | { readonly type: 'run'; readonly job: Job }
  | { readonly type: 'stop'; readonly id: string }
  /** To a question of the job's agent. Given twice, the first counts. */
  | { readonly type: 'answer'; readonly id: string; readonly ask: string; readonly answer: Answer }
  /** End as soon as nothing runs. */
  | { readonly type: 'close' };

/** Runner to engine. */
export type FromRunner =
  | { readonly type: 'hello'; readonly pid: number; /** What it is on. */ readonly job?: string }
  | { readonly type: 'started'; readonly id: string; readonly pid: number }
  /** At most a few a second. */
  | { readonly type: 'words'; readonly id: string; readonly text: string }
  /** Its agent asks a person; told again to each engine that comes, until it is answered. */
  | { readonly type: 'asked'; readonly id: string; readonly ask: string; readonly question: Ask }
  /** What its agent has used by now; at most a few a second. */
  | { readonly type: 'spent'; readonly id: string; readonly usage?: Usage; readonly costUsd?: number }
  | { readonly type: 'ended'; readonly result: JobResult }
  /** `elsewhere`: job.json is there and this runner is not on it: another runner had it. */
  | {
      readonly type: 'refused';
      readonly id: string;
      readonly why: 'busy' | 'elsewhere' | 'invalid';
      readonly message: string;
    };
