// The panel of a plan and of a run that is over: what comes after the model, and the summary with its files.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from '../rig/end-to-end.ts';

const PLAN = `# Notes

### first: Begin the notes
- Estimate: 10 min
- Depends on: none
- Files: \`notes.txt\`

\`\`\`sh run
echo first > notes.txt
\`\`\`

### long: Write a long chapter
- Estimate: 90 min
- Depends on: first
- Files: \`chapter.txt\`, \`index.txt\`

\`\`\`sh run
echo chapter > chapter.txt
\`\`\`

### short: Write a short chapter
- Estimate: 20 min
- Depends on: first
- Files: \`short.txt\`, \`index.txt\`

\`\`\`sh run
echo short > short.txt
\`\`\`
`;

test('the panel compares and offers after it is there, and a finished run is opened at its summary', async (rig) => {
  const workspace = rig.workspace({ files: { 'plan.md': PLAN } });
  const cli = join(rig.folder(), 'dist/cli.cjs');
  execFileSync(process.execPath, [cli, 'execute', 'plan.md'], { cwd: workspace, stdio: 'pipe' });

  const editor = await rig.editor({ workspace });
  const page = await rig.window(editor);
  await rig.runCommand(page, 'Orca: Preview Plan');
  const preview = await rig.findFrame(page, 'orca-panel');
  await preview.getByRole('img', { name: /^Duration over agents.*% efficient/ }).waitFor();
  await preview.getByRole('tab', { name: /^Opportunities \(\d+\)/ }).waitFor();
  await preview.getByRole('button', { name: 'More agents' }).click();
  await preview.locator('.stepper output', { hasText: '4' }).waitFor();
  await preview.getByRole('img', { name: /4 agents: / }).waitFor();
  await preview.getByRole('tab', { name: 'Graph' }).click();
  const shared = preview.locator('g.shares title');
  await shared.waitFor({ state: 'attached' });
  assert.match(
    (await shared.textContent()) ?? '',
    /long chapter and .*short chapter write the same files.*: index\.txt$/,
  );
  await rig.screenshot(page, 'panel-graph-dark');

  await rig.runCommand(page, 'View: Show Orca');
  await page.locator('.pane-header', { hasText: 'History' }).click();
  const history = page.locator('.pane', { hasText: 'History' }).last();
  await history.locator('.monaco-list-row', { hasText: 'Notes' }).click();
  const panel = await rig.findFrame(page, 'orca-panel');
  const deliverables = panel.getByRole('region', { name: 'Deliverables' });
  await deliverables.waitFor();
  assert.equal(await panel.getByRole('tab', { name: 'Summary' }).getAttribute('aria-selected'), 'true');
  await rig.screenshot(page, 'panel-summary-dark');

  // It is not applied: the file is that of the run's branch.
  await deliverables.getByRole('button', { name: 'chapter.txt' }).first().click();
  await page.locator('.tab', { hasText: 'chapter.txt' }).waitFor();
  await page.locator('.view-line', { hasText: 'chapter' }).first().waitFor();
  await rig.screenshot(page, 'panel-file-dark');
});
