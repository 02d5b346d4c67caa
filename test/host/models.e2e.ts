// Orca in the Chat view, an assistant's tool that has to be allowed, and a window that is reloaded while its model answers.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '../rig/end-to-end.ts';
import { attempts, events, eventsOf, merged, outcome, runFolder, until } from './journal.ts';

const PLAN = `# Notes

## Layer 1: First

### first: Writes a file
- Estimate: 5 min
- Depends on: none
- Files: first.md

Write the first file.

## Layer 2: Second

### second: Goes on from it
- Estimate: 10 min
- Depends on: first
- Files: second.md

Write the second file.
`;

const file = (path: string, text: string): string => `<file path="${path}">\n${text}\n</file>`;
const MODEL = [
  { when: '# Task: Writes a file', answers: [file('first.md', '# First')] },
  { when: '# Task: Goes on from it', answers: [{ hang: '<file path="second.md">\n# Sec' }] },
];

test(
  'the chat tells and opens, a tool asks first, and a reload costs a task nothing but the answer',
  async (rig, signal) => {
    const workspace = rig.workspace({
      files: { 'plan.md': PLAN, 'rig-model.json': JSON.stringify(MODEL), '.gitignore': 'rig-*.json\n' },
    });
    const editor = await rig.editor({
      workspace,
      beside: [join(process.cwd(), 'test/rig/model-extension')],
      userSettings: { 'chat.disableAIFeatures': false, 'orca.defaultAgent': 'vscode' },
    });
    const page = await rig.window(editor);
    const tell = async (what: object): Promise<void> => {
      rmSync(join(workspace, 'rig-done.json'), { force: true });
      writeFileSync(join(workspace, 'rig-do.json'), JSON.stringify(what));
      await rig.runCommand(page, 'Rig: Do What the File Says');
    };
    const chat = page.locator('.interactive-session');
    const ask = (query: string): Promise<void> =>
      tell({ command: 'workbench.action.chat.open', args: [{ query, mode: 'ask' }] });

    // The Chat view passes nothing on before it has a model.
    await tell({ command: 'workbench.action.chat.open', args: [{ mode: 'ask' }] });
    await chat.getByText('Rig Model').waitFor();
    await ask('@orca /status');
    await chat.getByText('There is no run in this workspace yet.').waitFor();
    await ask('@orca');
    await chat.getByText('from a sentence to a plan').waitFor();
    await ask('@orca /preview none.md');
    await chat.getByText('There is no file none.md in this workspace.').waitFor();
    await ask('@orca /preview plan.md');
    await chat.getByText('Layer 2: Second').waitFor();
    await chat.getByRole('button', { name: 'Execute Plan…' }).waitFor();
    await rig.findFrame(page, 'orca-panel');
    await rig.screenshot(page, 'chat-dark');
    await rig.setTheme(page, 'light');
    await rig.screenshot(page, 'chat-light');
    await rig.setTheme(page, 'dark');

    const picker = page.locator('.quick-input-widget:visible');
    await ask('@orca /execute');
    await picker.getByText('Execute Plan (1/2)').waitFor();
    await page.keyboard.press('Escape');
    await chat.getByText('No run was started.').waitFor();
    await ask('@orca /start A list of things to do');
    await picker.getByText('Orca: Start').first().waitFor();
    assert.equal(await picker.locator('.quick-input-box input').inputValue(), 'A list of things to do');
    await rig.screenshot(page, 'chat-start-dark');
    await page.keyboard.press('Escape');

    await tell({ tool: 'orca_execute_plan', input: { plan: 'plan.md', agents: 2 } });
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.getByText('Execute plan.md with Orca?').waitFor();
    assert.match((await dialog.textContent()) ?? '', /2 tasks in 2 layers, hybrid, 2 agents at once.*vscode/);
    await rig.screenshot(page, 'tool-dark');
    assert.equal(runFolder(workspace), undefined, 'nothing starts before it is allowed');
    await dialog.getByRole('button', { name: 'Yes' }).click();
    const run = await until(signal, () => runFolder(workspace));
    await until(signal, () => existsSync(join(workspace, 'rig-done.json')));

    // The model is in the middle of an answer when its window goes.
    await until(signal, () => merged(run).includes('first') && attempts(run, 'second') === 1);
    await until(signal, () => page.locator('.statusbar', { hasText: 'Orca 1/2' }).count());
    await ask('@orca /status');
    await chat.getByRole('button', { name: 'Show Tasks' }).waitFor();
    await chat.getByText('tasks: 1 / 2').waitFor();
    await rig.screenshot(page, 'chat-run-dark');
    const answers = MODEL.map(({ when, answers }) =>
      when.includes('Goes on') ? { when, answers: [file('second.md', '# Second')] } : { when, answers },
    );
    writeFileSync(join(workspace, 'rig-model.json'), JSON.stringify(answers));
    await rig.reload(page, editor);
    await until(signal, () => outcome(run) !== undefined);
    assert.equal(outcome(run), 'succeeded');
    const ends = eventsOf(run, 'attempt.ended').filter(({ task }) => task === 'second');
    assert.deepEqual(
      ends.map(({ verdict }) => verdict?.kind),
      ['unavailable', 'done'],
      ends[0]?.lastWords,
    );
    assert.match(ends[0]?.lastWords ?? '', /closed or reloaded/);
    assert.ok(events(run).some((event) => event.type === 'agent.limited'));
    const id = run.split(/[\\/]/).at(-1) ?? '';
    const text = execFileSync('git', ['show', `orca/${id}/integration:second.md`], {
      cwd: workspace,
      encoding: 'utf8',
    });
    assert.equal(text, '# Second\n');
  },
  { timeoutMs: 420_000 },
);
