// What is merged, as a person looks at it: the run waits for its readers, a conflict is foreseen and held, work is sent
// back and rolled back.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '../rig/end-to-end.ts';
import { attempts, eventsOf, merged, outcome, runFolder, until } from './journal.ts';

const task = (id: string, dependsOn: string, script: string): string =>
  `### ${id}: Task ${id}\n- Estimate: 5 min\n- Depends on: ${dependsOn}\n\n\`\`\`sh run\n${script}\n\`\`\`\n\n`;
/** Two that write the same line, until they may end. */
const rival = (id: string): string =>
  task(
    id,
    'none',
    `echo "of ${id}" >> shared.txt\ntouch ../../../${id}-started\nuntil test -f ../../../${id}-may; do sleep 0.1; done`,
  );
const PLAN = `# Review\n\n${task('a', 'none', 'echo a >> a.txt')}${task('b', 'a', 'echo b >> b.txt')}${task('z', 'b', 'echo z >> z.txt')}${rival('left')}${rival('right')}`;

test(
  'merged work is read, sent back and rolled back, and a conflict that is foreseen is held',
  async (rig, signal) => {
    const workspace = rig.workspace({
      files: { 'plan.md': PLAN, 'shared.txt': 'shared\n', '.gitignore': '*-may\n*-started\n' },
    });
    const userSettings = { 'orca.attempts': 1, 'orca.review.mostUnread': 1, 'orca.agentCount': 4 };
    const editor = await rig.editor({ workspace, userSettings });
    const page = await rig.window(editor);
    const inBoth = async (name: string): Promise<void> => {
      for (const theme of ['dark', 'light'] as const) {
        await rig.setTheme(page, theme);
        await rig.screenshot(page, `${name}-${theme}`);
      }
    };
    await page.keyboard.press('Control+P');
    await rig.pick(page, 'plan.md');
    await page.locator('.codelens-decoration', { hasText: 'Execute' }).first().waitFor();
    await rig.executePlan(page);
    const run = await until(signal, () => runFolder(workspace));
    const panel = await rig.findFrame(page, 'orca-panel');
    const need = (text: string) => panel.locator('.needs li', { hasText: text });

    // The run waits: two are unread where one may be.
    await need('no new task starts while more than 1 is unread').nth(1).waitFor();
    assert.deepEqual(merged(run), ['a', 'b']);
    await rig.runCommand(page, 'View: Show Orca');
    await until(
      signal,
      () => existsSync(join(workspace, 'left-started')) && existsSync(join(workspace, 'right-started')),
    );

    // What the two at work have would conflict: in the panel, the tree and the explorer.
    await need('would conflict with').waitFor();
    await inBoth('review-needs');
    await rig.runCommand(page, 'View: Show Explorer');
    const file = page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'shared.txt' });
    await file.locator('[class*="itemBadge"]').first().waitFor();
    await inBoth('review-foreseen');

    await need('would conflict with').getByRole('button', { name: 'Hold' }).click();
    const held = await until(signal, () => eventsOf(run, 'attempt.stopping')[0]?.task);
    const other = held === 'left' ? 'right' : 'left';
    await until(signal, () => eventsOf(run, 'task.retried').some((event) => event.task === held));
    await panel.getByText(`Task ${held}`).first().click();
    await panel.getByText(`held until ${other} is merged`).first().waitFor();
    await rig.runCommand(page, 'View: Show Orca');
    await inBoth('review-held');

    await need('Task a').getByRole('button', { name: 'Mark as read' }).click();
    await until(signal, () => merged(run).includes('z'));
    writeFileSync(join(workspace, `${other}-may`), '');
    await until(signal, () => merged(run).includes(other));
    writeFileSync(join(workspace, `${held}-may`), '');
    await rig.runCommand(page, 'Orca: Mark as Read');
    await page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: 'Task z' }).click();
    await rig.screenshot(page, 'review-mark-light');
    await page.locator('.quick-input-widget:visible').getByRole('button', { name: 'OK' }).click();
    await until(signal, () => eventsOf(run, 'task.read').some((event) => event.task === 'z'));
    await until(signal, () => outcome(run) === 'succeeded');
    assert.equal(attempts(run, held), 2);

    // Sent back in words, from the palette.
    await rig.runCommand(page, 'Orca: Send Back…');
    await rig.pick(page, 'a');
    const input = page.locator('.quick-input-widget:visible input');
    await page.locator('.quick-input-widget:visible', { hasText: 'What is to be changed?' }).waitFor();
    await input.fill('One line more, please.');
    await rig.screenshot(page, 'review-send-back-light');
    await page.keyboard.press('Enter');
    await until(signal, () => attempts(run, 'a') === 2 && outcome(run) === 'succeeded');
    const told = eventsOf(run, 'task.retried').findLast((event) => event.task === 'a');
    assert.match(told?.note ?? '', /Your work is merged.*\nOne line more, please\.$/);

    // Rolled back, with what is built upon it.
    await rig.runCommand(page, 'Orca: Roll Back Task…');
    await rig.pick(page, 'a');
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.getByText('2 tasks built upon it begin again').waitFor();
    await rig.screenshot(page, 'review-roll-back-light');
    await dialog.getByRole('button', { name: 'Roll Back' }).click();
    await until(signal, () => eventsOf(run, 'task.rolled-back').length === 1 && outcome(run) === 'failed');
    assert.deepEqual(eventsOf(run, 'task.rolled-back')[0]?.dependents, ['b', 'z']);
    await panel.getByText('rolled back').first().waitFor();
    await rig.runCommand(page, 'View: Show Orca');
    await inBoth('review-rolled-back');
    await rig.runCommand(page, 'Orca: Retry Task');
    await rig.pick(page, 'a');
    await until(signal, () => outcome(run) === 'succeeded');
    assert.equal(attempts(run, 'z'), 2);
  },
  { timeoutMs: 500_000 },
);
