import type { PanelModel, TaskStatus } from './model.ts';
import { count, markdownCode, markdownText } from './print.ts';
import { treeModel, type TreeTask } from './tree.ts';

/** So many tasks are told one by one; of the rest, how many there are. */
const MOST_TASKS = 60;

interface Look {
  /** What to set before a task, e.g. an icon of the editor. */
  readonly signOf: (status: TaskStatus) => string;
  /** Run time, ms; absent: a preview. */
  readonly now?: number;
}

/** A plan or a run as Markdown, from the same panel as every other view. */
export function panelMarkdown(panel: PanelModel, look: Look): string {
  const { run, needs, problems, figures } = panel;
  const state =
    run === undefined ? [] : [`**${run.state}**${run.note === undefined ? '' : ` (${markdownText(run.note)})`}`];
  return [
    `### ${markdownText(panel.title)}`,
    '',
    [
      ...state,
      `${panel.strategy}, ${count(panel.agents, 'agent')}`,
      ...figures.map(({ label, value }) => `${markdownText(label)}: ${markdownText(value)}`),
    ].join(' · '),
    ...block(
      '**Waits for you**',
      needs.map(({ task, text }) => `${task === undefined ? '' : `${markdownCode(task)}: `}${markdownText(text)}`),
    ),
    ...block(
      '**Problems**',
      problems.map(({ severity, line, message }) => `line ${line + 1}: ${severity}: ${markdownText(message)}`),
    ),
    ...layerBlocks(panel, look),
    '',
  ].join('\n');
}

function block(heading: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : ['', heading, '', ...items.map((item) => `- ${item}`)];
}

function layerBlocks(panel: PanelModel, { now, signOf }: Look): string[] {
  const titles = new Map(panel.layers.flatMap(({ tasks }) => tasks.map(({ id, title }) => [id, title] as const)));
  let room = MOST_TASKS;
  const blocks = treeModel(panel, now).flatMap(({ label, description, tasks, gates }) => {
    const shown = tasks.slice(0, Math.max(0, room));
    room -= tasks.length;
    const rows = shown.map((task) => `${signOf(task.status)} ${taskText(task, titles.get(task.id) ?? '')}`);
    const checks = gates.map((gate) => `${markdownText(gate.label)}: ${markdownText(gate.description)}`);
    return rows.length === 0
      ? []
      : block(`**${markdownText(label)}** · ${markdownText(description)}`, [...rows, ...checks]);
  });
  return room < 0 ? [...blocks, '', `… and ${count(-room, 'more task')}`] : blocks;
}

function taskText({ id, description }: TreeTask, title: string): string {
  const name = title === '' || title === id ? '' : ` ${markdownText(title)}`;
  return `${markdownCode(id)}${name} · ${markdownText(description)}`;
}
