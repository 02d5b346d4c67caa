import * as vscode from 'vscode';
import { hoverAt } from '../../core/language/hover.ts';
import { definitionsAt, occurrencesAt, referencesAt } from '../../core/language/references.ts';
import { renameEdits, renameTarget } from '../../core/language/rename.ts';
import { PlanDocument, type LanguageHost } from './plan-document.ts';

/** From a task's name to all that is known of it, and to every place where it stands. */
export class PlanNavigation
  implements vscode.HoverProvider, vscode.DefinitionProvider, vscode.ReferenceProvider, vscode.RenameProvider
{
  readonly #host: LanguageHost;

  constructor(host: LanguageHost) {
    this.#host = host;
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const here = PlanDocument.of(this.#host, document);
    if (here === undefined) return undefined;
    const facts = here.facts();
    const offset = here.offset(position);
    const { factors } = await this.#host.calibration(here.open, facts.schedule);
    const hover = hoverAt({ ...facts, factors }, offset);
    // A plan's words come from anywhere: neither trusted, nor HTML.
    return hover && new vscode.Hover(new vscode.MarkdownString(hover.markdown), here.range(hover.span));
  }

  provideDefinition(document: vscode.TextDocument, position: vscode.Position): vscode.LocationLink[] {
    const here = PlanDocument.of(this.#host, document);
    if (here === undefined) return [];
    const offset = here.offset(position);
    const [origin] = occurrencesAt(here.plan, offset);
    const range = origin && here.range(origin.span);
    return definitionsAt(here.plan, offset).map((span) => {
      const target = here.location(span);
      return {
        targetUri: target.uri,
        targetRange: target.range,
        ...(range !== undefined && { originSelectionRange: range }),
      };
    });
  }

  provideReferences(
    document: vscode.TextDocument,
    position: vscode.Position,
    { includeDeclaration }: vscode.ReferenceContext,
  ): vscode.Location[] {
    const here = PlanDocument.of(this.#host, document);
    if (here === undefined) return [];
    return referencesAt(here.plan, here.offset(position), includeDeclaration).map((span) => here.location(span));
  }

  prepareRename(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): { range: vscode.Range; placeholder: string } | undefined {
    const here = PlanDocument.of(this.#host, document);
    if (here === undefined) return undefined;
    const target = renameTarget(here.plan, here.open.text, here.offset(position));
    if ('problem' in target) throw new Error(target.problem);
    const range = here.range(target.span);
    return range && { range, placeholder: target.id };
  }

  provideRenameEdits(
    document: vscode.TextDocument,
    position: vscode.Position,
    name: string,
  ): vscode.WorkspaceEdit | undefined {
    const here = PlanDocument.of(this.#host, document);
    if (here === undefined) return undefined;
    const target = renameTarget(here.plan, here.open.text, here.offset(position));
    if ('problem' in target) return refused(target.problem);
    const read = (source: typeof here.source) => this.#host.read(source, document.uri);
    const renamed = renameEdits(here.plan, here.source, { id: target.id, name: name.trim(), read });
    return 'problem' in renamed ? refused(renamed.problem) : here.edit(renamed.edits);
  }
}

/** An error would have the editor ask the next provider, and Markdown's own renames the whole heading. */
function refused(problem: string): vscode.WorkspaceEdit {
  void vscode.window.showWarningMessage(`Orca: ${problem.replaceAll('`', "'")}`);
  return new vscode.WorkspaceEdit();
}
