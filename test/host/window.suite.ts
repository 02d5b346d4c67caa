// What a window has beside plans and runs, from inside: gates as tasks.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { test } from '../rig/in-host.ts';
import { until } from './journal.ts';

const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';

test('gates are tasks, which run them on the checkout and say where something was found', async () => {
  const tasks = await vscode.tasks.fetchTasks({ type: 'orca' });
  assert.deepEqual(tasks.map(({ name }) => name).sort(), ['all gates', 'gate: fine', 'gate: style']);
  const named = (name: string): vscode.Task => {
    const task = tasks.find((one) => one.name === name);
    if (task === undefined) throw new Error(`no task ${name}`);
    return task;
  };
  assert.equal(await exitOf(named('gate: fine')), 0);

  const file = vscode.Uri.file(join(root, 'src/b.js'));
  writeFileSync(file.fsPath, 'export const b = (x) => (x > 1 ? (x > 2 ? 3 : 2) : 1);\n');
  // It warns, and holds nothing back.
  assert.equal(await exitOf(named('gate: style')), 0);
  const problem = await until(AbortSignal.timeout(20_000), () =>
    vscode.languages.getDiagnostics(file).find(({ source }) => source === 'Orca'),
  );
  assert.equal(problem.range.start.line, 0);
  assert.equal(problem.severity, vscode.DiagnosticSeverity.Warning);
  assert.equal(problem.message, 'b has a cyclomatic complexity of 3; the limit is 1.');
});

function exitOf(task: vscode.Task): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const ended = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (execution.task.name !== task.name) return;
      ended.dispose();
      resolve(exitCode);
    });
    vscode.tasks.executeTask(task).then(undefined, reject);
  });
}
