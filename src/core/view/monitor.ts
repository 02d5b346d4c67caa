import { isHeld } from '../run/held.ts';
import type { Foreseen, GateScope, RunEvent } from '../run/event.ts';
import type { RunState } from '../run/state.ts';
import { unreachable } from '../unreachable.ts';
import { gateNeeds, readingNeeds } from './attention.ts';
import { formatHours, formatMinutes, formatMs } from './duration.ts';
import { elapsed, measure, taskMs } from './measure.ts';
import type { Quality } from './measure.ts';
import { wholePercent } from './quality.ts';
import { measured, remainingText } from './metrics.ts';
import type { LayerRow, TaskRow } from './model.ts';
import { branches, brief, count, heading, list, oneLine, percent, NOT_MEASURED } from './print.ts';
import { askText } from './asks.ts';
import { costText, runBill, usageText } from './cost.ts';
import { limitText } from './limits.ts';
import { failureText, foreseenText, gateNote, refusalText, runRows } from './run-rows.ts';

/** The monitor as text: the layers that are under way and what is measured so far. `now` is run time, ms. */
export function monitorText(state: RunState, now: number): string {
  const time = elapsed(state, now);
  const m = measure(state, now);
  const lines = [
    ...heading(`⚡ Orca Execution Monitor - Session: ${state.spec.id}`),
    '',
    ...layersToShow(
      state,
      runRows(state, () => 0),
    ).flatMap((layer) => [
      `🕐 Layer ${layer.number}${layer.name && `: ${layer.name}`} (${formatHours(layer.minutes)} estimated)`,
      ...branches(layer.tasks.map((row) => taskLine(state, row, time))),
      '',
    ]),
    '📊 Current Metrics:',
    `- Tasks Completed: ${m.merged}/${m.tasks} (${percent(m.tasks > 0 ? m.merged / m.tasks : 0)})`,
    `- Agent Utilization: ${measured(m.utilisation, percent)}`,
    `- Quality Score: ${qualityText(m.quality)}`,
    state.status.kind === 'finished'
      ? `- Duration: ${formatMs(m.elapsedMs)}`
      : `- Estimated Remaining: ${remainingText(m, formatHours)}`,
    ...billLines(state),
    ...[...state.services.values()].flatMap(({ limit }) =>
      limit === undefined ? [] : [`- Waits For: ${limitText(limit, state)}`],
    ),
    ...statusLines(state),
    ...gateNeeds(state, true).map((need) => `- Needs You: ${need.text}`),
    ...readingLines(state).map((line) => `- Needs You: ${line}`),
    ...state.foreseen.map((pair) => `- Foreseen: ${pairText(pair)}`),
  ];
  return lines.join('\n');
}

function billLines(state: RunState): string[] {
  const bill = runBill(state);
  return bill === undefined ? [] : [`- Cost: ${costText(bill)}, ${usageText(bill.usage)}`];
}

/** `96% (2/2 tasks passed all gates)`, with the gates that have no score named. */
export function qualityText(quality: Quality): string {
  const leftOut = quality.leftOut.length > 0 ? `; without a score: ${list(quality.leftOut)}` : '';
  if (quality.score === undefined) return `${NOT_MEASURED}${leftOut}`;
  const passed = `${quality.passedTasks}/${count(quality.checkedTasks, 'task')} passed all gates`;
  return `${wholePercent(quality.score)}% (${passed}${leftOut})`;
}

/** Layers in which something has begun and not all is settled; between two of them, the next; at the end, what failed. */
function layersToShow(state: RunState, layers: readonly LayerRow[]): readonly LayerRow[] {
  const settled = ({ status }: TaskRow): boolean =>
    status === 'merged' ||
    status === 'unchanged' ||
    status === 'skipped' ||
    status === 'cancelled' ||
    status === 'rolled-back';
  const open = layers.filter((layer) => !layer.tasks.every(settled));
  if (state.status.kind === 'finished') return open;
  const begun = open.filter((layer) => layer.tasks.some((row) => row.attempts > 0));
  return begun.length > 0 ? begun : open.slice(0, 1);
}

function taskLine(state: RunState, row: TaskRow, time: number): string {
  const task = state.tasks[state.index.get(row.id) ?? -1];
  const agent = row.agent === undefined ? [] : [`Agent-${row.agent}`];
  const ms = task === undefined || isHeld(task) ? undefined : taskMs(task, time);
  const inside = [...agent, ...(ms === undefined ? [] : [formatMs(ms)])].join(', ');
  const head = `${row.id}${inside && ` (${inside})`}`;
  const since = formatMs(time - (row.startedMs ?? time));
  const note = row.note === undefined ? '' : `: ${row.note}`;
  switch (row.status) {
    case 'planned':
    case 'waiting':
      return `⏳ ${head} - WAITING${note}`;
    case 'held':
      return `⏸️ ${head} - HELD${note}`;
    case 'blocked':
      return `⛔ ${head} - BLOCKED${note}`;
    case 'working':
      return `🔄 ${head} - IN PROGRESS (${since} elapsed)`;
    case 'checking':
      return `🛡️ ${head} - CHECKING (${since} elapsed)`;
    case 'asking':
      return `❓ ${head} - ASKS YOU${note}`;
    case 'taken':
      return `✋ ${head} - IN YOUR HANDS`;
    case 'merging':
      return `🔀 ${head} - MERGING`;
    case 'merged':
      return `✅ ${head} - COMPLETED`;
    case 'unchanged':
      return `✅ ${head} - COMPLETED, nothing to change`;
    case 'conflict':
      return `⚠️ ${head} - CONFLICT${note}`;
    case 'failed':
      return `❌ ${head} - FAILED${note}`;
    case 'skipped':
      return `⏭️ ${head} - SKIPPED`;
    case 'cancelled':
      return `⏹️ ${head} - CANCELLED`;
    case 'rolled-back':
      return `↩️ ${head} - ROLLED BACK`;
    default:
      return unreachable(row.status);
  }
}

function statusLines({ status }: RunState): string[] {
  switch (status.kind) {
    case 'running':
      return [];
    case 'paused':
      return [`- Status: paused${status.reason === undefined ? '' : `: ${brief(status.reason)}`}`];
    case 'cancelling':
      return ['- Status: being cancelled'];
    case 'finished':
      return [`- Status: ${status.outcome}`];
    default:
      return unreachable(status);
  }
}

/**
 * One quiet line for an event worth telling, for a command line that is no terminal; undefined for the others. `state`
 * is the state after the event.
 */
export function progressLine(event: RunEvent, state: RunState): string | undefined {
  switch (event.type) {
    case 'run.started': {
      const { id, strategy, agents, plannedMinutes, plan } = event.spec;
      const size = `${count(plan.tasks.length, 'task')}, ${strategy}, ${count(agents, 'agent')}`;
      return `🚀 ${id}: ${size}, ${formatMinutes(plannedMinutes)} planned`;
    }
    case 'attempt.started': {
      const again = event.attempt > 1 ? `, attempt ${event.attempt}` : '';
      return `🔄 ${event.task} (Agent-${event.agent + 1}${again})`;
    }
    case 'gate.ended': {
      const { scope, report } = event;
      if (scope.kind === 'task' && report.verdict === 'passed') return undefined;
      const icon = report.verdict === 'passed' ? '🛡️' : report.blocking ? '❌' : '⚠️';
      const note = gateNote(report);
      return `${icon} gate ${report.gate} ${verdictText(report.verdict)} ${where(scope)}${note === undefined ? '' : `: ${note}`}`;
    }
    case 'gate.waived':
      return `🛡️ gate ${oneLine(event.gate)} waived ${where(event.scope)}`;
    case 'task.merged': {
      const merged = state.tasks.filter((task) => task.phase.kind === 'merged').length;
      return [
        `✅ ${event.task}${took(state, event.task)} - ${merged}/${state.tasks.length}`,
        ...readingLines(state).map((line) => `👀 ${line}`),
      ].join('\n');
    }
    case 'task.rolling-back':
      return `↩️ ${event.task} is being rolled back`;
    case 'task.rolled-back':
      return `↩️ ${list([event.task, ...event.dependents])} rolled back`;
    case 'task.roll-back-refused':
      return `❌ ${event.task} ${refusalText(state, state.index.get(event.task) ?? -1, event.refusal)}`;
    case 'conflicts.foreseen':
      return event.pairs.length === 0
        ? undefined
        : event.pairs.map((pair) => `⚠️ foreseen: ${pairText(pair)}`).join('\n');
    case 'task.conflicted':
      return `⚠️ ${event.task} conflicts in ${list(event.files.map((file) => brief(file)))}`;
    case 'task.failed':
      if (event.failure.kind === 'questions') return `❓ ${event.task} ${failureText(event.failure)}`;
      return `❌ ${event.task}${took(state, event.task)}: ${failureText(event.failure)}`;
    case 'task.skipped':
      return `⏭️ ${event.task} skipped`;
    case 'task.cancelled':
      return `⏹️ ${event.task} cancelled`;
    case 'run.paused':
      return `⏸️ paused${event.reason === undefined ? '' : `: ${brief(event.reason)}`}`;
    case 'run.resumed':
      return '▶️ resumed';
    case 'run.cancelled':
      return '⏹️ being cancelled';
    case 'run.finished': {
      const merged = state.tasks.filter((task) => task.phase.kind === 'merged').length;
      return `🏁 ${event.outcome}: ${merged}/${state.tasks.length} tasks in ${formatMs(state.time)}`;
    }
    case 'run.delivered':
      return `📄 ${count(event.files.length, 'artefact')} in your folder: ${list(event.files)}`;
    case 'run.applied':
      return `📦 applied to ${oneLine(event.branch)}`;
    case 'agent.limited':
      return `⏳ ${limitText(event, state)}`;
    case 'agent.available':
      return `▶️ ${oneLine(event.kind)} is tried again`;
    case 'attempt.asked':
      return `❓ ${event.task} asks: ${askText(event.ask)}`;
    case 'attempt.taken-over':
      return `✋ ${event.task} taken over`;
    case 'attempt.handed-back':
      return `🔄 ${event.task} handed back`;
    case 'session.started':
    case 'session.ended':
    case 'agent.started':
    case 'attempt.ready':
    case 'attempt.answered':
    case 'attempt.ended':
    case 'attempt.snapshot':
    case 'attempt.stopping':
    case 'attempt.accepted':
    case 'gate.retried':
    case 'task.read':
    case 'task.answered':
    case 'task.retried':
      return undefined;
    default:
      return unreachable(event);
  }
}

/** What is to be read before anything new starts, and how to say so on a command line; nothing, or one line. */
function readingLines(state: RunState): string[] {
  const unread = readingNeeds(state, true);
  const ids = list(unread.map(({ task = '' }) => task));
  const how = `orca read tells how to look at them; then orca read <task> ${state.spec.id}`;
  return unread.slice(0, 1).map(({ text }) => `${ids}: ${text} (${how})`);
}

function pairText({ tasks: [one, other], files }: Foreseen): string {
  return `${one} ${foreseenText({ others: other === undefined ? [] : [other], files })}`;
}

function took(state: RunState, id: string): string {
  const task = state.tasks[state.index.get(id) ?? -1];
  const ms = task === undefined ? undefined : taskMs(task, state.time);
  const agent = task?.attempts.at(-1)?.agent;
  return ms === undefined || agent === undefined ? '' : ` (Agent-${agent + 1}, ${formatMs(ms)})`;
}

function where(scope: GateScope): string {
  switch (scope.kind) {
    case 'task':
      return `on ${scope.task}`;
    case 'layer':
      return `after layer ${scope.layer}`;
    case 'end':
      return 'at the end';
    default:
      return unreachable(scope);
  }
}

function verdictText(verdict: 'passed' | 'failed' | 'not-run'): string {
  return verdict === 'not-run' ? 'did not run' : verdict;
}
