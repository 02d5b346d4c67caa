// What the editor's own language models are to Orca, and Orca to them: an agent of a run, and the tools that they use.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as vscode from 'vscode';
import { test } from '../rig/in-host.ts';
import { attempts, events, eventsOf, merged, outcome, runFolder, tail, until as untilThere } from './journal.ts';

const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
const file = (name: string): vscode.Uri => vscode.Uri.joinPath(vscode.Uri.file(root), name);

/** What the rig's model was asked. */
async function requests(): Promise<readonly string[]> {
  const rig = vscode.extensions.getExtension<{ readonly requests: readonly string[] }>('rig.rig-model');
  return (await rig?.activate())?.requests ?? [];
}

async function invoke(tool: string, input: object = {}): Promise<string> {
  const { content } = await vscode.lm.invokeTool(tool, { input, toolInvocationToken: undefined });
  return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('\n');
}

test('tools say what there is of plans and runs', async () => {
  await until(() => vscode.lm.tools.some(({ name }) => name === 'orca_execute_plan'));
  assert.match(await invoke('orca_run_status'), /no run in this workspace/);
  const preview = await invoke('orca_preview_plan', { plan: 'plan.md' });
  assert.match(preview, /Execution Preview: Notes/);
  assert.match(preview, /Layer 2: Second/);
  assert.match(await invoke('orca_validate_plan', { plan: 'plan.md' }), /^2 tasks, 0 errors/m);
  assert.match(
    await invoke('orca_validate_plan', { plan: file('wrong.plan.md').fsPath }),
    /^wrong\.plan\.md:5:\d+: error: .*nobody/m,
  );
});

test('tools name the way out where they are asked for what is not there', async () => {
  for (const [tool, input, message] of [
    ['orca_preview_plan', { plan: '../plan.md' }, /outside of this workspace.*plan\.md/],
    ['orca_validate_plan', { plan: '/etc/passwd' }, /outside of this workspace/],
    ['orca_validate_plan', { plan: 'none.md' }, /no file none\.md.*Its plans are: plan\.md/],
    ['orca_execute_plan', { plan: 'wrong.plan.md' }, /errors[^]*wrong\.plan\.md:5/],
  ] as const)
    await assert.rejects(invoke(tool, input), message, `${tool} ${JSON.stringify(input)}`);
});

test('a plan is executed with a language model to merged files', async () => {
  await vscode.commands.executeCommand('orca.executePlan', file('plan.md'), { strategy: 'hybrid', agents: 2 });
  const run = await until(() => newest());
  await until(() => outcome(run) !== undefined);
  assert.equal(outcome(run), 'failed', 'two attempts, of which one has no file and one does not pass');
  assert.deepEqual(
    eventsOf(run, 'attempt.ended').map(({ verdict }) => verdict?.kind),
    ['failed', 'done'],
  );
  assert.match(tail(run), /answered without a file/);
  await vscode.commands.executeCommand('orca.retryTask', { id: 'first' });
  await until(() => outcome(run) === 'succeeded');
  assert.deepEqual(merged(run), ['first', 'second']);
  assert.equal(attempts(run, 'first'), 3);
  assert.equal(show(run, 'first.md'), '# First\ngood\n');
  assert.equal(show(run, 'second.md'), '# Second\n');
  const { report } = eventsOf(run, 'attempt.ended').at(-1) ?? {};
  assert.deepEqual([report?.model, report?.said], ['rig-model', 'Done.']);
  assert.ok(eventsOf(run, 'attempt.ended').every((ended) => (ended.report?.usage?.input ?? 0) > 100));

  const asked = await requests();
  assert.equal(asked.length, 4);
  assert.match(asked[1] ?? '', /went wrong before[^]*answered without a file/);
  assert.match(asked[3] ?? '', /<file path="first\.md">\n# First\ngood\n<\/file>/, 'what the task is about is shown');
  assert.match(await invoke('orca_run_status'), /Tasks Completed: 2\/2/);
});

test('an assistant executes a plan', async () => {
  const status = await invoke('orca_execute_plan', { plan: 'tool.plan.md', strategy: 'sequential' });
  assert.match(status, /third/);
  const run = await until(() => newest('tool'));
  await until(() => outcome(run) === 'succeeded');
  assert.equal(show(run, 'third.md'), '# Third\n');
  const [started] = eventsOf(run, 'run.started');
  assert.deepEqual([started?.spec.strategy, started?.spec.agents], ['sequential', 1]);
});

test('a model that is not there holds the run, and says what there is', async () => {
  const settings = vscode.workspace.getConfiguration('orca', file('plan.md'));
  await settings.update('languageModel', 'none-such', vscode.ConfigurationTarget.Global);
  await vscode.commands.executeCommand('orca.executePlan', file('tool.plan.md'), { strategy: 'hybrid', agents: 1 });
  const run = await until(() => {
    const found = newest('tool-2');
    return found !== undefined && events(found).some(({ type }) => type === 'run.paused') ? found : undefined;
  });
  assert.match(tail(run), /no language model \\"none-such\\".*rig-model/);
  await settings.update('languageModel', 'rig', vscode.ConfigurationTarget.Global);
  await vscode.commands.executeCommand('orca.resumeRun');
  await until(() => outcome(run) === 'succeeded');
  assert.equal(show(run, 'third.md'), '# Third\n');
});

/** A file as the run's integration branch has it. */
function show(run: string, path: string): string {
  const id = run.split(/[\\/]/).at(-1) ?? '';
  return execFileSync('git', ['show', `orca/${id}/integration:${path}`], { cwd: root, encoding: 'utf8' });
}

function newest(part = ''): string | undefined {
  return runFolder(root, part);
}

const PATIENCE_MS = 60_000;

async function until<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  try {
    return await untilThere(AbortSignal.timeout(PATIENCE_MS), look);
  } catch (error) {
    const run = newest();
    throw new Error(`nothing came: ${String(look)}\n${run === undefined ? '' : tail(run)}`, { cause: error });
  }
}
