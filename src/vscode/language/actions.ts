import * as vscode from 'vscode';
import { fixesFor } from '../../core/plan/edit/fixes.ts';
import { formatEstimates } from '../../core/plan/edit/format.ts';
import { COMMANDS } from '../ids.ts';
import { PlanDocument, type LanguageHost } from './plan-document.ts';

const FORMAT = vscode.CodeActionKind.Source.append('orca.formatEstimates');
const CONVERT = vscode.CodeActionKind.Source.append('orca.convert');

/** The fixes of what is wrong with a plan, and what can be made of it as a whole. */
export class PlanActions implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, FORMAT, CONVERT],
  };
  readonly #host: LanguageHost;

  constructor(host: LanguageHost) {
    this.#host = host;
  }

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { only, diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const here = PlanDocument.of(this.#host, document);
    if (here === undefined || here.plan.tasks.length === 0) return [];
    const wants = (kind: vscode.CodeActionKind): boolean => only === undefined || only.contains(kind);
    return [
      ...(wants(vscode.CodeActionKind.QuickFix) ? fixesIn(here, range, diagnostics) : []),
      ...(only !== undefined && wants(FORMAT) ? formatAction(here) : []),
      ...(only !== undefined && wants(CONVERT) && here.plan.dialect !== 'orca' ? [convertAction(here)] : []),
    ];
  }
}

function fixesIn(here: PlanDocument, range: vscode.Range, shown: readonly vscode.Diagnostic[]): vscode.CodeAction[] {
  return here.plan.diagnostics.flatMap((diagnostic) => {
    const at = here.range(diagnostic.span);
    if (at?.intersection(range) === undefined) return [];
    const own = shown.find(
      ({ source, code, range: place }) => source === 'Orca' && code === diagnostic.code && place.isEqual(at),
    );
    return fixesFor(here.plan, here.open.text, diagnostic).map(({ title, edits, preferred }) => {
      const action = new vscode.CodeAction(plain(title), vscode.CodeActionKind.QuickFix);
      action.edit = here.edit(edits);
      if (own !== undefined) action.diagnostics = [own];
      if (preferred !== undefined) action.isPreferred = preferred;
      return action;
    });
  });
}

function formatAction(here: PlanDocument): vscode.CodeAction[] {
  const edits = formatEstimates(here.plan, here.open.text);
  if (edits.length === 0) return [];
  const action = new vscode.CodeAction('Format Estimates', FORMAT);
  action.edit = here.edit(edits);
  return [action];
}

function convertAction({ open }: PlanDocument): vscode.CodeAction {
  const title = "Convert to Orca's Format";
  const action = new vscode.CodeAction(title, CONVERT);
  action.command = { title, command: COMMANDS.convert, arguments: [open.uri] };
  return action;
}

/** Titles of actions are text. */
function plain(title: string): string {
  return title.replaceAll('`', "'");
}
