// The sample as a user runs it, with the packaged extension: previewed, executed from the palette, reloaded in the middle, finished, applied.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '../rig/end-to-end.ts';
import { events, eventsOf, merged, outcome, runFolder, until } from './journal.ts';

const TASKS = 18;

test(
  'the sample plan is previewed, executed, survives a reload, finishes and is applied',
  async (rig, signal) => {
    const workspace = rig.workspace({ from: join(process.cwd(), 'examples/ecommerce-api') });
    const git = (...args: string[]): string => execFileSync('git', args, { cwd: workspace, encoding: 'utf8' });
    const head = git('rev-parse', 'HEAD');
    const editor = await rig.editor({ workspace, extension: { vsix: rig.vsix() } });
    let page = await rig.window(editor);

    await page.keyboard.press('Control+P');
    await rig.pick(page, 'plan.md');
    await page.locator('.codelens-decoration', { hasText: 'Execute' }).first().waitFor();
    await rig.screenshot(page, 'plan-dark');

    await rig.runCommand(page, 'Orca: Preview Plan');
    const preview = await rig.findFrame(page, 'orca-panel');
    await preview.getByText('4 h 35 min').first().waitFor();
    await rig.screenshot(page, 'preview-dark');
    await rig.setTheme(page, 'light');
    await rig.screenshot(page, 'preview-light');
    await rig.setTheme(page, 'dark');

    await rig.runCommand(page, 'Orca: Execute Plan');
    const picker = page.locator('.quick-input-widget:visible');
    await picker.getByText('Execute Plan (1/2)').waitFor();
    await rig.screenshot(page, 'execute-strategy-dark');
    await page.keyboard.press('Enter');
    await picker.getByText('Execute Plan (2/2)').waitFor();
    await rig.screenshot(page, 'execute-agents-dark');
    await page.keyboard.press('Enter');

    const run = await until(signal, () => runFolder(workspace));
    // The panel takes the focus when it comes, and would take it from the palette.
    await (await rig.findFrame(page, 'orca-panel')).getByText('Running').first().waitFor();
    await rig.runCommand(page, 'View: Show Orca');
    await page
      .locator('.status-bar, .statusbar', { hasText: /Orca \d+\/18/ })
      .first()
      .waitFor();
    await until(signal, () => merged(run).length >= 4);
    const agent = page.locator('.pane-body, .tabs-list, .terminal-tabs-entry', { hasText: 'Orca: Agent' });
    await rig.runCommand(page, 'Terminal: Focus Terminal');
    await agent.first().waitFor();
    await rig.screenshot(page, 'run-dark');
    await rig.setTheme(page, 'light');
    await rig.screenshot(page, 'run-light');
    await rig.setTheme(page, 'dark');
    assert.equal(git('status', '--porcelain'), '', 'the checkout is not touched');

    const before = events(run).length;
    await rig.reload(page, editor);
    await until(signal, () =>
      events(run)
        .slice(before)
        .some((event) => event.type === 'session.started'),
    );
    const monitor = await rig.findFrame(page, 'orca-panel');
    await monitor.getByText('Running').first().waitFor();
    await page
      .locator('.statusbar', { hasText: /Orca \d+\/18/ })
      .first()
      .waitFor();
    await rig.screenshot(page, 'run-after-reload-dark');

    // Closed altogether and opened again: the agents have gone on.
    await page.close();
    page = await rig.window(editor);
    await until(signal, () => outcome(run) !== undefined);
    assert.equal(outcome(run), 'succeeded');
    const attempts = eventsOf(run, 'attempt.started');
    assert.equal(attempts.length, TASKS, 'nothing was run twice');
    assert.equal(git('rev-parse', 'HEAD'), head);
    assert.equal(git('status', '--porcelain'), '');

    await rig.runCommand(page, 'View: Show Orca');
    await page.locator('.statusbar', { hasText: 'Orca 18/18' }).first().waitFor();
    await rig.screenshot(page, 'finished-dark');
    await rig.runCommand(page, 'Orca: Show Summary');
    await rig.findFrame(page, 'text=Execution Summary');
    await rig.screenshot(page, 'summary-dark');

    await rig.runCommand(page, 'Orca: Apply Run');
    const dialog = page.locator('.monaco-dialog-box');
    await rig.screenshot(page, 'apply-dark');
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await until(signal, () => git('rev-parse', 'HEAD') !== head);
    assert.equal(git('rev-list', '--count', `${head.trim()}..HEAD`).trim(), String(TASKS));
    await until(signal, () => events(run).some((event) => event.type === 'run.applied'));
    execFileSync(process.execPath, ['--test'], { cwd: workspace, stdio: 'pipe' });
    assert.ok(existsSync(join(run, 'execution_summary.md')));
  },
  { timeoutMs: 900_000 },
);
