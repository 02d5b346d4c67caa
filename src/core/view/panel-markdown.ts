import { unreachable } from '../unreachable.ts';
import type { PanelModel, TaskStatus } from './model.ts';
import { count, markdownCode, markdownText } from './print.ts';
import { treeModel, type TreeTask } from './tree.ts';

/** So many tasks are told one by one; of the rest, how many there are. */
const MOST_TASKS = 60;

/** A plan or a run as Markdown, from the same panel as every other view. `now` is run time, ms; absent: a preview. */
export function panelMarkdown(panel: PanelModel, now?: number): string {
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
    ...layerBlocks(panel, now),
    '',
  ].join('\n');
}

function block(heading: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : ['', heading, '', ...items.map((item) => `- ${item}`)];
}

function layerBlocks(panel: PanelModel, now: number | undefined): string[] {
  const titles = new Map(panel.layers.flatMap(({ tasks }) => tasks.map(({ id, title }) => [id, title] as const)));
  let room = MOST_TASKS;
  const blocks = treeModel(panel, now).flatMap(({ label, description, tasks, gates }) => {
    const shown = tasks.slice(0, Math.max(0, room));
    room -= tasks.length;
    const rows = shown.map((task) => taskLine(task, titles.get(task.id) ?? ''));
    const checks = gates.map((gate) => `${markdownText(gate.label)}: ${markdownText(gate.description)}`);
    return rows.length === 0
      ? []
      : block(`**${markdownText(label)}** · ${markdownText(description)}`, [...rows, ...checks]);
  });
  return room < 0 ? [...blocks, '', `… and ${count(-room, 'more task')}`] : blocks;
}

function taskLine({ id, status, description }: TreeTask, title: string): string {
  const name = title === '' || title === id ? '' : ` ${markdownText(title)}`;
  return `${signOf(status)} ${markdownCode(id)}${name} · ${markdownText(description)}`;
}

/** As in the monitor. */
function signOf(status: TaskStatus): string {
  switch (status) {
    case 'planned':
    case 'waiting':
      return '⏳';
    case 'blocked':
      return '⛔';
    case 'working':
      return '🔄';
    case 'asking':
      return '❓';
    case 'taken':
      return '✋';
    case 'checking':
      return '🛡️';
    case 'merging':
      return '🔀';
    case 'merged':
    case 'unchanged':
      return '✅';
    case 'conflict':
      return '⚠️';
    case 'failed':
      return '❌';
    case 'skipped':
      return '⏭️';
    case 'cancelled':
      return '⏹️';
    default:
      return unreachable(status);
  }
}
