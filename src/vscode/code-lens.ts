import * as vscode from 'vscode';
import { orderTitle } from '../core/language/order.ts';
import { readinessOf } from '../core/plan/readiness.ts';
import { statusText } from '../core/view/tree.ts';
import { COMMANDS } from './ids.ts';
import { locationOf, type Plans } from './plans.ts';
import { hasGates } from './set-up-gates.ts';
import type { Runs } from './runs.ts';
import { shownRows } from './views.ts';

/** Above a plan Preview and Execute, its order, how ready it is, and gates where there are none; above each task its state, and Run. */
export class PlanLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #plans: Plans;
  readonly #runs: Runs;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listening: vscode.Disposable;

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(plans: Plans, runs: Runs) {
    this.#plans = plans;
    this.#runs = runs;
    const fire = (): void => this.#changed.fire();
    this.#listening = vscode.Disposable.from(runs.onDidChange(fire), plans.onDidChange(fire));
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!this.#plans.isPlan(document)) return [];
    const open = this.#plans.get(document);
    const { plan, uri } = open;
    if (plan.tasks.length === 0) return [];
    const top = new vscode.Range(0, 0, 0, 0);
    const lenses = [
      lens(top, vscode.l10n.t('$(graph) Preview'), COMMANDS.preview, uri),
      lens(top, vscode.l10n.t('$(play) Execute'), COMMANDS.execute, uri),
    ];
    const folder = vscode.workspace.getWorkspaceFolder(document.uri);
    if (folder?.uri.scheme === 'file' && !hasGates(folder.uri.fsPath))
      lenses.push(lens(top, vscode.l10n.t('$(shield) Set Up Quality Gates'), COMMANDS.setUpGates, document.uri));
    const { tasks, counts } = readinessOf(plan);
    lenses.push(lens(top, vscode.l10n.t('$(list-ordered) Order: {0}', orderTitle(plan)), COMMANDS.changeOrder, uri));
    if (tasks.length > 0)
      lenses.push(
        lens(top, vscode.l10n.t('$(checklist) {0} of {1} ready', counts.ready, tasks.length), COMMANDS.validate, uri),
      );
    const run = this.#runs.shown;
    const rows = shownRows(this.#runs, uri);
    const going = run !== undefined && run.state.status.kind !== 'finished';
    for (const task of plan.tasks) {
      const { uri: file, range } = locationOf(open, task.idSpan);
      if (file.toString() !== document.uri.toString()) continue;
      const at = range.with({ end: range.start });
      const row = rows?.get(task.id);
      if (row !== undefined) lenses.push(lens(at, stateTitle(row), COMMANDS.openTask, { id: task.id, reveal: true }));
      if (!going) lenses.push(lens(at, vscode.l10n.t('$(play) Run'), COMMANDS.runTask, { id: task.id, plan: uri }));
    }
    return lenses;
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }
}

function stateTitle(row: { readonly status: Parameters<typeof statusText>[0]; readonly note?: string }): string {
  const note = row.note === undefined ? '' : `: ${row.note}`;
  return `${statusText(row.status)}${note}`.slice(0, 120);
}

function lens(range: vscode.Range, title: string, command: string, argument: unknown): vscode.CodeLens {
  return new vscode.CodeLens(range, { title, command, arguments: [argument] });
}
