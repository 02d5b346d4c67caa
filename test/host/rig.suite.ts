// Proves the rig's way into the extension host, without Orca and in a workspace that nobody trusts.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { test } from '../rig/in-host.ts';

test('this is a real extension host, of a VS Code that the manifest allows', () => {
  const [major, minor] = vscode.version.split('.').map(Number);
  assert.equal(major, 1);
  assert.ok((minor ?? 0) >= 100, vscode.version);
  assert.equal(vscode.extensions.getExtension('orca.orca'), undefined);
});

test('the workspace is what the options beside this file say', async () => {
  assert.equal(vscode.workspace.isTrusted, false);
  const folder = vscode.workspace.workspaceFolders?.[0];
  assert.ok(folder);
  const text = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder.uri, 'notes/a.txt'));
  assert.equal(new TextDecoder().decode(text), 'written by the rig');
  assert.equal(vscode.workspace.getConfiguration('editor').get('fontSize'), 17);
});
