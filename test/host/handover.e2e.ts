// A run goes from a window to a process without one and back, and from a dead window to the command line.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '../rig/end-to-end.ts';
import { makeWorkspace } from '../rig/workspace.mjs';
import { attempts, eventsOf, merged, runFolder, until } from './journal.ts';

/** Each task works until the test lets it. */
const PLAN = ['s', 't']
  .map(
    (id) => `### ${id}: Works until it is told
- Estimate: 5 min
- Depends on: ${id === 's' ? 'none' : 's'}

\`\`\`sh run
touch ../../../${id}-started
until test -f ../../../${id}-may; do sleep 0.1; done
echo ${id} > ${id}.txt
\`\`\`
`,
  )
  .join('\n');

test('a detached engine goes on while no window does, a window takes it back, and the command line takes over', async (rig, signal) => {
  // It outlives the editor.
  const workspace = makeWorkspace({
    files: { 'plan.md': `# Hand over\n\n${PLAN}`, '.gitignore': '*-may\n*-started\n' },
  });
  const folder = rig.folder();
  const editor = await rig.editor({
    workspace,
    extension: { folder },
    userSettings: { 'orca.run.continueWhenClosed': true },
  });
  const page = await rig.window(editor);
  await page.keyboard.press('Control+P');
  await rig.pick(page, 'plan.md');
  await rig.executePlan(page);
  await until(signal, () => existsSync(join(workspace, 's-started')));
  const run = await until(signal, () => runFolder(workspace));

  // The window goes and comes: in between, or beside it for a while, there is a process without a window.
  const before = drivers(run).length;
  await rig.reload(page, editor);
  await until(signal, () => drivers(run).slice(before).at(-1) === 'window');
  assert.ok(drivers(run).slice(before).includes('detached'), drivers(run).join());
  writeFileSync(join(workspace, 's-may'), '');
  await until(signal, () => merged(run).includes('s'));
  assert.equal(attempts(run, 's'), 1, 'its agent went on all the time');

  await until(signal, () => existsSync(join(workspace, 't-started')));
  await rig.dispose();
  writeFileSync(join(workspace, 't-may'), '');
  const [code, printed] = await commandLine(folder, workspace, 'resume');
  assert.equal(code, 0, printed);
  assert.deepEqual(merged(run).sort(), ['s', 't']);
  assert.equal(drivers(run).at(-1), 'cli');
  rmSync(workspace, { recursive: true, force: true, maxRetries: 5 });
});

function commandLine(folder: string, cwd: string, ...args: string[]): Promise<[number | null, string]> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(folder, 'dist/cli.cjs'), ...args], { cwd });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (printed += String(bytes)));
    child.once('close', (code) => resolve([code, printed]));
  });
}

function drivers(run: string): string[] {
  return eventsOf(run, 'session.started').map(({ driver }) => driver);
}
