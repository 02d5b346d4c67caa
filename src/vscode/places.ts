import { join } from 'node:path';
import * as vscode from 'vscode';
import type { FindingPlace } from '../core/view/findings.ts';
import { worktreeAt } from '../engine/git/worktrees.ts';
import { commitFile, textOfCommit } from './changes.ts';
import type { ShownRun } from './runs.ts';

/** A file of the repository where it is to be looked at. `path` is relative, with `/` as separator. */
export function uriAt({ root, state }: ShownRun, place: FindingPlace, path: string): vscode.Uri {
  switch (place.kind) {
    case 'worktree':
      // Slots count from 0 in a run, and from 1 on the disk.
      return vscode.Uri.file(join(worktreeAt({ root }, state.spec.id, place.slot + 1).path, path));
    case 'commit':
      return commitFile(root, place.commit, path);
    case 'checkout':
      return vscode.Uri.file(join(root, path));
  }
}

/** As its editor has it, else as it is saved; undefined: there is no such file. Opens nothing. */
export async function textAt(uri: vscode.Uri): Promise<string | undefined> {
  const key = uri.toString();
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === key);
  if (open !== undefined) return open.getText();
  if (uri.scheme !== 'file') return textOfCommit(uri);
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}
