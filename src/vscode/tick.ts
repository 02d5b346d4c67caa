import * as vscode from 'vscode';
import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { tickPlan, tickedText, type Editors, type Finished } from '../engine/tick-plan.ts';
import { settingsFor } from './settings.ts';

const RELOAD_MS = 3000;

/** Ticks in the plan what an applied run has finished, where that is wanted; what to say of it, with a blank in front. */
export async function tickFinished(root: string, finished: Finished): Promise<string> {
  if (!settingsFor(vscode.Uri.file(root)).settings['plan.writeBack']) return '';
  const editors = await editorsOf(join(root, finished.planPath ?? ''));
  const ticked = await tickPlan(root, finished, editors);
  return [tickedText(ticked), ...ticked.problems].flatMap((text) => (text === undefined ? [] : [` ${text}`])).join('');
}

/** A file with changes that are not saved is edited and left so; another is saved as well. */
async function editorsOf(plan: string): Promise<Editors> {
  const documents = new Map<string, vscode.TextDocument>();
  for (const document of vscode.workspace.textDocuments) {
    const { scheme, fsPath } = document.uri;
    if (scheme !== 'file' || (fsPath !== plan && !fsPath.startsWith(`${plan}${sep}`))) continue;
    if (document.isDirty || (await isAsOnDisk(document))) documents.set(fsPath, document);
  }
  return {
    textOf: (path) => documents.get(path)?.getText(),
    async edit(path, edits) {
      const document = documents.get(path);
      if (document === undefined || document.isClosed) return false;
      const wasDirty = document.isDirty;
      const change = new vscode.WorkspaceEdit();
      for (const { span, text } of edits) {
        const range = new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
        change.replace(document.uri, range, text);
      }
      if (!(await vscode.workspace.applyEdit(change))) throw new Error(vscode.l10n.t('the editor refused the edit'));
      if (!wasDirty && !(await document.save())) throw new Error(vscode.l10n.t('it could not be saved'));
      return true;
    },
  };
}

/** The merge has just written files, which the editor reads again a moment later. One that it has not is left to the disk. */
async function isAsOnDisk(document: vscode.TextDocument): Promise<boolean> {
  // The editor has one kind of line ends in a file.
  const lines = (text: string): string => text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const disk = lines(await readFile(document.uri.fsPath, 'utf8').catch(() => ''));
  const isSame = (): boolean => lines(document.getText()) === disk;
  if (isSame()) return true;
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      listening.dispose();
      resolve(isSame() && !document.isDirty);
    };
    const timer = setTimeout(done, RELOAD_MS);
    const listening = vscode.workspace.onDidChangeTextDocument((change) => {
      if (change.document === document && isSame()) done();
    });
  });
}
