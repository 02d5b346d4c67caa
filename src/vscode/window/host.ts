import type * as vscode from 'vscode';
import type { RunState } from '../../core/run/state.ts';
import type { gatesIn } from '../../engine/gate/declared.ts';
import type { openRepository } from '../../engine/git/preflight.ts';
import type { openChanges } from '../changes.ts';
import type { PastRuns } from '../past-runs.ts';
import type { Panel } from '../panel.ts';
import type { Plans } from '../plans.ts';
import type { Runs } from '../runs.ts';

/** What this bundle is given by the extension: what it has already is not in here again. */
export interface WindowHost {
  readonly plans: Plans;
  readonly runs: Runs;
  readonly panel: Panel;
  readonly past: PastRuns;
  readonly log: vscode.LogOutputChannel;
  readonly extensionUri: vscode.Uri;
  readonly openRepository: typeof openRepository;
  readonly openChanges: typeof openChanges;
  readonly gatesIn: typeof gatesIn;
  /** Of a run's folder; undefined: it cannot be read. */
  readonly readState: (dir: string) => Promise<RunState | undefined>;
  /** Runs were removed, here or by somebody else. */
  readonly runsRemoved: () => Promise<void>;
}
