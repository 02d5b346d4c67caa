import type { TaskGraph } from '../graph/task-graph.ts';
import type { RunState } from '../run/state.ts';
import type { Plan } from '../plan/plan.ts';
import { readinessOf } from '../plan/readiness.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { formatMinutes, formatMs } from './duration.ts';
import { dollars, isUnknown, runBill, unknownText, usageText } from './cost.ts';
import type { Bill } from './cost.ts';
import type { Calibration } from './history.ts';
import { FEWEST_SAMPLES } from '../schedule/calibration.ts';
import { maxParallelism, measure } from './measure.ts';
import { wholePercent } from './quality.ts';
import type { Measures, Quality } from './measure.ts';
import type { Figure } from './model.ts';
import { count, list, NOT_MEASURED, percentOf } from './print.ts';

/** What each figure is called and means: one definition for the preview, the monitor and the summary. */
export const FIGURES = {
  tasks: { label: 'tasks', definition: 'Leaf tasks of the plan; a parent with sub-tasks is a group, not a task.' },
  layers: {
    label: 'layers',
    definition:
      "The plan's own layers where they agree with the dependencies, else the longest chain of dependencies counted in tasks. Max parallelism is the number of tasks in the widest layer.",
  },
  estimated: {
    label: 'estimated',
    definition: `Duration of the simulated schedule for this strategy and number of agents, if the estimates are exact. The range is that of the schedule simulated many times with what past tasks of this repository took in times of their estimates (of the same kind and agent, at least ${FEWEST_SAMPLES}): its median and its 90th percentile.`,
  },
  duration: {
    label: 'duration',
    definition:
      'Run time from the start to the end, without the gaps in which nobody drove the run and no agent worked.',
  },
  sequential: { label: 'sequential', definition: 'Sum of the estimates.' },
  'sequential-measured': {
    label: 'sequential',
    definition:
      'Sum of the measured active times of all attempts: the agent at work and the checks of its task, one after another.',
  },
  efficiency: {
    label: 'efficiency',
    definition: 'Sequential time / (agents used × duration); agents used = min(agents, max parallelism).',
  },
  'lower-bound': {
    label: 'lower bound',
    definition:
      'max(critical path, sequential / agents): no schedule is shorter. The critical path is the longest chain of estimates.',
  },
  ready: {
    label: 'ready',
    definition:
      'Open tasks that lack nothing for an agent that knows only their text: a description, acceptance criteria or gates, files, an estimate of at most 4 hours, and no word that points outside. "Orca: Validate Plan" says what the others lack.',
  },
  elapsed: { label: 'elapsed', definition: 'Run time since the start.' },
  remaining: {
    label: 'remaining',
    definition: 'Duration of what is left, simulated again, with running tasks at their remaining estimate.',
  },
  utilisation: {
    label: 'utilisation',
    definition: 'Time agents were held by a task / (agents × elapsed); waiting for a person is not counted as busy.',
  },
  'time-saved': {
    label: 'time saved',
    definition: 'Sequential time − duration, and its share of the sequential time.',
  },
  throughput: { label: 'tasks per hour', definition: 'Merged tasks per hour of run time.' },
  quality: {
    label: 'quality',
    definition:
      'Mean of the scores of the gates that have one, weighted as configured. A score is the share of the checks that passed, 0–100; a gate that did not run has none.',
  },
  cost: {
    label: 'cost',
    definition:
      "US dollars of all attempts and their reviews by agents: what their agents' programs say; computed: tokens × the prices of the settings; unknown where neither is there. Tokens are those the programs report.",
  },
  'expected-cost': {
    label: 'expected cost',
    definition: `US dollars: each estimate × the median of what past tasks took in times of theirs × what a minute of its agent has cost in this repository's runs (all attempts of merged tasks whose cost is known, at least ${FEWEST_SAMPLES} tasks). It does not depend on the number of agents or the strategy.`,
  },
  accuracy: {
    label: 'estimate accuracy',
    definition:
      'Median of measured / estimated over the merged tasks that had an estimate: 1 is exact, 2 took twice as long.',
  },
} as const satisfies Record<string, { readonly label: string; readonly definition: string }>;

export type FigureId = keyof typeof FIGURES;

export function previewFigures(graph: TaskGraph, schedule: Schedule, calibration?: Calibration): Figure[] {
  const assumed = graph.nodes.filter((node) => node.assumed).length;
  const saved = graph.totalMinutes - schedule.minutes;
  return [
    figure('tasks', `${graph.nodes.length}`, assumed > 0 && `${assumed} without an estimate`),
    figure('layers', `${graph.layers.length}`, `widest ${maxParallelism(graph)}`),
    figure(
      'estimated',
      `${assumed > 0 ? '~' : ''}${formatMinutes(schedule.minutes)}`,
      calibration && rangeText(calibration),
    ),
    figure(
      'sequential',
      formatMinutes(graph.totalMinutes),
      saved > 0 && `${formatMinutes(saved)} saved, ${percentOf(saved / graph.totalMinutes)}`,
    ),
    figure(
      'efficiency',
      schedule.minutes > 0 ? percentOf(schedule.efficiency) : NOT_MEASURED,
      `${schedule.agentsUsed} of ${count(schedule.agents, 'agent')} used`,
    ),
    figure(
      'lower-bound',
      formatMinutes(schedule.lowerBoundMinutes),
      `critical path ${formatMinutes(graph.criticalMinutes)}`,
    ),
    ...(calibration === undefined ? [] : [expectedCost(calibration)]),
  ];
}

function expectedCost({ cost }: Calibration): Figure {
  if (cost === undefined) return figure('expected-cost', 'not known', 'no history of what its agents cost');
  const others = cost.others > 0 && `${count(cost.others, 'task')} not known`;
  const by = `by ${count(cost.attempts, 'past attempt')}`;
  return figure('expected-cost', `~${dollars(cost.usd)}`, others === false ? by : `${by}; ${others}`);
}

/** How many of the open tasks say all that an agent needs. */
export function readinessFigure(plan: Plan): Figure {
  const { counts, tasks } = readinessOf(plan);
  const attention =
    counts.attention > 0 && `${counts.attention} ${counts.attention === 1 ? 'requires' : 'require'} attention`;
  return figure('ready', `${counts.ready} of ${tasks.length}`, attention);
}

export function runFigures(state: RunState, now: number): Figure[] {
  const m = measure(state, now);
  const merged = figure('tasks', `${m.merged} / ${m.tasks}`, m.busyAgents > 0 && `${m.busyAgents} running`);
  const planned = `planned ${formatMinutes(state.spec.plannedMinutes)}`;
  const utilisation = figure(
    'utilisation',
    measured(m.utilisation, percentOf),
    state.status.kind !== 'finished' && `${m.busyAgents} of ${count(state.spec.agents, 'agent')} busy`,
  );
  const quality = figure(
    'quality',
    measured(m.quality.score, (score) => `${wholePercent(score)}`),
    qualityNote(m.quality),
  );
  const throughput = figure('throughput', measured(m.perHour, significant));
  const bill = runBill(state);
  const cost = bill === undefined ? [] : [costFigure(bill)];
  if (state.status.kind !== 'finished')
    return [
      merged,
      figure('elapsed', formatMs(m.elapsedMs), planned),
      figure(
        'remaining',
        remainingText(m, (minutes) => `~${formatMinutes(minutes)}`),
      ),
      utilisation,
      quality,
      throughput,
      ...cost,
    ];
  return [
    merged,
    figure('duration', formatMs(m.elapsedMs), planned),
    figure('sequential-measured', formatMs(m.sequentialMs), savedNote(m)),
    figure('efficiency', measured(m.efficiency, percentOf)),
    utilisation,
    quality,
    throughput,
    ...cost,
    figure(
      'accuracy',
      measured(m.accuracy?.median, (median) => `× ${significant(median)}`),
      m.accuracy !== undefined &&
        `farthest: ${list(m.accuracy.worst.map(({ task, ratio }) => `${task} × ${significant(ratio)}`))}`,
    ),
  ];
}

/** `4 h 10 min – 5 h 20 min by 24 past tasks`; that there is no history is said, too. */
export function rangeText({ range }: Calibration): string {
  if (range === undefined) return 'no history of this agent yet';
  const { p50, p90, samples, others } = range;
  const partly = others > 0 ? `, ${count(others, 'task')} without` : '';
  return `${formatMinutes(p50)} – ${formatMinutes(p90)} by ${count(samples, 'past task')}${partly}`;
}

/** Three significant digits: `4.39`, `0.00123`, `12300`. */
export function significant(n: number): string {
  return `${Number(n.toPrecision(3))}`;
}

/** A value that nothing measured says so. */
export function measured(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? NOT_MEASURED : format(value);
}

/** Where no estimate is left to go by, what it is that is still to come. */
export function remainingText(m: Measures, format: (minutes: number) => string): string {
  if (m.remainingMinutes !== 0) return measured(m.remainingMinutes, format);
  return m.busyAgents > 0 ? 'over the estimate' : 'merges and gates';
}

function qualityNote(quality: Quality): string | false {
  const passed = quality.checkedTasks > 0 && `${quality.passedTasks} of ${quality.checkedTasks} passed`;
  const leftOut = quality.leftOut.length > 0 && `left out: ${list(quality.leftOut)}`;
  return [passed, leftOut].filter((part) => part !== false).join('; ') || false;
}

/** The figure stands alone; how sure it is goes into the note. */
function costFigure(bill: Bill): Figure {
  const notes = [
    ...(bill.computed ? ['computed'] : []),
    ...(bill.unknown > 0 && !isUnknown(bill) ? [unknownText(bill)] : []),
    usageText(bill.usage),
  ];
  return figure('cost', isUnknown(bill) ? 'unknown' : dollars(bill.usd), notes.join('; '));
}

function savedNote(m: Measures): string | false {
  return m.savedMs > 0 && m.savedShare !== undefined && `${formatMs(m.savedMs)} saved, ${percentOf(m.savedShare)}`;
}

function figure(id: FigureId, value: string, note: string | false = false): Figure {
  return { id, value, ...FIGURES[id], ...(note !== false && { note }) };
}
