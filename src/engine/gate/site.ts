import type { OwnProgram } from '../../core/agent/agent.ts';
import type { Step } from '../../core/gate/judge/tests-first.ts';
import type { AttemptEnd } from '../../core/run/event.ts';
import type { Failed } from '../workspaces.ts';

/** Where a gate is run, and what it is run on: a task's worktree, the integration tree, or the user's checkout. */
export interface GateSite {
  /** A checkout of the repository, for its objects. */
  readonly repository: string;
  /** This run of the gate's own folder. */
  readonly dir: string;
  /** What is judged, where the work on it began, and what the run began with. */
  readonly head: string;
  readonly from: string;
  readonly base: string;
  readonly task?: string;
  /** Where the work is. */
  readonly here: Place;
  /** Another folder, for what was there before; nobody else works in it while the gate runs. */
  readonly aside: Place;
  /** How the attempt went, oldest first; undefined: not recorded. */
  readonly history: () => Promise<readonly Step[] | undefined>;
  /** Runs a program once, or finds what became of it; to an end, unless that is the third time it is lost. */
  readonly run: (job: GateJob) => Promise<Ended>;
  /** File of what was measured of a gate at the base, for all of its runs. */
  readonly kept: (gate: string) => string;
  /** How the measuring program is started. */
  readonly measure: OwnProgram | undefined;
}

export interface Place {
  readonly folder: string;
  /** Makes it hold a commit, with `content`'s files on top of it, and what the setup brings. Once for each name. */
  readonly prepare?: (name: string, commit: string, content?: string) => Promise<Failed | undefined>;
}

export interface GateJob {
  /** Unique in the run of the gate; its folder in the gate's. */
  readonly name: string;
  readonly label: string;
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly timeoutMs: number;
  /** Only where it has not been started yet. */
  readonly before?: () => Promise<Failed | undefined>;
}

export interface Ended {
  readonly end: AttemptEnd;
  readonly activeMs: number;
  /** Absolute paths. */
  readonly dir: string;
  readonly log: string;
}
