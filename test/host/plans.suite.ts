// What is a plan in a workspace: files by their names, folders of files, JSON, and what the user says.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { test } from '../rig/in-host.ts';

const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
const file = (name: string): vscode.Uri => vscode.Uri.file(join(root, name));
const orca = (command: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`orca.${command}`, ...args);
const show = (name: string): Thenable<vscode.TextEditor> => vscode.window.showTextDocument(file(name));

/** The remarks of a file that are errors or warnings, as `line:column code`. */
function told(name: string): string[] {
  return vscode.languages
    .getDiagnostics(file(name))
    .filter(({ source, severity }) => source === 'Orca' && severity <= vscode.DiagnosticSeverity.Warning)
    .map(({ range, code }) => {
      const { line, character } = range.start;
      return `${line + 1}:${character + 1} ${typeof code === 'string' ? code : ''}`;
    })
    .sort();
}

async function until<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (let tries = 0; tries < 100; tries += 1) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it did not come');
}

async function untilTold(name: string, ...expected: readonly string[]): Promise<void> {
  await until(() => told(name).join() === expected.join()).catch(() =>
    assert.deepEqual(told(name), expected, `what is told of ${name}`),
  );
}

async function lenses(name: string): Promise<string[]> {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', file(name));
  return found.map(({ command }) => command?.title ?? '');
}

test('a folder of tasks is one plan, in each of its files and as it is on the disk', async () => {
  const editor = await show('backlog/tasks/task-2 - Two.md');
  await untilTold('backlog/tasks/task-2 - Two.md', '5:25 unknown-dependency');
  await until(async () => (await lenses('backlog/tasks/task-2 - Two.md')).some((title) => title.includes('Run')));
  assert.equal((await lenses('backlog/tasks/task-2 - Two.md')).filter((title) => title.includes('Run')).length, 1);

  writeFileSync(file('backlog/tasks/task-9 - New.md').fsPath, '---\nid: task-9\ntitle: New\nstatus: To Do\n---\n');
  await untilTold('backlog/tasks/task-2 - Two.md');
  rmSync(file('backlog/tasks/task-9 - New.md').fsPath);
  await untilTold('backlog/tasks/task-2 - Two.md', '5:25 unknown-dependency');

  // What is typed in one file counts in the others.
  const other = await vscode.workspace.openTextDocument(file('backlog/tasks/task-1 - One.md'));
  const change = new vscode.WorkspaceEdit();
  change.replace(other.uri, new vscode.Range(1, 4, 1, 10), 'task-3');
  assert.ok(await vscode.workspace.applyEdit(change));
  await untilTold('backlog/tasks/task-2 - Two.md', '5:16 unknown-dependency', '5:25 unknown-dependency');
  await vscode.window.showTextDocument(other);
  await vscode.commands.executeCommand('workbench.action.files.revert');
  await untilTold('backlog/tasks/task-2 - Two.md', '5:25 unknown-dependency');
  assert.equal(editor.document.isDirty, false);
});

test('a folder is previewed, and its files are a plan from then on', async () => {
  await show('tickets/02-b.md');
  assert.deepEqual(await lenses('tickets/02-b.md'), []);
  await orca('previewPlan', file('tickets'));
  await until(() =>
    vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ label }) => label === 'Orca: tickets')),
  );
  await untilTold('tickets/02-b.md', '3:21 unknown-dependency');
  await until(async () => (await lenses('tickets/02-b.md')).some((title) => title.includes('Execute')));
});

test('a tasks.json is a plan, and no other JSON is', async () => {
  await show('.taskmaster/tasks/tasks.json');
  await untilTold('.taskmaster/tasks/tasks.json', '3:70 unknown-dependency');
  await until(async () => (await lenses('.taskmaster/tasks/tasks.json')).some((title) => title.includes('Preview')));
  await show('package.json');
  assert.deepEqual(await lenses('package.json'), []);
});

test('only a file whose name says that it is a plan is told to have no tasks', async () => {
  await show('docs/tasks.md');
  await untilTold('docs/tasks.md', '1:1 no-tasks');
  await show('docs/superpowers/plans/idea.md');
  await show('docs/notes.md');
  assert.deepEqual([told('docs/superpowers/plans/idea.md'), told('docs/notes.md')], [[], []]);
});

test('the user says what is a plan, and what is none', async () => {
  await show('docs/notes.md');
  await orca('treatAsPlan', file('docs/notes.md'));
  await untilTold('docs/notes.md', '5:15 unknown-dependency');
  await until(async () => (await lenses('docs/notes.md')).some((title) => title.includes('Run')));
  await orca('treatAsNoPlan', file('docs/notes.md'));
  await untilTold('docs/notes.md');
  assert.deepEqual(await lenses('docs/notes.md'), []);
  await orca('treatAsNoPlan', file('docs/tasks.md'));
  await untilTold('docs/tasks.md');
  await orca('treatAsPlan', file('docs/tasks.md'));
  await untilTold('docs/tasks.md', '1:1 no-tasks');
});

test('agents, gates and the order are those of the workspace, and follow its settings', async () => {
  await show('order.plan.md');
  await untilTold('order.plan.md', '7:10 unknown-agent');
  writeFileSync(file('.orca/gates.yaml').fsPath, 'gates: {}\n');
  await untilTold('order.plan.md', '13:10 unknown-gate', '7:10 unknown-agent');
  const order = async (): Promise<string> =>
    (await lenses('order.plan.md')).find((title) => title.includes('Order')) ?? '';
  const before = await order();
  await vscode.workspace.getConfiguration('orca').update('plan.order', 'sequence');
  await until(async () => (await order()) !== before);
  await vscode.workspace.getConfiguration('orca').update('plan.order', undefined);
  await until(async () => (await order()) === before);
  assert.match(readFileSync(file('order.plan.md').fsPath, 'utf8'), /^# Order/);
});
