import { homedir } from 'node:os';
import * as vscode from 'vscode';
import {
  PLANNING_MODES,
  USUAL_CONSTRAINTS,
  type PlanningMode,
  type PlanningRequest,
} from '../core/planning/request.ts';
import { stepOf } from '../core/planning/steps.ts';
import { list } from '../core/view/print.ts';
import { NO_PLANNER, planners, type Planner } from '../engine/planning/choose-agent.ts';
import { makeRepository, openFolder } from '../engine/planning/open-folder.ts';
import { findReplan } from '../engine/planning/replan.ts';
import { planningFolder, startPlanning } from '../engine/planning/start-planning.ts';
import { mayStart } from './execute.ts';
import { COMMANDS } from './ids.ts';
import { askAll, askChoice, askText, BACK, type Place } from './multi-step.ts';
import type { Panel } from './panel.ts';
import { pickFolder } from './pick-folder.ts';
import { workspaceFolders, type Runs } from './runs.ts';
import { settingsFor } from './settings.ts';

interface Parts {
  readonly runs: Runs;
  readonly panel: Panel;
}

/** What a caller knows already: the chat, a test. What is missing is asked. */
export interface StartGiven {
  readonly goal?: string;
  readonly constraints?: string;
}

/** Asks for a goal and what goes with it, and begins the steps that lead to a plan. */
export async function startPlan(parts: Parts, given: StartGiven = {}): Promise<void> {
  if (!(await mayStart(parts))) return;
  const folder = await folderToPlanIn();
  const root = folder === undefined ? undefined : await readyRoot(folder);
  if (folder === undefined || root === undefined) return;
  const found = await findPlanners(parts.runs, root);
  if (found === undefined) return;
  const { settings } = settingsFor(vscode.Uri.file(folder));
  const asked: Asked = {
    goal: given.goal ?? '',
    constraints: given.constraints ?? USUAL_CONSTRAINTS,
    clarify: true,
    mode: 'preview',
    planner: found[0],
  };
  const complete = await askAll(vscode.l10n.t('Orca: Start'), [
    (place) => askGoal(place, asked),
    (place) => askConstraints(place, asked),
    (place) => askClarify(place, asked),
    (place) => askMode(place, asked),
    (place) => askPlanner(place, asked, found),
  ]);
  if (!complete) return;
  const { planner, ...rest } = asked;
  await begin(parts, root, { ...rest, folder: await planningFolder(root, folder, settings) }, planner);
}

/** Plans anew what depends on the artefacts that the user has edited. */
export async function replan(parts: Parts): Promise<void> {
  const folder = await folderToPlanIn();
  const root = folder === undefined ? undefined : await readyRoot(folder);
  if (root === undefined || !(await mayStart(parts))) return;
  await vscode.workspace.saveAll(false);
  const replanned = await findReplan(root);
  if (replanned.kind === 'nothing') {
    void vscode.window.showInformationMessage(`Orca: ${replanned.message}`);
    return;
  }
  const { request, changed, finished } = replanned;
  const found = await findPlanners(parts.runs, root);
  if (found === undefined) return;
  const again = vscode.l10n.t('Plan Again');
  const steps = request.only.filter((id) => id !== 'startup').map((id) => stepOf(id).title);
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('Plan again from {0}?', list(changed)),
    {
      modal: true,
      detail: [
        vscode.l10n.t('Done again by {0}: {1}.', found[0].label, list(steps)),
        ...(finished.length > 0 ? [vscode.l10n.t('Done already, and stay: {0}.', list(finished))] : []),
      ].join('\n'),
    },
    again,
  );
  if (answer === again) await begin(parts, root, request, found[0], finished);
}

async function begin(
  { runs, panel }: Parts,
  root: string,
  request: PlanningRequest,
  planner: Planner,
  finished: readonly string[] = [],
): Promise<void> {
  const { settings } = settingsFor(vscode.Uri.file(root));
  const run = { settings, agent: planner.id, named: false, finished };
  const started = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Orca: starting to plan') },
    () => runs.start(root, (engine) => startPlanning(engine, request, run)),
  );
  if (started) panel.showRun();
}

interface Asked {
  goal: string;
  constraints: string;
  clarify: boolean;
  mode: PlanningMode;
  planner: Planner;
}

type Answer = Promise<typeof BACK | true | undefined>;

async function askGoal(place: Place, asked: Asked): Answer {
  const goal = await askText(place, {
    value: asked.goal,
    prompt: vscode.l10n.t(
      'What is to be there in the end? For example: "E-commerce REST API with users, products, cart and orders"',
    ),
    check: (text) =>
      text.trim() === '' ? vscode.l10n.t('Say in a sentence what is to be there in the end.') : undefined,
  });
  if (typeof goal !== 'string') return goal;
  asked.goal = goal;
  return true;
}

async function askConstraints(place: Place, asked: Asked): Answer {
  const constraints = await askText(place, {
    value: asked.constraints,
    prompt: vscode.l10n.t('What has to be kept to? Languages, frameworks, people, money.'),
    check: () => undefined,
  });
  if (typeof constraints !== 'string') return constraints;
  asked.constraints = constraints === '' ? USUAL_CONSTRAINTS : constraints;
  return true;
}

async function askClarify(place: Place, asked: Asked): Answer {
  const items = [
    {
      label: vscode.l10n.t('Ask me'),
      detail: vscode.l10n.t('Steps ask where something is unclear, all at once in one form.'),
      clarify: true,
    },
    {
      label: vscode.l10n.t('Take the defaults'),
      detail: vscode.l10n.t('Nothing is asked; what was assumed is listed in discovery.md.'),
      clarify: false,
    },
  ];
  const active = items.find(({ clarify }) => clarify === asked.clarify);
  const picked = await askChoice(place, { items, active, placeholder: vscode.l10n.t('If something is unclear') });
  if (picked === undefined || picked === BACK) return picked;
  asked.clarify = picked.clarify;
  return true;
}

const MODES: Readonly<Record<PlanningMode, { readonly label: string; readonly detail: string }>> = {
  plan: {
    label: vscode.l10n.t('Plan only'),
    detail: vscode.l10n.t('Ends with plan.md and a summary of how it came to be.'),
  },
  validate: {
    label: vscode.l10n.t('Validate'),
    detail: vscode.l10n.t('Opens plan.md with whatever is wrong with it.'),
  },
  preview: {
    label: vscode.l10n.t('Preview'),
    detail: vscode.l10n.t('Shows layers, graph, timeline and figures of the plan.'),
  },
  execute: {
    label: vscode.l10n.t('Execute'),
    detail: vscode.l10n.t('Shows the preview, asks for strategy and agents, and runs it.'),
  },
};

async function askMode(place: Place, asked: Asked): Answer {
  const items = PLANNING_MODES.map((mode) => ({ ...MODES[mode], mode }));
  const active = items.find(({ mode }) => mode === asked.mode);
  const picked = await askChoice(place, { items, active, placeholder: vscode.l10n.t('When the plan is there') });
  if (picked === undefined || picked === BACK) return picked;
  asked.mode = picked.mode;
  return true;
}

async function askPlanner(place: Place, asked: Asked, found: readonly Planner[]): Answer {
  const items = found.map((planner) => ({
    label: planner.label,
    description: [planner.version, ...(planner.chosen ? [vscode.l10n.t('by your settings')] : [])]
      .filter(Boolean)
      .join(', '),
    detail: planner.advice ?? planner.path ?? '',
    planner,
  }));
  const active = items.find(({ planner }) => planner.id === asked.planner.id);
  const picked = await askChoice(place, { items, active, placeholder: vscode.l10n.t('Who plans') });
  if (picked === undefined || picked === BACK) return picked;
  asked.planner = picked.planner;
  return true;
}

/** The agents that can plan, best first; undefined, and said what to do, where there is none. */
async function findPlanners(runs: Runs, root: string): Promise<readonly [Planner, ...Planner[]] | undefined> {
  const agents = runs.engines.of(root)?.agents;
  if (agents === undefined) return undefined;
  const { settings } = settingsFor(vscode.Uri.file(root));
  const [first, ...more] = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Orca: looking for agents') },
    () => planners(agents, settings, { env: process.env, home: homedir(), folder: root }),
  );
  if (first !== undefined) return [first, ...more];
  const check = vscode.l10n.t('Check Agents');
  if ((await vscode.window.showErrorMessage(`Orca: ${NO_PLANNER}`, check)) === check)
    await vscode.commands.executeCommand(COMMANDS.checkAgents);
  return undefined;
}

async function folderToPlanIn(): Promise<string | undefined> {
  if (workspaceFolders().length === 0)
    void vscode.window.showInformationMessage(vscode.l10n.t('Orca: Open a folder to plan in first.'));
  return pickFolder(vscode.l10n.t('Plan in which folder?'));
}

/** The repository's root; an empty folder is made a repository, once the user agrees. */
async function readyRoot(folder: string): Promise<string | undefined> {
  let opened = await openFolder(folder);
  if (opened.ok === 'empty') {
    const make = vscode.l10n.t('Make Repository');
    const answer = await vscode.window.showInformationMessage(
      vscode.l10n.t('This folder is empty. Make it a git repository?'),
      { modal: true, detail: vscode.l10n.t('Agents work in worktrees of a commit: it gets an empty first one.') },
      make,
    );
    if (answer !== make) return undefined;
    opened = await makeRepository(opened.folder);
  }
  if (opened.ok) return opened.repository.root;
  void vscode.window.showErrorMessage(`Orca: ${opened.problem.message} ${opened.problem.fix}`);
  return undefined;
}
