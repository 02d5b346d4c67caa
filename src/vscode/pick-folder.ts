import * as vscode from 'vscode';
import { workspaceFolders } from './runs.ts';

/** The folder that is meant: the only one on the disk, else the one that a person says; undefined: none, or they leave. */
export async function pickFolder(placeHolder: string): Promise<string | undefined> {
  const folders = workspaceFolders();
  if (folders.length < 2) return folders[0];
  return (
    await vscode.window.showQuickPick(
      folders.map((folder) => ({
        label: vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder))?.name ?? folder,
        description: folder,
        folder,
      })),
      { title: 'Orca', placeHolder, matchOnDescription: true },
    )
  )?.folder;
}
