import type * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';
import { comparisonText } from './comparisons.ts';
import { gateTasks, resolvedTask } from './gate-tasks.ts';
import { History, type HistoryItem } from './history.ts';
import type { WindowHost } from './host.ts';
import { openLink } from './links.ts';
import { compare, deleteRuns, openRun, showRunChanges, showSummaryOf, type RunReference } from './run-commands.ts';
import { openSample } from './sample.ts';

export interface WindowParts {
  history(): Promise<HistoryItem[]>;
  comparison(uri: vscode.Uri): Promise<string>;
  tasks(): vscode.Task[];
  resolved(task: vscode.Task): vscode.Task | undefined;
  open(link: vscode.Uri): Promise<void>;
  run(command: WindowCommand, args: readonly unknown[]): Promise<void>;
}

/** The commands that this bundle answers. */
export type WindowCommand = (typeof COMMANDS)[
  'openRun' | 'runSummary' | 'runChanges' | 'compareRuns' | 'deleteRun' | 'moreRuns' | 'openSample'];

/** What a window has beside its plans and the run that it shows. */
export function windowParts(host: WindowHost): WindowParts {
  const history = new History(host);
  return {
    history: () => history.items(),
    comparison: (uri) => comparisonText(host, uri),
    tasks: () => gateTasks(host),
    resolved: (task) => resolvedTask(host, task),
    open: (link) => openLink(host, history, link),
    async run(command, args) {
      const given = args as unknown as readonly [RunReference | undefined, readonly RunReference[] | undefined];
      switch (command) {
        case COMMANDS.openRun:
          return openRun(host, history, given);
        case COMMANDS.runSummary:
          return showSummaryOf(history, given);
        case COMMANDS.runChanges:
          return showRunChanges(host, history, given);
        case COMMANDS.compareRuns:
          return compare(history, given);
        case COMMANDS.deleteRun:
          return deleteRuns(host, history, given);
        case COMMANDS.moreRuns:
          history.more();
          return;
        case COMMANDS.openSample:
          return openSample(host);
      }
    },
  };
}
