import type { GateReport, GateSpec } from '../gate/gate.ts';
import { endText } from '../run/advance.ts';
import { canAccept, canRetry, canSkip, canTakeOver } from '../run/decide.ts';
import type { ChangedFile, Failure, Refusal } from '../run/event.ts';
import { integrationGates, taskGates } from '../run/gates.ts';
import { kindsFor } from '../run/kinds.ts';
import {
  canHold,
  canRollBack,
  canSendBack,
  dependentsIn,
  foreseenOf,
  heldUntil,
  isUnread,
  mergedAfter,
} from '../run/review.ts';
import { billOf, costText, usageText } from './cost.ts';
import { askText, openAsks } from './asks.ts';
import type { LayerState, Reported, RunState, TaskState } from '../run/state.ts';
import { unreachable } from '../unreachable.ts';
import type { GateRow, LayerRow, TaskAction, TaskRow, TaskStatus } from './model.ts';
import { brief, list } from './print.ts';
import { plannedRows } from './rows.ts';
import type { LineOf } from './rows.ts';
import { blockersOf, unmetOf } from './waiting.ts';

/** A run's layers and tasks as they stand. `readOnly`: only what looks and changes nothing is offered. */
export function runRows(state: RunState, lineOf: LineOf, readOnly = false): LayerRow[] {
  const blockers = blockersOf(state);
  return plannedRows(state.spec.plan, state.graph, lineOf).map((layer, l) => ({
    ...layer,
    tasks: layer.tasks.map((row) => taskRow(state, row, blockers.get(row.id) ?? [], readOnly)),
    gates: layerGates(integrationGates(state, l), state.layers[l]),
  }));
}

function taskRow(state: RunState, row: TaskRow, blockers: readonly string[], readOnly: boolean): TaskRow {
  const i = state.index.get(row.id) ?? -1;
  const task = state.tasks[i];
  const plan = state.spec.plan.tasks[i];
  if (task === undefined || plan === undefined) return row;
  const attempt = task.attempts.at(-1);
  const status = statusOf(state, task, blockers);
  const bill = billOf(state, task.attempts);
  const foreseen = foreseenOf(state, row.id);
  const note = noteOf(state, i, task, blockers);
  return {
    ...row,
    status,
    agentKind: attempt?.kind ?? kindsFor(state, i)[0] ?? state.spec.agent,
    attempts: task.attempts.length,
    gates: taskGateRows(taskGates(state.spec, plan), task),
    actions: taskActions(state, row.id, task, readOnly),
    ...(attempt !== undefined && {
      agent: attempt.agent + 1,
      startedMs: attempt.startedAt,
      ...(attempt.endedAt !== undefined && { endedMs: attempt.endedAt }),
      ...(bill !== undefined && { cost: costText(bill), usage: usageText(bill.usage) }),
      ...(attempt.snapshot !== undefined && { changed: changes(attempt.snapshot.files) }),
    }),
    ...(note !== undefined && { note }),
    ...(isUnread(state, task) && { unread: true }),
    ...(foreseen !== undefined && { foreseen }),
  };
}

export function statusOf(state: RunState, task: TaskState, blockers: readonly string[]): TaskStatus {
  const { phase } = task;
  switch (phase.kind) {
    case 'waiting':
      if (heldUntil(state, task).length > 0) return 'held';
      return blockers.length > 0 ? 'blocked' : 'waiting';
    case 'taking':
      return 'checking';
    case 'merged':
      return phase.commit === undefined ? 'unchanged' : 'merged';
    case 'working':
      return openAsks(task).length > 0 ? 'asking' : 'working';
    case 'failed':
      return phase.failure.kind === 'questions' ? 'asking' : 'failed';
    case 'checking':
    case 'taken':
    case 'merging':
    case 'conflict':
    case 'skipped':
    case 'cancelled':
    case 'rolled-back':
      return phase.kind;
    default:
      return unreachable(phase);
  }
}

function noteOf(state: RunState, i: number, task: TaskState, blockers: readonly string[]): string | undefined {
  const { phase } = task;
  const words = task.attempts.at(-1)?.lastWords;
  switch (phase.kind) {
    case 'waiting': {
      const held = heldUntil(state, task);
      if (held.length > 0) return `held until ${list(held)} ${held.length === 1 ? 'is' : 'are'} merged`;
      if (blockers.length > 0) return `waits for ${list(blockers)}`;
      if (task.attempts.length > 0) return brief(task.note ?? 'starts again');
      const unmet = unmetOf(state, i);
      return unmet.length > 0 ? `waits for ${list(unmet)}` : undefined;
    }
    case 'working':
    case 'taking':
    case 'checking': {
      if (phase.stopping !== undefined) return 'is being stopped';
      for (const { ask } of openAsks(task)) return askText(ask);
      const foreseen = foreseenOf(state, state.graph.nodes[i]?.id ?? '');
      if (foreseen !== undefined) return foreseenText(foreseen);
      return words === undefined ? undefined : brief(words);
    }
    case 'taken':
      if (phase.stopping !== undefined) return 'is being stopped';
      return phase.ready ? 'is in your hands: hand it back when you are done' : 'its worktree is being made';
    case 'conflict':
      return `conflicts in ${list(phase.files.map((file) => brief(file)))}`;
    case 'failed':
      return failureText(phase.failure);
    case 'merging':
    case 'merged':
      if (isRollingBack(state, i)) return 'is being rolled back';
      if (task.refusal !== undefined) return refusalText(state, i, task.refusal);
      return words === undefined ? undefined : brief(words);
    case 'rolled-back':
      return 'is no longer in what is merged: retry it, or skip it';
    case 'skipped':
    case 'cancelled':
      return undefined;
    default:
      return unreachable(phase);
  }
}

function isRollingBack(state: RunState, i: number): boolean {
  const { rollingBack: id } = state;
  return id !== undefined && (state.index.get(id) === i || dependentsIn(state, id).some((one) => one.i === i));
}

export function foreseenText({ others, files }: NonNullable<TaskRow['foreseen']>): string {
  const other = others.length === 0 ? 'what is merged' : list(others);
  return `would conflict with ${other} in ${list(files.map((file) => brief(file)))}`;
}

/** Why its work could not be taken back; where later work is in the way, whose that is. */
export function refusalText(state: RunState, i: number, refusal: Refusal): string {
  if (refusal.kind === 'blocked') return `not rolled back: ${brief(refusal.message)}`;
  const others = mergedAfter(state, state.graph.nodes[i]?.id ?? '', refusal.files);
  const whose = others.length === 0 ? 'later work' : `later work of ${list(others)}`;
  return `not rolled back: ${whose} is in the same lines of ${list(refusal.files.map((file) => brief(file)))}`;
}

/** Why an attempt is not the task's result, in one line. */
export function failureText(failure: Failure): string {
  switch (failure.kind) {
    case 'agent':
      return brief(failure.message === '' ? endText(failure.end) : failure.message);
    case 'no-changes':
      return failure.denied === undefined
        ? 'no changes'
        : brief(`no changes, as it was not allowed: ${failure.denied.join('; ')}`);
    case 'gate':
      return brief(`gate ${failure.gate}: ${failure.message}`);
    case 'questions':
      return brief(`asks: ${failure.questions.map(({ question }) => question).join(' · ')}`);
    case 'snapshot':
      return brief(`the work could not be committed: ${failure.message}`);
    default:
      return unreachable(failure);
  }
}

export function changes(files: readonly ChangedFile[]): { files: number; added: number; removed: number } {
  return {
    files: files.length,
    added: files.reduce((total, file) => total + (file.added ?? 0), 0),
    removed: files.reduce((total, file) => total + (file.removed ?? 0), 0),
  };
}

function taskActions(state: RunState, id: string, task: TaskState, readOnly: boolean): TaskAction[] {
  const ran = task.attempts.length > 0;
  const all: [TaskAction, boolean][] = [
    ['retry', !readOnly && canRetry(task)],
    ['accept', !readOnly && canAccept(task)],
    ['skip', !readOnly && canSkip(task)],
    ['take-over', !readOnly && canTakeOver(task)],
    ['hand-back', !readOnly && task.phase.kind === 'taken' && task.phase.ready],
    ['read', !readOnly && (isUnread(state, task) || task.refusal !== undefined)],
    ['send-back', !readOnly && canSendBack(task)],
    ['roll-back', !readOnly && canRollBack(state, task)],
    ['hold', !readOnly && canHold(state, id, task)],
    ['terminal', ran],
    ['log', ran],
    ['changes', (task.attempts.at(-1)?.snapshot?.files.length ?? 0) > 0],
  ];
  return all.filter(([, can]) => can).map(([action]) => action);
}

function taskGateRows(gates: readonly GateSpec[], task: TaskState): GateRow[] {
  const { gates: reports = [], waived = [] } = task.attempts.at(-1) ?? {};
  return gateRows(gates, reports, waived, task.phase.kind === 'checking' && task.phase.stopping === undefined);
}

/** Those of a layer, or of the end. */
export function layerGates(gates: readonly GateSpec[], layer: LayerState | undefined): GateRow[] {
  return gateRows(gates, layer?.gates ?? [], layer?.waived ?? [], false);
}

/** A row for each gate that is to run, and for each that reported without being asked for. */
function gateRows(
  gates: readonly GateSpec[],
  reports: readonly Reported[],
  waived: readonly string[],
  running: boolean,
): GateRow[] {
  // Gates run one after another: the first without a report is the one that runs.
  const current = running ? gates.find((gate) => !reports.some((report) => report.gate === gate.name)) : undefined;
  const names = new Set([...gates.map((gate) => gate.name), ...reports.map((report) => report.gate)]);
  return [...names].map((name): GateRow => {
    const report = reports.find((r) => r.gate === name);
    const blocking = report?.blocking ?? gates.find((gate) => gate.name === name)?.blocking ?? true;
    if (report === undefined) return { name, verdict: name === current?.name ? 'running' : 'pending', blocking };
    const verdict = report.verdict !== 'passed' && waived.includes(name) ? 'waived' : report.verdict;
    const note = gateNote(report);
    const { atMs: reportedMs, durationMs: tookMs } = report;
    return { name, verdict, blocking, reportedMs, tookMs, ...(note !== undefined && { note }) };
  });
}

/** The first check that did not pass, in one line. */
export function gateNote(report: GateReport): string | undefined {
  const check = report.checks.find(({ verdict, advisory }) => verdict !== 'passed' && advisory !== true);
  const finding = report.findings[0];
  if (check !== undefined) return brief(`${check.label}: ${check.note}`);
  return finding === undefined || report.verdict === 'passed' ? undefined : brief(finding.message);
}
