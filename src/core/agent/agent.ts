import type { PlanTask } from '../plan/plan.ts';
import type { AgentReader } from './agent-event.ts';

/** What an agent is asked, as files and text that are already there. */
export interface AgentRequest {
  readonly task: PlanTask;
  /** Absolute path of the prompt's file, and its text. */
  readonly promptFile: string;
  readonly prompt: string;
  /** Absolute path of the folder that files of the invocation may be written to. */
  readonly dir: string;
  readonly worktree: string;
  readonly permission: PermissionMode;
  /** It is started to look and to answer: a mode that the settings give the agent does not go before `permission`. */
  readonly readOnly?: boolean;
  /** In US dollars, for a CLI that keeps to one by itself; the orchestrator does in any case. */
  readonly maxCostUsd?: number;
  /** Orca's own MCP server, for a CLI that takes one: started over stdio. */
  readonly mcp?: McpServer;
  /** What speaks ACP for an agent that is driven by it. */
  readonly bridge?: OwnProgram;
  /** What looks around before anything is planned. */
  readonly survey?: OwnProgram;
}

/** A process that speaks MCP over stdio. Its tools are `report_progress`, `ask_question`, `approve`, …. */
export type McpServer = OwnProgram;

/** How a program of Orca's is started; its arguments may be followed by more. */
export interface OwnProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * What an agent may do without being asked.
 *
 * `ask`: reads; a person is asked for everything else (where nobody can be asked, it is denied). `edits`: also writes in
 * its worktree. `sandbox`: anything that its own sandbox, or a narrow list of tools, contains. `full`: everything.
 */
export const PERMISSION_MODES = ['ask', 'edits', 'sandbox', 'full'] as const;
export type PermissionMode = (typeof PERMISSION_MODES)[number];

/** A process to start. Files are written before it, in `AgentRequest.dir`. */
export interface Invocation {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** Absolute path of a file given as standard input. */
  readonly stdin?: string;
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** Absolute path of a file that the CLI writes at its end and its reader wants. */
  readonly report?: string;
}

/** One kind of agent: how to start it. Its exit code is no verdict: the diff, the gates and the acceptance are. */
export interface Agent {
  readonly id: string;
  readonly label: string;
  /** What it starts; absent where it is built in. */
  readonly program?: string;
  /** Names of the models that it could use now, where not a program brings them. */
  readonly models?: () => Promise<readonly string[]>;
  /** For plans that Orca makes: it is offered to nobody. */
  readonly own?: true;
  /** Why it cannot do a task at all, and the way out; asked before a run starts. */
  refuses(task: PlanTask): string | undefined;
  /** What to start for a task that it does not refuse. */
  invoke(request: AgentRequest): Invocation;
  /** What understands its output; absent: its output is text. */
  readonly output?: OutputId;
  /** Names of variables it needs from the user's environment; `*` at the end stands for any rest. */
  readonly env?: readonly string[];
  /** Of an agent that is one of the known CLIs, and how it is set: what `Cli.resume` wants. */
  readonly cli?: Cli;
  readonly setting?: CliSetting;
}

export const CLI_IDS = ['claude', 'codex', 'gemini', 'opencode', 'copilot', 'qwen'] as const;
export type CliId = (typeof CLI_IDS)[number];

/** What reads an agent's output: that of a known CLI, or of a program of Orca's that speaks to another kind of agent. */
export type OutputId = CliId | 'acp' | 'lm';

/** An agent's output that is understood. A runner finds it by its id, as no functions reach another process. */
export interface AgentOutput {
  reader(): AgentReader;
  /** What an exit code means where it is not the obvious; `undefined`: nothing special. */
  readonly exitMeans?: (code: number) => string | undefined;
}

/** What is known of an agent CLI. Everything in it was seen with the version that `docs/agents.md` names, or says so. */
export interface Cli {
  readonly id: CliId;
  readonly label: string;
  /** Looked up on the PATH where the settings name no other. */
  readonly program: string;
  readonly versionArgs: readonly string[];
  /** A command line that installs it, and a sentence on how to sign in. */
  readonly install: string;
  readonly signIn: string;
  /** Signs of being signed in: one of the variables is set, or one of the files (below HOME) is there. */
  readonly signedIn: { readonly env: readonly string[]; readonly files: readonly string[] };
  /** Names of variables it needs from the user's environment; `*` at the end stands for any rest. */
  readonly env: readonly string[];
  /** What each mode is in the CLI's own words, as shown to the user; absent where it has no such mode. */
  readonly permissions: Readonly<Partial<Record<PermissionMode, string>>>;
  /** It can ask a person for leave while it works. Questions are another thing: they come through `AgentRequest.mcp`. */
  readonly asks: boolean;
  invoke(request: AgentRequest, setting: CliSetting): Invocation;
  /** Opens a session again for a person to go on with, in its worktree. */
  resume(session: string, setting: CliSetting): Pick<Invocation, 'argv' | 'env'>;
}

/** An agent of the settings that is one of the known CLIs. */
export interface CliSetting {
  /** Absent: the setting's name is the CLI's. */
  readonly kind?: CliId;
  /** Name or path of the program. */
  readonly program?: string;
  readonly model?: string;
  readonly permission?: PermissionMode;
  /** More arguments, before the prompt. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** An agent of the settings: any command line program. */
export interface CommandSetting {
  /** Program and arguments. `{promptFile}`, `{prompt}`, `{worktree}` and `{task}` are put in, each within its argument. */
  readonly command: readonly string[];
  /** How it gets the prompt; `none` where the arguments carry it. */
  readonly prompt?: 'stdin' | 'none';
  readonly env?: Readonly<Record<string, string>>;
}

/** An agent of the settings that speaks the Agent Client Protocol on its standard streams. */
export interface AcpSetting {
  readonly kind: 'acp';
  /** The program, then its arguments: `["gemini", "--acp"]`. */
  readonly command: readonly string[];
  readonly permission?: PermissionMode;
  readonly env?: Readonly<Record<string, string>>;
}
