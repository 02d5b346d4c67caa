import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Attempt } from '../core/run/state.ts';
import { openRepository } from '../engine/git/preflight.ts';
import { showFile } from '../engine/git/diff.ts';

const SCHEME = 'orca-git';

/** Serves a file's text as of a commit, for the two sides of a diff. */
export function registerCommitFiles(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: async (uri) => {
      const { root, commit, path } = JSON.parse(uri.query) as Record<'root' | 'commit' | 'path', string>;
      const opened = await openRepository(root);
      if (!opened.ok) return '';
      const bytes = await showFile(opened.repository, commit, path);
      return bytes === undefined ? '' : new TextDecoder().decode(bytes);
    },
  });
}

/** Opens what an attempt changed in VS Code's multi-file diff. */
export async function showChanges(root: string, task: string, attempt: Attempt): Promise<void> {
  const { base, snapshot } = attempt;
  const commit = snapshot?.commit;
  if (snapshot === undefined || commit === undefined) {
    void vscode.window.showInformationMessage(`${task} has changed nothing that was committed.`);
    return;
  }
  const side = (of: string, path: string): vscode.Uri =>
    vscode.Uri.from({ scheme: SCHEME, path: `/${path}`, query: JSON.stringify({ root, commit: of, path }) });
  const resources = snapshot.files.map(({ path, status }) => [
    vscode.Uri.file(join(root, path)),
    status === 'added' ? undefined : side(base, path),
    status === 'deleted' ? undefined : side(commit, path),
  ]);
  await vscode.commands.executeCommand('vscode.changes', `${task}, attempt ${attempt.number}`, resources);
}
