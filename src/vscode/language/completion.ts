import * as vscode from 'vscode';
import { completionsAt, type Completion } from '../../core/language/completion.ts';
import { typingAt } from '../../core/language/typing.ts';
import { PlanDocument, type LanguageHost } from './plan-document.ts';

const KINDS: Readonly<Record<Completion['kind'], vscode.CompletionItemKind>> = {
  task: vscode.CompletionItemKind.Reference,
  group: vscode.CompletionItemKind.Module,
  field: vscode.CompletionItemKind.Field,
  key: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.Value,
  path: vscode.CompletionItemKind.File,
};

/** What is typed behind these may be the start of a name. */
export const TRIGGERS = [' ', ':', ',', '(', '[', '"', '`', '/', '-', '.'];

const MOST_FILES = 5000;
const FRESH_MS = 10_000;

export class PlanCompletions implements vscode.CompletionItemProvider {
  readonly #host: LanguageHost;
  #files: { readonly folder: string; readonly until: number; readonly paths: Promise<string[]> } | undefined;

  constructor(host: LanguageHost) {
    this.#host = host;
  }

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.CompletionItem[]> {
    // Most keys are prose, which needs no plan to tell.
    if (!this.#host.plans.isPlan(document)) return [];
    const typing = typingAt({}, document.getText(), document.offsetAt(position));
    if (typing === undefined) return [];
    const isPath =
      typing.kind === 'value' ? typing.field === 'files' || typing.field === 'reads' : typing.kind === 'setting';
    const paths = isPath ? await this.#paths(document.uri) : [];
    const here = PlanDocument.of(this.#host, document);
    if (here === undefined || token.isCancellationRequested) return [];
    const { agents = [], gates = [] } = this.#host.plans.namesFor(document.uri);
    const names = { agents, gates, paths };
    return completionsAt(here.plan, here.open.text, here.offset(position), names).flatMap((completion, i) => {
      const range = here.range(completion.span);
      return range === undefined ? [] : [itemOf(completion, range, i)];
    });
  }

  #paths(document: vscode.Uri): Promise<string[]> {
    const folder = vscode.workspace.getWorkspaceFolder(document);
    if (folder === undefined) return Promise.resolve([]);
    const known = this.#files;
    if (known?.folder === folder.uri.fsPath && Date.now() < known.until) return known.paths;
    const paths = Promise.resolve(
      vscode.workspace.findFiles(
        new vscode.RelativePattern(folder, '**/*'),
        '**/{node_modules,.orca,.git}/**',
        MOST_FILES,
      ),
    ).then((found) => found.map((uri) => vscode.workspace.asRelativePath(uri, false)));
    this.#files = { folder: folder.uri.fsPath, until: Date.now() + FRESH_MS, paths };
    return paths;
  }
}

function itemOf(
  { kind, label, detail, about, text }: Completion,
  range: vscode.Range,
  place: number,
): vscode.CompletionItem {
  const item = new vscode.CompletionItem(detail === undefined ? label : { label, description: detail }, KINDS[kind]);
  item.range = range;
  item.insertText = text;
  item.filterText = text.trimEnd().startsWith('"') ? text : `${label} ${detail ?? ''}`.trim();
  // The order is the core's: the nearest first.
  item.sortText = String(place).padStart(6, '0');
  if (about !== undefined) item.documentation = new vscode.MarkdownString(about);
  // Behind `Depends on: ` the ids are wanted next.
  if (kind === 'field' || kind === 'key') item.command = { title: 'Suggest', command: 'editor.action.triggerSuggest' };
  return item;
}
