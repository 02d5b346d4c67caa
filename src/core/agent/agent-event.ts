/** What an agent says while it works: one vocabulary for every CLI. Facts about the work itself come from git. */
export type AgentEvent =
  /** By this id the same conversation can be opened again. */
  | { readonly type: 'session'; readonly id: string; readonly model?: string }
  /** Which model answers, of an agent that has no sessions. */
  | { readonly type: 'model'; readonly name: string }
  /** Words of the model, whole or the next part of them (`partial`). */
  | { readonly type: 'message'; readonly text: string; readonly partial?: boolean }
  /** A tool it uses; `input` is what to show of its input, one line. Edits and commands have events of their own. */
  | { readonly type: 'tool'; readonly id?: string; readonly name: string; readonly input: string }
  | { readonly type: 'edit'; readonly id?: string; readonly path: string }
  | { readonly type: 'command'; readonly id?: string; readonly command: string }
  /** How the tool, edit or command of this id ended. `output`: its end, bounded by who draws it. */
  | { readonly type: 'tool-ended'; readonly id?: string; readonly ok: boolean; readonly output?: string }
  /** A tool was not allowed. */
  | { readonly type: 'denied'; readonly what: string }
  /** Tokens so far, of the whole attempt. */
  | { readonly type: 'usage'; readonly usage: Usage }
  /** The CLI's own figure so far, of the whole attempt. */
  | { readonly type: 'cost'; readonly usd: number }
  | ({ readonly type: 'error' } & AgentError)
  /** The CLI's own word on its end; exit code, diff and gates may say otherwise. */
  | { readonly type: 'end'; readonly ok: boolean; readonly text?: string };

export interface AgentError {
  readonly kind: ErrorKind;
  /** One line, for people. */
  readonly message: string;
  /** HTTP status, where there was one. */
  readonly status?: number;
  /** Wall clock, ms since the epoch, from which on it is worth trying again; as the service said it. */
  readonly retryAt?: number;
  /** The CLI tries again by itself. */
  readonly retrying: boolean;
}

/**
 * `rate-limit`: too many requests. `quota`: an allowance is used up until its reset. `overloaded`: the service cannot
 * (5xx). `network`: no answer. These four say nothing about the task. `auth`: not signed in, or no access. `budget`,
 * `turns`: a limit that was set was reached. `refused`: the CLI will not start like this.
 */
export const ERROR_KINDS = [
  'rate-limit',
  'quota',
  'overloaded',
  'network',
  'auth',
  'budget',
  'turns',
  'refused',
  'other',
] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];

/** Tokens. `input` is without what came from a cache; `output` is with the reasoning. */
export interface Usage {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
}

/** Reads what a CLI prints, a line at a time, and keeps what it has to keep between lines. Never throws. */
export interface AgentReader {
  /** A line without its line end. A line that is not the format's comes back as a message, or as nothing. */
  read(line: string, stream: 'out' | 'err'): AgentEvent[];
  /** When the process has ended: what is known only now; `report` is the text of `Invocation.report`. */
  finish?(report: string | undefined): AgentEvent[];
}
