// The history of runs: shown, opened, compared, and deleted, with what would be lost named before.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { test } from '../rig/end-to-end.ts';
import { until } from './journal.ts';

const plan = (title: string, b: string, a = 'a'): string =>
  `# ${title}\n\n### a: Makes a file\n- Estimate: 5 min\n- Depends on: none\n\n\`\`\`sh run\necho a > ${a}.txt\n\`\`\`\n\n### b: Comes after\n- Estimate: 5 min\n- Depends on: a\n\n\`\`\`sh run\n${b}\n\`\`\`\n`;

test('past runs are listed, opened, compared, and deleted', async (rig, signal) => {
  const workspace = rig.workspace({
    files: {
      'first.plan.md': plan('First try', 'false'),
      'second.plan.md': plan('Second try', 'echo b > b.txt'),
      'third.plan.md': plan(
        'Goes on',
        'touch ../../../started; until test -f ../../../may; do sleep 0.1; done; echo b > c.txt',
        'd',
      ),
      '.gitignore': 'started\nmay\n',
    },
  });
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: workspace, encoding: 'utf8' });
  const cli = (...args: string[]): string => {
    try {
      return execFileSync(process.execPath, [join(rig.folder(), 'dist/cli.cjs'), ...args], {
        cwd: workspace,
        encoding: 'utf8',
        stdio: 'pipe',
      });
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  };
  rig.folder();
  cli('execute', 'first.plan.md', '--attempts', '1');
  cli('execute', 'second.plan.md', '--attempts', '1');
  const [second, first] = JSON.parse(cli('list', '--format', 'json')) as [{ id: string }, { id: string }];

  const editor = await rig.editor({ workspace });
  const page = await rig.window(editor);
  await rig.runCommand(page, 'View: Show Orca');
  const header = page.locator('.pane-header', { hasText: 'History' });
  await header.click();
  const view = page.locator('.pane', { hasText: 'History' }).last();
  const row = (text: string) => view.locator('.monaco-list-row', { hasText: text });
  await row('Second try').waitFor();
  await row('First try').waitFor();
  assert.match((await row('First try').textContent()) ?? '', /failed · 1\/2 tasks/);
  assert.match((await row('Second try').textContent()) ?? '', /succeeded · 2\/2 tasks/);
  const labels = await view.locator('.monaco-list-row').allTextContents();
  assert.ok(labels.findIndex((text) => text.includes('Second')) < labels.findIndex((text) => text.includes('First')));

  const dialog = page.locator('.monaco-dialog-box');
  /** From the menu of a row: it takes no click in the moment in which it opens, and closes when a panel comes. */
  const choose = async (text: string, command: string, result: Locator): Promise<void> => {
    const item = page.locator('.monaco-menu').getByText(command);
    await until(signal, async () => {
      if (!(await item.isVisible()))
        await row(text)
          .click({ button: 'right', timeout: 2000 })
          .catch(() => undefined);
      const isClicked = await item.click({ timeout: 2000 }).then(
        () => true,
        () => false,
      );
      // What was asked for once may take its time, and would come twice.
      return result.waitFor({ timeout: isClicked ? 20_000 : 2000 }).then(
        () => true,
        () => false,
      );
    });
  };

  // The newest is what the window shows; the other one is opened instead.
  await row('First try').click();
  await rig.findFrame(page, 'text=First try');
  await page.locator('.statusbar', { hasText: 'Orca 1/2' }).first().waitFor();
  for (const theme of ['dark', 'light'] as const) {
    await rig.setTheme(page, theme);
    await rig.screenshot(page, `history-${theme}`);
  }

  await row('Second try').click();
  await row('First try').click({ modifiers: ['Control'] });
  await choose('First try', 'Compare Runs…', page.locator('.tab', { hasText: `${first.id} and ${second.id}` }));
  await rig.findFrame(page, 'text=Tasks That Came Out Differently');
  await rig.screenshot(page, 'history-compare-light');

  await row('Second try').hover();
  await row('Second try').getByRole('button', { name: 'Show Changes of Run' }).click();
  await page.locator('.tab.active', { hasText: second.id }).waitFor();
  await rig.screenshot(page, 'history-changes-light');

  await row('Second try').click();
  await choose('Second try', 'Delete Run…', dialog);
  await dialog.getByText('2 tasks (a and b): merged into the branch of the run, and into none of yours.').waitFor();
  await rig.screenshot(page, 'history-delete-light');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.ok(existsSync(join(workspace, '.orca/executions', second.id)));
  await row('Second try').click();
  await choose('Second try', 'Delete Run…', dialog);
  await dialog.getByRole('button', { name: 'Delete 2 Unmerged Tasks Too' }).click();
  await row('Second try').waitFor({ state: 'detached' });
  assert.equal(existsSync(join(workspace, '.orca/executions', second.id)), false);
  assert.equal(git('branch', '--list', `orca/${second.id}/*`), '');

  // Nothing is lost of what was merged.
  git('merge', '--quiet', `orca/${first.id}/integration`);
  await row('First try').click();
  await choose('First try', 'Delete Run…', dialog);
  await dialog.getByText(`Delete ${first.id}?`).waitFor();
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await view.getByText('There is none yet.').waitFor();
  assert.equal(git('worktree', 'list').trim().split('\n').length, 1);
  assert.ok(existsSync(join(workspace, 'a.txt')));

  // A run that goes on is not deleted, and stays in the panel.
  cli('execute', 'first.plan.md', '--attempts', '1');
  await row('First try').waitFor();
  await page.keyboard.press('Control+P');
  await rig.pick(page, 'third.plan.md');
  await page.locator('.tab.active', { hasText: 'third.plan.md' }).waitFor();
  await rig.executePlan(page);
  await until(signal, () => existsSync(join(workspace, 'started')));
  await row('First try').click();
  await rig.findFrame(page, 'text=Execution Summary');
  await rig.runCommand(page, 'Notifications: Show Notifications');
  const notifications = page.locator('.notifications-center');
  await choose('Goes on', 'Delete Run…', notifications.getByText('Cancel it before you delete it.'));
  await rig.screenshot(page, 'history-live-light');
  execFileSync('touch', [join(workspace, 'may')]);
  await page.locator('.statusbar', { hasText: 'Orca 2/2' }).first().waitFor();

  // What is told of its end is about it, whatever is shown by then; and what others remove is no longer listed.
  const end = notifications.locator('.monaco-list-row', { hasText: 'is done.' });
  await rig.runCommand(page, 'Notifications: Show Notifications');
  await end.waitFor();
  await row('First try').click();
  await page.locator('.statusbar', { hasText: 'Orca 0/2' }).first().waitFor();
  await rig.runCommand(page, 'Notifications: Show Notifications');
  await end.getByRole('button', { name: 'Apply…' }).click();
  await dialog.getByText('Merge 2 of 2 tasks into main?').waitFor();
  await rig.screenshot(page, 'history-apply-light');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await page.locator('.statusbar', { hasText: 'Orca 2/2' }).first().waitFor();
  const [, other] = JSON.parse(cli('list', '--format', 'json')) as [unknown, { id: string }];
  cli('remove', other.id, '--force');
  await row('First try').waitFor({ state: 'detached' });

  // Of many, an older one is found from the palette as well.
  for (let i = 0; i < 51; i++) mkdirSync(join(workspace, '.orca/executions', `exec-unreadable-${i}`));
  await rig.runCommand(page, 'View: Close All Editors');
  await rig.runCommand(page, 'Orca: Open Run');
  await rig.pick(page, 'Show Older Runs (2)');
  await rig.pick(page, 'Goes on');
  await rig.findFrame(page, 'text=What worked');
});
