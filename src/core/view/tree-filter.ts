import type { PanelModel, TaskRow, TaskStatus } from './model.ts';
import { treeModel, type TreeGate, type TreeLayer } from './tree.ts';

export const TASK_GROUPS = ['needs', 'running', 'failed', 'open', 'done'] as const;
export type TaskGroup = (typeof TASK_GROUPS)[number];

/** Which tasks the tree shows: those of any of the groups, all where none is named, and with the text in id or title. */
export interface TreeFilter {
  readonly groups: readonly TaskGroup[];
  readonly text: string;
}

export const EVERYTHING: TreeFilter = { groups: [], text: '' };

export const GROUP_WORDS: Readonly<Record<TaskGroup, { readonly label: string; readonly about: string }>> = {
  needs: { label: 'Needs me', about: 'a question, a failure or a gate that waits for you' },
  running: { label: 'Running', about: 'an agent, a person, a gate or the merge is at it' },
  failed: { label: 'Failed', about: 'failed, in conflict, or rolled back' },
  open: { label: 'Open', about: 'not begun: waiting, blocked or held' },
  done: { label: 'Done', about: 'merged or nothing to change; skipped and cancelled ones, too' },
};

export function isFiltering({ groups, text }: TreeFilter): boolean {
  return groups.length > 0 || text.trim() !== '';
}

/** `failed, "api"`: behind the name of the view. */
export function filterText({ groups, text }: TreeFilter): string {
  const words = groups.map((group) => GROUP_WORDS[group].label.toLowerCase());
  return [...words, ...(text.trim() === '' ? [] : [`"${text.trim()}"`])].join(', ');
}

/** The tree without what the filter leaves out, and without layers of which nothing is left. What layers say stays. */
export function filteredTree(panel: PanelModel, now: number | undefined, filter: TreeFilter): TreeLayer[] {
  const layers = treeModel(panel, now);
  if (!isFiltering(filter)) return layers;
  const rows = new Map(panel.layers.flatMap(({ tasks }) => tasks.map((row) => [row.id, row] as const)));
  const needs = needing(panel);
  const text = filter.text.trim().toLowerCase();
  return layers.flatMap((layer) => {
    const tasks = layer.tasks.filter(({ id }) => {
      const row = rows.get(id);
      return (
        row !== undefined && isIn(groupsOf(row, needs), filter) && `${id}\n${row.title}`.toLowerCase().includes(text)
      );
    });
    const gates = layer.gates.filter(
      (gate) => isIn(groupsOfGate(gate), filter) && gate.gate.toLowerCase().includes(text),
    );
    return tasks.length + gates.length === 0 ? [] : [{ ...layer, tasks, gates }];
  });
}

/** How many tasks are in each group. */
export function groupCounts(panel: PanelModel): Record<TaskGroup, number> {
  const needs = needing(panel);
  const counts = { needs: 0, running: 0, failed: 0, open: 0, done: 0 };
  for (const { tasks } of panel.layers)
    for (const row of tasks) for (const group of groupsOf(row, needs)) counts[group] += 1;
  return counts;
}

function needing({ needs }: PanelModel): ReadonlySet<string> {
  return new Set(needs.flatMap(({ task }) => task ?? []));
}

function isIn(own: readonly TaskGroup[], { groups }: TreeFilter): boolean {
  return groups.length === 0 || own.some((group) => groups.includes(group));
}

function groupsOf({ id, status }: TaskRow, needs: ReadonlySet<string>): TaskGroup[] {
  return [...(needs.has(id) ? (['needs'] as const) : []), GROUPS[status]];
}

function groupsOfGate({ context, verdict }: TreeGate): TaskGroup[] {
  if (context === 'orca.gate.open') return ['needs', 'failed'];
  return [verdict === 'running' ? 'running' : 'done'];
}

const GROUPS: Readonly<Record<TaskStatus, TaskGroup>> = {
  planned: 'open',
  waiting: 'open',
  blocked: 'open',
  held: 'open',
  working: 'running',
  asking: 'running',
  taken: 'running',
  checking: 'running',
  merging: 'running',
  conflict: 'failed',
  failed: 'failed',
  'rolled-back': 'failed',
  merged: 'done',
  unchanged: 'done',
  skipped: 'done',
  cancelled: 'done',
};
