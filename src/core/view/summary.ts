import type { ChangedFile } from '../run/event.ts';
import type { RunState } from '../run/state.ts';
import { billsByKind, runBill } from './cost.ts';
import type { Bill } from './cost.ts';
import { formatMinutes, formatMs } from './duration.ts';
import { fileTree } from './file-tree.ts';
import { OTHER_AGENTS, withOtherAgents, type WithAgents } from './hindsight.ts';
import type { Lesson } from './lessons.ts';
import { measure } from './measure.ts';
import type { Accuracy, Quality } from './measure.ts';
import type { TaskStatus } from './model.ts';
import { count, list, markdownBlock, markdownCode, markdownText, NOT_MEASURED } from './print.ts';
import { failureText } from './run-rows.ts';
import { runState, taskJson } from './status.ts';
import type { StatusJson, TaskJson } from './status.ts';
import { summaryModel } from './summary-model.ts';
import type { NamedValue, SummaryModel, TaskResult } from './summary-model.ts';

export { summaryModel };

/** Beyond so many, a list of files tells nobody anything; the rest is counted. */
const MOST_FILES = 200;

/** execution_summary.md: what came of a run, measured. A figure that nothing measured says so. */
export function summaryMarkdown(state: RunState): string {
  const model = summaryModel(state);
  const [icon, outcome] = STATES[model.state];
  const status = `${icon} ${outcome}${model.reason === undefined ? '' : `: ${markdownText(model.reason)}`}`;
  const head = [
    `**Session ID**: ${markdownText(model.session)}`,
    `**Status**: ${status}`,
    ...model.overview.map(({ name, value }) => `**${name}**: ${markdownText(value)}`),
  ];
  const lines = [
    `# Execution Summary: ${markdownText(model.title)}`,
    '',
    // Two spaces at the end are Markdown's line break.
    ...head.map((line) => `${line}  `),
    '',
    '## Performance Metrics',
    ...model.metrics.map(namedLine),
    '',
    '## Task Results',
    ...model.tasks.map((task) => `${taskLine(task)}  `),
    '',
    '## Quality Metrics',
    ...(model.gates.length > 0 ? model.gates.map(namedLine) : [`- ${NOT_MEASURED}: no gate ran`]),
    '',
    ...titled('### Findings That Stay', findingLines(model.findings)),
    ...titled('### Acceptance Not Shown', model.notShown.map(criterionLine)),
    ...titled('## Cost', model.cost.map(namedLine)),
    '## Deliverables Created',
    ...orNone(model.deliverables, ({ title, paths }) => `${markdownText(title)}: ${list(paths.map(markdownCode))}`),
    '',
    '## Key Files Created',
    ...keyFiles(model.created),
    '',
    '## Lessons Learned',
    ...lessonLines('What Worked Well', model.lessons.worked),
    ...lessonLines('Optimization Opportunities', model.lessons.improve),
    '',
    ...titled('## With Other Numbers of Agents', otherAgentsLines(model.otherAgents)),
    '## What the Figures Mean',
    ...model.definitions.map(namedLine),
  ];
  return `${lines.join('\n')}\n`;
}

const STATES: Readonly<Record<SummaryModel['state'], readonly [icon: string, outcome: string]>> = {
  running: ['🔄', 'Running'],
  paused: ['⏸️', 'Paused'],
  cancelling: ['⏹️', 'Being cancelled'],
  succeeded: ['✅', 'Success'],
  failed: ['❌', 'Finished with failures'],
  cancelled: ['⏹️', 'Cancelled'],
};

const ICONS: Readonly<Record<TaskStatus, string>> = {
  planned: '⏳',
  waiting: '⏳',
  blocked: '⛔',
  held: '⏸️',
  working: '🔄',
  asking: '🔄',
  taken: '✋',
  checking: '🔄',
  merging: '🔄',
  merged: '✅',
  unchanged: '✅',
  conflict: '⚠️',
  failed: '❌',
  skipped: '⏭️',
  cancelled: '⏹️',
  'rolled-back': '↩️',
};

function namedLine({ name, value }: NamedValue): string {
  return `- **${markdownText(name)}**: ${markdownText(value)}`;
}

function taskLine({
  id,
  title,
  status,
  outcome,
  files,
  plannedMinutes,
  measuredMs,
  attempts,
  cost,
}: TaskResult): string {
  const planned = plannedMinutes === undefined ? '' : ` of ${formatMinutes(plannedMinutes)} planned`;
  const spent = [
    ...(measuredMs === undefined ? [] : [`${formatMs(measuredMs)}${planned}`]),
    ...(attempts > 1 ? [count(attempts, 'attempt')] : []),
    ...(cost === undefined ? [] : [cost]),
  ].join(', ');
  const name = `${ICONS[status]} **${markdownText(id)}**: ${markdownText(title) || markdownText(id)}`;
  const what = `${markdownText(outcome)}${files.length > 0 ? ` ${list(files.map(markdownCode))}` : ''}`;
  return `${name}${what && ` - ${what}`}${spent && ` (${spent})`}`;
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines, ''];
}

function orNone<T>(items: readonly T[], line: (item: T) => string): string[] {
  return items.length === 0 ? ['- none'] : items.map((item) => `- ${line(item)}`);
}

function findingLines({ shown, more }: SummaryModel['findings']): string[] {
  return [
    ...shown.map(({ path, line, severity, gate, rule, message, task }) => {
      const at = path === undefined ? '' : `${markdownCode(`${path}${line === undefined ? '' : `:${line}`}`)} `;
      const of = task === undefined ? '' : `, ${markdownText(task)}`;
      return `- ${at}${severity}: ${markdownText(message)} (${markdownText(gate)}, ${markdownText(rule)}${of})`;
    }),
    ...(more > 0 ? [`- and ${count(more, 'finding')} more`] : []),
  ];
}

function criterionLine({ task, criterion, unmet }: SummaryModel['notShown'][number]): string {
  return `- ${markdownText(task)}: ${markdownText(criterion)} (${unmet ? 'not met' : 'not shown'})`;
}

function keyFiles(created: SummaryModel['created']): string[] {
  if (created.length === 0) return ['none'];
  const more = created.length - MOST_FILES;
  return [
    ...markdownBlock(fileTree(new Map(created.slice(0, MOST_FILES).map(({ path, title }) => [path, title])))),
    ...(more > 0 ? [`and ${count(more, 'more file')}`] : []),
  ];
}

function lessonLines(title: string, lessons: readonly Lesson[]): string[] {
  const lines = lessons.map(({ about, text }, i) => `${i + 1}. **${markdownText(about)}**: ${markdownText(text)}`);
  return lines.length === 0 ? [] : ['', `### ${title}`, ...lines];
}

function otherAgentsLines(all: readonly WithAgents[]): string[] {
  const lines = all.map(
    ({ agents, minutes, own }) =>
      `- ${count(agents, 'agent')}: ${formatMinutes(minutes)}${own ? ' (as many as ran)' : ''}`,
  );
  return lines.length === 0 ? [] : [`${OTHER_AGENTS}.`, '', ...lines];
}

/** execution_results.json: the summary for programs. Shares are 0 to 1. */
export interface SummaryJson extends StatusJson {
  readonly title: string;
  readonly strategy: string;
  readonly agents: number;
  /** Wall clock, ms since the epoch. */
  readonly startedAt: number;
  readonly durationMinutes: number;
  readonly plannedMinutes: number;
  readonly sequentialMinutes: number;
  readonly completedTasks: number;
  readonly efficiency: number | null;
  readonly utilisation: number | null;
  readonly savedMinutes: number;
  readonly tasksPerHour: number | null;
  readonly quality: Quality;
  readonly accuracy: Accuracy | null;
  /** Absent agents say nothing of what they use. */
  readonly bill: Bill | null;
  readonly bills: readonly { readonly kind: string; readonly bill: Bill }[];
  readonly otherAgents: readonly WithAgents[];
  readonly base: string;
  readonly integration: string;
  readonly applied: RunState['applied'] | null;
  readonly tasks: readonly (TaskJson & {
    readonly title: string;
    readonly estimateMinutes: number | null;
    readonly failure: string | null;
    readonly files: readonly ChangedFile[];
  })[];
  readonly gates: {
    readonly layers: RunState['layers'];
    readonly end: RunState['end'];
  };
}

export function summaryJson(state: RunState): SummaryJson {
  const { spec } = state;
  const m = measure(state, state.time);
  return {
    id: spec.id,
    state: runState(state),
    title: spec.plan.title,
    strategy: spec.strategy,
    agents: spec.agents,
    startedAt: state.startedAt,
    durationMinutes: m.elapsedMs / 60_000,
    plannedMinutes: spec.plannedMinutes,
    sequentialMinutes: m.sequentialMs / 60_000,
    completedTasks: m.merged,
    efficiency: m.efficiency ?? null,
    utilisation: m.utilisation ?? null,
    savedMinutes: m.savedMs / 60_000,
    tasksPerHour: m.perHour ?? null,
    quality: m.quality,
    accuracy: m.accuracy ?? null,
    bill: runBill(state) ?? null,
    bills: billsByKind(state),
    otherAgents: withOtherAgents(state),
    base: spec.base,
    integration: state.integration,
    applied: state.applied ?? null,
    tasks: state.graph.nodes.map((node, i) => {
      const task = state.tasks[i];
      return {
        ...taskJson(state, i, state.time),
        title: node.title,
        estimateMinutes: node.assumed ? null : node.minutes,
        failure: task?.phase.kind === 'failed' ? failureText(task.phase.failure) : null,
        files: task?.attempts.at(-1)?.snapshot?.files ?? [],
      };
    }),
    gates: { layers: state.layers, end: state.end },
  };
}
