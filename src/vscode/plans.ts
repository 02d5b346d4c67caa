import * as vscode from 'vscode';
import { buildGraph } from '../core/graph/build.ts';
import type { TaskGraph } from '../core/graph/task-graph.ts';
import { LineMap, type Diagnostic, type Span } from '../core/plan/diagnostic.ts';
import { parsePlan } from '../core/plan/parse.ts';
import type { Plan } from '../core/plan/plan.ts';
import { withRemarks } from '../core/plan/remarks.ts';
import { partAt } from '../core/plan/source.ts';
import { settingsFor } from './settings.ts';

/** A plan as it is in its editor now. */
export interface OpenPlan {
  /** Of its file, or of the folder of its files. */
  readonly uri: vscode.Uri;
  /** The plan's whole text: that of its file, or of all its files. Spans count from its start. */
  readonly text: string;
  readonly plan: Plan;
  readonly graph: TaskGraph;
  readonly lines: LineMap;
}

const TYPING_MS = 150;

/** The plans of the workspace: each document is parsed once a version; diagnostics follow the typing. */
export class Plans implements vscode.Disposable {
  readonly #known = new WeakMap<vscode.TextDocument, { readonly version: number; readonly open: OpenPlan }>();
  readonly #diagnostics = vscode.languages.createDiagnosticCollection('orca');
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #disposables: readonly { dispose(): unknown }[];

  /** A plan's text has changed, some moments after the last key. */
  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#disposables = [
      this.#diagnostics,
      this.#changed,
      vscode.workspace.onDidOpenTextDocument((document) => this.#check(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#checkSoon(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#diagnostics.delete(document.uri)),
    ];
    for (const document of vscode.workspace.textDocuments) this.#check(document);
  }

  isPlan(document: vscode.TextDocument): boolean {
    return vscode.languages.match(planSelector(), document) > 0 && !document.uri.path.includes('/.orca/');
  }

  get(document: vscode.TextDocument): OpenPlan {
    const known = this.#known.get(document);
    if (known?.version === document.version) return known.open;
    const text = document.getText();
    const read = parsePlan(text);
    const graph = buildGraph(read);
    const plan = withRemarks(read, graph);
    const open: OpenPlan = { uri: document.uri, text, plan, graph, lines: new LineMap(text) };
    this.#known.set(document, { version: document.version, open });
    return open;
  }

  async open(uri: vscode.Uri): Promise<OpenPlan> {
    return this.get(await vscode.workspace.openTextDocument(uri));
  }

  /** The plan that is meant: the one given, else in the active editor, else the workspace's, else asked for. */
  async pick(given: vscode.Uri | undefined): Promise<vscode.Uri | undefined> {
    if (given !== undefined) return given;
    const active = vscode.window.activeTextEditor?.document;
    if (active !== undefined && this.isPlan(active)) return active.uri;
    const found = await findPlans();
    if (found.length === 0) {
      const open = 'Choose a File…';
      const answer = await vscode.window.showInformationMessage(
        'There is no plan.md in this workspace. Orca runs a plan: a Markdown file with a heading for each task.',
        open,
      );
      if (answer !== open) return undefined;
      return (await vscode.window.showOpenDialog({ filters: { Plans: ['md'] } }))?.[0];
    }
    if (found.length === 1) return found[0];
    const picked = await vscode.window.showQuickPick(
      found.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri })),
      { title: 'Orca', placeHolder: 'Which plan?' },
    );
    return picked?.uri;
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #checkSoon(document: vscode.TextDocument): void {
    if (!this.isPlan(document)) return;
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => {
        this.#timers.delete(key);
        this.#check(document);
        this.#changed.fire(document.uri);
      }, TYPING_MS),
    );
  }

  #check(document: vscode.TextDocument): void {
    if (!this.isPlan(document)) return;
    const { plan } = this.get(document);
    this.#diagnostics.set(
      document.uri,
      plan.diagnostics.map((diagnostic) => toEditor(document, diagnostic)),
    );
  }
}

/** Where a span of a plan's text stands in the workspace. */
export function locationOf({ uri, plan, lines }: OpenPlan, span: Span): vscode.Location {
  const part = plan.parts && partAt(plan.parts, span.start);
  const folder = part && vscode.workspace.getWorkspaceFolder(uri)?.uri;
  const first = lines.position(part?.span.start ?? 0).line;
  const from = lines.position(span.start);
  const to = lines.position(span.end);
  return new vscode.Location(
    part && folder ? vscode.Uri.joinPath(folder, part.path) : uri,
    new vscode.Range(from.line - first, from.column, to.line - first, to.column),
  );
}

/** The offset in the plan's text of a place in one of its documents. */
export function offsetIn({ uri, plan }: OpenPlan, document: vscode.TextDocument, at: vscode.Position): number {
  const path = vscode.workspace.asRelativePath(document.uri, false);
  const part = uri.toString() === document.uri.toString() ? undefined : plan.parts?.find((own) => own.path === path);
  return (part?.span.start ?? 0) + document.offsetAt(at);
}

export function planSelector(): vscode.DocumentSelector {
  return { language: 'markdown', pattern: settingsFor().settings.planFiles };
}

/** The workspace's plans, the nearest to its root first. */
export async function findPlans(): Promise<vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(
    settingsFor().settings.planFiles,
    '**/{node_modules,.orca,.git}/**',
    50,
  );
  return found.sort((a, b) => a.path.split('/').length - b.path.split('/').length || a.path.localeCompare(b.path));
}

const SEVERITY = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

function toEditor(
  document: vscode.TextDocument,
  { code, severity, message, span, related }: Diagnostic,
): vscode.Diagnostic {
  const range = (of: Diagnostic['span']): vscode.Range =>
    new vscode.Range(document.positionAt(of.start), document.positionAt(of.end));
  const diagnostic = new vscode.Diagnostic(range(span), message, SEVERITY[severity]);
  diagnostic.source = 'Orca';
  diagnostic.code = code;
  if (related !== undefined)
    diagnostic.relatedInformation = related.map(
      (part) =>
        new vscode.DiagnosticRelatedInformation(new vscode.Location(document.uri, range(part.span)), part.message),
    );
  return diagnostic;
}
