import * as vscode from 'vscode';
import type { PanelModel } from '../core/view/model.ts';
import { EVERYTHING, GROUP_WORDS, groupCounts, TASK_GROUPS, type TreeFilter } from '../core/view/tree-filter.ts';
import { COMMANDS } from './ids.ts';
import type { TaskTree } from './views.ts';

/** The commands that filter the tree, and let all of it be seen again. */
export function registerFilter(tree: TaskTree, refresh: () => void): vscode.Disposable {
  const filterBy = (filter: TreeFilter): void => {
    tree.filter = filter;
    refresh();
  };
  return vscode.Disposable.from(
    vscode.commands.registerCommand(COMMANDS.filter, async (given?: unknown) => {
      // The view's own button hands over the row that has the focus.
      if (tree.panel !== undefined) filterBy(isFilter(given) ? given : await askFilter(tree.panel, tree.filter));
    }),
    vscode.commands.registerCommand(COMMANDS.clearFilter, () => filterBy(EVERYTHING)),
  );
}

function isFilter(value: unknown): value is TreeFilter {
  return typeof value === 'object' && value !== null && 'groups' in value && 'text' in value;
}

/** Asks which tasks the tree is to show: states to tick, and a text to type; as it was where that is given up. */
function askFilter(panel: PanelModel, now: TreeFilter): Promise<TreeFilter> {
  const counts = groupCounts(panel);
  const items = TASK_GROUPS.map((group) => ({
    group,
    label: GROUP_WORDS[group].label,
    description: `${counts[group]}`,
    detail: GROUP_WORDS[group].about,
    // What is typed is looked for in the tasks, not in these.
    alwaysShow: true,
  }));
  const input = vscode.window.createQuickPick<(typeof items)[number]>();
  input.title = vscode.l10n.t('Orca: Filter Tasks');
  input.placeholder = vscode.l10n.t('Text in the id or title; tick states below');
  input.canSelectMany = true;
  input.items = items;
  input.value = now.text;
  input.selectedItems = items.filter(({ group }) => now.groups.includes(group));
  return new Promise((resolve) => {
    let answer = now;
    input.onDidAccept(() => {
      answer = { groups: input.selectedItems.map(({ group }) => group), text: input.value };
      input.hide();
    });
    input.onDidHide(() => {
      input.dispose();
      resolve(answer);
    });
    input.show();
  });
}
