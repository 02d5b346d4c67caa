import type { ChangedFile, Refusal } from '../core/run/event.ts';

/**
 * Where attempts work and their results meet; one of a run. The real one is git's worktrees (`git/workspaces.ts`). All
 * of it may be repeated after a crash.
 */
export interface Workspaces {
  /** Absolute path of a slot's folder: the agents' by their number from 0, and after them the gates' own. */
  path(slot: number): string;
  /** Environment for what runs there. */
  readonly env: Readonly<Record<string, string>>;
  /** First of a block of ports that nothing listened on when the slot was first asked about; undefined: there is none. */
  portBase(slot: number): Promise<number | undefined>;
  /** Makes the folder hold exactly `base`, or on top of it the files of `content`. */
  prepare(slot: number, base: string, content?: string): Promise<Done | Failed>;
  /** Commits the difference between the slot's folder and `base`. */
  snapshot(request: {
    readonly slot: number;
    readonly base: string;
    readonly task: string;
    readonly attempt: number;
    readonly message: string;
  }): Promise<{ readonly commit?: string; readonly files: readonly ChangedFile[] } | Failed>;
  /** Keeps what the slot's folder holds now as the next moment of an attempt, where it has changed. Failing is no matter. */
  look(of: AttemptAt & { readonly slot: number }): Promise<void>;
  /** The moments of an attempt that were kept, oldest first, each a commit. */
  looks(of: AttemptAt): Promise<readonly string[]>;
  /** What differs from one commit to another. */
  changed(before: string, after: string): Promise<readonly ChangedFile[]>;
  /** Puts an attempt's commit on the integration branch. */
  merge(request: {
    readonly task: string;
    readonly attempt: number;
    readonly commit: string;
    readonly message: string;
  }): Promise<
    | { readonly kind: 'merged'; readonly commit: string }
    | { readonly kind: 'conflict'; readonly files: readonly string[] }
  >;
  /** Takes back what was merged of these tasks since `base`: all of it, or nothing. */
  rollBack(request: { readonly base: string; readonly tasks: readonly string[] }): Promise<RolledBack>;
  /** What the slot's folder holds now, as a commit on `base`: `last`, where it is the same; undefined: nobody can tell. */
  glance(at: {
    readonly slot: number;
    readonly base: string;
    /** Of this attempt. */
    readonly last: string | undefined;
  }): Promise<string | undefined>;
  /** Files that two commits cannot be merged in. */
  conflicts(one: string, other: string): Promise<readonly string[]>;
  /** A file's text as of a commit; undefined where it is not there. */
  read(commit: string, path: string): Promise<string | undefined>;
  /** The change from one commit to another, as a unified diff; `context`: so many lines around each, default 3. */
  diff(before: string, after: string, context?: number): Promise<string>;
  /** Takes the folders away; what was committed stays. */
  remove(): Promise<void>;
}

export type RolledBack =
  | { readonly kind: 'rolled-back'; /** The branch's head. */ readonly commit: string }
  /** All is as it was. */
  | Refusal;

export interface AttemptAt {
  readonly task: string;
  readonly attempt: number;
  /** Where it began. */
  readonly base: string;
}

export interface Done {
  readonly done: true;
}

/** An expected failure, in a sentence. */
export interface Failed {
  readonly error: string;
}
