// A result is read in the editor, and what is said at its lines goes back to the agent: over a reload of the window.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from '../rig/end-to-end.ts';
import { comment } from './comment.ts';
import { attempts, events, merged, outcome, runFolder, until } from './journal.ts';

const PLAN = `---
agents: 1
agent: echo
---
# What was asked

### first: The first task
- Estimate: 5 min

Write down what you were asked.

### second: The second task
- Estimate: 5 min
- Depends on: first

Write down what you were asked.
`;

test('comments at the lines of a result go back to its agent', async (rig, signal) => {
  const echo = { command: ['sh', '-c', 'cat > "$0.txt"', '{task}'], prompt: 'stdin' };
  const workspace = rig.workspace({
    files: { 'plan.md': PLAN, '.orca/settings.json': JSON.stringify({ agents: { echo } }) },
  });
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: workspace, encoding: 'utf8' });
  const editor = await rig.editor({ workspace, extension: { folder: rig.folder() } });
  const page = await rig.window(editor);
  await page.keyboard.press('Control+P');
  await rig.pick(page, 'plan.md');
  await page.locator('.codelens-decoration', { hasText: 'Execute' }).first().waitFor();
  await rig.executePlan(page);
  const run = await until(signal, () => runFolder(workspace));
  await until(signal, () => outcome(run) === 'succeeded');

  await rig.runCommand(page, 'Orca: Show Changes');
  await rig.pick(page, 'first');
  await comment(page, 'Write down what you were asked', 'In your own words, please.');
  await comment(page, 'The first task', 'It needs a better title.');
  await rig.screenshot(page, 'comment-dark');
  await rig.setTheme(page, 'light');
  await rig.screenshot(page, 'comment-light');
  await rig.setTheme(page, 'dark');

  const before = events(run).length;
  await rig.reload(page, editor);
  await page.locator('.tab.active', { hasText: 'first, attempt 1' }).waitFor();
  await page.locator('.modified .view-line', { hasText: 'Write down what you were asked' }).first().waitFor();
  await page.locator('.statusbar', { hasText: 'Orca 2/2' }).first().waitFor();
  await page.locator('.review-widget .review-comment', { hasText: 'In your own words' }).waitFor();
  await page.locator('.review-widget .review-comment', { hasText: 'better title' }).waitFor();
  assert.equal(events(run).length, before);

  await rig.runCommand(page, 'Orca: Send Back with Comments');
  const input = page.locator('.quick-input-widget:visible');
  await input.getByText('2 comments').waitFor();
  await input.locator('input').fill('And soon.');
  await page.keyboard.press('Enter');
  await until(signal, () => attempts(run, 'first') === 2 && outcome(run) === 'succeeded');
  assert.equal(await page.locator('.review-widget .review-comment').count(), 0, 'they have gone their way');
  assert.deepEqual(merged(run), ['first', 'second', 'first']);
  const id = run.split(/[\\/]/).at(-1) ?? '';
  const asked = git('show', `orca/${id}/integration:first.txt`);
  for (const words of [
    /first\.txt:\d+.*In your own words, please\./,
    /first\.txt:\d+.*It needs a better title\./,
    /And soon\./,
  ])
    assert.match(asked, words);

  // With a run goes what was said of it and not sent.
  await rig.runCommand(page, 'View: Close All Editors');
  await rig.runCommand(page, 'Orca: Show Changes');
  await rig.pick(page, 'first');
  await comment(page, 'The first task', 'Never mind.');
  const send = page.locator('.review-widget').getByRole('button', { name: 'Send Back with Comments' }).first();
  await send.waitFor();
  execFileSync(process.execPath, [join(rig.folder(), 'dist/cli.cjs'), 'remove', id, '--force'], { cwd: workspace });
  await page.locator('.review-widget').waitFor({ state: 'detached' });
});
