// What a link from outside can do, after it was asked; the keys; the filter of the tree.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '../rig/end-to-end.ts';

const PLAN =
  '# Linked\n\n### one: First thing\n- Estimate: 5 min\n- Depends on: none\n\nDo it.\n\n### two: Second thing\n- Estimate: 5 min\n- Depends on: one\n\nDo it.\n';

test('a link opens a preview or fills in a goal once that was confirmed, and nothing else', async (rig) => {
  const workspace = rig.workspace({ files: { 'docs/plan.md': PLAN } });
  const page = await rig.window(await rig.editor({ workspace }));
  const dialog = page.locator('.monaco-dialog-box');
  const open = async (link: string): Promise<void> => {
    await rig.runCommand(page, 'Developer: Open URL');
    await page.locator('.quick-input-widget:visible input').first().fill(`code-oss://orca.orca${link}`);
    await page.keyboard.press('Enter');
    // VS Code's own question, which it asks of every extension.
    const allow = dialog.getByRole('button', { name: 'Open', exact: true });
    await allow.click();
    await allow.waitFor({ state: 'detached' });
  };

  const says = async (text: string): Promise<void> => {
    await rig.runCommand(page, 'Notifications: Show Notifications');
    await page.locator('.notifications-center', { hasText: text }).first().waitFor();
  };

  await open('/open?plan=docs/plan.md');
  await dialog.getByText('A link asks to preview a plan.').waitFor();
  await dialog.getByText('docs/plan.md').waitFor();
  await rig.screenshot(page, 'link-dark');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await page.locator('.tab').count(), 0);
  await open('/open?plan=docs/plan.md');
  await dialog.getByRole('button', { name: 'Preview Plan' }).click();
  await page.locator('.tab.active', { hasText: 'Orca: docs/plan.md' }).waitFor();

  await open('/execute?plan=docs/plan.md');
  await says('This link cannot be opened. Orca knows links to open, start and run.');
  await open('/open?plan=../outside/plan.md');
  await says('Its plan has to be a path inside the workspace.');
  await open('/run?id=exec-20250101-none');
  await says('This workspace has no run exec-20250101-none.');
  assert.equal(existsSync(join(workspace, '.orca')), false);

  // Keys: the tree is focused, and filtered.
  await page.keyboard.press('Control+Alt+P');
  await page.keyboard.press('o');
  const pane = page.locator('.pane', { hasText: 'Tasks' }).first();
  await pane.locator('.monaco-list-row', { hasText: 'one' }).waitFor();
  await page.keyboard.press('Control+Alt+P');
  await page.keyboard.press('f');
  const input = page.locator('.quick-input-widget:visible');
  await input.getByText('Needs me').waitFor();
  await page.keyboard.type('second');
  await rig.screenshot(page, 'filter-dark');
  await page.keyboard.press('Enter');
  await pane.locator('.monaco-list-row', { hasText: 'one' }).waitFor({ state: 'detached' });
  await pane.locator('.monaco-list-row', { hasText: 'two' }).waitFor();
  await page.locator('.pane-header', { hasText: '"second"' }).waitFor();
  await rig.screenshot(page, 'filtered-dark');
  await rig.runCommand(page, 'Orca: Clear Filter of Tasks');
  await pane.locator('.monaco-list-row', { hasText: 'one' }).waitFor();
});
