import type { TaskGraph } from '../graph/task-graph.ts';
import { isUndelivered } from '../planning/undelivered.ts';
import type { Attempt, RunState } from '../run/state.ts';
import { simulate } from '../schedule/simulate.ts';
import { integrationGates } from '../run/gates.ts';
import { attention } from './attention.ts';
import { gateMarks } from './gate-marks.ts';
import { elapsed } from './measure.ts';
import { runFigures } from './metrics.ts';
import type { Bar, LayerRow, PanelModel, RunAction, RunHeader, TaskStatus, Timeline } from './model.ts';
import { outlook } from './outlook.ts';
import type { Outlook } from './outlook.ts';
import { plannedTimeline } from './preview.ts';
import { brief, oneLine } from './print.ts';
import type { LineOf } from './rows.ts';
import { layerGates, runRows } from './run-rows.ts';
import { driverText, runState } from './status.ts';

const MINUTE = 60_000;

export interface RunPanelOptions {
  /** Somebody else drives the run: only what looks and changes nothing is offered. */
  readonly readOnly: boolean;
  /** Whether anybody drives it. Absent: as the journal has it, which cannot know of an owner that died. */
  readonly driven?: boolean;
  readonly lineOf: LineOf;
}

/** The panel of a run, while it goes on and after. `now` is run time, ms. */
export function runPanel(state: RunState, now: number, options: RunPanelOptions): PanelModel {
  const { readOnly, lineOf, driven = state.session.live } = options;
  const { spec } = state;
  const layers = runRows(state, lineOf, readOnly);
  const rows = layers.flatMap((layer) => layer.tasks);
  const planName = spec.planPath ?? (spec.planning === undefined ? 'plan.md' : 'planning');
  return {
    title: oneLine(spec.plan.title) || planName,
    planName,
    strategy: spec.strategy,
    agents: spec.agents,
    run: header(state, readOnly, driven),
    needs: attention(state, rows, readOnly),
    figures: runFigures(state, now),
    choices: [],
    layers,
    timeline: timeline(state, elapsed(state, now), layers),
    problems: [],
  };
}

function header(state: RunState, readOnly: boolean, driven: boolean): RunHeader {
  const { status, session, spec, applied } = state;
  const note =
    applied !== undefined
      ? `applied to ${oneLine(applied.branch)}`
      : status.kind === 'paused' && status.reason !== undefined
        ? brief(status.reason)
        : readOnly && driven
          ? `driven by ${driverText(session.driver)}`
          : undefined;
  return {
    id: spec.id,
    state: runState(state),
    readOnly,
    ...(note !== undefined && { note }),
    actions: runActions(state, readOnly, driven),
  };
}

function runActions(state: RunState, readOnly: boolean, driven: boolean): RunAction[] {
  const { status, integration, spec, applied } = state;
  const isOpen = spec.planning === undefined ? applied === undefined : isUndelivered(state);
  const all: [RunAction, boolean][] = [
    ['pause', status.kind === 'running' && driven],
    ['resume', status.kind === 'paused' || (status.kind !== 'finished' && !driven)],
    ['cancel', status.kind === 'running' || status.kind === 'paused'],
    ['apply', status.kind === 'finished' && integration !== spec.base && isOpen],
  ];
  const able = readOnly ? [] : all.filter(([, can]) => can).map(([action]) => action);
  return status.kind === 'finished' ? [...able, 'summary'] : able;
}

/** Planned bars by the order that was promised, measured ones by agent, and where the rest will go. */
function timeline(state: RunState, now: number, layers: readonly LayerRow[]): Timeline {
  const rows = layers.flatMap((layer) => layer.tasks);
  const { graph, spec } = state;
  const { strategy, agents, priorities } = spec;
  const planned = plannedTimeline(graph, simulate(graph, { strategy, agents, priorities }));
  // In steps that nobody sees, so that the picture stands still between them.
  const step = Math.max(1, (planned.endMinutes * MINUTE) / 1000);
  const seen = Math.floor(now / step) * step;
  const ahead = outlook(state, seen);
  const statuses = new Map(rows.map((row) => [row.id, row.status]));
  const critical = new Set(graph.criticalPath);
  const measured = graph.nodes.map((_, i) => actualBars(state, i, statuses, critical));
  const lanes = planned.lanes.map(({ agent, bars }) => ({
    agent,
    bars: [
      ...bars.map((bar) => ({ ...bar, status: statuses.get(bar.task) ?? bar.status })),
      ...measured.flatMap((of) => of.flatMap((bar) => (bar.agent === agent ? [bar.bar] : []))),
      ...forecastBars(graph, ahead, agent, statuses, critical),
    ],
  }));
  return {
    lanes,
    gates: gateMarks(layers, layerGates(integrationGates(state, undefined), state.end), { strategy, lanes }),
    endMinutes: Math.max(planned.endMinutes, seen / MINUTE + (ahead?.remainingMinutes ?? 0)),
    lowerBoundMinutes: planned.lowerBoundMinutes,
    nowMinutes: now / MINUTE,
  };
}

function actualBars(
  { graph, tasks }: RunState,
  i: number,
  statuses: ReadonlyMap<string, TaskStatus>,
  critical: ReadonlySet<number>,
): { readonly agent: number; readonly bar: Bar }[] {
  const task = graph.nodes[i]?.id ?? '';
  const attempts = tasks[i]?.attempts ?? [];
  return attempts.map((attempt) => {
    const current = attempt === attempts.at(-1) && tasks[i]?.phase.kind !== 'waiting';
    const bar: Bar = {
      task,
      kind: 'actual',
      status: current ? (statuses.get(task) ?? 'working') : pastStatus(attempt),
      start: attempt.startedAt / MINUTE,
      ...(attempt.endedAt !== undefined && { end: attempt.endedAt / MINUTE }),
      critical: critical.has(i),
    };
    return { agent: attempt.agent + 1, bar };
  });
}

/** Of an attempt that another one followed, or will follow. */
function pastStatus({ merged, rolledBack, end }: Attempt): TaskStatus {
  if (merged) return 'merged';
  if (rolledBack) return 'rolled-back';
  return end?.kind === 'cancelled' ? 'cancelled' : 'failed';
}

function forecastBars(
  graph: TaskGraph,
  ahead: Outlook | undefined,
  agent: number,
  statuses: ReadonlyMap<string, TaskStatus>,
  critical: ReadonlySet<number>,
): Bar[] {
  return (ahead?.entries ?? []).flatMap((entry, i) => {
    const task = graph.nodes[i]?.id ?? '';
    if (entry?.agent !== agent - 1) return [];
    const { start, end } = entry;
    const status = statuses.get(task) ?? 'waiting';
    return [{ task, kind: 'forecast' as const, status, start, end, critical: critical.has(i) }];
  });
}
