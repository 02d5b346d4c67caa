import * as vscode from 'vscode';
import { makeSample } from '../../engine/sample.ts';
import type { WindowHost } from './host.ts';

/** Puts the sample into a new folder of the user's choice, as a repository of its own, and opens it. */
export async function openSample({ extensionUri }: WindowHost): Promise<void> {
  const picked = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    title: vscode.l10n.t('Where to put the sample'),
    openLabel: vscode.l10n.t('Put the Sample Here'),
  });
  const parent = picked?.[0];
  if (parent === undefined) return;
  if (parent.scheme !== 'file') throw new Error(vscode.l10n.t('The sample needs a folder on the disk.'));
  const made = await makeSample(vscode.Uri.joinPath(extensionUri, 'examples', 'ecommerce-api').fsPath, parent.fsPath);
  if (!made.ok) throw new Error(`${made.problem.message} ${made.problem.fix}`);
  // What is open stays open.
  const forceNewWindow = (vscode.workspace.workspaceFolders?.length ?? 0) > 0;
  const folder = vscode.Uri.file(made.repository.root);
  await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow });
}
