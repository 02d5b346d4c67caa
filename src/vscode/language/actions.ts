import * as vscode from 'vscode';
import { fixesFor } from '../../core/plan/edit/fixes.ts';
import { formatEstimates } from '../../core/plan/edit/format.ts';
import type { Span } from '../../core/plan/diagnostic.ts';
import { formatMinutes } from '../../core/view/duration.ts';
import { COMMANDS } from '../ids.ts';
import { Opportunities, type FixedOpportunity } from './opportunities.ts';
import { PlanDocument, type LanguageHost } from './plan-document.ts';

const FORMAT = vscode.CodeActionKind.Source.append('orca.formatEstimates');
const SHORTER = vscode.CodeActionKind.RefactorRewrite.append('orca');
const CONVERT = vscode.CodeActionKind.Source.append('orca.convert');

/** The fixes of what is wrong with a plan, and what can be made of it as a whole. */
export class PlanActions implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, SHORTER, FORMAT, CONVERT],
  };
  readonly #host: LanguageHost;
  readonly #opportunities: Opportunities;

  constructor(host: LanguageHost) {
    this.#host = host;
    this.#opportunities = new Opportunities(host);
  }

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { only, diagnostics, triggerKind }: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[]> {
    const here = PlanDocument.of(this.#host, document);
    if (here === undefined || here.plan.tasks.length === 0) return [];
    const wants = (kind: vscode.CodeActionKind): boolean => only === undefined || only.contains(kind);
    const isAsked = triggerKind === vscode.CodeActionTriggerKind.Invoke;
    return [
      ...(wants(vscode.CodeActionKind.QuickFix) ? fixesIn(here, range, diagnostics) : []),
      ...(wants(SHORTER) ? shorterIn(here, range, await this.#opportunities.of(here.open, isAsked)) : []),
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

/** What makes the plan shorter, at the task that it is about, and at the dependency that is needless. */
function shorterIn(
  here: PlanDocument,
  range: vscode.Range,
  opportunities: readonly FixedOpportunity[],
): vscode.CodeAction[] {
  const isAt = (span: Span | undefined): boolean => {
    const at = span && here.range(span);
    return at !== undefined && range.start.line <= at.end.line && at.start.line <= range.end.line;
  };
  return opportunities.flatMap(({ row, fix }) => {
    // An estimate makes nothing shorter, and has its own fix where it is missing.
    if (fix === undefined || row.task === undefined || row.kind === 'estimate') return [];
    const heading = here.plan.tasks.find(({ id }) => id === row.task)?.idSpan;
    if (!isAt(heading) && !(row.kind === 'dependency' && isAt(fix.edits[0]?.span))) return [];
    const action = new vscode.CodeAction(`${plain(fix.title)}: ${formatMinutes(row.minutes)} shorter`, SHORTER);
    action.edit = here.edit(fix.edits);
    return [action];
  });
}

function formatAction(here: PlanDocument): vscode.CodeAction[] {
  const edits = formatEstimates(here.plan, here.open.text);
  if (edits.length === 0) return [];
  const action = new vscode.CodeAction(vscode.l10n.t('Format Estimates'), FORMAT);
  action.edit = here.edit(edits);
  return [action];
}

function convertAction({ open }: PlanDocument): vscode.CodeAction {
  const title = vscode.l10n.t("Convert to Orca's Format");
  const action = new vscode.CodeAction(title, CONVERT);
  action.command = { title, command: COMMANDS.convert, arguments: [open.uri] };
  return action;
}

/** Titles of actions are text. */
function plain(title: string): string {
  return title.replaceAll('`', "'");
}
