import { basename } from 'node:path';
import * as vscode from 'vscode';
import { pastRunText } from '../../core/view/past-run.ts';
import type { ListedPastRun } from '../../engine/history.ts';
import { COMMANDS } from '../ids.ts';
import type { WindowHost } from './host.ts';

/** A run, or what asks for more of them. */
export class HistoryItem extends vscode.TreeItem {
  readonly run?: ListedPastRun;

  constructor(label: string, more: Omit<Partial<HistoryItem>, 'label'>) {
    super(label);
    Object.assign(this, more);
  }
}

const PAGE = 50;

const ICONS: Record<string, readonly [string, string]> = {
  running: ['play-circle', 'charts.blue'],
  paused: ['debug-pause', 'charts.yellow'],
  cancelling: ['circle-slash', 'testing.iconSkipped'],
  cancelled: ['circle-slash', 'testing.iconSkipped'],
  succeeded: ['pass-filled', 'testing.iconPassed'],
  failed: ['error', 'testing.iconFailed'],
  unreadable: ['warning', 'editorWarning.foreground'],
};

/** The past runs of the workspace's repositories, the newest first, a page at a time. */
export class History {
  readonly #host: WindowHost;
  #most = PAGE;

  constructor(host: WindowHost) {
    this.#host = host;
  }

  more(): void {
    this.#most += PAGE;
  }

  async items(): Promise<HistoryItem[]> {
    const { runs, left } = await this.list();
    const label = labelsOf(runs);
    const items = runs.map((run) => itemOf(run, label(run)));
    return left === 0 ? items : [...items, moreItem(left)];
  }

  async list(): Promise<{ readonly runs: readonly ListedPastRun[]; readonly left: number }> {
    const roots = await this.#host.past.roots();
    const found = await Promise.all(roots.map((root) => this.#host.past.runs(root, this.#most)));
    const runs = found.flatMap(({ runs: own }) => own).sort((a, b) => begun(b) - begun(a));
    return { runs, left: found.reduce((sum, { runs: own, of }) => sum + of - own.length, 0) };
  }
}

interface Label {
  readonly label: string;
  readonly description: string;
}

/** For people: a plan's name, and what came of it; where there are several repositories, of which one it is. */
export function labelsOf(runs: readonly ListedPastRun[]): (run: ListedPastRun) => Label {
  const several = new Set(runs.map(({ root }) => root)).size > 1;
  return (run) => {
    const { label, description } = labelOf(run);
    return { label, description: several ? `${description} · ${basename(run.root)}` : description };
  };
}

function labelOf(run: ListedPastRun): Label {
  if ('problem' in run) return { label: run.id, description: vscode.l10n.t('cannot be read') };
  const when = new Date(run.startedAt).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' });
  return { label: run.title, description: pastRunText(run, when) };
}

function itemOf(run: ListedPastRun, { label, description }: Label): HistoryItem {
  const state = 'problem' in run ? 'unreadable' : run.state;
  const [icon, color] = ICONS[state] ?? ['circle-outline', 'foreground'];
  return new HistoryItem(label, {
    run,
    id: `${run.root} ${run.id}`,
    description,
    tooltip: [run.id, ...('problem' in run ? [run.problem] : [run.title, description, ...run.about])].join('\n'),
    iconPath: new vscode.ThemeIcon(icon, new vscode.ThemeColor(color)),
    contextValue: `orca.run.${state}`,
    accessibilityInformation: { label: `${label}, ${description}` },
    ...(state !== 'unreadable' && {
      command: { command: COMMANDS.openRun, title: vscode.l10n.t('Open Run'), arguments: [{ run }] },
    }),
  });
}

function moreItem(left: number): HistoryItem {
  return new HistoryItem(olderRuns(left), {
    id: 'more',
    iconPath: new vscode.ThemeIcon('ellipsis'),
    contextValue: 'orca.more',
    command: { command: COMMANDS.moreRuns, title: vscode.l10n.t('Show Older Runs') },
  });
}

export function olderRuns(left: number): string {
  return vscode.l10n.t('Show Older Runs ({0})', left);
}

/** Wall clock, ms. */
export function begun(run: ListedPastRun): number {
  return 'startedAt' in run ? run.startedAt : 0;
}
