import type { ChangedFile } from '../run/event.ts';
import type { RunState, TaskState } from '../run/state.ts';
import { unreachable } from '../unreachable.ts';
import { billOf, billsByKind, costText, isUnknown, runBill, usageText, workText, type Bill } from './cost.ts';
import { criteriaOf } from './criteria.ts';
import { formatHours, formatMinutes } from './duration.ts';
import { openFindings } from './findings.ts';
import { withOtherAgents, type WithAgents } from './hindsight.ts';
import { lessonsOf, type Lessons } from './lessons.ts';
import { currentReports, measure, taskMs, type Measures } from './measure.ts';
import { FIGURES, measured, significant, type FigureId } from './metrics.ts';
import type { RunHeader, TaskStatus } from './model.ts';
import { qualityText } from './monitor.ts';
import { count, list, percent } from './print.ts';
import { qualityOf, wholePercent } from './quality.ts';
import { changes, failureText, statusOf } from './run-rows.ts';
import { runState } from './status.ts';
import { sortedFindings } from '../gate/new-findings.ts';
import { blockersOf } from './waiting.ts';

/**
 * What came of a run, measured, as plain data: the document in the panel and execution_summary.md say the same. Texts are
 * as they came, to be made safe by whoever prints them. JSON-safe.
 */
export interface SummaryModel {
  readonly title: string;
  readonly session: string;
  readonly state: RunHeader['state'];
  /** Why it is paused. */
  readonly reason?: string;
  readonly overview: readonly NamedValue[];
  readonly metrics: readonly NamedValue[];
  /** In the order of the plan. */
  readonly tasks: readonly TaskResult[];
  readonly gates: readonly NamedValue[];
  /** The worst first; `more` are left out. */
  readonly findings: { readonly shown: readonly FindingLine[]; readonly more: number };
  /** Of merged tasks: criteria that nothing shows, or something speaks against. */
  readonly notShown: readonly { readonly task: string; readonly criterion: string; readonly unmet: boolean }[];
  /** By kind of agent, and together where there are several; empty: no agent says what it uses. */
  readonly cost: readonly NamedValue[];
  /** What each merged task left that is still there. */
  readonly deliverables: readonly {
    readonly task: string;
    readonly title: string;
    readonly paths: readonly string[];
  }[];
  /** Files that the run added and still has, with the title of the task that added them. */
  readonly created: readonly { readonly path: string; readonly title: string }[];
  readonly lessons: Lessons;
  /** What other numbers of agents would have given; empty where that cannot be said. */
  readonly otherAgents: readonly WithAgents[];
  /** What the names above mean. */
  readonly definitions: readonly NamedValue[];
}

export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

export interface TaskResult {
  readonly id: string;
  readonly title: string;
  readonly status: TaskStatus;
  /** Empty where the status says it all. */
  readonly outcome: string;
  /** Of a conflict. */
  readonly files: readonly string[];
  /** Minutes; absent: the plan gives none. */
  readonly plannedMinutes?: number;
  /** Active time of all attempts; absent: it never began. */
  readonly measuredMs?: number;
  readonly attempts: number;
  readonly cost?: string;
}

export interface FindingLine {
  readonly path?: string;
  readonly line?: number;
  readonly severity: string;
  readonly message: string;
  readonly gate: string;
  readonly rule: string;
  readonly task?: string;
}

/** More are in the run's quality reports. */
const MOST_FINDINGS = 20;

export function summaryModel(state: RunState): SummaryModel {
  const m = measure(state, state.time);
  const blockers = blockersOf(state);
  const bill = runBill(state);
  return {
    title: state.spec.plan.title || 'plan.md',
    session: state.spec.id,
    state: runState(state),
    ...(state.status.kind === 'paused' && state.status.reason !== undefined && { reason: state.status.reason }),
    overview: overview(state, m),
    metrics: metrics(state, m),
    tasks: state.tasks.map((task, i) => taskResult(state, task, i, blockers.get(state.graph.nodes[i]?.id ?? '') ?? [])),
    gates: gates(state),
    findings: findings(state),
    notShown: notShown(state),
    cost: cost(state, bill),
    deliverables: deliverables(state),
    created: [...lastChanges(state)].flatMap(([path, { status, title }]) =>
      status === 'added' ? [{ path, title }] : [],
    ),
    lessons: lessonsOf(state, m),
    otherAgents: withOtherAgents(state),
    definitions: DEFINED.filter(([, id]) => id !== 'cost' || bill !== undefined).map(([name, id]) => ({
      name,
      value: FIGURES[id].definition,
    })),
  };
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

function overview(state: RunState, m: Measures): NamedValue[] {
  const { spec } = state;
  return [
    { name: 'Duration', value: `${hours(m.elapsedMs)} (vs ${hours(m.sequentialMs)} sequential)` },
    { name: 'Completed Tasks', value: `${m.merged}/${m.tasks}` },
    { name: 'Parallel Efficiency', value: measured(m.efficiency, percent) },
    { name: 'Strategy', value: `${spec.strategy}, ${count(spec.agents, 'agent')}` },
  ];
}

function metrics(state: RunState, m: Measures): NamedValue[] {
  const worst = (m.accuracy?.worst ?? []).map(({ task, ratio }) => `${task} × ${significant(ratio)}`);
  const saved = (share: number): string =>
    m.savedMs >= 0 ? `${hours(m.savedMs)} (${percent(share)} reduction)` : `none, ${hours(-m.savedMs)} longer`;
  return [
    { name: 'Tasks per Hour', value: measured(m.perHour, significant) },
    { name: 'Quality Score', value: qualityText(m.quality) },
    { name: 'Agent Utilization', value: measured(m.utilisation, percent) },
    { name: 'Time Saved', value: measured(m.savedShare, saved) },
    { name: 'Planned Duration', value: formatMinutes(state.spec.plannedMinutes) },
    {
      name: 'Estimate Accuracy',
      value: measured(
        m.accuracy?.median,
        (median) => `× ${significant(median)} at the median (farthest: ${list(worst)})`,
      ),
    },
  ];
}

function taskResult(state: RunState, task: TaskState, i: number, blockers: readonly string[]): TaskResult {
  const node = state.graph.nodes[i];
  const ms = taskMs(task, state.time);
  const bill = billOf(state, task.attempts);
  return {
    id: node?.id ?? '',
    title: node?.title ?? '',
    status: statusOf(state, task, blockers),
    outcome: outcomeOf(task, blockers),
    files: task.phase.kind === 'conflict' ? task.phase.files : [],
    ...(node?.assumed === false && { plannedMinutes: node.minutes }),
    ...(ms !== undefined && { measuredMs: ms }),
    attempts: task.attempts.length,
    ...(bill !== undefined && { cost: isUnknown(bill) ? 'cost unknown' : costText(bill) }),
  };
}

function outcomeOf(task: TaskState, blockers: readonly string[]): string {
  const { phase, attempts } = task;
  switch (phase.kind) {
    case 'merged': {
      const { files, added, removed } = changes(mergedFiles(task));
      return files === 0 ? 'nothing to change' : `${count(files, 'file')}, +${added} −${removed}`;
    }
    case 'failed':
      return failureText(phase.failure);
    case 'conflict':
      return 'conflict in';
    case 'skipped':
      return 'skipped';
    case 'cancelled':
      return 'cancelled';
    case 'rolled-back':
      return 'rolled back';
    case 'waiting':
      if (blockers.length > 0) return `waits for ${list(blockers)}`;
      return attempts.length === 0 ? 'not started' : 'to be tried again';
    case 'working':
    case 'taking':
    case 'checking':
    case 'merging':
      return 'in progress';
    case 'taken':
      return 'in your hands';
    default:
      return unreachable(phase);
  }
}

/** Of each gate the mean of its scores, how many of its runs passed, and what the last of them measured. */
function gates(state: RunState): NamedValue[] {
  const reports = currentReports(state);
  return [...new Set(reports.map((report) => report.gate))].map((gate) => {
    const own = reports.filter((report) => report.gate === gate);
    const mean = qualityOf(own.map((report) => ({ ...report, weight: 1 }))).score;
    const passed = own.filter((report) => report.verdict === 'passed').length;
    const figures = (own.at(-1)?.figures ?? []).map(
      ({ name, value, unit = '' }) =>
        `, ${name} ${significant(value)}${unit === '%' || unit === '' ? unit : ` ${unit}`}`,
    );
    const runs = `${passed} of ${count(own.length, 'run')} passed`;
    return {
      name: gate,
      value: `${measured(mean, (score) => `${wholePercent(score)}%`)} (${runs})${figures.join('')}`,
    };
  });
}

function findings(state: RunState): SummaryModel['findings'] {
  const all = sortedFindings(openFindings(state).map(({ finding }) => finding));
  return {
    shown: all.slice(0, MOST_FINDINGS).map(({ path, line, severity, message, gate, rule, task }) => ({
      ...(path !== undefined && { path }),
      ...(line !== undefined && { line }),
      severity,
      message,
      gate,
      rule,
      ...(task !== undefined && { task }),
    })),
    more: Math.max(0, all.length - MOST_FINDINGS),
  };
}

function notShown(state: RunState): SummaryModel['notShown'] {
  return state.graph.nodes.flatMap(({ id }, i) =>
    state.tasks[i]?.phase.kind === 'merged'
      ? criteriaOf(state, id).flatMap(({ criterion, standing }) =>
          standing === 'met' ? [] : [{ task: id, criterion, unmet: standing === 'unmet' }],
        )
      : [],
  );
}

function cost(state: RunState, all: Bill | undefined): NamedValue[] {
  if (all === undefined) return [];
  const bills = billsByKind(state);
  const line = (name: string, bill: Bill): NamedValue => ({
    name,
    value: `${costText(bill)}, ${usageText(bill.usage)} (${workText(bill)})`,
  });
  return [...bills.map(({ kind, bill }) => line(kind, bill)), ...(bills.length > 1 ? [line('Together', all)] : [])];
}

function deliverables(state: RunState): SummaryModel['deliverables'] {
  const last = lastChanges(state);
  return state.graph.nodes.flatMap(({ id, title }, i) => {
    const kept = mergedFiles(state.tasks[i]).filter(({ path }) => last.get(path)?.status !== 'deleted');
    return kept.length === 0 ? [] : [{ task: id, title: title || id, paths: kept.map(({ path }) => path) }];
  });
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

function hours(ms: number): string {
  return formatHours(ms / 60_000);
}
