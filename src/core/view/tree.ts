import { unreachable } from '../unreachable.ts';
import { formatMinutes, formatMs } from './duration.ts';
import type { Figure, GateRow, LayerRow, PanelModel, TaskRow, TaskStatus } from './model.ts';
import { count, list } from './print.ts';

/** The tree of layers and tasks, as plain rows; icons and colours are VS Code's business. */
export interface TreeLayer {
  readonly kind: 'layer';
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  /** `orca.layer` */
  readonly context: string;
  readonly tasks: readonly TreeTask[];
  /** Those that have run. */
  readonly gates: readonly TreeGate[];
}

export interface TreeGate {
  readonly kind: 'gate';
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  /** As the commands of gates want it. */
  readonly gate: string;
  readonly layer: number;
  readonly verdict: GateRow['verdict'];
  readonly blocking: boolean;
  /** `orca.gate.open` where a person can settle it, else `orca.gate.settled`. */
  readonly context: string;
}

export interface TreeTask {
  readonly kind: 'task';
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly status: TaskStatus;
  /** `orca.task.<status>` and then what it can do: `orca.task.failed.retry.skip.terminal.log`. */
  readonly context: string;
  /** 0-based line in the plan. */
  readonly line: number;
}

/** From the same panel as every other view, so that they cannot disagree. `now` is run time, ms; absent: a preview. */
export function treeModel(panel: PanelModel, now?: number): TreeLayer[] {
  return panel.layers.map((layer) => ({
    kind: 'layer',
    id: `layer-${layer.number}`,
    label: `Layer ${layer.number}${layer.name && `: ${layer.name}`}`,
    description: layerDescription(layer, panel.run !== undefined),
    tooltip: layerTooltip(layer),
    context: 'orca.layer',
    tasks: layer.tasks.map((row) => taskItem(row, now)),
    gates: layer.gates.filter(({ verdict }) => verdict !== 'pending').map((row) => gateItem(row, layer.number)),
  }));
}

function layerDescription({ tasks, minutes, gates }: LayerRow, running: boolean): string {
  const done = tasks.filter(isDone).length;
  const unread = tasks.filter((task) => task.unread === true).length;
  const failed = gates.filter((gate) => gate.verdict === 'failed' || gate.verdict === 'not-run');
  return [
    running ? `${done}/${tasks.length}` : count(tasks.length, 'task'),
    formatMinutes(minutes),
    ...(unread > 0 ? [`${unread} unread`] : []),
    ...(failed.length > 0 ? [`${list(failed.map((gate) => gate.name))} not passed`] : []),
  ].join(' · ');
}

function layerTooltip({ tasks, sequential, gates }: LayerRow): string {
  const order = sequential ? 'one after another' : 'side by side';
  return [tasks.length > 1 ? `${count(tasks.length, 'task')}, ${order}` : '1 task', ...gates.map(gateLine)].join('\n');
}

function gateItem(row: GateRow, layer: number): TreeGate {
  const { name, verdict, blocking, note } = row;
  const isOpen = verdict === 'failed' || verdict === 'not-run';
  return {
    kind: 'gate',
    id: `gate-${layer}-${name}`,
    label: `gate: ${name}`,
    description: [VERDICT[verdict], ...(note === undefined || verdict === 'passed' ? [] : [note])].join(' · '),
    tooltip: gateLine(row),
    gate: name,
    layer,
    verdict,
    blocking,
    context: `orca.gate.${isOpen ? 'open' : 'settled'}`,
  };
}

function taskItem(row: TaskRow, now: number | undefined): TreeTask {
  return {
    kind: 'task',
    id: row.id,
    label: row.id,
    description: taskDescription(row, now),
    tooltip: taskTooltip(row),
    status: row.status,
    context: ['orca.task', row.status, ...row.actions].join('.'),
    line: row.line,
  };
}

function taskDescription(row: TaskRow, now: number | undefined): string {
  const until = row.endedMs ?? now;
  const measured = row.startedMs === undefined || until === undefined ? undefined : formatMs(until - row.startedMs);
  return [
    row.status === 'waiting' || row.status === 'blocked' || row.status === 'held' || measured === undefined
      ? estimate(row)
      : measured,
    ...(row.agent === undefined ? [] : [`Agent ${row.agent}`]),
    ...(row.attempts > 1 ? [`attempt ${row.attempts}`] : []),
    ...(says(row.status) ? [statusText(row.status)] : []),
    ...(row.unread === true ? ['unread'] : []),
    ...(row.foreseen === undefined ? [] : ['conflict foreseen']),
  ].join(' · ');
}

function taskTooltip(row: TaskRow): string {
  return [
    row.title === '' || row.title === row.id ? row.id : `${row.id}: ${row.title}`,
    statusText(row.status),
    ...(row.note === undefined ? [] : [row.note]),
    `estimate ${estimate(row)}${row.critical ? ', on the critical path' : `, slack ${formatMinutes(row.slackMinutes)}`}`,
    ...(row.dependsOn.length > 0 ? [`depends on ${list(row.dependsOn)}`] : []),
    ...(row.changed === undefined || row.changed.files === 0
      ? []
      : [`changed ${count(row.changed.files, 'file')}, +${row.changed.added} −${row.changed.removed}`]),
    ...(row.cost === undefined ? [] : [`cost ${row.cost}, ${row.usage ?? ''}`]),
    ...row.gates.map(gateLine),
  ].join('\n');
}

function estimate(row: TaskRow): string {
  return `${row.assumed ? '~' : ''}${formatMinutes(row.minutes)}`;
}

const VERDICT: Readonly<Record<GateRow['verdict'], string>> = {
  pending: 'pending',
  running: 'running',
  passed: 'passed',
  failed: 'failed',
  'not-run': 'did not run',
  waived: 'accepted as it is',
};

function gateLine({ name, verdict, note }: GateRow): string {
  return `gate ${name}: ${VERDICT[verdict]}${note === undefined ? '' : ` (${note})`}`;
}

/** States that the icon alone does not tell. */
function says(status: TaskStatus): boolean {
  return status !== 'planned' && status !== 'waiting' && status !== 'working' && status !== 'merged';
}

/** What a task is in, in words that are shown. */
export function statusText(status: TaskStatus): string {
  switch (status) {
    case 'unchanged':
      return 'nothing to change';
    case 'asking':
      return 'asks you';
    case 'taken':
      return 'in your hands';
    case 'rolled-back':
      return 'rolled back';
    case 'planned':
    case 'waiting':
    case 'blocked':
    case 'held':
    case 'working':
    case 'checking':
    case 'merging':
    case 'merged':
    case 'conflict':
    case 'failed':
    case 'skipped':
    case 'cancelled':
      return status;
    default:
      return unreachable(status);
  }
}

export interface StatusBarModel {
  /** With codicons: `$(play-circle) Orca 8/18`. */
  readonly text: string;
  readonly tooltip: string;
  /** How much waits for a person: the badge. */
  readonly attention: number;
}

/** Undefined where there is no run: a preview has nothing to say in the status bar. */
export function statusBar(panel: PanelModel): StatusBarModel | undefined {
  const { run, needs } = panel;
  if (run === undefined) return undefined;
  const tasks = panel.layers.flatMap((layer) => layer.tasks);
  const remaining = figureOf(panel, 'remaining');
  const urgent = needs.filter(({ kind }) => kind !== 'foreseen').length;
  const done = `${tasks.filter(isDone).length}/${tasks.length}`;
  return {
    text: `$(${icon(run.state, urgent > 0)}) Orca ${done}`,
    tooltip: [
      `${panel.title}: ${run.state}${run.note === undefined ? '' : ` (${run.note})`}`,
      `${done} tasks done${remaining === undefined ? '' : `, remaining: ${remaining.value}`}`,
      ...needs.map(({ task, text }) => (task === undefined ? text : `${task}: ${text}`)),
    ].join('\n'),
    attention: urgent,
  };
}

function icon(state: NonNullable<PanelModel['run']>['state'], needsYou: boolean): string {
  switch (state) {
    case 'running':
      return needsYou ? 'warning' : 'play-circle';
    case 'paused':
      return 'debug-pause';
    case 'cancelling':
    case 'cancelled':
      return 'circle-slash';
    case 'succeeded':
      return 'pass';
    case 'failed':
      return 'error';
    default:
      return unreachable(state);
  }
}

function isDone({ status }: TaskRow): boolean {
  return status === 'merged' || status === 'unchanged';
}

function figureOf(panel: PanelModel, id: string): Figure | undefined {
  return panel.figures.find((figure) => figure.id === id);
}
