import type { ChangedFile } from '../run/event.ts';
import type { RunState, TaskState } from '../run/state.ts';
import { unreachable } from '../unreachable.ts';
import { formatHours, formatMinutes, formatMs } from './duration.ts';
import { billOf, billsByKind, costText, runBill, usageText, workText } from './cost.ts';
import type { Bill } from './cost.ts';
import { fileTree } from './file-tree.ts';
import { lessonsOf } from './lessons.ts';
import { measure, taskMs } from './measure.ts';
import type { Accuracy, Measures, Quality } from './measure.ts';
import { FIGURES, measured, significant } from './metrics.ts';
import type { FigureId } from './metrics.ts';
import { qualityText } from './monitor.ts';
import { qualitySection } from './summary-quality.ts';
import { count, list, markdownBlock, markdownCode, markdownText, percent } from './print.ts';
import { changes, failureText } from './run-rows.ts';
import { runState, taskJson } from './status.ts';
import type { StatusJson, TaskJson } from './status.ts';
import { blockersOf } from './waiting.ts';

/** Beyond so many, a list of files tells nobody anything; the rest is counted. */
const MOST_FILES = 200;

/** execution_summary.md: what came of a run, measured. A figure that nothing measured says so. */
export function summaryMarkdown(state: RunState): string {
  const m = measure(state, state.time);
  const lessons = lessonsOf(state, m);
  const blockers = blockersOf(state);
  const lines = [
    `# Execution Summary: ${markdownText(state.spec.plan.title) || 'plan.md'}`,
    '',
    // Two spaces at the end are Markdown's line break.
    ...overview(state, m).map(([name, value]) => `**${name}**: ${value}  `),
    '',
    '## Performance Metrics',
    ...performance(state, m).map(([name, value]) => `- **${name}**: ${value}`),
    '',
    '## Task Results',
    ...state.graph.nodes.map((node, i) => `${taskLine(state, i, blockers.get(node.id) ?? [])}  `),
    '',
    ...qualitySection(state),
    ...billSection(state),
    '## Deliverables Created',
    ...deliverables(state),
    '',
    '## Key Files Created',
    ...keyFiles(state),
    '',
    '## Lessons Learned',
    ...numbered('What Worked Well', lessons.worked),
    ...numbered('Optimization Opportunities', lessons.improve),
    '',
    '## What the Figures Mean',
    ...DEFINED.filter(([, id]) => id !== 'cost' || runBill(state) !== undefined).map(
      ([name, id]) => `- **${name}**: ${markdownText(FIGURES[id].definition)}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** What each kind of agent used; nothing where no agent says so. */
function billSection(state: RunState): string[] {
  const bills = billsByKind(state);
  const all = runBill(state);
  if (all === undefined) return [];
  const line = (name: string, bill: Bill): string =>
    `- **${markdownText(name)}**: ${costText(bill)}, ${usageText(bill.usage)} (${workText(bill)})`;
  return [
    '## Cost',
    ...bills.map(({ kind, bill }) => line(kind, bill)),
    ...(bills.length > 1 ? [line('Together', all)] : []),
    '',
  ];
}

const DEFINED: readonly (readonly [string, FigureId])[] = [
  ['Duration', 'duration'],
  ['Sequential', 'sequential-measured'],
  ['Parallel Efficiency', 'efficiency'],
  ['Tasks per Hour', 'throughput'],
  ['Quality Score', 'quality'],
  ['Agent Utilization', 'utilisation'],
  ['Time Saved', 'time-saved'],
  ['Cost', 'cost'],
  ['Estimate Accuracy', 'accuracy'],
];

type Row = readonly [name: string, value: string];

function overview(state: RunState, m: Measures): Row[] {
  const { spec } = state;
  return [
    ['Session ID', markdownText(spec.id)],
    ['Status', statusText(state)],
    ['Duration', `${hours(m.elapsedMs)} (vs ${hours(m.sequentialMs)} sequential)`],
    ['Completed Tasks', `${m.merged}/${m.tasks}`],
    ['Parallel Efficiency', measured(m.efficiency, percent)],
    ['Strategy', `${spec.strategy}, ${count(spec.agents, 'agent')}`],
  ];
}

function performance(state: RunState, m: Measures): Row[] {
  const worst = (m.accuracy?.worst ?? []).map(({ task, ratio }) => `${markdownText(task)} × ${significant(ratio)}`);
  return [
    ['Tasks per Hour', measured(m.perHour, significant)],
    ['Quality Score', markdownText(qualityText(m.quality))],
    ['Agent Utilization', measured(m.utilisation, percent)],
    [
      'Time Saved',
      measured(m.savedShare, (share) =>
        m.savedMs >= 0 ? `${hours(m.savedMs)} (${percent(share)} reduction)` : `none, ${hours(-m.savedMs)} longer`,
      ),
    ],
    ['Planned Duration', formatMinutes(state.spec.plannedMinutes)],
    [
      'Estimate Accuracy',
      measured(m.accuracy?.median, (median) => `× ${significant(median)} at the median (farthest: ${list(worst)})`),
    ],
  ];
}

function statusText({ status }: RunState): string {
  switch (status.kind) {
    case 'running':
      return '🔄 Running';
    case 'paused':
      return `⏸️ Paused${status.reason === undefined ? '' : `: ${markdownText(status.reason)}`}`;
    case 'cancelling':
      return '⏹️ Being cancelled';
    case 'finished':
      if (status.outcome === 'succeeded') return '✅ Success';
      return status.outcome === 'failed' ? '❌ Finished with failures' : '⏹️ Cancelled';
    default:
      return unreachable(status);
  }
}

function taskLine(state: RunState, i: number, blockers: readonly string[]): string {
  const node = state.graph.nodes[i];
  const task = state.tasks[i];
  if (node === undefined || task === undefined) return '';
  const ms = taskMs(task, state.time);
  const bill = billOf(state, task.attempts);
  const spent = [
    ...(ms === undefined ? [] : [formatMs(ms)]),
    ...(task.attempts.length > 1 ? [count(task.attempts.length, 'attempt')] : []),
    ...(bill === undefined ? [] : [costText(bill) === 'unknown' ? 'cost unknown' : costText(bill)]),
  ].join(', ');
  const [icon, outcome] = taskOutcome(task, blockers);
  const name = `${icon} **${markdownText(node.id)}**: ${markdownText(node.title) || markdownText(node.id)}`;
  return `${name}${outcome === '' ? '' : ` - ${outcome}`}${spent && ` (${spent})`}`;
}

function taskOutcome(task: TaskState, blockers: readonly string[]): [icon: string, outcome: string] {
  const { phase, attempts } = task;
  switch (phase.kind) {
    case 'merged': {
      const { files, added, removed } = changes(mergedFiles(task));
      return ['✅', files === 0 ? 'nothing to change' : `${count(files, 'file')}, +${added} −${removed}`];
    }
    case 'failed':
      return ['❌', markdownText(failureText(phase.failure))];
    case 'conflict':
      return ['⚠️', `conflict in ${list(phase.files.map(markdownCode))}`];
    case 'skipped':
      return ['⏭️', 'skipped'];
    case 'cancelled':
      return ['⏹️', 'cancelled'];
    case 'waiting':
      if (blockers.length > 0) return ['⛔', `waits for ${markdownText(list(blockers))}`];
      return ['⏳', attempts.length === 0 ? 'not started' : 'to be tried again'];
    case 'working':
    case 'taking':
    case 'checking':
    case 'merging':
      return ['🔄', 'in progress'];
    case 'taken':
      return ['✋', 'in your hands'];
    default:
      return unreachable(phase);
  }
}

/** What each merged task left that is still there. */
function deliverables(state: RunState): string[] {
  const last = lastChanges(state);
  const lines = state.graph.nodes.flatMap((node, i) => {
    const kept = mergedFiles(state.tasks[i]).filter(({ path }) => last.get(path)?.status !== 'deleted');
    if (kept.length === 0) return [];
    return [`- ${markdownText(node.title) || markdownText(node.id)}: ${list(kept.map((f) => markdownCode(f.path)))}`];
  });
  return lines.length > 0 ? lines : ['- none'];
}

/** Files that the run added and still has, each with the title of the task that added it. */
function keyFiles(state: RunState): string[] {
  const created = [...lastChanges(state)].filter(([, { status }]) => status === 'added');
  if (created.length === 0) return ['none'];
  const more = created.length - MOST_FILES;
  return [
    ...markdownBlock(fileTree(new Map(created.slice(0, MOST_FILES).map(([path, { title }]) => [path, title])))),
    ...(more > 0 ? [`and ${count(more, 'more file')}`] : []),
  ];
}

/** By path, in the order of the merges: what the run as a whole did to it, and the title of the task that made it. */
function lastChanges(state: RunState): Map<string, { status: ChangedFile['status']; title: string }> {
  const last = new Map<string, { status: ChangedFile['status']; title: string }>();
  const order = [...state.tasks.keys()].sort((a, b) => endOf(state, a) - endOf(state, b));
  for (const i of order)
    for (const { path, status } of mergedFiles(state.tasks[i])) {
      const before = last.get(path);
      // A file that a later task edits was still added by this run.
      if (status === 'modified' && before?.status === 'added') continue;
      last.set(path, { status, title: state.graph.nodes[i]?.title ?? '' });
    }
  return last;
}

/** Of all its attempts that were merged: one that mends comes on top of the one before. */
function mergedFiles(task: TaskState | undefined): readonly ChangedFile[] {
  const files = new Map<string, ChangedFile>();
  for (const { merged, snapshot } of task?.attempts ?? []) {
    if (merged !== true) continue;
    for (const file of snapshot?.files ?? []) {
      const before = files.get(file.path);
      const isNew = before?.status === 'added' && file.status === 'modified';
      files.set(file.path, {
        ...file,
        status: isNew ? 'added' : file.status,
        ...(file.added !== undefined && { added: file.added + (before?.added ?? 0) }),
        ...(file.removed !== undefined && { removed: file.removed + (before?.removed ?? 0) }),
      });
    }
  }
  return [...files.values()];
}

function endOf(state: RunState, i: number): number {
  return state.tasks[i]?.attempts.at(-1)?.endedAt ?? 0;
}

function numbered(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : ['', `### ${title}`, ...items.map((item, i) => `${i + 1}. ${item}`)];
}

function hours(ms: number): string {
  return formatHours(ms / 60_000);
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
