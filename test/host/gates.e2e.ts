// The same as a person does it: what gates found in the Problems view, the lightbulb's menu, a reason why something is
// ignored, and the report.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBaseline } from '../../src/core/gate/baseline.ts';
import { test } from '../rig/end-to-end.ts';
import type { Rig } from '../rig/rig.mjs';
import { outcome, runFolder, until } from './journal.ts';

type Page = Awaited<ReturnType<Rig['window']>>;

const suite = JSON.parse(readFileSync(join(process.cwd(), 'test/host/gates.suite.json'), 'utf8')) as {
  readonly settings: Record<string, unknown>;
  readonly workspace: { readonly files: Record<string, string> };
};

test(
  'findings of gates are seen, ignored with a reason, and explained',
  async (rig, signal) => {
    const workspace = rig.workspace(suite.workspace);
    const editor = await rig.editor({ workspace, userSettings: suite.settings });
    const page = await rig.window(editor);
    // What pops up is in the way of choosing a theme: it is opened for each.
    const inBoth = async (name: string, open = (): Promise<void> => Promise.resolve()): Promise<void> => {
      for (const theme of ['light', 'dark'] as const) {
        await rig.setTheme(page, theme);
        await open();
        await rig.screenshot(page, `${name}-${theme}`);
        await page.keyboard.press('Escape');
      }
    };

    await page.keyboard.press('Control+P');
    await rig.pick(page, 'plan.md');
    await page.locator('.codelens-decoration', { hasText: 'Execute' }).first().waitFor();
    await rig.executePlan(page);
    const picker = page.locator('.quick-input-widget:visible');
    const run = await until(signal, () => runFolder(workspace));
    await until(signal, () => outcome(run) === 'failed');

    await rig.runCommand(page, 'View: Show Orca');
    await rig.runCommand(page, 'Problems: Focus on Problems View');
    const problem = page.locator('.markers-panel .monaco-list-row', { hasText: 'This SQL is put together' });
    await problem.first().waitFor();
    assert.match((await problem.first().textContent()) ?? '', /guard · orca\/sql-injection · find/);
    await inBoth('gates-problems');

    await inBoth('gates-fixes', () =>
      rig.openActions(page, 'Mend with the Agent', () => lightbulb(page, problem.first())),
    );

    await rig.takeAction(page, 'Ignore Here…', () => lightbulb(page, problem.first()));
    await picker.locator('input').fill('The name is checked before');
    await rig.screenshot(page, 'gates-ignore-dark');
    await page.keyboard.press('Enter');
    const path = join(workspace, '.orca/baseline.json');
    await until(signal, () => existsSync(path));
    const baseline = readBaseline(readFileSync(path, 'utf8'));
    assert.ok('accepted' in baseline);
    assert.deepEqual(
      baseline.accepted.map(({ gate, rule, reason }) => [gate, rule, reason]),
      [['guard', 'orca/sql-injection', 'The name is checked before']],
    );
    await rig.runCommand(page, 'Notifications: Show Notifications');
    const offer = page.locator('.notifications-center', { hasText: 'It counts for runs that start' });
    await offer.getByText('Accept Gate as It Is').waitFor();
    await rig.screenshot(page, 'gates-ignored-dark');
    await rig.runCommand(page, 'Notifications: Clear All Notifications');

    await rig.runCommand(page, 'Orca: Show Gate Report');
    await picker.getByText('guard').first().waitFor();
    await rig.screenshot(page, 'gates-pick-dark');
    await rig.pick(page, 'guard');
    await page.locator('.view-line', { hasText: 'Security Validation (guard)' }).first().waitFor();
    await inBoth('gates-report');
  },
  { timeoutMs: 400_000 },
);

/** Goes to a problem, and opens the menu of what can be done about it. */
async function lightbulb(page: Page, problem: ReturnType<Page['locator']>): Promise<void> {
  await problem.dblclick();
  await page.locator('.monaco-editor .squiggly-error').first().waitFor();
  // The keys for it are for files that can be written to, and this one is of a commit.
  await page.locator('.monaco-editor .lightBulbWidget').first().click();
}
