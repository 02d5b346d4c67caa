// In a workspace that nobody trusts Orca reads and previews, and starts nothing.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { test } from '../rig/in-host.ts';

test('previews the plan, and starts no run', async () => {
  assert.equal(vscode.workspace.isTrusted, false);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  assert.ok(folder);
  const plan = vscode.Uri.joinPath(folder, 'plan.md');
  await vscode.commands.executeCommand('orca.previewPlan', plan);
  const shown = (): boolean =>
    vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ input }) => input instanceof vscode.TabInputWebview));
  for (let looks = 0; !shown() && looks < 100; looks++) await delay(100);
  assert.ok(shown());
  // It asks for trust instead, which nobody here answers.
  void vscode.commands.executeCommand('orca.executePlan', plan, { strategy: 'hybrid', agents: 1 });
  void vscode.commands.executeCommand('orca.runTask', { id: 'a', plan });
  await delay(1000);
  assert.equal(existsSync(join(folder.fsPath, '.orca')), false);
});
