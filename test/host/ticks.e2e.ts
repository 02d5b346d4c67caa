// What a run of a folder of tasks has finished is ticked when it is applied: on the disk, and where a file is open.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '../rig/end-to-end.ts';
import { makeWorkspace } from '../rig/workspace.mjs';
import { outcome, runFolder, until } from './journal.ts';

const task = (id: string, dependsOn = ''): string =>
  `---\nid: ${id}\ntitle: Task ${id}\nstatus: 'To Do'\ndependencies: [${dependsOn}]\n---\n\n## Description\n\nDo it.\n`;

test('finished tasks are ticked when the run is applied, in the editor where they are open', async (rig, signal) => {
  const workspace = makeWorkspace({
    files: {
      'backlog/tasks/t-1.md': task('t-1'),
      'backlog/tasks/t-2.md': task('t-2', 't-1'),
      'backlog/tasks/t-3.md': task('t-3', 't-1'),
      '.orca/settings.json': JSON.stringify({
        agents: { note: { command: ['sh', '-c', 'echo "$0" > "$0.txt"', '{task}'], prompt: 'none' } },
        defaultAgent: 'note',
      }),
    },
  });
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: workspace, encoding: 'utf8' });
  const onDisk = (name: string): string => readFileSync(join(workspace, 'backlog/tasks', name), 'utf8');
  const head = git('rev-parse', 'HEAD');
  const editor = await rig.editor({
    workspace,
    extension: { folder: rig.folder() },
    userSettings: { 'files.autoSave': 'off' },
  });
  const page = await rig.window(editor);
  const open = async (name: string): Promise<void> => {
    await page.keyboard.press('Control+P');
    await rig.pick(page, name);
    await page.locator('.tab.active', { hasText: name }).waitFor();
  };
  await open('t-1.md');
  await open('t-2.md');
  await page.locator('.codelens-decoration', { hasText: 'Execute' }).first().waitFor();
  await rig.screenshot(page, 'task-file-dark');
  await rig.executePlan(page);
  const run = await until(signal, () => runFolder(workspace));
  await until(signal, () => outcome(run) !== undefined);
  assert.equal(outcome(run), 'succeeded');
  assert.equal(git('status', '--porcelain'), '');

  // One file has what is not saved yet.
  await open('t-2.md');
  await page.locator('.monaco-editor .view-line', { hasText: 'Do it.' }).first().click();
  await page.keyboard.press('End');
  await page.keyboard.type(' With care.');
  await page.locator('.tab.active.dirty', { hasText: 't-2.md' }).waitFor();
  await rig.runCommand(page, 'Orca: Apply Run');
  await page.locator('.monaco-dialog-box').getByRole('button', { name: 'Apply' }).click();
  await until(signal, () => onDisk('t-3.md') !== task('t-3', 't-1'));
  await page.locator('.monaco-editor .view-line', { hasText: "status: 'Done'" }).first().waitFor();
  await rig.runCommand(page, 'Notifications: Show Notifications');
  await page
    .locator('.notifications-center', { hasText: /Ticked in backlog.tasks.t-1\.md, .*: t-1, t-2, t-3\./ })
    .first()
    .waitFor();
  await rig.screenshot(page, 'ticked-dark');
  assert.notEqual(git('rev-parse', 'HEAD'), head);
  assert.equal(onDisk('t-1.md'), task('t-1').replace('To Do', 'Done'), 'open and saved');
  assert.equal(onDisk('t-3.md'), task('t-3', 't-1').replace('To Do', 'Done'), 'not open');
  assert.equal(onDisk('t-2.md'), task('t-2', 't-1'), 'open and not saved');
  await page.locator('.tab.active.dirty', { hasText: 't-2.md' }).waitFor();
  await open('t-2.md');
  await page.keyboard.press('Control+S');
  await until(signal, () => onDisk('t-2.md') !== task('t-2', 't-1'));
  assert.equal(onDisk('t-2.md'), task('t-2', 't-1').replace('To Do', 'Done').replace('Do it.', 'Do it. With care.'));
  assert.equal(git('diff', '--name-only').trim().split('\n').length, 3, 'nothing is committed');
});
