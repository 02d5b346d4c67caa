// Orca: Start by a language model of the editor, on a machine with no agent CLI: from a sentence to a plan.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePlan } from '../../src/core/plan/parse.ts';
import { DELIVERED, STEPS } from '../../src/core/planning/steps.ts';
import { shopArtefact } from '../core/planning/shop.ts';
import { test } from '../rig/end-to-end.ts';
import { attempts, eventsOf, outcome, runFolder, tail, until } from './journal.ts';

const GOAL = 'E-commerce REST API with user management, products, cart, and orders';
const file = (path: string, text: string): string => `<file path="${path}">\n${text.trimEnd()}\n</file>`;

/** Each step's artefacts with words around them; the plan is once not sound. */
const MODEL = STEPS.map(({ id, writes }) => {
  const sound = `Here it is.\n\n${writes.map((name) => file(name, shopArtefact(name))).join('\n\n')}`;
  const wrong = sound.replace('Depends on: implement-user-models', 'Depends on: user-models');
  return { when: `Task id: ${id}\n`, answers: id === 'plan' ? [wrong, sound] : [sound] };
});

test(
  'a language model of the editor plans a shop from a sentence, and mends what is not sound',
  async (rig, signal) => {
    const workspace = rig.workspace({
      files: { 'rig-model.json': JSON.stringify(MODEL), '.gitignore': 'rig-*.json\n' },
    });
    const editor = await rig.editor({
      workspace,
      beside: [join(process.cwd(), 'test/rig/model-extension')],
      userSettings: { 'chat.disableAIFeatures': false, 'orca.planning.agent': 'vscode' },
    });
    const page = await rig.window(editor);
    await rig.runCommand(page, 'Orca: Start');
    const input = page.locator('.quick-input-widget:visible');
    await input.getByText('What is to be there in the end?').waitFor();
    await input.locator('input.input, input[type="text"]').first().fill(GOAL);
    await page.keyboard.press('Enter');
    await input.getByText('What has to be kept to?').waitFor();
    await page.keyboard.press('Enter');
    await input.getByText('Ask me').waitFor();
    await page.keyboard.press('Enter');
    await input.getByText('Plan only').waitFor();
    await page.keyboard.press('Enter');
    await input.getByText('VS Code language model').first().waitFor();
    await rig.screenshot(page, 'start-model-dark');
    await page.keyboard.press('Enter');

    const run = await until(signal, () => runFolder(workspace));
    await until(signal, () => outcome(run));
    assert.equal(outcome(run), 'succeeded', tail(run));
    await until(signal, () => eventsOf(run, 'run.delivered')[0]);
    for (const name of DELIVERED.filter((name) => name !== 'discovery.md'))
      assert.equal(readFileSync(join(workspace, name), 'utf8').trim(), shopArtefact(name).trim(), name);
    assert.deepEqual(parsePlan(readFileSync(join(workspace, 'plan.md'), 'utf8')).diagnostics, []);
    for (const { id } of STEPS) assert.equal(attempts(run, id), id === 'plan' ? 2 : 1, `attempts of ${id}`);
    await (await rig.findFrame(page, 'orca-panel')).getByText('PostgreSQL schema').first().waitFor();
  },
  { timeoutMs: 420_000 },
);
