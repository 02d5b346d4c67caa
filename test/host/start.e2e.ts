// The sample's own command in the real VS Code: from a sentence to a preview, by the real Claude Code against a model that
// answers each step; then what depends on an artefact that was edited is planned again.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { parsePlan } from '../../src/core/plan/parse.ts';
import { DELIVERED, isStep, STEPS, stepOf } from '../../src/core/planning/steps.ts';
import { stubEnv } from '../agents/harness.ts';
import { ensureCli, installedCli } from '../agents/install.mjs';
import { startStubModel } from '../agents/stub-model.ts';
import { shopArtefact } from '../core/planning/shop.ts';
import { test } from '../rig/end-to-end.ts';
import { attempts, eventsOf, outcome, runFolder, tail, until } from './journal.ts';

const GOAL = 'E-commerce REST API with user management, products, cart, and orders';
const CONSTRAINTS = 'Python, FastAPI, PostgreSQL, Docker, solo developer';
const QUESTIONS = JSON.stringify({
  questions: [
    {
      id: 'payment',
      question: 'How are orders paid for?',
      why: 'A payment provider brings its own webhooks, secrets and tests.',
      options: ['Not at all: an order is only recorded', 'By Stripe'],
      default: 'Not at all: an order is only recorded',
    },
  ],
});

/** What the model writes for a prompt of planning, by path: once a question, once what is not sound. */
function filesFor(prompt: string): Record<string, string> {
  const step = /^Task id: (\S+)$/m.exec(prompt)?.[1] ?? '';
  if (!isStep(step)) return {};
  if (step === 'discovery' && !prompt.includes('## What you asked')) return { 'questions.json': QUESTIONS };
  const files = Object.fromEntries(stepOf(step).writes.map((name) => [name, shopArtefact(name)]));
  const isFirst = !prompt.includes('## What went wrong before');
  if (step === 'plan' && isFirst)
    files['plan.md'] = shopArtefact('plan.md').replace('Depends on: implement-user-models', 'Depends on: user-models');
  return files;
}

/** The list of notifications, opened by its bell: an editor that opens meanwhile would close the palette. */
async function notifications(page: Page, signal: AbortSignal): Promise<Locator> {
  const list = page.locator('.notifications-center');
  while (!(await list.isVisible())) {
    await page.locator('[id="status.notifications"]').click();
    await delay(500, undefined, { signal });
  }
  return list;
}

async function start(rig: Parameters<Parameters<typeof test>[1]>[0], page: Page, agent: string): Promise<void> {
  await rig.runCommand(page, 'Orca: Start');
  const input = page.locator('.quick-input-widget:visible');
  const field = input.locator('input.input, input[type="text"]').first();
  await input.getByText('What is to be there in the end?').waitFor();
  await field.fill('  ');
  await page.keyboard.press('Enter');
  await input.getByText('Say in a sentence what is to be there in the end.').waitFor();
  await field.fill(GOAL);
  await rig.screenshot(page, `start-${agent}-dark`);
  await page.keyboard.press('Enter');
  await input.getByText('What has to be kept to?').waitFor();
  assert.equal(await field.inputValue(), 'Solo developer, free tools');
  await field.fill(CONSTRAINTS);
  await page.keyboard.press('Enter');
  await input.getByText('Ask me').waitFor();
  await page.keyboard.press('Enter');
  await input.getByText('Plan only').waitFor();
  await rig.screenshot(page, `start-mode-${agent}-dark`);
  await page.keyboard.press('Enter');
  await input.getByText(agent).first().waitFor();
  await rig.screenshot(page, `start-agent-${agent}-dark`);
  await input.locator('.monaco-list-row', { hasText: agent }).first().click();
}

test(
  'Claude Code plans a shop from a sentence, asks, mends what is not sound, and ends in the preview',
  async (rig, signal) => {
    await ensureCli('claude', console.log);
    const model = await startStubModel({
      script: (prompt) =>
        [
          // One of the agents asks for leave beside the other's questions.
          ...(prompt.includes('Task id: agents\n') ? [`[[bash sh -c 'exit 0']]`] : []),
          ...Object.entries(filesFor(prompt)).map(([path, text]) => `[[write ${path}|${text}]]`),
        ].join(' '),
    });
    signal.addEventListener('abort', () => void model.close());
    const home = realpathSync(mkdtempSync(join(tmpdir(), 'orca-claude-')));
    const claude = { program: installedCli('claude')?.program, env: stubEnv('claude', model.url, home).env };
    const mine = '# Research of my own\n';
    const workspace = rig.workspace({
      files: { '.orca/settings.json': JSON.stringify({ agents: { claude } }), 'research.md': mine },
    });
    const git = (...args: string[]): string => execFileSync('git', args, { cwd: workspace, encoding: 'utf8' });
    const head = git('rev-parse', 'HEAD');
    const editor = await rig.editor({ workspace, extension: { vsix: rig.vsix() } });
    const page = await rig.window(editor);
    await start(rig, page, 'Claude Code');

    const run = await until(signal, () => runFolder(workspace));
    const panel = await rig.findFrame(page, 'orca-panel');
    const form = panel.getByRole('form', { name: 'Questions' });
    await form.waitFor({ timeout: 120_000 });
    await rig.screenshot(page, 'start-questions-dark');
    await rig.setTheme(page, 'light');
    await rig.screenshot(page, 'start-questions-light');
    await rig.setTheme(page, 'dark');
    const allow = panel.getByRole('button', { name: 'Allow once' });
    await allow.click();
    await allow.waitFor({ state: 'hidden' });
    await form.getByText('By Stripe').click();
    await form.getByRole('button', { name: 'Answer' }).click();

    await until(signal, () => outcome(run));
    assert.equal(outcome(run), 'succeeded', tail(run));
    // A file of the user's is there already: it is shown beside what was planned, and stays until they agree.
    await page.getByText('Research of my own').first().waitFor();
    const replace = (await notifications(page, signal)).getByRole('button', { name: 'Replace', exact: true });
    await replace.waitFor();
    assert.equal(readFileSync(join(workspace, 'research.md'), 'utf8'), mine);
    assert.ok(!existsSync(join(workspace, 'plan.md')));
    await rig.screenshot(page, 'start-replace-dark');
    await replace.click();
    await until(signal, () => eventsOf(run, 'run.delivered')[0]);
    // What is hidden is drawn anew.
    const preview = await rig.findFrame(page, 'orca-panel');
    await preview.getByText('Check of the deployment').first().waitFor();
    await rig.screenshot(page, 'start-preview-dark');
    await rig.setTheme(page, 'light');
    await rig.screenshot(page, 'start-preview-light');
    await rig.setTheme(page, 'dark');

    for (const name of DELIVERED.filter((name) => name !== 'discovery.md'))
      assert.equal(readFileSync(join(workspace, name), 'utf8').trim(), shopArtefact(name).trim(), name);
    const discovery = readFileSync(join(workspace, 'discovery.md'), 'utf8');
    assert.match(discovery, /How are orders paid for\? \*\*By Stripe\*\* \(decided by the user\)/);
    assert.equal(readFileSync(join(run, 'replaced/research.md'), 'utf8'), mine);
    const { tasks, diagnostics } = parsePlan(readFileSync(join(workspace, 'plan.md'), 'utf8'));
    assert.equal(tasks.length, 18);
    assert.deepEqual(diagnostics, []);
    assert.equal(git('rev-parse', 'HEAD'), head);
    for (const { id } of STEPS)
      assert.equal(attempts(run, id), id === 'discovery' || id === 'plan' ? 2 : 1, `attempts of ${id}`);
    assert.ok(model.requests().length >= 10);

    // What was edited is planned on from, and nothing else is done again.
    await rig.runCommand(page, 'Orca: Re-plan');
    await (await notifications(page, signal)).getByText('No artefact was edited since it was made').waitFor();
    await rig.runCommand(page, 'Notifications: Clear All Notifications');
    writeFileSync(join(workspace, 'architecture.md'), `${shopArtefact('architecture.md')}\nBehind a proxy.\n`);
    await rig.runCommand(page, 'Orca: Re-plan');
    const again = page.getByRole('button', { name: 'Plan Again' });
    await again.waitFor();
    await rig.screenshot(page, 'replan-dark');
    await again.click();
    const second = await until(signal, () => {
      const newest = runFolder(workspace);
      return newest === run ? undefined : newest;
    });
    await until(signal, () => eventsOf(second, 'run.delivered')[0]);
    assert.deepEqual([...new Set(eventsOf(second, 'attempt.started').map(({ task }) => task))].sort(), [
      'plan',
      'review',
      'startup',
    ]);
    await model.close();
  },
  { timeoutMs: 600_000 },
);
