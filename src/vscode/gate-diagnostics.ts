import * as vscode from 'vscode';
import type { Severity } from '../core/plan/diagnostic.ts';
import { rangeNow, type HashedLines } from '../core/view/finding-range.ts';
import { openFindings, type PlacedFinding } from '../core/view/findings.ts';
import { lineHash } from '../engine/gate/line-hash.ts';
import { textAt, uriAt } from './places.ts';
import type { Runs, ShownRun } from './runs.ts';

const SOON_MS = 150;

/** Findings of one file, and what of them is shown. */
interface FileFindings {
  readonly uri: vscode.Uri;
  readonly placed: readonly PlacedFinding[];
  shown: readonly { readonly diagnostic: vscode.Diagnostic; readonly placed: PlacedFinding }[];
  /** Of what is shown, to tell whether it has changed. */
  text: string;
}

/** What gates found, at its lines: of the run that is shown, wherever the files are now. Follows edits of the files. */
export class GateDiagnostics implements vscode.Disposable {
  readonly #runs: Runs;
  readonly #collection = vscode.languages.createDiagnosticCollection('orca.gates');
  readonly #disposables: readonly { dispose(): unknown }[];
  /** By URI. */
  #files = new Map<string, FileFindings>();
  #known = '';
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(runs: Runs, log: vscode.LogOutputChannel) {
    this.#runs = runs;
    const soon = (): void => {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#turn = this.#turn.then(() => this.#update()).catch((error: unknown) => log.error(error as Error));
      }, SOON_MS);
    };
    const edited = ({ uri }: vscode.TextDocument): void => {
      if (!this.#files.has(uri.toString())) return;
      this.#known = '';
      soon();
    };
    this.#disposables = [
      this.#collection,
      runs.onDidChange(soon),
      vscode.workspace.onDidOpenTextDocument(edited),
      vscode.workspace.onDidChangeTextDocument(({ document }) => edited(document)),
      { dispose: () => clearTimeout(this.#timer) },
    ];
    soon();
  }

  /** The findings behind diagnostics. */
  at(uri: vscode.Uri, diagnostics: readonly vscode.Diagnostic[]): FileFindings['shown'] {
    const shown = this.#files.get(uri.toString())?.shown ?? [];
    return shown.filter(({ diagnostic }) => diagnostics.some((wanted) => isSame(diagnostic, wanted)));
  }

  dispose(): void {
    for (const disposable of this.#disposables) disposable.dispose();
  }

  async #update(): Promise<void> {
    const run = this.#runs.shown;
    const open = run === undefined ? [] : openFindings(run.state).filter(({ finding }) => finding.path !== undefined);
    const known = JSON.stringify([run?.dir, ...open.map(({ finding, scope, place }) => [finding, scope, place])]);
    if (known === this.#known) return;
    this.#known = known;
    if (run === undefined) {
      this.#clear(new Set());
      return;
    }
    const byFile = new Map<string, { readonly uri: vscode.Uri; readonly placed: PlacedFinding[] }>();
    for (const placed of open) {
      const uri = uriAt(run, placed.place, placed.finding.path ?? '');
      const file = byFile.get(uri.toString()) ?? { uri, placed: [] };
      file.placed.push(placed);
      byFile.set(uri.toString(), file);
    }
    this.#clear(new Set(byFile.keys()));
    await Promise.all([...byFile].map(([key, file]) => this.#show(run, key, file)));
  }

  #clear(but: ReadonlySet<string>): void {
    for (const [key, { uri }] of this.#files) {
      if (but.has(key)) continue;
      this.#files.delete(key);
      this.#collection.delete(uri);
    }
  }

  async #show(run: ShownRun, key: string, file: Pick<FileFindings, 'uri' | 'placed'>): Promise<void> {
    const known = this.#files.get(key);
    this.#files.set(key, { shown: [], text: '', ...known, ...file });
    const lines = hashed((await textAt(file.uri)) ?? '');
    const shown = file.placed.flatMap((placed) => {
      const range = rangeNow(placed.finding, lines);
      return range === undefined ? [] : [{ diagnostic: diagnosticOf(run, placed, range), placed }];
    });
    const diagnostics = shown.map(({ diagnostic }) => diagnostic);
    const text = JSON.stringify(diagnostics);
    this.#files.set(key, { ...file, shown, text });
    if (text !== known?.text) this.#collection.set(file.uri, diagnostics);
  }
}

function hashed(text: string): HashedLines {
  const lines = text.split(/\r?\n/);
  return { lines, hashes: lines.map(lineHash) };
}

/** VS Code hands back copies. */
function isSame(a: vscode.Diagnostic, b: vscode.Diagnostic): boolean {
  return a.message === b.message && a.range.isEqual(b.range) && codeText(a) === codeText(b);
}

function codeText({ code }: vscode.Diagnostic): unknown {
  return typeof code === 'object' ? code.value : code;
}

const SEVERITY: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

function diagnosticOf(
  run: ShownRun,
  { finding, scope, place }: PlacedFinding,
  { line, column, endLine, endColumn }: NonNullable<ReturnType<typeof rangeNow>>,
): vscode.Diagnostic {
  const { gate, rule, helpUri, related, message, severity } = finding;
  const range = new vscode.Range(line, column, endLine, endColumn);
  const diagnostic = new vscode.Diagnostic(range, message, SEVERITY[severity]);
  diagnostic.source = 'Orca';
  const task = finding.task ?? (scope.kind === 'task' ? scope.task : undefined);
  const value = [gate, rule, ...(task === undefined ? [] : [task])].join(' · ');
  const target = helpUri !== undefined && /^https?:\/\//i.test(helpUri) ? vscode.Uri.parse(helpUri) : undefined;
  diagnostic.code = target === undefined ? value : { value, target };
  if (related !== undefined)
    diagnostic.relatedInformation = related.map(
      (other) =>
        new vscode.DiagnosticRelatedInformation(
          new vscode.Location(
            uriAt(run, place, other.path),
            new vscode.Position(Math.max(0, (other.line ?? 1) - 1), 0),
          ),
          other.message,
        ),
    );
  return diagnostic;
}
