// What a link from outside can do, after it was asked; the keys; the filter of the tree.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { test } from '../rig/end-to-end.ts';

type Rig = Parameters<Parameters<typeof test>[1]>[0];

const PLAN =
  '# Linked\n\n### one: First thing\n- Estimate: 5 min\n- Depends on: none\n\nDo it.\n\n### two: Second thing\n- Estimate: 5 min\n- Depends on: one\n\nDo it.\n';

async function open(rig: Rig, page: Page, link: string): Promise<void> {
  await rig.runCommand(page, 'Developer: Open URL');
  await page.locator('.quick-input-widget:visible input').first().fill(`code-oss://orca.orca${link}`);
  await page.keyboard.press('Enter');
  // VS Code's own question, which it asks of every extension.
  const allow = page.locator('.monaco-dialog-box').getByRole('button', { name: 'Open', exact: true });
  await allow.click();
  await allow.waitFor({ state: 'detached' });
}

/** Git writes down what it is asked for. */
function tracedGit(rig: Rig): { readonly asked: string; readonly env: Record<string, string> } {
  const asked = join(rig.workspace({ git: false }), 'asked');
  writeFileSync(asked, '');
  return { asked, env: { GIT_TRACE: asked } };
}

async function says(rig: Rig, page: Page, text: string): Promise<void> {
  await rig.runCommand(page, 'Notifications: Show Notifications');
  await page.locator('.notifications-center', { hasText: text }).first().waitFor();
}

test('a link opens a preview or fills in a goal once that was confirmed, and nothing else', async (rig) => {
  const planner = { command: ['sh', '-c', 'cat > /dev/null'], prompt: 'stdin' };
  const settings = JSON.stringify({ agents: { planner }, defaultAgent: 'planner' });
  const workspace = rig.workspace({ files: { 'docs/plan.md': PLAN, '.orca/settings.json': settings } });
  const { asked, env } = tracedGit(rig);
  const page = await rig.window(await rig.editor({ workspace, env }));
  const dialog = page.locator('.monaco-dialog-box');
  const input = page.locator('.quick-input-widget:visible');

  await rig.setTheme(page, 'light');
  await open(rig, page, '/open?plan=docs/plan.md');
  await dialog.getByText('A link asks to preview a plan.').waitFor();
  await dialog.getByText('docs/plan.md').waitFor();
  await rig.screenshot(page, 'link-light');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await page.locator('.tab').count(), 0);
  await open(rig, page, '/open?plan=docs/plan.md');
  await dialog.getByRole('button', { name: 'Preview Plan' }).click();
  await page.locator('.tab.active', { hasText: 'Orca: docs/plan.md' }).waitFor();

  await open(rig, page, '/start?goal=A shop, with carts');
  await dialog.getByText('A shop, with carts').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  // Nothing is asked: the box that the link was given in goes, and no other comes.
  await input.waitFor({ state: 'hidden' });
  await open(rig, page, '/start?goal=A shop, with carts');
  await dialog.getByRole('button', { name: 'Fill In' }).click();
  await input.getByText('What is to be there in the end?').waitFor();
  await rig.screenshot(page, 'link-start-light');
  assert.equal(await input.locator('input').first().inputValue(), 'A shop, with carts');
  await page.keyboard.press('Escape');
  await input.waitFor({ state: 'hidden' });

  await open(rig, page, '/execute?plan=docs/plan.md');
  await says(rig, page, 'This link cannot be opened. Orca knows links to open, start and run.');
  await open(rig, page, '/open?plan=../outside/plan.md');
  await says(rig, page, 'Its plan has to be a path inside the workspace.');
  await open(rig, page, '/run?id=exec-20250101-none');
  await says(rig, page, 'This workspace has no run exec-20250101-none.');
  assert.equal(existsSync(join(workspace, '.orca/executions')), false);
  await rig.runCommand(page, 'Notifications: Clear All Notifications');

  // Keys: the tree is focused, and filtered.
  await page.keyboard.press('Control+Alt+P');
  await page.keyboard.press('o');
  const pane = page.locator('.pane', { hasText: 'Tasks' }).first();
  await pane.locator('.monaco-list-row', { hasText: 'one' }).waitFor();
  await page.keyboard.press('Control+Alt+P');
  await page.keyboard.press('f');
  await input.getByText('Needs me').waitFor();
  await page.keyboard.type('second');
  await rig.screenshot(page, 'filter-dark');
  await page.keyboard.press('Enter');
  await pane.locator('.monaco-list-row', { hasText: 'one' }).waitFor({ state: 'detached' });
  await pane.locator('.monaco-list-row', { hasText: 'two' }).waitFor();
  await page.locator('.pane-header', { hasText: '"second"' }).waitFor();
  for (const theme of ['light', 'dark'] as const) {
    await rig.setTheme(page, theme);
    await rig.screenshot(page, `filtered-${theme}`);
  }
  await rig.runCommand(page, 'Orca: Clear Filter of Tasks');
  await pane.locator('.monaco-list-row', { hasText: 'one' }).waitFor();
  // The button of the view is given the row that has the focus.
  await pane.locator('.monaco-list-row', { hasText: 'two' }).click();
  await pane.locator('.pane-header').hover();
  await pane.getByRole('button', { name: 'Filter Tasks' }).click();
  await input.getByText('Needs me').waitFor();
  await page.keyboard.type('second');
  await page.keyboard.press('Enter');
  await pane.locator('.monaco-list-row', { hasText: 'one' }).waitFor({ state: 'detached' });
  assert.match(readFileSync(asked, 'utf8'), /rev-parse/, 'the trace is one');
});

test('in a workspace that is not trusted a link opens a preview alone, and no program is started', async (rig) => {
  const workspace = rig.workspace({ files: { 'docs/plan.md': PLAN } });
  mkdirSync(join(workspace, '.orca/executions/exec-20250101-left'), { recursive: true });
  const { asked, env } = tracedGit(rig);
  const page = await rig.window(await rig.editor({ workspace, trusted: false, env }));
  const dialog = page.locator('.monaco-dialog-box');

  await open(rig, page, '/start?goal=Anything');
  await says(rig, page, 'In a workspace that is not trusted a link can open the preview of a plan, and nothing else.');
  await open(rig, page, '/open?plan=docs/plan.md');
  await dialog.getByRole('button', { name: 'Preview Plan' }).click();
  await page.locator('.tab.active', { hasText: 'Orca: docs/plan.md' }).waitFor();
  await rig.runCommand(page, 'View: Show Orca');
  await page.locator('.pane-header', { hasText: 'History' }).click();
  await page.getByText('In a workspace that is not trusted no history is read.').waitFor();
  await rig.screenshot(page, 'untrusted-dark');
  assert.equal(readFileSync(asked, 'utf8'), '');
});

test('a link shows a run, however many are newer', async (rig) => {
  const run =
    '# Old one\n\n### a: Makes a file\n- Estimate: 5 min\n- Depends on: none\n\n```sh run\necho a > a.txt\n```\n';
  const workspace = rig.workspace({ files: { 'plan.md': run } });
  execFileSync(process.execPath, [join(rig.folder(), 'dist/cli.cjs'), 'execute', 'plan.md'], { cwd: workspace });
  const executions = join(workspace, '.orca/executions');
  const [id] = readdirSync(executions).filter((name) => name.startsWith('exec-'));
  // More than the history reads at once, and none that can be read.
  for (let n = 0; n < 60; n++) {
    mkdirSync(join(executions, `exec-20991231-left-${n}`));
    writeFileSync(join(executions, `exec-20991231-left-${n}`, 'journal.jsonl'), 'torn\nby somebody\n');
  }
  const page = await rig.window(await rig.editor({ workspace }));
  await rig.runCommand(page, 'View: Show Orca');
  await page.locator('.pane-header', { hasText: 'History' }).click();
  await page.locator('.monaco-list-row', { hasText: 'exec-20991231-left' }).first().waitFor();
  await rig.setTheme(page, 'light');
  await rig.screenshot(page, 'history-unreadable-light');
  await open(rig, page, `/run?id=${id ?? ''}`);
  const dialog = page.locator('.monaco-dialog-box');
  await dialog.getByText('The run is shown as it stands.').waitFor();
  await rig.screenshot(page, 'link-run-light');
  await dialog.getByRole('button', { name: 'Show Run' }).click();
  await rig.findFrame(page, 'text=Old one');
});
