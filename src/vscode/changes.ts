import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ChangedFile } from '../core/run/event.ts';
import type { Attempt } from '../core/run/state.ts';
import { openRepository } from '../engine/git/preflight.ts';
import { diffFiles, showFile } from '../engine/git/diff.ts';
import type { Repository } from '../engine/git/git.ts';

/** Of files as of a commit. */
export const COMMIT_SCHEME = 'orca-git';

/** Serves a file's text as of a commit, read-only. By `onFileSystem`, the editor starts Orca for one that it restores. */
export function registerCommitFiles(): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  return vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(COMMIT_SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: async (uri) => (await textOfCommit(uri)) ?? '',
    }),
    // One that was restored before that has no text.
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === COMMIT_SCHEME) changed.fire(uri);
    }),
  );
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
  // An editor may be restored where nobody trusts the repository any more, and git is a program.
  if (!vscode.workspace.isTrusted) return undefined;
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
    void vscode.window.showInformationMessage(vscode.l10n.t('{0} has changed nothing that was committed.', task));
    return;
  }
  await openDiff(root, `${task}, attempt ${attempt.number}`, { before: base, after: commit, files: snapshot.files });
}

/** Opens what differs between two commits in VS Code's multi-file diff. */
export async function openChanges(repository: Repository, title: string, before: string, after: string): Promise<void> {
  const files = await diffFiles(repository, before, after);
  if (files.length === 0)
    void vscode.window.showInformationMessage(vscode.l10n.t('Orca: {0} has changed nothing.', title));
  else await openDiff(repository.root, title, { before, after, files });
}

interface Difference {
  readonly before: string;
  readonly after: string;
  readonly files: readonly ChangedFile[];
}

async function openDiff(root: string, title: string, { before, after, files }: Difference): Promise<void> {
  const resources = files.map(({ path, status }) => [
    vscode.Uri.file(join(root, path)),
    status === 'added' ? undefined : commitFile(root, before, path),
    status === 'deleted' ? undefined : commitFile(root, after, path),
  ]);
  await vscode.commands.executeCommand('vscode.changes', title, resources);
}
