import * as vscode from 'vscode';
import { orderEdit } from '../../core/language/order.ts';
import { ORDER_WORDS } from '../../core/view/order.ts';
import { ruleOf } from '../../core/graph/build.ts';
import { convertPlan } from '../../core/plan/edit/convert.ts';
import { formatEstimates } from '../../core/plan/edit/format.ts';
import { ORDER_RULES } from '../../core/plan/plan.ts';
import type { OpenPlan } from '../plans.ts';
import type { LanguageHost } from './plan-document.ts';

/** Lets a person choose what orders the tasks that state nothing, and has the plan say so; else the workspace's setting. */
export async function changeOrder(host: LanguageHost, open: OpenPlan): Promise<void> {
  const current = ruleOf(open.plan);
  const picked = await vscode.window.showQuickPick(
    ORDER_RULES.map((rule) => ({
      rule,
      label: `${rule === current ? '$(check)' : '$(blank)'} ${ORDER_WORDS[rule].label}`,
      description: rule,
      detail: ORDER_WORDS[rule].about,
    })),
    {
      title: vscode.l10n.t('Orca: Order of Tasks'),
      placeHolder: vscode.l10n.t('What orders tasks that state no dependencies?'),
      matchOnDetail: true,
    },
  );
  if (picked === undefined) return;
  const edit = orderEdit(open.plan, open.text, picked.rule);
  if (edit !== undefined) await vscode.workspace.applyEdit(host.editIn(open, [edit]));
  else
    await vscode.workspace
      .getConfiguration('orca', open.uri)
      .update('plan.order', picked.rule, vscode.ConfigurationTarget.Workspace);
}

/** Writes the estimates of a plan in one spelling. */
export async function formatPlan(host: LanguageHost, open: OpenPlan): Promise<void> {
  const edits = formatEstimates(open.plan, open.text);
  if (edits.length > 0) await vscode.workspace.applyEdit(host.editIn(open, edits));
  const said =
    edits.length === 0
      ? vscode.l10n.t('Every estimate is in the usual spelling.')
      : vscode.l10n.t('{0} estimates are in the usual spelling now.', edits.length);
  vscode.window.setStatusBarMessage(`Orca: ${said}`, 5000);
}

/** Opens the plan in Orca's own format, as a new document beside it: the tool that it is from may still want the old one. */
export async function convert(host: LanguageHost, { uri, plan, graph }: OpenPlan): Promise<void> {
  const content = convertPlan(plan, graph, (text) => host.read({ text }, uri));
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content });
  await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside);
}
