import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { checkAgents as check, type AgentCheck } from '../engine/check-agents.ts';
import { pickFolder } from './pick-folder.ts';
import { workspaceFolders, type Runs } from './runs.ts';
import { settingsFor } from './settings.ts';

/** Shows which agents there are, of which version, and what is to be done for the others. */
export async function checkAgents(runs: Runs): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    await vscode.commands.executeCommand('workbench.trust.manage');
    return;
  }
  // What is known of agents is each folder's own to say; without one, what the user's settings say of them.
  const folder =
    workspaceFolders().length === 0 ? homedir() : await pickFolder(vscode.l10n.t('Check the agents of which folder?'));
  if (folder === undefined) return;
  const agents = runs.engines.of(folder)?.agents;
  if (agents === undefined) return;
  const checks = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Orca: looking for agents') },
    () => check(agents, { env: process.env, home: homedir(), folder }),
  );
  const picked = await vscode.window.showQuickPick(
    checks.map((one) => ({ ...looks(one), one })),
    {
      title: vscode.l10n.t('Orca: Check Agents'),
      placeHolder: vscode.l10n.t('Pick one for what it may do, and how to set it up'),
      matchOnDetail: true,
    },
  );
  if (picked === undefined) return;
  const { id, label } = picked.one;
  await showAgent(picked.one, async () => {
    const set = `agents=${JSON.stringify(settingsFor(vscode.Uri.file(folder)).settings.agents)}`;
    const { code, out, err } = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Orca: trying {0}', label) },
      () => runs.engines.cli(['agents', id, '--try', '--folder', folder, '--set', set]),
    );
    const text = `Orca: ${(out.trim() === '' ? err : out).trim()}`;
    if (code === 0) void vscode.window.showInformationMessage(text);
    else void vscode.window.showWarningMessage(text);
  });
}

function looks({ id, state, version, signedIn, path, advice, cli }: AgentCheck): vscode.QuickPickItem {
  const icon =
    state === 'found' ? (signedIn === false ? 'warning' : 'pass') : state === 'missing' ? 'circle-slash' : 'error';
  const about =
    state === 'found'
      ? (version ?? (cli === undefined && path === undefined ? vscode.l10n.t('built in') : 'found'))
      : state;
  return { label: `$(${icon}) ${id}`, description: about, detail: advice ?? path ?? '' };
}

/** What an agent may do in each mode, in its own words; and the way to it where it is missing. */
async function showAgent(
  { id, label, cli, advice, version, path }: AgentCheck,
  run: () => Promise<void>,
): Promise<void> {
  const modes = Object.entries(cli?.permissions ?? {}).map(([mode, words]) => `- **${mode}**: ${words}`);
  const text = [
    `# ${label}`,
    '',
    vscode.l10n.t('Named `{0}` in plans and settings.{1}', id, version === undefined ? '' : ` Version ${version}.`),
    ...(path === undefined ? [] : ['', vscode.l10n.t('Found at `{0}`.', path)]),
    ...(advice === undefined ? [] : ['', advice]),
    ...(modes.length === 0 ? [] : ['', vscode.l10n.t('## What it may do'), '', ...modes]),
    ...(cli === undefined ? [] : ['', vscode.l10n.t('## Set it up'), '', `    ${cli.install}`, '', cli.signIn]),
    '',
  ].join('\n');
  const trial = vscode.l10n.t('Try It');
  if (cli !== undefined && path !== undefined)
    void vscode.window
      .showInformationMessage(vscode.l10n.t('Orca: ask {0} for one word? It costs a few tokens.', label), trial)
      .then((answer) => (answer === trial ? run() : undefined));
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: text });
  await vscode.window.showTextDocument(document, { preview: true });
}
