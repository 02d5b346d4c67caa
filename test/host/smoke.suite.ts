import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { test } from '../rig/in-host.ts';

test('this is the extension host of a VS Code that the manifest allows', () => {
  const [major, minor] = vscode.version.split('.').map(Number);
  assert.equal(major, 1);
  assert.ok((minor ?? 0) >= 100, vscode.version);
});

test('Orca is there and can be activated', async () => {
  const orca = vscode.extensions.getExtension('orca.orca');
  assert.ok(orca);
  await orca.activate();
  assert.ok(orca.isActive);
});
