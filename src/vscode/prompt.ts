import * as vscode from 'vscode';
import { firstPrompt } from '../core/agent/first-prompt.ts';
import { promptContext } from '../engine/prompt-context.ts';
import { attemptDir } from '../engine/run-files.ts';
import type { Plans } from './plans.ts';
import type { Runs } from './runs.ts';

interface Parts {
  readonly plans: Plans;
  readonly runs: Runs;
}

/** Shows what a task's agent was told; before it has run, what it would be told now. */
export async function showPrompt(
  { plans, runs }: Parts,
  reference: { readonly id: string; readonly plan?: vscode.Uri } | undefined,
): Promise<void> {
  if (reference === undefined) return;
  const { id } = reference;
  const run = reference.plan === undefined ? runs.shown : undefined;
  const attempt = run?.state.tasks[run.state.index.get(id) ?? -1]?.attempts.at(-1);
  if (run !== undefined && attempt !== undefined && !attempt.byHand) {
    const uri = vscode.Uri.joinPath(vscode.Uri.file(attemptDir(run.dir, id, attempt.number)), 'prompt.md');
    await vscode.window.showTextDocument(uri, { preview: true });
    return;
  }
  const uri = await plans.pick(reference.plan);
  if (uri === undefined) return;
  const { plan } = await plans.open(uri);
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? vscode.Uri.joinPath(uri, '..').fsPath;
  const task = plan.tasks.find((one) => one.id === id);
  if (task === undefined) throw new Error(vscode.l10n.t('The plan has no task {0}.', id));
  const context = await promptContext(folder, task);
  if ('problems' in context) throw new Error(context.problems.join(' '));
  const text = firstPrompt(plan, task, context);
  await vscode.window.showTextDocument(
    await vscode.workspace.openTextDocument({ language: 'markdown', content: text }),
    { preview: true },
  );
}
