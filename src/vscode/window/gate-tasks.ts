import * as vscode from 'vscode';
import { BUILT_IN } from '../../core/gate/config.ts';
import { TASK_TYPE } from '../ids.ts';
import type { WindowHost } from './host.ts';

/** The gates of each folder of the workspace, and all of them at once, as tasks that run them on the checkout. */
export function gateTasks(host: WindowHost): vscode.Task[] {
  if (!vscode.workspace.isTrusted) return [];
  return (vscode.workspace.workspaceFolders ?? []).flatMap((folder) => {
    if (folder.uri.scheme !== 'file') return [];
    const declared = host.gatesIn(folder.uri.fsPath).gates;
    // A review is of a task, and can be run in a run alone.
    const runnable = declared.filter(({ review }) => review === undefined);
    const names: readonly string[] = declared.length === 0 ? BUILT_IN : runnable.map(({ name }) => name);
    return [undefined, ...names].map((gate) => gateTask(host, folder, gate));
  });
}

/** A task of a tasks.json, which says the gate alone. */
export function resolvedTask(host: WindowHost, task: vscode.Task): vscode.Task | undefined {
  const gate: unknown = task.definition.gate;
  if (gate !== undefined && typeof gate !== 'string') return undefined;
  const folders = typeof task.scope === 'object' ? [task.scope] : (vscode.workspace.workspaceFolders ?? []);
  // A task of the workspace as a whole does not say the folder.
  const declares = ({ uri }: vscode.WorkspaceFolder): boolean =>
    host.gatesIn(uri.fsPath).gates.some(({ name }) => name === gate);
  const folder = folders.find(declares) ?? folders[0];
  if (folder?.uri.scheme !== 'file') return undefined;
  return gateTask(host, folder, gate, task.definition);
}

function gateTask(
  { runs }: WindowHost,
  folder: vscode.WorkspaceFolder,
  gate: string | undefined,
  // VS Code knows a task of a tasks.json again by this object.
  definition: vscode.TaskDefinition = { type: TASK_TYPE, ...(gate !== undefined && { gate }) },
): vscode.Task {
  const { command, args, env } = runs.engines.cliProgram();
  const words = ['gates', '--folder', folder.uri.fsPath, ...(gate === undefined ? [] : ['--', gate])];
  const execution = new vscode.ProcessExecution(command, [...args, ...words], { cwd: folder.uri.fsPath, env });
  const name = gate === undefined ? vscode.l10n.t('all gates') : `gate: ${gate}`;
  const task = new vscode.Task(definition, folder, name, 'orca', execution, '$orca');
  task.group = vscode.TaskGroup.Test;
  task.detail =
    gate === undefined
      ? vscode.l10n.t('Runs every quality gate on the checkout')
      : vscode.l10n.t('Runs a quality gate on the checkout');
  return task;
}
