// The first steps of somebody who has just installed it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '../rig/end-to-end.ts';
import { until } from './journal.ts';

test('the sample, as it is packaged, is put into a folder of its own and opened', async (rig, signal) => {
  const parent = realpathSync(mkdtempSync(join(tmpdir(), 'orca-sample-')));
  try {
    const editor = await rig.editor({ extension: { vsix: rig.vsix() } });
    const page = await rig.window(editor);
    await rig.runCommand(page, 'View: Show Orca');
    await rig.screenshot(page, 'welcome-no-plan-dark');
    await rig.runCommand(page, 'Welcome: Open Walkthrough...');
    await rig.pick(page, 'Get Started with Orca');
    for (const [step, picture] of [
      ['Preview a plan', 'plan'],
      ['Execute it', 'execute'],
      ['Take the result', 'apply'],
    ] as const) {
      await page.locator('.getting-started-step', { hasText: step }).click();
      const frame = await rig.findFrame(page, `img[src*="${picture}.svg"]`);
      const width = await frame.locator('img').evaluate(async (image: HTMLImageElement) => {
        await image.decode();
        return image.naturalWidth;
      });
      assert.equal(width, 450);
      await rig.screenshot(page, `walkthrough-${picture}-dark`);
    }
    await page.locator('.getting-started-step', { hasText: 'Open the sample' }).click();

    const opened = page.context().waitForEvent('page', { timeout: 120_000 });
    // Where the test fails before, nobody waits for it.
    opened.catch(() => undefined);
    await page.locator('.getting-started-step').getByRole('button', { name: 'Open the Sample' }).click();
    const input = page.locator('.quick-input-widget:visible');
    await input.getByText('Put the Sample Here').waitFor();
    // The dialog writes the folder that it lists into its field, and lists another one in its own time.
    const own = input.locator('.monaco-list-row', { hasText: '.git' });
    await own.waitFor();
    await input.locator('input').first().fill(`${parent}/`);
    await own.waitFor({ state: 'detached' });
    await input.getByText('Put the Sample Here').click();
    const sample = join(parent, 'orca-sample');
    await until(signal, () => existsSync(join(sample, '.git/refs/heads/main')));
    assert.ok((await opened).url().includes(encodeURI(sample)));
    const git = (...args: string[]): string => execFileSync('git', args, { cwd: sample, encoding: 'utf8' });
    assert.equal(git('status', '--porcelain'), '');
    assert.deepEqual(
      git('ls-tree', '-r', '--name-only', 'HEAD').trim(),
      execFileSync('git', ['ls-tree', '-r', '--name-only', 'HEAD'], {
        cwd: join(process.cwd(), 'examples/ecommerce-api'),
        encoding: 'utf8',
      }).trim(),
    );
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
});
