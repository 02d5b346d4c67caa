// The run that a window shows while others begin, end and remove runs of the same repository.
import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { test } from '../rig/in-host.ts';
import { eventsOf, outcome, until as untilThere } from './journal.ts';

const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
const executions = join(root, '.orca/executions');
const orca = (command: string, ...args: unknown[]): Thenable<unknown> =>
  vscode.commands.executeCommand(`orca.${command}`, ...args);
const until = <T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> =>
  untilThere(AbortSignal.timeout(15_000), look);

test('a run that was opened is shown on when its driver has ended, though another one is newer', async () => {
  const before = runs();
  const ended = cli('execute', 'hold.plan.md');
  await until(() => existsSync(join(root, 's-started')));
  const held = await until(() => runs().find((id) => !before.includes(id)));
  const newer = await begun();
  await orca('openRun', { run: { root, id: held } });
  await until(() => isShown(held));
  writeFileSync(join(root, 's-may'), '');
  await ended;
  assert.equal(outcome(join(executions, held)), 'succeeded');
  // Nobody drives it now: what it is asked for is this window's to do, as soon as that has seen it.
  await until(async () => {
    await told(orca('markRead', { id: 's' }));
    return eventsOf(join(executions, held), 'task.read').length > 0;
  });
  assert.ok(await isShown(held));
  assert.notEqual(held, newer);
});

test('a run that is watched is asked of whoever drives it by then', async () => {
  const first = program('execute', 'steer.plan.md');
  const id = await until(() => existsSync(join(root, 't-started')) && runs().find((one) => one.includes('steer')));
  await orca('openRun', { run: { root, id } });
  await until(() => isShown(id));
  first.kill('SIGKILL');
  const second = program('resume', id);
  await until(() => existsSync(join(executions, id, 'owner/2.json')));
  await until(() => eventsOf(join(executions, id), 'session.started').length > 1);
  await told(orca('pauseRun'));
  await until(() => eventsOf(join(executions, id), 'run.paused').length > 0);
  // The same where it rested here, and somebody takes it up.
  second.kill('SIGKILL');
  await until(async () => (await status()).includes('Driven By: nobody'));
  const third = program('resume', id);
  await until(() => eventsOf(join(executions, id), 'run.resumed').length > 0);
  await told(orca('pauseRun'));
  await until(() => eventsOf(join(executions, id), 'run.paused').length > 1);
  assert.doesNotMatch(await status(), /Driven By: nobody/);
  writeFileSync(join(root, 't-may'), '');
  third.kill('SIGKILL');
});

test('where the run that is shown was removed by somebody else, another one is shown', async () => {
  const [older, newer] = [await begun(), await begun()];
  await orca('openRun', { run: { root, id: newer } });
  await until(() => isShown(newer));
  await remove(newer);
  await until(() => isShown(older));
});

test('a task that was picked is of the run that was shown then', async () => {
  const [older, newer] = [await begun(), await begun()];
  await orca('openRun', { run: { root, id: newer } });
  await until(() => isShown(newer));
  const retried = orca('retryTask');
  await remove(newer);
  await until(() => isShown(older));
  await told(retried);
  assert.equal(eventsOf(join(executions, older), 'task.retried').length, 0);
});

test('a comparison that is open tells when one of its runs is gone', async () => {
  const [older, newer] = [await begun(), await begun()];
  const run = (id: string) => ({ run: { root, id, startedAt: runs().indexOf(id) } });
  await orca('compareRuns', run(older), [run(older), run(newer)]);
  const text = (): string | undefined =>
    vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'orca-comparison')?.getText();
  await until(() => text()?.includes(newer));
  await remove(newer);
  await until(() => text()?.includes('One of the two runs is gone'));
});

/** By age: an id begins with its time. */
function runs(): string[] {
  return existsSync(executions) ? readdirSync(executions).filter((name) => name.startsWith('exec-')) : [];
}

/** A run whose second task has failed. */
async function begun(): Promise<string> {
  const before = runs();
  await cli('execute', 'plan.md', '--attempts', '1');
  const id = runs().find((one) => !before.includes(one));
  if (id === undefined) throw new Error('no run was begun');
  return id;
}

async function isShown(id: string): Promise<boolean> {
  return (await status()).includes(id);
}

async function status(): Promise<string> {
  const { content } = await vscode.lm.invokeTool('orca_run_status', { input: {}, toolInvocationToken: undefined });
  return JSON.stringify(content);
}

/** What a command that asks comes to: the first that is offered is taken, and what is told is seen. */
async function told(command: Thenable<unknown>): Promise<void> {
  const state = { ended: false };
  const end = command.then(() => (state.ended = true));
  await until(async () => {
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await vscode.commands.executeCommand('notifications.clearAll');
    return state.ended;
  });
  await end;
}

async function remove(id: string): Promise<void> {
  assert.match(await cli('remove', id, '--force'), /is removed/);
}

function cli(...args: string[]): Promise<string> {
  return new Promise((resolve) => {
    // A run with a task that failed ends with another code than 0.
    execFile(process.execPath, [cliPath(), ...args], { cwd: root }, (_, out, err) => resolve(`${out}${err}`));
  });
}

function program(...args: string[]): ChildProcess {
  return spawn(process.execPath, [cliPath(), ...args], { cwd: root, stdio: 'ignore' });
}

function cliPath(): string {
  return join(vscode.extensions.getExtension('orca.orca')?.extensionPath ?? '', 'dist/cli.cjs');
}
