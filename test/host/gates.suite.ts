// What gates find, in the editor: at its line, with what can be done about it, until it is mended.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { test } from '../rig/in-host.ts';
import { attempts, eventsOf, outcome, runFolder, tail, until as untilThere } from './journal.ts';

const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
const file = (name: string): vscode.Uri => vscode.Uri.file(join(root, name));

test('a finding of a gate is at its line, with rule, task and a link', async () => {
  await vscode.commands.executeCommand('orca.executePlan', file('plan.md'), { strategy: 'hybrid', agents: 1 });
  const run = await until(() => runFolder(root));
  await until(() => outcome(run) === 'failed');
  const { uri, diagnostic } = await found('guard');
  assert.equal(uri.scheme, 'orca-git', 'nothing of it is in the checkout yet');
  assert.equal(uri.path, '/src/users.js');
  assert.equal(diagnostic.source, 'Orca');
  assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Error);
  assert.equal(codeOf(diagnostic), 'guard · orca/sql-injection · find');
  const target = typeof diagnostic.code === 'object' ? diagnostic.code.target.toString(true) : '';
  assert.match(target, /^https:\/\/cwe\.mitre\.org\/.*89/);
  const document = await vscode.workspace.openTextDocument(uri);
  assert.match(document.getText(diagnostic.range), /^"SELECT .* \+ name|^db\.query\("SELECT/);
  assert.equal(diagnostic.range.start.line, 3);
  assert.deepEqual(
    findings('guard').map((one) => one.diagnostic.range.start.line),
    [3],
  );
});

test('what can be done about it is offered, and its evidence is shown', async () => {
  const { uri, diagnostic } = await found('guard');
  const titles = (await fixes(uri, diagnostic.range)).map(({ title }) => title);
  assert.deepEqual(titles.sort(), ['Ignore Here…', 'Mend with the Agent', 'Open Task in Plan', 'Show Evidence']);
  await apply(uri, diagnostic, 'Show Evidence');
  const report = await until(() => reportText());
  assert.match(report, /❌ Security Validation \(guard\)/);
  assert.match(report, /src\/users\.js:4 error orca\/sql-injection/);
});

test('a test that failed is a finding at its line', async () => {
  const { diagnostic } = await found('unit');
  assert.match(diagnostic.message, /a name is no SQL/);
  assert.equal(diagnostic.range.start.line, 11);
});

test('mended with the agent, the finding is gone and the run goes on to its end', async () => {
  const run = runFolder(root) ?? '';
  const { uri, diagnostic } = await found('guard');
  writeFileSync(join(root, 'mend-may'), '');
  await apply(uri, diagnostic, 'Mend with the Agent');
  await until(() => outcome(run) === 'succeeded');
  assert.equal(attempts(run, 'find'), 2);
  assert.equal(eventsOf(run, 'task.merged').filter(({ task }) => task === 'find').length, 2);
  await until(() => findings('guard').length === 0);
  assert.match(
    await until(() => reportText('✅ Security')),
    /✅ Security Validation \(guard\)/,
    'the report follows the run',
  );
});

test('what is advisory stays, and in the checkout a hover says whose a line is', async () => {
  const run = basename(runFolder(root) ?? '');
  const before = await found('style');
  assert.equal(before.uri.scheme, 'orca-git');
  execFileSync('git', ['merge', '--quiet', '--ff-only', `orca/${run}/integration`], { cwd: root });
  const document = await vscode.workspace.openTextDocument(file('src/users.js'));
  const hover = await until(() => hoverAt(document.uri, 3));
  assert.match(hover, /\[find\]\(command:orca\.openTask/);
  assert.match(hover, /Finds users by name · attempt 2 · shell/);
  assert.match(await until(() => hoverAt(document.uri, 2)), /attempt 1/);
  assert.equal(await hoverAt(file('plan.md'), 4), undefined, 'no run wrote the plan');
});

function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

interface Found {
  readonly uri: vscode.Uri;
  readonly diagnostic: vscode.Diagnostic;
}

function findings(gate: string): Found[] {
  return vscode.languages
    .getDiagnostics()
    .flatMap(([uri, all]) => all.map((diagnostic) => ({ uri, diagnostic })))
    .filter(({ diagnostic }) => diagnostic.source === 'Orca' && codeOf(diagnostic).startsWith(`${gate} · `));
}

function found(gate: string): Promise<Found> {
  return until(() => findings(gate)[0]);
}

async function fixes(uri: vscode.Uri, range: vscode.Range): Promise<vscode.CodeAction[]> {
  await vscode.window.showTextDocument(uri);
  const all = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    uri,
    range,
    vscode.CodeActionKind.QuickFix.value,
  );
  return all.filter(({ command }) => command?.command.startsWith('orca.') === true);
}

async function apply(uri: vscode.Uri, { range }: vscode.Diagnostic, title: string): Promise<void> {
  const command = (await fixes(uri, range)).find((fix) => fix.title === title)?.command;
  assert.ok(command, title);
  await vscode.commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[]));
}

function reportText(part = ''): string | undefined {
  const text = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'orca-report')?.getText() ?? '';
  return text !== '' && text.includes(part) ? text : undefined;
}

async function hoverAt(uri: vscode.Uri, line: number): Promise<string | undefined> {
  const at = new vscode.Position(line, 2);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, at);
  const texts = hovers.flatMap(({ contents }) =>
    contents.map((one) => (one instanceof vscode.MarkdownString ? one.value : '')),
  );
  return texts.find((text) => text.includes('**Orca**'));
}

const PATIENCE_MS = 60_000;

async function until<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  try {
    return await untilThere(AbortSignal.timeout(PATIENCE_MS), look);
  } catch (error) {
    const run = runFolder(root);
    const told = vscode.languages.getDiagnostics().flatMap(([, all]) => all.map(codeOf));
    throw new Error(`nothing came: ${String(look)}\n${told.join('\n')}\n${run === undefined ? '' : tail(run)}`, {
      cause: error,
    });
  }
}
