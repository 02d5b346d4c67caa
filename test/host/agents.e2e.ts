// The sample's first two layers by the real Claude Code and the real Codex in one run, against a model that does what a
// script says. Claude asks before it runs a command: the answer is given in the panel.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parsePlan } from '../../src/core/plan/parse.ts';
import type { PlanTask } from '../../src/core/plan/plan.ts';
import type { SummaryJson } from '../../src/core/view/summary.ts';
import { stubEnv } from '../agents/harness.ts';
import { ensureCli, installedCli } from '../agents/install.mjs';
import { billed, startStubModel } from '../agents/stub-model.ts';
import { test } from '../rig/end-to-end.ts';
import { eventsOf, outcome, runFolder, tail, until } from './journal.ts';

const SAMPLE = join(process.cwd(), 'examples/ecommerce-api');
const AGENTS = ['claude', 'codex'] as const;
/** US dollars per million tokens, for the one that knows no cost of its own. */
const PRICE = { input: 1, output: 10, cacheRead: 0.1, cacheWrite: 1 };

test(
  'Claude and Codex build the first two layers of the sample together',
  async (rig, signal) => {
    for (const cli of AGENTS) await ensureCli(cli, console.log);
    const model = await startStubModel();
    signal.addEventListener('abort', () => void model.close());
    const homes = AGENTS.map((cli) => [cli, realpathSync(mkdtempSync(join(tmpdir(), `orca-${cli}-`)))] as const);
    const agents = Object.fromEntries(
      homes.map(([cli, home]) => [
        cli,
        { program: installedCli(cli)?.program, env: stubEnv(cli, model.url, home, { key: cli }).env },
      ]),
    );
    const tasks = firstLayers();
    const settings = { agents: { ...agents, codex: { ...agents.codex, model: 'stub-model' } }, prices: { '*': PRICE } };
    const workspace = rig.workspace({
      from: SAMPLE,
      files: {
        'plan.md': planOf(tasks),
        '.orca/settings.json': JSON.stringify(settings),
        ...Object.fromEntries(tasks.map(({ id, script = '' }) => [`scripts/${id}.sh`, script])),
      },
    });
    const git = (...args: string[]): string => execFileSync('git', args, { cwd: workspace, encoding: 'utf8' });
    const head = git('rev-parse', 'HEAD');
    const editor = await rig.editor({ workspace, extension: { vsix: rig.vsix() } });
    const page = await rig.window(editor);

    await page.keyboard.press('Control+P');
    await rig.pick(page, 'plan.md');
    await page.locator('.codelens-decoration', { hasText: 'Execute' }).first().waitFor();
    await rig.executePlan(page);
    const run = await until(signal, () => runFolder(workspace));
    const panel = await rig.findFrame(page, 'orca-panel');

    // Every task of Claude asks once for its command.
    const allow = panel.getByRole('button', { name: 'Allow for this task' });
    await allow.first().waitFor();
    await rig.runCommand(page, 'View: Show Orca');
    await page.locator('.monaco-list-row', { hasText: 'asks you' }).first().waitFor();
    await rig.screenshot(page, 'inbox-dark');
    await rig.setTheme(page, 'light');
    await rig.screenshot(page, 'inbox-light');
    await rig.setTheme(page, 'dark');
    while (outcome(run) === undefined) {
      if ((await allow.count()) > 0)
        await allow
          .first()
          .click({ timeout: 5000 })
          .catch(() => undefined);
      await delay(200, undefined, { signal });
    }
    assert.equal(outcome(run), 'succeeded', tail(run));
    assert.equal(git('rev-parse', 'HEAD'), head);
    assert.equal(git('status', '--porcelain'), '');

    const ended = eventsOf(run, 'attempt.ended');
    assert.equal(ended.length, tasks.length, 'each at the first attempt');
    const asked = eventsOf(run, 'attempt.asked');
    const answered = eventsOf(run, 'attempt.answered');
    assert.ok(asked.length > 0);
    assert.equal(answered.length, asked.length);

    const results = JSON.parse(readFileSync(join(run, 'execution_results.json'), 'utf8')) as SummaryJson;
    for (const cli of AGENTS) {
      const bill = results.bills.find(({ kind }) => kind === cli)?.bill;
      assert.deepEqual(bill?.usage, billed(model.requests(cli)), cli);
      assert.equal(bill.unknown, 0);
      assert.ok(bill.usd > 0);
    }
    const { usage } = results.bills.find(({ kind }) => kind === 'codex')?.bill ?? {};
    assert.ok(usage);
    const dollars =
      (usage.input * PRICE.input + usage.output * PRICE.output + usage.cacheRead * PRICE.cacheRead + usage.cacheWrite) /
      1e6;
    assert.ok(Math.abs((results.bills.find(({ kind }) => kind === 'codex')?.bill.usd ?? 0) - dollars) < 1e-9);

    await rig.runCommand(page, 'Orca: Show Summary');
    await rig.findFrame(page, 'text=Execution Summary');
    await rig.screenshot(page, 'summary-agents-dark');
    const built = realpathSync(mkdtempSync(join(tmpdir(), 'orca-built-')));
    git('worktree', 'add', '--quiet', '--detach', built, `orca/${results.id}/integration`);
    execFileSync(process.execPath, ['--test'], { cwd: built, stdio: 'pipe' });
    await model.close();
  },
  { timeoutMs: 600_000 },
);

function firstLayers(): PlanTask[] {
  const plan = parsePlan(readFileSync(join(SAMPLE, 'plan.md'), 'utf8'));
  return plan.tasks.filter(({ layer }) => layer === 0 || layer === 1);
}

/** Each does what the shell agent would, by the agent's own tool for commands. */
function planOf(tasks: readonly PlanTask[]): string {
  const parts = tasks.map(
    ({ id, title, estimate, dependsOn, files }, i) => `### ${id}: ${title}
- Estimate: ${estimate?.minutes ?? 30} min
- Depends on: ${dependsOn.map((on) => on.id).join(', ') || 'none'}
- Files: ${files.map((file) => `\`${file}\``).join(', ')}
- Agent: ${AGENTS[i % AGENTS.length] ?? ''}

[[bash sh -e scripts/${id}.sh]] [[say ${title} is built.]]
`,
  );
  return `---\nagents: 2\nstrategy: hybrid\ngates: [tests]\n---\n# Two layers of a shop\n\n${parts.join('\n')}`;
}
