import * as vscode from 'vscode';
import { hasErrors } from '../core/plan/diagnostic.ts';
import { STRATEGIES, type Strategy } from '../core/plan/plan.ts';
import type { PlanSource } from '../core/plan/source.ts';
import { kneeOf, kneeText } from '../core/schedule/knee.ts';
import { searchSchedule } from '../core/schedule/search.ts';
import { planOrderOf } from '../core/settings/known.ts';
import { limitsOf, policyOf } from '../core/settings/run-settings.ts';
import { formatMinutes } from '../core/view/duration.ts';
import { percentOf } from '../core/view/print.ts';
import { openRepository, preflight } from '../engine/git/preflight.ts';
import { pathIn } from '../engine/inside.ts';
import { startRun } from '../engine/start-run.ts';
import { COMMANDS } from './ids.ts';
import type { Panel } from './panel.ts';
import { locationOf, type OpenPlan, type Plans } from './plans.ts';
import { beforeAnother, type Runs } from './runs.ts';
import { settingsFor } from './settings.ts';
import { defaultChoice, type Choice } from './views.ts';

interface Parts {
  readonly plans: Plans;
  readonly runs: Runs;
  readonly panel: Panel;
}

/** Asks what is not given, and starts a run of the whole plan. */
export async function execute(parts: Parts, given: vscode.Uri | undefined, choice: Choice | undefined): Promise<void> {
  const { plans } = parts;
  if (!(await mayStart(parts))) return;
  const uri = await plans.pick(given);
  if (uri === undefined) return;
  const open = await savedPlan(plans, uri);
  if (hasErrors(open.plan.diagnostics)) {
    const problems = vscode.l10n.t('Show Problems');
    const answer = await vscode.window.showErrorMessage(
      vscode.l10n.t('The plan has errors and cannot be executed.'),
      problems,
    );
    if (answer === problems) {
      const first = open.plan.diagnostics.find(({ severity }) => severity === 'error');
      const { uri: file, range } = locationOf(open, first?.span ?? { start: 0, end: 0 });
      await vscode.window.showTextDocument(file, { selection: range });
      await vscode.commands.executeCommand('workbench.actions.view.problems');
    }
    return;
  }
  const chosen = choice ?? (await choose(open));
  if (chosen !== undefined) await start(parts, open, chosen);
}

/** A plan with its files as they are edited, and so on the disk. */
async function savedPlan(plans: Plans, uri: vscode.Uri): Promise<OpenPlan> {
  const open = await plans.open(uri);
  const files = new Set(partsOf(open));
  for (const document of vscode.workspace.textDocuments)
    if (document.isDirty && files.has(document.uri.toString())) await document.save();
  return open;
}

/** The files of a plan. */
function partsOf(open: OpenPlan): string[] {
  const parts = open.plan.parts ?? [{ span: { start: 0, end: 0 } }];
  return parts.map(({ span }) => locationOf(open, span).uri.toString());
}

/** What a plan is read from, its files named as in the repository. */
function sourceFor(open: OpenPlan, root: string): PlanSource {
  const { text, plan } = open;
  if (plan.parts === undefined) return { text };
  return {
    text,
    parts: plan.parts.map(({ span }) => ({
      path: pathIn(root, locationOf(open, span).uri.fsPath) ?? locationOf(open, span).uri.fsPath,
      span,
    })),
  };
}

/** Whether a run can start in this window; what stands against it is shown, with the way out. */
export async function mayStart({ runs, panel }: Pick<Parts, 'runs' | 'panel'>): Promise<boolean> {
  if (!vscode.workspace.isTrusted) {
    await vscode.commands.executeCommand('workbench.trust.manage');
    return false;
  }
  const run = runs.shown;
  if (run === undefined || run.state.status.kind === 'finished') return true;
  const { state } = run;
  const show = vscode.l10n.t('Show Run');
  const resume = vscode.l10n.t('Resume Run');
  const actions = state.status.kind === 'paused' ? [resume, show] : [show];
  const answer = await vscode.window.showInformationMessage(beforeAnother(state), ...actions);
  // Another run may be shown by then.
  if (answer === undefined || runs.shown?.dir !== run.dir) return false;
  if (answer === show) panel.showRun();
  if (answer === resume) await vscode.commands.executeCommand(COMMANDS.resume);
  return false;
}

/** Runs one task with what it depends on. */
export async function runTask(
  parts: Parts,
  reference: { readonly id: string; readonly plan?: vscode.Uri } | undefined,
): Promise<void> {
  const uri = await parts.plans.pick(reference?.plan);
  if (uri === undefined || reference === undefined || !(await mayStart(parts))) return;
  const open = await savedPlan(parts.plans, uri);
  await start(parts, open, defaultChoice(open), reference.id);
}

/** Asks for the strategy and then for the number of agents, each with what it would take. */
async function choose(open: OpenPlan): Promise<Choice | undefined> {
  const before = defaultChoice(open);
  const strategies = STRATEGIES.map((strategy) => ({
    ...estimate(open, strategy, before.agents),
    label: `${strategy === before.strategy ? '$(check) ' : ''}${strategy}`,
    detail: MEANING[strategy],
    strategy,
  }));
  const first = strategies.find((item) => item.strategy === before.strategy);
  const strategy = await vscode.window.showQuickPick(
    first ? [first, ...strategies.filter((s) => s !== first)] : strategies,
    {
      title: vscode.l10n.t('Orca: Execute Plan (1/2)'),
      placeHolder: vscode.l10n.t('Strategy, each with {0} agents', before.agents),
      matchOnDetail: true,
    },
  );
  if (strategy === undefined) return undefined;
  if (strategy.strategy === 'sequential') return { strategy: 'sequential', agents: 1 };
  const widest = Math.max(1, ...open.graph.layers.map((layer) => layer.tasks.length));
  const counts = Array.from({ length: Math.max(before.agents, Math.min(8, widest + 1)) }, (_, i) => i + 1);
  // What Enter takes comes first.
  counts.sort((a, b) => Number(b === before.agents) - Number(a === before.agents) || a - b);
  const choices = counts.map((n) => ({ ...estimate(open, strategy.strategy, n), agents: n }));
  const knee = kneeOf(choices);
  const agents = await vscode.window.showQuickPick(
    choices.map((item) => ({
      ...item,
      label: `${item.agents === before.agents ? '$(check) ' : ''}${item.agents} ${item.agents === 1 ? 'agent' : 'agents'}`,
      detail: knee?.agents === item.agents ? (kneeText(knee) ?? '') : '',
    })),
    {
      title: vscode.l10n.t('Orca: Execute Plan (2/2)'),
      placeHolder: vscode.l10n.t('Agents at once, {0}', strategy.strategy),
    },
  );
  return agents && { strategy: strategy.strategy, agents: agents.agents };
}

const MEANING: Record<Strategy, string> = {
  sequential: vscode.l10n.t('One task after another, each merged before the next.'),
  conservative: vscode.l10n.t('Layer by layer; the next begins when a whole layer is merged and has passed its gates.'),
  hybrid: vscode.l10n.t('A task starts when what it depends on is merged; tasks that write the same files take turns.'),
  aggressive: vscode.l10n.t(
    'A task starts when what it depends on is merged; conflicts are settled at the merge, gates run at the end.',
  ),
};

function estimate({ graph }: OpenPlan, strategy: Strategy, agents: number) {
  const { minutes, efficiency } = searchSchedule(graph, { strategy, agents });
  return { minutes, description: `${formatMinutes(minutes)}, ${percentOf(efficiency)} efficient` };
}

async function start({ runs, panel }: Parts, open: OpenPlan, choice: Choice, only?: string): Promise<void> {
  const folder =
    vscode.workspace.getWorkspaceFolder(open.uri)?.uri.fsPath ?? vscode.Uri.joinPath(open.uri, '..').fsPath;
  const opened = await openRepository(folder);
  const ready = opened.ok ? await preflight(opened.repository) : opened;
  if (!opened.ok || !ready.ok) {
    const problem = opened.ok ? (ready.ok ? undefined : ready.problem) : opened.problem;
    void vscode.window.showErrorMessage(`Orca: ${problem?.message ?? ''} ${problem?.fix ?? ''}`);
    return;
  }
  const { root } = opened.repository;
  const uncommitted = ready.dirty.length > 0 ? await askForBase(ready.dirty) : false;
  if (uncommitted === undefined) return;
  const { settings } = settingsFor(open.uri);
  const planPath = pathIn(root, open.uri.fsPath);
  const started = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Orca: starting the run') },
    () =>
      runs.start(root, (engine) =>
        startRun(engine, {
          source: sourceFor(open, root),
          ...planOrderOf(settings),
          skipOptional: settings['plan.optionalTasks'] === 'skip',
          ...(planPath !== undefined && { planPath }),
          ...(only !== undefined && { only }),
          ...choice,
          agent: open.plan.settings.agent ?? settings.defaultAgent,
          uncommitted,
          limits: limitsOf(settings),
          policy: policyOf(settings, { named: open.plan.settings.agent !== undefined }),
        }),
      ),
  );
  if (started) panel.showRun();
}

/** Uncommitted work is offered as the base, never assumed. Undefined: the user left. */
async function askForBase(dirty: readonly string[]): Promise<boolean | undefined> {
  const some = `${dirty.slice(0, 3).join(', ')}${dirty.length > 3 ? vscode.l10n.t(' and {0} more', dirty.length - 3) : ''}`;
  const picked = await vscode.window.showQuickPick(
    [
      {
        label: vscode.l10n.t('Start from the last commit'),
        description: vscode.l10n.t('your uncommitted work stays where it is'),
        uncommitted: false,
      },
      { label: vscode.l10n.t('Start from my uncommitted work'), description: some, uncommitted: true },
    ],
    {
      title: vscode.l10n.t('Orca: You have uncommitted work'),
      placeHolder: vscode.l10n.t('What should the agents start from?'),
    },
  );
  return picked?.uncommitted;
}
