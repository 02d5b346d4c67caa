import { realpathSync } from 'node:fs';
import { relative } from 'node:path';
import * as vscode from 'vscode';
import type { PanelModel, TaskRow } from '../core/view/model.ts';
import { runPanel } from '../core/view/run-panel.ts';
import { statusBar, type TreeGate, type TreeLayer, type TreeTask } from '../core/view/tree.ts';
import { EVERYTHING, filteredTree, type TreeFilter } from '../core/view/tree-filter.ts';
import { previewPanel } from '../core/view/preview.ts';
import { gatesIn } from '../engine/gate/declared.ts';
import type { Strategy } from '../core/plan/plan.ts';
import { policyOf } from '../core/settings/run-settings.ts';
import type { Sample } from '../core/schedule/calibration.ts';
import type { Schedule } from '../core/schedule/schedule.ts';
import { calibrate, type Calibration } from '../core/view/history.ts';
import { comparedBefore, searchSchedule } from '../core/schedule/search.ts';
import { COMMANDS } from './ids.ts';
import type { OpenPlan } from './plans.ts';
import type { Runs, ShownRun } from './runs.ts';
import { settingsFor } from './settings.ts';

/** The panel of the run that is shown; undefined where there is none. */
export function shownPanel(runs: Runs): PanelModel | undefined {
  if (runs.shown === undefined) return undefined;
  const { state, hold, lines } = runs.shown;
  return runPanel(state, runs.now(), {
    readOnly: hold.kind === 'watching',
    driven: hold.kind !== 'resting',
    lineOf: (offset) => lines.position(offset).line,
  });
}

/** Whether a run is of this plan: two folders of a workspace may each have one of the same name. */
function isPlanOf({ root, state }: ShownRun, plan: vscode.Uri): boolean {
  const { planPath } = state.spec;
  if (planPath === undefined || plan.scheme !== 'file') return false;
  const isAt = (path: string): boolean => relative(root, path).replaceAll('\\', '/') === planPath;
  try {
    // The root is told without links.
    return isAt(plan.fsPath) || isAt(realpathSync.native(plan.fsPath));
  } catch {
    return false;
  }
}

/** The tasks of the run that is shown, by id, where it is a run of this plan. */
export function shownRows(runs: Runs, plan: vscode.Uri): ReadonlyMap<string, TaskRow> | undefined {
  if (runs.shown === undefined || !isPlanOf(runs.shown, plan)) return undefined;
  const rows = shownPanel(runs)?.layers.flatMap((layer) => layer.tasks.map((row) => [row.id, row] as const));
  return rows && new Map(rows);
}

export interface Choice {
  readonly strategy: Strategy;
  readonly agents: number;
}

/** The strategy and number of agents that the plan, else the settings, ask for. */
export function defaultChoice({ plan, uri }: OpenPlan): Choice {
  const { settings } = settingsFor(uri);
  return {
    strategy: plan.settings.strategy ?? settings.strategy,
    agents: plan.settings.agents ?? settings.agentCount,
  };
}

/** What a preview compares. */
export const MOST_AGENTS = { maxAgents: 8 };

/** The panel of a plan that is not running; with the choices where they have been compared before. */
export function planPanel(open: OpenPlan, { strategy, agents }: Choice, samples?: readonly Sample[]): PanelModel {
  const { plan, graph, lines, uri } = open;
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const schedule = searchSchedule(graph, { strategy, agents });
  const model = previewPanel(plan, graph, {
    strategy,
    agents,
    schedule,
    ...(samples !== undefined && { calibration: calibrationOf(open, schedule, samples) }),
    choices: comparedBefore(graph, MOST_AGENTS) ?? [],
    planName: vscode.workspace.asRelativePath(uri),
    ...(folder?.uri.scheme === 'file' && { gates: gatesIn(folder.uri.fsPath).gates }),
    lineOf: (offset) => lines.position(offset).line,
  });
  return vscode.workspace.isTrusted ? model : { ...model, untrusted: true };
}

/** What past runs tell of a plan as it would be run now. */
export function calibrationOf(
  { plan, graph, uri }: OpenPlan,
  schedule: Schedule,
  samples: readonly Sample[],
): Calibration {
  const { settings } = settingsFor(uri);
  const named = plan.settings.agent;
  const policy = policyOf(settings, { named: named !== undefined });
  return calibrate(plan, graph, { samples, schedule, agent: named ?? settings.defaultAgent, policy });
}

const ICONS: Record<TreeTask['status'], readonly [string, string?]> = {
  planned: ['circle-outline'],
  waiting: ['circle-outline'],
  blocked: ['circle-slash', 'disabledForeground'],
  held: ['debug-pause', 'charts.yellow'],
  working: ['play-circle', 'charts.blue'],
  asking: ['question', 'charts.yellow'],
  taken: ['person', 'charts.blue'],
  checking: ['beaker', 'charts.blue'],
  merging: ['git-merge', 'charts.blue'],
  merged: ['pass-filled', 'testing.iconPassed'],
  unchanged: ['pass', 'testing.iconPassed'],
  conflict: ['git-pull-request-closed', 'editorWarning.foreground'],
  failed: ['error', 'testing.iconFailed'],
  skipped: ['debug-step-over', 'testing.iconSkipped'],
  cancelled: ['circle-slash', 'testing.iconSkipped'],
  'rolled-back': ['discard', 'testing.iconSkipped'],
};

/** Name of a task's icon. */
export function taskIcon(status: TreeTask['status']): string {
  return ICONS[status][0];
}

const GATE_ICONS: Record<TreeGate['verdict'], readonly [string, string?]> = {
  pending: ['shield'],
  running: ['beaker', 'charts.blue'],
  passed: ['pass', 'testing.iconPassed'],
  failed: ['error', 'testing.iconFailed'],
  'not-run': ['question', 'editorWarning.foreground'],
  waived: ['debug-step-over', 'editorWarning.foreground'],
};

type TreeItem = TreeLayer | TreeTask | TreeGate;

/** The tree of layers, tasks and gates, of the run that is shown or else of the workspace's plan. */
export class TaskTree implements vscode.TreeDataProvider<TreeItem>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<undefined>();
  #layers: readonly TreeLayer[] = [];
  #text = '';
  #panel: PanelModel | undefined;
  filter: TreeFilter = EVERYTHING;

  readonly onDidChangeTreeData = this.#changed.event;

  /** Draws again where anything that is shown has changed. */
  update(panel: PanelModel | undefined, now: number | undefined): void {
    this.#panel = panel;
    this.#layers = panel === undefined ? [] : filteredTree(panel, now, this.filter);
    const text = JSON.stringify(this.#layers);
    if (text === this.#text) return;
    this.#text = text;
    this.#changed.fire(undefined);
  }

  /** What it shows, before the filter. */
  get panel(): PanelModel | undefined {
    return this.#panel;
  }

  /** Nothing is left of what there is. */
  get isEmpty(): boolean {
    return this.#panel !== undefined && this.#layers.length === 0;
  }

  getChildren(element?: TreeItem): TreeItem[] {
    if (element === undefined) return [...this.#layers];
    return element.kind === 'layer' ? [...element.tasks, ...element.gates] : [];
  }

  getTreeItem(element: TreeItem): vscode.TreeItem {
    const item = new vscode.TreeItem(
      element.label,
      element.kind === 'layer' ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None,
    );
    item.id = element.kind === 'task' ? `task-${element.id}` : element.id;
    item.description = element.description;
    item.tooltip = element.tooltip;
    item.contextValue = element.context;
    if (element.kind === 'gate') {
      // What holds nothing back only warns.
      const isMild = element.verdict === 'failed' && !element.blocking;
      item.iconPath = themeIcon(isMild ? ['warning', 'editorWarning.foreground'] : GATE_ICONS[element.verdict]);
      item.command = { command: COMMANDS.gateReport, title: vscode.l10n.t('Show Gate Report'), arguments: [element] };
      item.accessibilityInformation = { label: `${element.label}, ${element.description}` };
    }
    if (element.kind === 'task') {
      item.iconPath = themeIcon(ICONS[element.status]);
      item.command = { command: COMMANDS.openTask, title: vscode.l10n.t('Open in Plan'), arguments: [element] };
      item.accessibilityInformation = { label: `${element.label}, ${element.status}, ${element.description}` };
    }
    return item;
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function themeIcon([icon, color]: readonly [string, string?]): vscode.ThemeIcon {
  return new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
}

/** Shows what `statusBar` says; hidden where there is no run. */
export function updateStatusBar(item: vscode.StatusBarItem, panel: PanelModel | undefined): number {
  const model = panel === undefined ? undefined : statusBar(panel);
  if (model === undefined) {
    item.hide();
    return 0;
  }
  item.text = model.text;
  item.tooltip = model.tooltip;
  item.backgroundColor = model.attention > 0 ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  item.show();
  return model.attention;
}
