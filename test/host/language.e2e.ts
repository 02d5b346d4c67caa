// A plan as it is looked at and typed in: what is offered, what is told, what is drawn beside it before and in a run.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '../rig/end-to-end.ts';
import { merged, outcome, runFolder, until } from './journal.ts';

const PLAN = `---
strategy: hybrid
agents: 2
---
# Bookshop

A small shop: a schema, a service on it, and pages.

## Layer 1: Ground

### schema: Tables of the shop
- Estimate: 20-40 min
- Depends on: none
- Files: \`db/schema.sql\`
- Acceptance:
  - Every table has a key

Write the tables of books, customers and orders, with their keys.

\`\`\`sh run
mkdir -p db && echo 'create table books (id integer);' > db/schema.sql
\`\`\`

### seed: Books to begin with
- Estimate: 10 min
- Depends on: schema
- Files: \`db/seed.sql\`

\`\`\`sh run
false
\`\`\`

## Layer 2: Service

### api: The service
- Estimate: 1 h
- Depends on: schema
- Files: \`src/api.js\`
- Reads: \`db/schema.sql\`

\`\`\`sh run
until test -f ../../../go; do sleep 0.2; done
\`\`\`

### pages: What customers see
- Estimate: 45 min
- Depends on: api
- Files: \`src/pages.js\`

\`\`\`sh run
echo pages > pages.txt
\`\`\`

### reports: Sales of the week
- Estimate: 45 min
- Depends on: seed

Numbers by day.

\`\`\`sh run
echo numbers > numbers.txt
\`\`\`
`;

const WRONG = `# Wrong

### one: First
- Estimate: 5 min
- Depends on: tow

### two: Second
- Estimate: 5 min
`;

test(
  'a plan is typed, looked at, mended, and followed in a run',
  async (rig, signal) => {
    const workspace = rig.workspace({
      files: { 'plan.md': PLAN, 'wrong.plan.md': WRONG, 'db/schema.sql': '-- none yet\n', '.gitignore': 'go\n' },
    });
    const settings = { 'orca.attempts': 1, 'files.autoSave': 'off', 'workbench.startupEditor': 'none' };
    const page = await rig.window(await rig.editor({ workspace, userSettings: settings }));
    // What comes in fades in.
    const settle = (): Promise<void> => page.waitForTimeout(400);
    const inBoth = async (name: string, open = (): Promise<void> => Promise.resolve()): Promise<void> => {
      for (const theme of ['light', 'dark'] as const) {
        await rig.setTheme(page, theme);
        await open();
        await settle();
        await rig.screenshot(page, `${name}-${theme}`);
        await page.keyboard.press('Escape');
      }
    };
    const goTo = async (place: string): Promise<void> => {
      await page.keyboard.press('Control+G');
      await page.locator('.quick-input-widget:visible input').fill(place);
      await page.keyboard.press('Enter');
    };
    const openFile = async (name: string): Promise<void> => {
      await page.keyboard.press('Control+P');
      await rig.pick(page, name);
      await page.locator('.tab.active', { hasText: new RegExp(`^${name}`) }).waitFor();
      await page.locator('.codelens-decoration', { hasText: 'Execute' }).first().waitFor();
    };
    const toTab = async (name: string): Promise<void> => {
      const tab = page.locator('.tab', { hasText: new RegExp(`^${name}`) });
      await tab.click();
      await page.locator('.tab.active', { hasText: new RegExp(`^${name}`) }).waitFor();
    };
    const fix = "Change to 'two'";
    const menu = (): Promise<void> => page.keyboard.press('Control+.');
    const lines = page.locator('.monaco-editor .view-line');

    await openFile('plan.md');
    await page.locator('.codelens-decoration', { hasText: 'Order: as stated' }).waitFor();
    await lines.filter({ hasText: 'L1 · 0–30 min · critical' }).first().waitFor();
    await inBoth('language-hints');

    await inBoth('language-hover', async () => {
      await goTo(':37:15');
      await page.keyboard.press('Control+K');
      await page.keyboard.press('Control+I');
      await page.locator('.monaco-hover:visible', { hasText: 'Tables of the shop' }).first().waitFor();
    });

    await inBoth('language-completion', async () => {
      await rig.runCommand(page, 'File: Revert File');
      await goTo(':56:1');
      await page.keyboard.press('End');
      await page.keyboard.type(', ');
      await page.locator('.suggest-widget.visible .monaco-list-row', { hasText: 'The service' }).waitFor();
    });
    await rig.runCommand(page, 'File: Revert File');

    await openFile('wrong.plan.md');
    await page.locator('.monaco-editor .squiggly-error').first().waitFor();
    await inBoth('language-fixes', async () => {
      await goTo(':5:16');
      await rig.openActions(page, fix, menu);
    });
    await rig.takeAction(page, fix, menu);
    await lines.filter({ hasText: 'Depends on: two' }).waitFor();
    await rig.runCommand(page, 'File: Save');
    const mended = WRONG.replace('tow', 'two');
    await until(signal, () => readFileSync(join(workspace, 'wrong.plan.md'), 'utf8') === mended);

    await toTab('plan.md');
    await rig.runCommand(page, 'Orca: Show Critical Path in Plan');
    await inBoth('language-critical-path');
    await rig.runCommand(page, 'Orca: Change Order of Tasks');
    await page.locator('.quick-input-widget:visible').getByText('one after another').first().waitFor();
    await settle();
    await rig.screenshot(page, 'language-order-dark');
    await page.keyboard.press('Escape');

    // A run would ask whether to start from it.
    execFileSync('git', ['commit', '--quiet', '--all', '--message', 'Mended'], { cwd: workspace });
    await rig.executePlan(page);
    const run = await until(signal, () => runFolder(workspace));
    await until(signal, () => merged(run).includes('schema'));
    await (await rig.findFrame(page, 'orca-panel')).getByText('Running').first().waitFor();
    await toTab('plan.md');
    await goTo(':20:1');
    await page.locator('.codelens-decoration', { hasText: 'failed' }).first().waitFor();
    await inBoth('language-run');
    const icons = page.locator('.monaco-editor .glyph-margin-widgets .cgmr');
    assert.equal(await icons.count(), 3, 'each task in sight has its state in the gutter');

    writeFileSync(join(workspace, 'go'), '');
    await until(signal, () => outcome(run) !== undefined);
    assert.equal(outcome(run), 'failed');
    assert.ok(existsSync(run));
  },
  { timeoutMs: 600_000 },
);
