import type { PlanTask } from '../plan/plan.ts';

/** What an agent is asked, as files and text that are already there. */
export interface AgentRequest {
  readonly task: PlanTask;
  /** Absolute path of the prompt's file, and its text. */
  readonly promptFile: string;
  readonly prompt: string;
  /** Absolute path of the folder that files of the invocation may be written to. */
  readonly dir: string;
  readonly worktree: string;
}

/** A process to start. Files are written before it, in `AgentRequest.dir`. */
export interface Invocation {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** Absolute path of a file given as standard input. */
  readonly stdin?: string;
  readonly files: readonly { readonly name: string; readonly text: string }[];
}

/** One kind of agent: how to start it. Its exit code is no verdict: the diff, the gates and the acceptance are. */
export interface Agent {
  readonly id: string;
  readonly label: string;
  /** Why it cannot do a task at all, and the way out; asked before a run starts. */
  refuses(task: PlanTask): string | undefined;
  /** What to start for a task that it does not refuse. */
  invoke(request: AgentRequest): Invocation;
}

/** An agent of the settings: any command line program. */
export interface CommandSetting {
  /** Program and arguments. `{promptFile}`, `{prompt}`, `{worktree}` and `{task}` are put in, each within its argument. */
  readonly command: readonly string[];
  /** How it gets the prompt; `none` where the arguments carry it. */
  readonly prompt?: 'stdin' | 'none';
  readonly env?: Readonly<Record<string, string>>;
}
