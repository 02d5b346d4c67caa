import * as vscode from 'vscode';
import { inlayHints } from '../../core/language/inlay.ts';
import { pathLinks } from '../../core/language/links.ts';
import { foldsOf, symbolsOf, type PlanSymbol } from '../../core/language/symbols.ts';
import { PlanDocument, type LanguageHost } from './plan-document.ts';

/** What is shown of a document as a whole: its layers and tasks, folds, links to files, and hints behind titles. */
export class PlanOutline
  implements
    vscode.DocumentSymbolProvider,
    vscode.FoldingRangeProvider,
    vscode.DocumentLinkProvider<FileLink>,
    vscode.InlayHintsProvider,
    vscode.Disposable
{
  readonly #host: LanguageHost;
  readonly #changed = new vscode.EventEmitter<void>();

  readonly onDidChangeInlayHints = this.#changed.event;

  constructor(host: LanguageHost) {
    this.#host = host;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** The hints may have changed with something else than the text. */
  refresh(): void {
    this.#changed.fire();
  }

  provideDocumentSymbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
    const here = PlanDocument.of(this.#host, document);
    return here === undefined ? [] : symbolsIn(here, symbolsOf(here.plan, here.open.graph));
  }

  provideFoldingRanges(document: vscode.TextDocument): vscode.FoldingRange[] {
    const here = PlanDocument.of(this.#host, document);
    // In a plan of several files a task is a file.
    if (here === undefined || here.plan.parts !== undefined) return [];
    const { plan, graph, lines } = here.open;
    return foldsOf(plan, graph, lines).map(({ from, to }) => new vscode.FoldingRange(from, to));
  }

  async provideDocumentLinks(document: vscode.TextDocument, token: vscode.CancellationToken): Promise<FileLink[]> {
    const here = PlanDocument.of(this.#host, document);
    const folder = vscode.workspace.getWorkspaceFolder(document.uri);
    if (here === undefined || folder === undefined) return [];
    const links: FileLink[] = [];
    const known = new Map<string, Promise<boolean>>();
    for (const { path, span } of pathLinks(here.plan, here.open.text).slice(0, MOST_LINKS)) {
      const range = here.range(span);
      if (range === undefined) continue;
      const target = vscode.Uri.joinPath(folder.uri, path);
      const there = known.get(path) ?? isFile(target);
      known.set(path, there);
      if (await there) links.push(new FileLink(range, target));
      if (token.isCancellationRequested) return [];
    }
    return links;
  }

  provideInlayHints(
    document: vscode.TextDocument,
    range: vscode.Range,
    token: vscode.CancellationToken,
  ): vscode.InlayHint[] {
    const here = token.isCancellationRequested ? undefined : PlanDocument.of(this.#host, document);
    if (here === undefined) return [];
    return inlayHints(here.facts(), here.span(range)).flatMap(({ offset, text }) => {
      const at = here.range({ start: offset, end: offset })?.start;
      if (at === undefined) return [];
      const hint = new vscode.InlayHint(at, text);
      hint.paddingLeft = true;
      hint.tooltip = vscode.l10n.t('Layer, and when the task would run by the schedule that Orca: Preview Plan shows');
      return [hint];
    });
  }
}

const MOST_LINKS = 1000;

class FileLink extends vscode.DocumentLink {
  constructor(range: vscode.Range, target: vscode.Uri) {
    super(range, target);
    this.tooltip = vscode.l10n.t('Open file');
  }
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) !== 0;
  } catch {
    return false;
  }
}

function symbolsIn(here: PlanDocument, symbols: readonly PlanSymbol[]): vscode.DocumentSymbol[] {
  return symbols.flatMap(({ kind, name, detail, span, selection, children }) => {
    const inner = symbolsIn(here, children);
    const range = here.range(span);
    const selected = here.range(selection);
    if (range === undefined || selected === undefined) return inner;
    const icon = kind === 'layer' ? vscode.SymbolKind.Namespace : vscode.SymbolKind.Event;
    const symbol = new vscode.DocumentSymbol(name, detail, icon, range, selected);
    symbol.children = inner;
    return [symbol];
  });
}
