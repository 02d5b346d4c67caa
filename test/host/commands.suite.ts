// What single commands do, on a small plan that the shell agent builds.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { test } from '../rig/in-host.ts';
import { attempts, events, eventsOf, merged, outcome, runFolder, tail, until as untilThere } from './journal.ts';

const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
const file = (name: string): vscode.Uri => vscode.Uri.file(join(root, name));
const orca = (command: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`orca.${command}`, ...args);

test('a plan has diagnostics and lenses', async () => {
  const document = await vscode.workspace.openTextDocument(file('wrong.plan.md'));
  await vscode.window.showTextDocument(document);
  const [problem] = await until(() => {
    const found = vscode.languages
      .getDiagnostics(document.uri)
      .filter(({ source, severity }) => source === 'Orca' && severity === vscode.DiagnosticSeverity.Error);
    return found.length > 0 ? found : undefined;
  });
  assert.match(problem?.message ?? '', /nobody/);
  assert.equal(document.getText(problem?.range), 'nobody');

  const plan = file('plan.md');
  await vscode.workspace.openTextDocument(plan);
  const lenses = await until(async () => {
    const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', plan);
    return found.length > 0 ? found : undefined;
  });
  const titles = lenses.map(({ command }) => command?.title ?? '');
  assert.ok(
    titles.some((title) => title.includes('Preview')),
    titles.join(),
  );
  assert.ok(
    titles.some((title) => title.includes('Execute')),
    titles.join(),
  );
  assert.ok(
    titles.some((title) => title.includes('Run')),
    titles.join(),
  );
});

test('a task that failed is retried, and a gate that failed is run again', async () => {
  await orca('executePlan', file('plan.md'), { strategy: 'hybrid', agents: 2 });
  const run = await until(() => newest());
  await until(() => outcome(run) !== undefined);
  assert.equal(outcome(run), 'failed');
  assert.deepEqual(merged(run), ['a']);

  writeFileSync(join(root, 'b-may'), '');
  await orca('retryTask', { id: 'b' });
  await until(() => merged(run).length === 3);
  await until(() => events(run).some((event) => event.type === 'gate.ended' && event.report.verdict === 'failed'));

  writeFileSync(join(root, 'gate-may'), '');
  await orca('retryGate', { gate: 'settled', layer: 1 });
  await until(() => outcome(run) === 'succeeded');
  assert.equal(eventsOf(run, 'attempt.started').length, 4);
});

test('changes, log and summary of the run are opened', async () => {
  await orca('showChanges', { id: 'a' });
  await until(() => tabs().some((label) => label.includes('a, attempt 1')));
  await orca('openTaskLog', { id: 'b' });
  await until(() => vscode.window.activeTextEditor?.document.uri.path.endsWith('output.log'));
  await orca('showSummary');
  await until(() => tabs().some((label) => label.includes('execution_summary.md')));
  await orca('openTask', { id: 'c' });
  await until(() => {
    const editor = vscode.window.activeTextEditor;
    return editor?.document.lineAt(editor.selection.active.line).text.startsWith('### c:');
  });
});

test('a task is taken over in a terminal of its worktree and handed back, and another is skipped', async () => {
  await orca('executePlan', file('hold.plan.md'), { strategy: 'hybrid', agents: 1 });
  const run = await until(() => newest('hold'));
  await until(() => existsSync(join(root, 's-started')));
  const open = orca('takeOverTask', { id: 's' });
  const terminal = await until(() => vscode.window.terminals.find(({ name }) => name === 'Orca: s'));
  await open;
  const { cwd } = terminal.creationOptions as vscode.TerminalOptions;
  assert.equal(readFileSync(join(String(cwd), 's.txt'), 'utf8'), 'half\n');
  writeFileSync(join(String(cwd), 's.txt'), 'whole\n');
  terminal.dispose();
  await orca('handBackTask', { id: 's' });
  await until(() => merged(run).includes('s'));
  await until(() => outcome(run) === 'failed');
  assert.equal(attempts(run, 's'), 1);
  await orca('skipTask', { id: 't' });
  await until(() => outcome(run) === 'succeeded');
});

test('the prompt of a task is shown', async () => {
  await orca('showPrompt', { id: 'b', plan: file('plan.md') });
  await until(() => vscode.window.activeTextEditor?.document.getText().includes('# Task: Fails until it may'));
});

function newest(part = ''): string | undefined {
  return runFolder(root, part);
}

function tabs(): string[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs.map((tab) => tab.label));
}

const PATIENCE_MS = 50_000;

async function until<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  try {
    return await untilThere(AbortSignal.timeout(PATIENCE_MS), look);
  } catch (error) {
    const run = newest();
    throw new Error(`nothing came: ${String(look)}\n${run === undefined ? '' : tail(run)}`, { cause: error });
  }
}
