import * as vscode from 'vscode';
import { deleteAll, isNothing, lostTasks, lostText, type Lost } from '../../core/view/lost.ts';
import { count } from '../../core/view/print.ts';
import type { ListedPastRun } from '../../engine/history.ts';
import { integrationRef, readRef } from '../../engine/git/refs.ts';
import type { Repository } from '../../engine/git/git.ts';
import { removeRun, whatIsLost, whyNotRemoved } from '../../engine/remove-run.ts';
import { planningSummaryPath, runDir, summaryPath } from '../../engine/run-files.ts';
import { COMMANDS } from '../ids.ts';
import { comparisonUri } from './comparisons.ts';
import { begun, labelsOf, olderRuns, type History } from './history.ts';
import type { WindowHost } from './host.ts';

/** A row of the history, or what its command hands over. */
export interface RunReference {
  readonly run?: ListedPastRun;
}

type Asked = readonly [RunReference | undefined, readonly RunReference[] | undefined];

/** Where a run is, whatever is known of it. */
type RunPlace = Pick<ListedPastRun, 'root' | 'id'>;

/** Shows a past run in the panel; its summary alone where this window has a run that goes on. */
export async function openRun(
  host: WindowHost,
  history: History,
  [given]: readonly [{ readonly run?: RunPlace } | undefined, ...unknown[]],
): Promise<void> {
  const run = given?.run ?? (await pickRun(history, vscode.l10n.t('Open which run?'), isReadable));
  if (run === undefined) return;
  if (await host.runs.look(run.root, run.id)) {
    host.panel.showRun();
    return;
  }
  const going = host.runs.shown?.state.spec.id ?? '';
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      'Orca: {0} is going on in this window, and stays in the panel. This is the summary of {1}.',
      going,
      run.id,
    ),
  );
  await openSummary(run);
}

export async function showSummaryOf(history: History, [given]: Asked): Promise<void> {
  const run = given?.run ?? (await pickRun(history, vscode.l10n.t('Show the summary of which run?')));
  if (run !== undefined) await openSummary(run);
}

/** A run that made a plan has an account of its own beside. */
async function openSummary({ root, id }: RunPlace): Promise<void> {
  const dir = runDir(root, id);
  for (const path of [planningSummaryPath(dir), summaryPath(dir)]) {
    const uri = vscode.Uri.file(path);
    if (!(await isThere(uri))) continue;
    await vscode.commands.executeCommand('markdown.showPreview', uri);
    return;
  }
  void vscode.window.showInformationMessage(
    vscode.l10n.t('Orca: {0} has no summary: it is written when a run has finished.', id),
  );
}

/** What the run made of its base, in the multi-file diff. */
export async function showRunChanges(host: WindowHost, history: History, [given]: Asked): Promise<void> {
  const run = given?.run ?? (await pickRun(history, vscode.l10n.t('Show the changes of which run?'), isReadable));
  if (run === undefined || 'problem' in run) return;
  const repository = await repositoryAt(host, run.root);
  // A branch that was deleted after it was applied leaves its commit.
  const head = (await readRef(repository, integrationRef(run.id)))?.commit ?? run.integration;
  await host.openChanges(repository, `${run.title}: ${run.id}`, run.base, head);
}

/** Two runs beside each other: those that are selected, else one is asked for. */
export async function compare(history: History, [given, selected]: Asked): Promise<void> {
  const marked = (selected ?? []).flatMap(({ run }) => run ?? []);
  const first =
    marked.length === 2
      ? marked[0]
      : (given?.run ?? (await pickRun(history, vscode.l10n.t('Compare which run?'), isReadable)));
  if (first === undefined) return;
  const second =
    marked.length === 2
      ? marked[1]
      : await pickRun(
          history,
          vscode.l10n.t('Compare {0} with which run?', first.id),
          (run) => isReadable(run) && !isSame(run, first),
        );
  if (second === undefined) return;
  // The older one is what the newer one is measured by.
  const [a, b] = begun(first) <= begun(second) ? [first, second] : [second, first];
  await vscode.commands.executeCommand('markdown.showPreview', comparisonUri(a, b));
}

/** Deletes runs; what of them is nowhere else is named before. */
export async function deleteRuns(host: WindowHost, history: History, [given, selected]: Asked): Promise<void> {
  const marked = (selected ?? []).flatMap(({ run }) => run ?? []);
  const one =
    given?.run ?? (marked.length > 0 ? undefined : await pickRun(history, vscode.l10n.t('Delete which run?')));
  // The row that was clicked need not be one of those selected.
  const runs = one === undefined || marked.some((run) => isSame(run, one)) ? marked : [one];
  const own = host.runs.shown;
  const goesOn = own?.hold.kind === 'driving' && own.state.status.kind !== 'finished';
  if (goesOn && runs.some((run) => isSame(run, { root: own.root, id: own.state.spec.id }))) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('Orca: {0} is going on in this window. Cancel it before you delete it.', own.state.spec.id),
    );
    return;
  }
  const losses: { readonly run: ListedPastRun; readonly lost: Lost }[] = [];
  for (const run of runs) {
    const repository = await repositoryAt(host, run.root);
    const against = await whyNotRemoved(repository, run.id, host.readState);
    if (against !== undefined) throw new Error(against);
    losses.push({ run, lost: await whatIsLost(repository, run.id, host.readState) });
  }
  if (losses.length === 0 || !(await mayDelete(losses))) return;
  for (const { run, lost } of losses) {
    const force = !isNothing(lost);
    const removed = await removeRun(await repositoryAt(host, run.root), run.id, { readState: host.readState, force });
    // Something came to it while the question stood.
    if (removed.kind === 'lost')
      throw new Error(vscode.l10n.t('{0} was not deleted. {1}', run.id, lostText(removed.lost).join(' ')));
    if (removed.kind === 'refused') throw new Error(removed.message);
    await host.runsRemoved();
  }
}

async function mayDelete(losses: readonly { readonly run: ListedPastRun; readonly lost: Lost }[]): Promise<boolean> {
  const isLossless = losses.every(({ lost }) => isNothing(lost));
  const total = losses.reduce((sum, { lost }) => sum + lostTasks(lost), 0);
  const button = isLossless ? vscode.l10n.t('Delete') : deleteAll(total);
  const only = losses.length === 1 ? losses[0] : undefined;
  const name = only?.run.id ?? count(losses.length, 'run');
  const details = losses.flatMap(({ run, lost }) => [
    ...(only === undefined && !isNothing(lost) ? [`${run.id}:`] : []),
    ...lostText(lost),
  ]);
  const answer = await vscode.window.showWarningMessage(
    isLossless ? vscode.l10n.t('Delete {0}?', name) : vscode.l10n.t('Delete {0}, and work that is nowhere else?', name),
    {
      modal: true,
      detail: [
        ...details,
        vscode.l10n.t(
          'Branch, worktrees, journal, logs and reports are deleted. Your branches and files stay as they are.',
        ),
      ].join('\n'),
    },
    button,
  );
  return answer === button;
}

async function pickRun(
  history: History,
  placeHolder: string,
  fits: (run: ListedPastRun) => boolean = () => true,
): Promise<ListedPastRun | undefined> {
  for (;;) {
    const { runs, left } = await history.list();
    const label = labelsOf(runs);
    const fitting = runs.filter(fits).map((run) => ({ ...label(run), detail: run.id, run }));
    if (fitting.length === 0 && left === 0) {
      void vscode.window.showInformationMessage(
        runs.length === 0
          ? vscode.l10n.t('Orca: There is no run yet.')
          : vscode.l10n.t('Orca: There is no other run for that.'),
      );
      return undefined;
    }
    // Found whatever is typed: the run that is looked for may be among them.
    const older = left > 0 ? [{ label: `$(ellipsis) ${olderRuns(left)}`, alwaysShow: true, run: undefined }] : [];
    const picked = await vscode.window.showQuickPick([...fitting, ...older], {
      title: 'Orca',
      placeHolder,
      matchOnDetail: true,
    });
    if (picked === undefined || picked.run !== undefined) return picked?.run;
    // In the tree, too.
    await vscode.commands.executeCommand(COMMANDS.moreRuns);
  }
}

function isReadable(run: ListedPastRun): boolean {
  return !('problem' in run);
}

function isSame(one: RunPlace, other: RunPlace): boolean {
  return one.root === other.root && one.id === other.id;
}

async function repositoryAt(host: WindowHost, root: string): Promise<Repository> {
  const opened = await host.openRepository(root);
  if (!opened.ok) throw new Error(`${opened.problem.message} ${opened.problem.fix}`);
  return opened.repository;
}

async function isThere(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
