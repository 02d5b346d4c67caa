import { join } from 'node:path';
import * as vscode from 'vscode';
import { artefactPath } from '../core/planning/steps.ts';
import type { PlanningMode } from '../core/planning/request.ts';
import { isUndelivered } from '../core/planning/undelivered.ts';
import { list } from '../core/view/print.ts';
import { deliver, deliveries, offer, replaces, type Delivery } from '../engine/planning/deliver.ts';
import { planningDocument } from '../engine/planning/document.ts';
import { COMMANDS } from './ids.ts';
import { keyOf, type Runs, type ShownRun } from './runs.ts';

interface Parts {
  readonly runs: Runs;
}

/**
 * Hands the artefacts of a planning run to the user, and goes on as was asked for when it began. Nothing of theirs is
 * replaced before the difference was shown and they agreed.
 */
export async function handOver({ runs }: Parts, run: ShownRun): Promise<void> {
  const { root, dir, state } = run;
  const { planning, id } = state.spec;
  if (planning === undefined || !isUndelivered(run.state)) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Orca: There is nothing of {0} to hand over.', id));
    return;
  }
  const files = await deliveries(root, state);
  const theirs = files.filter(replaces);
  if (theirs.length > 0 && !(await mayReplace(run, theirs))) return;
  if (runs.shown === undefined || keyOf(runs.shown) !== keyOf(run)) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('Orca: Another run is shown now; {0} is handed over when it is shown again.', id),
    );
    return;
  }
  const written = await deliver(root, dir, files);
  const left = files.map(({ path }) => path).filter((path) => !written.includes(path));
  if (left.length > 0)
    void vscode.window.showWarningMessage(vscode.l10n.t('Orca: {0}: edited just now, and left as it is.', list(left)));
  await runs.note(run, { type: 'delivered', files: written });
  await goOn(run, vscode.Uri.file(join(root, artefactPath(planning.folder, 'plan.md'))), planning.mode);
}

/** Shows what differs, and asks. */
async function mayReplace({ root, dir, state }: ShownRun, theirs: readonly Delivery[]): Promise<boolean> {
  const resources = await Promise.all(
    theirs.map(async (file) => {
      const mine = vscode.Uri.file(join(root, file.path));
      return [mine, mine, vscode.Uri.file(await offer(dir, file))];
    }),
  );
  await vscode.commands.executeCommand('vscode.changes', 'Yours and as planned', resources);
  const replace = vscode.l10n.t('Replace');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t(
      "Orca: {0}: yours differ from what was planned. Replace them? The old ones are kept in the run's folder ({1}/replaced).",
      list(theirs.map(({ path }) => path)),
      state.spec.id,
    ),
    replace,
    vscode.l10n.t('Not Now'),
  );
  return answer === replace;
}

async function goOn({ root, dir, state }: ShownRun, plan: vscode.Uri, mode: PlanningMode): Promise<void> {
  const summary = await planningDocument(root, dir, state);
  switch (mode) {
    case 'plan':
      await vscode.window.showTextDocument(plan, { preview: false });
      await vscode.commands.executeCommand('markdown.showPreviewToSide', vscode.Uri.file(summary.path));
      return;
    case 'validate':
      await vscode.window.showTextDocument(plan, { preview: false });
      await vscode.commands.executeCommand('workbench.actions.view.problems');
      return;
    case 'preview':
      await vscode.commands.executeCommand(COMMANDS.preview, plan);
      return;
    case 'execute':
      await vscode.commands.executeCommand(COMMANDS.preview, plan);
      await vscode.commands.executeCommand(COMMANDS.execute, plan);
  }
}

/** Hands over as soon as a plan was made, once a run and window. */
export function handOverWhenReady(parts: Parts, log: vscode.LogOutputChannel): vscode.Disposable {
  const begun = new Set<string>();
  return parts.runs.onDidChange(() => {
    const run = parts.runs.shown;
    if (run?.hold.kind !== 'resting' || run.isLookedAt === true || !isUndelivered(run.state) || begun.has(keyOf(run)))
      return;
    begun.add(keyOf(run));
    handOver(parts, run).catch((error: unknown) => {
      log.error(error as Error);
      void vscode.window.showErrorMessage(`Orca: ${(error as Error).message}`);
    });
  });
}
