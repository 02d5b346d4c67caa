import * as vscode from 'vscode';
import type { TaskGraph } from '../core/graph/task-graph.ts';
import { analyse, type Analysis } from '../core/plan/analysis.ts';
import type { Known } from '../core/plan/dialect/dialect.ts';
import type { Diagnostic, LineMap, Span } from '../core/plan/diagnostic.ts';
import type { Edit } from '../core/plan/edit/edits.ts';
import type { Plan } from '../core/plan/plan.ts';
import { partAt, type PlanSource } from '../core/plan/source.ts';
import { DeclaredPlans } from './declared-plans.ts';
import { knownIn } from './known.ts';
import { PlanFolders } from './plan-folders.ts';
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

/** The languages of documents that may be plans; which of them are is another question. */
export const PLAN_LANGUAGES = ['markdown', 'json', 'jsonc'];

interface KnownPlan {
  readonly version: string;
  readonly analysis: Analysis;
  readonly open: OpenPlan;
}

/** The plans of the workspace: each is read once a version of its texts; diagnostics follow the typing. */
export class Plans implements vscode.Disposable {
  readonly #declared: DeclaredPlans;
  readonly #folders = new PlanFolders();
  /** By the URI of the plan: of its document, or of its folder. */
  readonly #known = new Map<string, KnownPlan>();
  /** What the workspace knows, by its folder. */
  readonly #names = new Map<string, Known>();
  /** Of documents that are plans by their names, by the workspace's folder. */
  readonly #selectors = new Map<string, vscode.DocumentSelector>();
  /** The files that a plan's diagnostics stand in, by the plan. */
  readonly #marked = new Map<string, readonly vscode.Uri[]>();
  readonly #diagnostics = vscode.languages.createDiagnosticCollection('orca');
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #disposables: readonly { dispose(): unknown }[];

  /** A plan's text has changed, some moments after the last key; or what is known of it. */
  readonly onDidChange = this.#changed.event;

  constructor(memory: vscode.Memento) {
    this.#declared = new DeclaredPlans(memory);
    const names = vscode.workspace.createFileSystemWatcher('**/.orca/{settings.json,gates.yaml}');
    const forget = (): void => this.#forgetNames();
    this.#disposables = [
      this.#diagnostics,
      this.#changed,
      this.#folders,
      names,
      names.onDidChange(forget),
      names.onDidCreate(forget),
      names.onDidDelete(forget),
      this.#folders.onDidChange((folder) => this.#checkFolder(folder)),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('orca')) forget();
      }),
      vscode.workspace.onDidOpenTextDocument((document) => this.#check(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#checkSoon(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#close(document)),
    ];
    for (const document of vscode.workspace.textDocuments) this.#check(document);
  }

  isPlan(document: vscode.TextDocument): boolean {
    const { uri, languageId } = document;
    if (!PLAN_LANGUAGES.includes(languageId) || uri.path.includes('/.orca/')) return false;
    const declared = this.#declared.get(uri);
    if (declared !== undefined) return declared;
    if (vscode.languages.match(this.#selectorFor(uri), document) > 0) return true;
    return this.#folders.of(uri) instanceof vscode.Uri;
  }

  /** The plan that a document is, or is a part of; where the others of its folder are not read yet, alone. */
  get(document: vscode.TextDocument): OpenPlan {
    const folder = this.#folders.of(document.uri);
    if (folder instanceof vscode.Uri)
      return this.#read(folder, this.#folders.version(folder), () => this.#folders.source(folder));
    return this.#read(document.uri, String(document.version), () => document.getText());
  }

  /** The plan of a document, or of a folder. */
  async open(uri: vscode.Uri): Promise<OpenPlan> {
    const isFolder = await vscode.workspace.fs.stat(uri).then(
      ({ type }) => (type & vscode.FileType.Directory) !== 0,
      () => false,
    );
    const files = isFolder || this.#folders.of(uri) === 'loading' ? await this.#folders.load(uri) : [];
    const [first] = files;
    if (isFolder && first === undefined)
      throw new Error(
        vscode.l10n.t('{0} is no plan: there is no plan.md in it, and no tasks.', vscode.workspace.asRelativePath(uri)),
      );
    return this.get(await vscode.workspace.openTextDocument(isFolder && first !== undefined ? first : uri));
  }

  /** The user says that a file is a plan, or none. */
  async declare(uri: vscode.Uri, isPlan: boolean): Promise<void> {
    await this.#declared.set(uri, isPlan);
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
    if (document !== undefined) {
      if (isPlan) this.#check(document);
      else this.#close(document);
    }
    this.#changed.fire(uri);
  }

  /** The workspace's plans, those nearest to their folder first, and then by the order of the folders. */
  async find(): Promise<vscode.Uri[]> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const inFolders = folders.map((folder) => new vscode.RelativePattern(folder, planPattern(folder.uri)));
    const found = await Promise.all(
      inFolders.map((pattern) => vscode.workspace.findFiles(pattern, '**/{node_modules,.orca,.git}/**', 500)),
    );
    const plans = new Map<string, vscode.Uri>();
    for (const file of [...found.flat(), ...this.#declared.plans()]) {
      if (this.#declared.get(file) === false) continue;
      const folder = this.#folders.of(file);
      if (folder === 'loading') await this.#folders.load(file);
      const known = this.#folders.of(file);
      const plan = known instanceof vscode.Uri ? known : file;
      plans.set(plan.toString(), plan);
    }
    const depth = (uri: vscode.Uri): number => vscode.workspace.asRelativePath(uri, false).split('/').length;
    const folderOf = (uri: vscode.Uri): number => vscode.workspace.getWorkspaceFolder(uri)?.index ?? folders.length;
    return [...plans.values()].sort(
      (a, b) => depth(a) - depth(b) || folderOf(a) - folderOf(b) || a.path.localeCompare(b.path),
    );
  }

  /** The plan that is meant: the one given, else in the active editor, else the workspace's, else asked for. */
  async pick(given: vscode.Uri | undefined): Promise<vscode.Uri | undefined> {
    if (given !== undefined) return given;
    const active = vscode.window.activeTextEditor?.document;
    if (active !== undefined && this.isPlan(active)) return active.uri;
    const found = await this.find();
    if (found.length === 0) {
      const open = vscode.l10n.t('Choose a File…');
      const answer = await vscode.window.showInformationMessage(
        vscode.l10n.t(
          'There is no plan in this workspace. Orca runs a plan: a plan.md with a heading for each task, a tasks.md, a tasks.json, or a folder of tasks.',
        ),
        open,
      );
      if (answer !== open) return undefined;
      return (await vscode.window.showOpenDialog({ filters: { Plans: ['md', 'json'] } }))?.[0];
    }
    if (found.length === 1) return found[0];
    const picked = await vscode.window.showQuickPick(
      found.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri })),
      { title: 'Orca', placeHolder: vscode.l10n.t('Which plan?') },
    );
    return picked?.uri;
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #read(uri: vscode.Uri, version: string, sourceNow: () => string | PlanSource): OpenPlan {
    const key = uri.toString();
    const before = this.#known.get(key);
    const names = this.namesFor(uri);
    if (before?.version === version && before.analysis.reading.known === names) return before.open;
    const source = sourceNow();
    const analysis = analyse(source, names, before?.analysis);
    const { plan, graph, reading } = analysis;
    const text = typeof source === 'string' ? source : source.text;
    const open = { uri, text, plan, graph, lines: reading.lines };
    this.#known.set(key, { version, analysis, open });
    return open;
  }

  #selectorFor(document: vscode.Uri): vscode.DocumentSelector {
    const folder = vscode.workspace.getWorkspaceFolder(document)?.uri;
    const key = folder?.toString() ?? '';
    let selector = this.#selectors.get(key);
    if (selector === undefined) {
      const pattern = planPattern(folder);
      selector = PLAN_LANGUAGES.map((language) => ({ language, pattern }));
      this.#selectors.set(key, selector);
    }
    return selector;
  }

  /** What the workspace of a plan knows: agents, gates, the order of tasks. */
  namesFor(uri: vscode.Uri): Known {
    const key = vscode.workspace.getWorkspaceFolder(uri)?.uri.toString() ?? '';
    const known = this.#names.get(key) ?? knownIn(uri);
    this.#names.set(key, known);
    return known;
  }

  /** Agents, gates and the order of plans may be others now. */
  #forgetNames(): void {
    this.#names.clear();
    this.#selectors.clear();
    for (const document of vscode.workspace.textDocuments) {
      if (this.isPlan(document)) {
        this.#check(document);
        this.#changed.fire(document.uri);
      } else this.#close(document);
    }
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
        this.#tell(document);
      }, TYPING_MS),
    );
  }

  #tell(document: vscode.TextDocument): void {
    const { uri } = this.get(document);
    this.#changed.fire(document.uri);
    if (uri.toString() !== document.uri.toString()) this.#changed.fire(uri);
  }

  #checkFolder(folder: vscode.Uri): void {
    const [document] = this.#documentsOf(folder);
    if (document === undefined) return;
    this.#check(document);
    this.#tell(document);
  }

  #documentsOf(folder: vscode.Uri): vscode.TextDocument[] {
    return vscode.workspace.textDocuments.filter(({ uri }) => {
      const own = this.#folders.of(uri);
      return own instanceof vscode.Uri && own.toString() === folder.toString();
    });
  }

  #check(document: vscode.TextDocument): void {
    // Alone it would be told to wait for tasks that nobody knows.
    if (!this.isPlan(document) || this.#folders.of(document.uri) === 'loading') return;
    const open = this.get(document);
    const byFile = new Map<string, { readonly uri: vscode.Uri; readonly found: vscode.Diagnostic[] }>();
    for (const diagnostic of open.plan.diagnostics) {
      // What a file is not named for it may just not be.
      if (diagnostic.code === 'no-tasks' && !this.#isNamed(document.uri)) continue;
      const { uri } = locationOf(open, diagnostic.span);
      const file = byFile.get(uri.toString()) ?? { uri, found: [] };
      file.found.push(toEditor(open, diagnostic));
      byFile.set(uri.toString(), file);
    }
    const key = open.uri.toString();
    for (const uri of this.#marked.get(key) ?? []) if (!byFile.has(uri.toString())) this.#diagnostics.delete(uri);
    for (const { uri, found } of byFile.values()) this.#diagnostics.set(uri, found);
    this.#marked.set(
      key,
      [...byFile.values()].map(({ uri }) => uri),
    );
  }

  #isNamed(uri: vscode.Uri): boolean {
    return /(?:^|[/.])plan\.md$|\/tasks\.(?:md|json)$/i.test(uri.path) || this.#declared.get(uri) === true;
  }

  /** Takes away what was said of a plan that nobody looks at any more. */
  #close(document: vscode.TextDocument): void {
    const folder = this.#folders.of(document.uri);
    const plan = folder instanceof vscode.Uri ? folder : document.uri;
    const others = folder instanceof vscode.Uri ? this.#documentsOf(folder).filter((other) => other !== document) : [];
    if (others.length > 0) return;
    for (const uri of this.#marked.get(plan.toString()) ?? []) this.#diagnostics.delete(uri);
    this.#marked.delete(plan.toString());
    this.#known.delete(plan.toString());
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

/** Edits of a plan's text in the files that it is read from. */
export function editIn(open: OpenPlan, edits: readonly Edit[]): vscode.WorkspaceEdit {
  const result = new vscode.WorkspaceEdit();
  for (const { span, text } of edits) {
    const { uri, range } = locationOf(open, span);
    result.replace(uri, range, text);
  }
  return result;
}

/** The offset in the plan's text of a place in one of its documents. */
export function offsetIn({ uri, plan }: OpenPlan, document: vscode.TextDocument, at: vscode.Position): number {
  const path = vscode.workspace.asRelativePath(document.uri, false);
  const part = uri.toString() === document.uri.toString() ? undefined : plan.parts?.find((own) => own.path === path);
  return (part?.span.start ?? 0) + document.offsetAt(at);
}

function planPattern(scope: vscode.Uri | undefined): string {
  return settingsFor(scope).settings.planFiles;
}

const SEVERITY = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

function toEditor(open: OpenPlan, { code, severity, message, span, related }: Diagnostic): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(locationOf(open, span).range, message, SEVERITY[severity]);
  diagnostic.source = 'Orca';
  diagnostic.code = code;
  if (related !== undefined)
    diagnostic.relatedInformation = related.map(
      (part) => new vscode.DiagnosticRelatedInformation(locationOf(open, part.span), part.message),
    );
  return diagnostic;
}
