import * as vscode from 'vscode';
import { openRepository } from '../engine/git/preflight.ts';
import { takenOver } from '../engine/take-over.ts';
import type { Runs, ShownRun } from './runs.ts';

interface Parts {
  readonly runs: Runs;
}

/** Opens the agent's own session in a terminal of its own in the task's worktree, as soon as that is free. */
export async function openTakenOver({ runs }: Parts, run: ShownRun, task: string): Promise<void> {
  const opened = await openRepository(run.root);
  const agents = runs.engines.of(run.root)?.agents;
  if (!opened.ok || agents === undefined) return;
  const look = () =>
    runs.shown?.dir !== run.dir ? undefined : takenOver(runs.shown.state, task, opened.repository, agents);
  const taken = look() ?? (await whenReady(runs, task, look));
  if (taken === undefined) return;
  const [program, ...args] = taken.resume?.argv ?? [];
  vscode.window
    .createTerminal({
      name: `Orca: ${task}`,
      cwd: taken.cwd,
      iconPath: new vscode.ThemeIcon('person'),
      ...(program !== undefined && { shellPath: program, shellArgs: args }),
      ...(taken.resume !== undefined && { env: taken.resume.env }),
    })
    .show();
}

/** Resolves when there is something, and to nothing when the task is no longer on its way into a person's hands. */
function whenReady<T>(runs: Runs, task: string, look: () => T | undefined): Promise<T | undefined> {
  return new Promise((resolve) => {
    const off = runs.onDidChange(() => {
      const state = runs.shown?.state;
      const phase = state?.tasks[state.index.get(task) ?? -1]?.phase;
      const found = look();
      const coming =
        phase !== undefined && (phase.kind === 'taken' || ('stopping' in phase && phase.stopping === 'take-over'));
      if (found === undefined && coming) return;
      off.dispose();
      resolve(found);
    });
  });
}
