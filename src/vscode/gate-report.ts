import * as vscode from 'vscode';
import type { GateScope } from '../core/run/event.ts';
import { gateReportText } from '../core/view/gate-report.ts';
import { keyOf, type Runs } from './runs.ts';

const SCHEME = 'orca-report';

/** Gate reports of the run that is shown, as read-only documents that follow the run. */
export class GateReports implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #runs: Runs;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #disposables: readonly { dispose(): unknown }[];
  /** What a report said last: that of a run that is no longer shown stays. */
  readonly #said = new Map<string, string>();

  readonly onDidChange = this.#changed.event;

  constructor(runs: Runs) {
    this.#runs = runs;
    this.#disposables = [
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      runs.onDidChange(() => {
        for (const { uri } of vscode.workspace.textDocuments)
          if (uri.scheme === SCHEME && this.#text(uri) !== this.#said.get(uri.toString())) this.#changed.fire(uri);
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#said.delete(uri.toString())),
    ];
  }

  async show(scope: GateScope): Promise<void> {
    const shown = this.#runs.shown;
    if (shown === undefined) return;
    const run = shown.state.spec.id;
    const name =
      scope.kind === 'task'
        ? `${scope.task}-${scope.attempt}`
        : scope.kind === 'layer'
          ? `layer-${scope.layer}`
          : 'end';
    const path = `/gates-${name.replace(/[^\w.-]+/g, '-')}.txt`;
    const uri = vscode.Uri.from({ scheme: SCHEME, path, query: JSON.stringify({ run, key: keyOf(shown), scope }) });
    await vscode.window.showTextDocument(uri, { preview: true });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const text = this.#text(uri) ?? '';
    this.#said.set(uri.toString(), text);
    return text;
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #text(uri: vscode.Uri): string | undefined {
    const { run, key, scope } = JSON.parse(uri.query) as {
      readonly run: string;
      readonly key: string;
      readonly scope: GateScope;
    };
    const { shown } = this.#runs;
    if (shown === undefined || keyOf(shown) !== key)
      return this.#said.get(uri.toString()) ?? vscode.l10n.t('The run {0} is not shown now.', run);
    return gateReportText(shown.state, scope);
  }
}
