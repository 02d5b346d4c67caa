import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { GATES_FILE } from '../core/gate/config.ts';
import { pickFolder } from './pick-folder.ts';
import type { Runs } from './runs.ts';

/** Whether a folder declares gates. */
export function hasGates(folder: string): boolean {
  return existsSync(join(folder, GATES_FILE));
}

/** Writes gates that fit the repository and opens them; where there are some, shows beside them what would fit. */
export async function setUpGates(runs: Runs): Promise<void> {
  const folder = await pickFolder(vscode.l10n.t('Set up gates for which folder?'));
  if (folder === undefined) return;
  const { code, out, err } = await runs.engines.cli(['gates', '--init', '--folder', folder]);
  const file = vscode.Uri.file(join(folder, GATES_FILE));
  if (code === 0) {
    await vscode.window.showTextDocument(file);
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        'Orca: {0} has gates that fit this repository. Look at them, and commit the file: a run reads it from the commit that it starts from.',
        GATES_FILE,
      ),
    );
    return;
  }
  if (!hasGates(folder)) throw new Error(err.replace(/^orca: /, '').trim());
  await vscode.window.showTextDocument(file);
  const document = await vscode.workspace.openTextDocument({ language: 'yaml', content: out });
  await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside);
}
