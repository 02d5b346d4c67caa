import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Attempt } from '../core/run/state.ts';
import { openRepository } from '../engine/git/preflight.ts';
import { showFile } from '../engine/git/diff.ts';

/** Of files as of a commit. */
export const COMMIT_SCHEME = 'orca-git';

/** Serves a file's text as of a commit, read-only. */
export function registerCommitFiles(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(COMMIT_SCHEME, {
    provideTextDocumentContent: async (uri) => (await textOfCommit(uri)) ?? '',
  });
}

/** A file as of a commit. */
export function commitFile(root: string, commit: string, path: string): vscode.Uri {
  return vscode.Uri.from({ scheme: COMMIT_SCHEME, path: `/${path}`, query: JSON.stringify({ root, commit, path }) });
}

/** What a `commitFile` is of. */
export function commitOf(uri: vscode.Uri): Readonly<Record<'root' | 'commit' | 'path', string>> {
  return JSON.parse(uri.query) as Record<'root' | 'commit' | 'path', string>;
}

/** Undefined: the commit has no such file. */
export async function textOfCommit(uri: vscode.Uri): Promise<string | undefined> {
  const { root, commit, path } = commitOf(uri);
  const opened = await openRepository(root);
  const bytes = opened.ok ? await showFile(opened.repository, commit, path) : undefined;
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

/** Opens what an attempt changed in VS Code's multi-file diff. */
export async function showChanges(root: string, task: string, attempt: Attempt): Promise<void> {
  const { base, snapshot } = attempt;
  const commit = snapshot?.commit;
  if (snapshot === undefined || commit === undefined) {
    void vscode.window.showInformationMessage(`${task} has changed nothing that was committed.`);
    return;
  }
  const resources = snapshot.files.map(({ path, status }) => [
    vscode.Uri.file(join(root, path)),
    status === 'added' ? undefined : commitFile(root, base, path),
    status === 'deleted' ? undefined : commitFile(root, commit, path),
  ]);
  await vscode.commands.executeCommand('vscode.changes', `${task}, attempt ${attempt.number}`, resources);
}
