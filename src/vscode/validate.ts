import * as vscode from 'vscode';
import { validationOf, validationReport, type Validation } from '../core/view/validation.ts';
import { gatesIn } from '../engine/gate/declared.ts';
import type { OpenPlan, Plans } from './plans.ts';

const SCHEME = 'orca-validation';

/** What can be said of an open plan. */
export function validationIn({ plan, lines, uri }: OpenPlan): Validation {
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri ?? vscode.Uri.joinPath(uri, '..');
  return validationOf(plan, {
    name: vscode.workspace.asRelativePath(uri),
    lines,
    gateProblems: gatesIn(folder.fsPath).problems,
  });
}

/** Reports on plans, as read-only documents that follow the plan as it is typed. */
export class ValidationReports implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #plans: Plans;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #disposables: readonly { dispose(): unknown }[];

  readonly onDidChange = this.#changed.event;

  constructor(plans: Plans) {
    this.#plans = plans;
    this.#disposables = [
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      plans.onDidChange((plan) => {
        for (const { uri } of vscode.workspace.textDocuments)
          if (uri.scheme === SCHEME && uri.query === plan.toString()) this.#changed.fire(uri);
      }),
    ];
  }

  async show(plan: vscode.Uri): Promise<void> {
    const path = `/${vscode.workspace.asRelativePath(plan).replace(/^\/+/, '')} validation.txt`;
    const uri = vscode.Uri.from({ scheme: SCHEME, path, query: plan.toString() });
    this.#changed.fire(uri);
    await vscode.window.showTextDocument(uri, { preview: true, viewColumn: vscode.ViewColumn.Beside });
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    return validationReport(validationIn(await this.#plans.open(vscode.Uri.parse(query, true))));
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }
}
