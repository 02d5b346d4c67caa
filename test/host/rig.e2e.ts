// Proves the rig with an extension of its own, so that a broken rig is told from a broken Orca.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from '../rig/end-to-end.ts';
import type { Rig } from '../rig/rig.mjs';

const MANIFEST = {
  name: 'throwaway',
  publisher: 'rig',
  version: '0.0.1',
  engines: { vscode: '^1.100.0' },
  main: './extension.cjs',
  activationEvents: ['onStartupFinished'],
  capabilities: { untrustedWorkspaces: { supported: true } },
  contributes: {
    commands: ['Show Page', 'Start Terminal'].map((title) => ({ command: `rig.${title}`, title, category: 'Rig' })),
  },
};

const EXTENSION = `
const vscode = require('vscode');
exports.activate = (context) => {
  const status = vscode.window.createStatusBarItem('rig', vscode.StatusBarAlignment.Left, 1000);
  const say = (text) => { status.text = text; status.show(); };
  say('trusted: ' + vscode.workspace.isTrusted);
  const look = async (terminal) => say('terminal of ' + (await terminal.processId));
  vscode.window.terminals.forEach(look);
  context.subscriptions.push(
    status,
    vscode.window.onDidOpenTerminal(look),
    vscode.commands.registerCommand('rig.Show Page', () => {
      const panel = vscode.window.createWebviewPanel('rig', 'Rig', vscode.ViewColumn.One, { enableScripts: true });
      panel.webview.onDidReceiveMessage((message) => say('page says ' + message));
      panel.webview.html = '<button onclick="acquireVsCodeApi().postMessage(\\'hello\\')">Press me</button>';
    }),
    vscode.commands.registerCommand('rig.Start Terminal', () => {
      vscode.window.createTerminal({
        name: 'Rig',
        shellPath: process.execPath,
        shellArgs: ['-e', "require('fs').writeFileSync('pid', String(process.pid)); setInterval(() => console.log(process.pid + ' is at work'), 500)"],
        env: { ELECTRON_RUN_AS_NODE: '1' },
      }).show();
    }),
  );
};
`;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function open(rig: Rig, trusted: boolean) {
  const folder = rig.workspace({
    git: false,
    files: { 'package.json': JSON.stringify(MANIFEST), 'extension.cjs': EXTENSION },
  });
  const editor = await rig.editor({ extension: { folder }, trusted, workspace: rig.workspace() });
  return { editor, page: await rig.window(editor) };
}

test('a webview is found, pressed, and pictured in each theme', async (rig) => {
  const { page } = await open(rig, true);
  await page.getByText('trusted: true').waitFor();

  await rig.runCommand(page, 'Rig: Show Page');
  const frame = await rig.findFrame(page, 'button');
  await frame.click('button');
  await page.getByText('page says hello').waitFor();

  for (const theme of ['dark', 'light', 'high-contrast-dark', 'high-contrast-light'] as const) {
    await rig.setTheme(page, theme);
    await rig.screenshot(page, `rig-${theme}`);
  }
});

test('a terminal outlives the reload of its window', async (rig, signal) => {
  const { editor, page } = await open(rig, true);
  await rig.runCommand(page, 'Rig: Start Terminal');
  await page.getByText('is at work').first().waitFor();
  const pid = Number(readFileSync(join(editor.workspace, 'pid'), 'utf8'));
  await page.getByText(`terminal of ${pid}`).waitFor();

  await rig.reload(page, editor);

  await page.getByText(`terminal of ${pid}`).waitFor();
  // A window that is reloaded soon after has not yet stored that its panel is open.
  await rig.runCommand(page, 'Terminal: Focus Terminal');
  await page.getByText(`${pid} is at work`).last().waitFor();
  assert.ok(isAlive(pid));
  await rig.screenshot(page, 'rig-terminal-after-reload');

  // What was started in its terminals ends with the editor; its parent is gone, so nothing else tells when.
  await rig.dispose();
  while (isAlive(pid)) await delay(50, undefined, { signal });
});

test('an untrusted workspace is not trusted', async (rig) => {
  const { page } = await open(rig, false);
  await page.getByText('trusted: false').waitFor();
});
