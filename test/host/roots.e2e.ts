// Several folders in one window: whose plan is shown, whose is run, and where its run is kept.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from '../rig/end-to-end.ts';
import { outcome, runFolder, until } from './journal.ts';

const plan = (title: string): string =>
  `# ${title}\n\n### same: Makes a file\n- Estimate: 5 min\n- Depends on: none\n\n\`\`\`sh run\necho a > a.txt\n\`\`\`\n`;

test('each folder has its own plan and runs; the first need not be a repository', async (rig, signal) => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'orca-roots-')));
  try {
    mkdirSync(join(home, 'notes'));
    writeFileSync(join(home, 'notes/readme.txt'), 'no repository\n');
    const shop = rig.workspace({ files: { 'plan.md': plan('Shop') } });
    // Its own settings say what its plans are called.
    const settings = JSON.stringify({ planFiles: '**/work.md' });
    const tools = rig.workspace({ files: { 'work.md': plan('Tools'), '.orca/settings.json': settings } });
    const folders = [join(home, 'notes'), shop, tools].map((path) => ({ path }));
    const workspace = join(home, 'all.code-workspace');
    writeFileSync(workspace, JSON.stringify({ folders }));
    const page = await rig.window(await rig.editor({ workspace }));
    await rig.runCommand(page, 'View: Show Orca');
    const header = page.locator('.pane-header', { hasText: 'Tasks' });
    await header.getByText(/plan\.md$/).waitFor();

    // The plan that one looks at is the tree's.
    for (const [folder, name] of [
      [shop, 'plan.md'],
      [tools, 'work.md'],
      [shop, 'plan.md'],
      [tools, 'work.md'],
    ] as const) {
      await page.keyboard.press('Control+P');
      await page.locator('.quick-input-widget:visible input').first().fill(join(folder, name));
      await page.locator('.quick-input-widget:visible .monaco-list-row', { hasText: name }).first().click();
      await header.getByText(`${basename(folder)}/${name}`).waitFor();
    }
    await rig.executePlan(page);
    const run = await until(signal, () => runFolder(tools));
    await until(signal, () => outcome(run) === 'succeeded');
    assert.equal(existsSync(join(shop, '.orca')), false);
    await header.getByText(`${basename(run)} · ${basename(tools)}`).waitFor();
    await page.locator('.pane-header', { hasText: 'History' }).click();
    await page
      .locator('.pane', { hasText: 'History' })
      .last()
      .locator('.monaco-list-row', { hasText: 'Tools' })
      .waitFor();
    await rig.screenshot(page, 'roots-dark');
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});
