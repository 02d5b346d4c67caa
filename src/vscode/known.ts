import * as vscode from 'vscode';
import type { Known } from '../core/plan/dialect/dialect.ts';
import { knownOf } from '../core/settings/known.ts';
import { gatesIn } from '../engine/gate/declared.ts';
import { settingsFor } from './settings.ts';

/** What a plan of this workspace may name, and how its tasks are ordered where it does not say so. */
export function knownIn(uri: vscode.Uri): Known {
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri;
  return knownOf(settingsFor(uri).settings, folder?.scheme === 'file' ? gatesIn(folder.fsPath).gates : []);
}
