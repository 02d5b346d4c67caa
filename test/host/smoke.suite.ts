import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { test } from '../rig/in-host.ts';

test('Orca is there and can be activated', async () => {
  const orca = vscode.extensions.getExtension('orca.orca');
  assert.ok(orca);
  await orca.activate();
  assert.ok(orca.isActive);
});
