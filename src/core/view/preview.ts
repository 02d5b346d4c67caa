import type { GateSpec } from '../gate/gate.ts';
import { ruleOf } from '../graph/build.ts';
import type { Diagnostic } from '../plan/diagnostic.ts';
import type { Place } from '../plan/place.ts';
import { readinessOf } from '../plan/readiness.ts';
import type { TaskGraph } from '../graph/task-graph.ts';
import type { Plan, Strategy } from '../plan/plan.ts';
import { partAt } from '../plan/source.ts';
import type { DurationRange } from '../schedule/calibration.ts';
import type { Schedule } from '../schedule/schedule.ts';
import { formatHours, formatMinutes } from './duration.ts';
import { maxParallelism } from './measure.ts';
import { dollars } from './cost.ts';
import type { Calibration } from './history.ts';
import { gateMarks } from './gate-marks.ts';
import { previewFigures, rangeText, readinessFigure } from './metrics.ts';
import { ORDER_WORDS } from './order.ts';
import type { Choice, PanelModel, Timeline } from './model.ts';
import { branches, count, heading, list, oneLine, percent, NOT_MEASURED } from './print.ts';
import { endGates, plannedRows, always } from './rows.ts';
import type { LineOf } from './rows.ts';

export interface PreviewOptions {
  readonly strategy: Strategy;
  readonly agents: number;
  /** Of this strategy and number of agents. */
  readonly schedule: Schedule;
  readonly choices: readonly Choice[];
  /** For people: `plan.md`. */
  readonly planName: string;
  /** Those of the workspace, as far as they are known. */
  readonly gates?: readonly GateSpec[];
  /** What past runs tell; absent: nobody looked. */
  readonly calibration?: Calibration;
}

/** Zero-based, as `placeAt` has it. */
type PositionOf = (offset: number) => Place;

export function previewPanel(
  plan: Plan,
  graph: TaskGraph,
  options: PreviewOptions & { readonly lineOf: LineOf },
): PanelModel {
  const { strategy, agents, schedule, choices, planName, lineOf, gates, calibration } = options;
  const layers = plannedRows(plan, graph, lineOf, gates);
  const timeline = plannedTimeline(graph, schedule);
  return {
    title: titleOf(plan, planName),
    planName,
    strategy,
    agents,
    needs: [],
    figures: [...previewFigures(graph, schedule, calibration), readinessFigure(plan)],
    choices,
    layers,
    timeline: { ...timeline, gates: gateMarks(layers, endGates(plan, gates), { strategy, lanes: timeline.lanes }) },
    problems: shownProblems(plan).map(({ severity, message, span }) => ({
      severity,
      message: oneLine(message),
      line: lineOf(span.start),
      ...placeIn(plan, lineOf, span.start),
    })),
  };
}

export function plannedTimeline(graph: TaskGraph, schedule: Schedule): Omit<Timeline, 'gates'> {
  const critical = new Set(graph.criticalPath);
  return {
    lanes: Array.from({ length: schedule.agents }, (_, agent) => ({
      agent: agent + 1,
      bars: schedule.entries.flatMap((entry, i) => {
        const node = graph.nodes[i];
        if (node === undefined || entry.agent !== agent) return [];
        const { start, end } = entry;
        return [
          {
            task: node.id,
            kind: 'planned' as const,
            status: 'planned' as const,
            start,
            end,
            critical: critical.has(i),
          },
        ];
      }),
    })),
    endMinutes: schedule.minutes,
    lowerBoundMinutes: schedule.lowerBoundMinutes,
  };
}

/** In which file of several, and at which of its lines. */
function placeIn({ parts }: Plan, lineOf: LineOf, offset: number): { readonly place?: string } {
  const part = parts && partAt(parts, offset);
  return part === undefined ? {} : { place: `${part.path}:${lineOf(offset) - lineOf(part.span.start) + 1}` };
}

/** The preview in the layout of a plan's own preview dialect: what it prints can be read as a plan again. */
export function previewText(
  plan: Plan,
  graph: TaskGraph,
  options: PreviewOptions & { readonly positionOf: PositionOf },
): string {
  const { schedule, planName } = options;
  const lines = [
    ...heading(`🚀 Execution Preview: ${titleOf(plan, planName)}`),
    '',
    '📊 Overview:',
    `- Total Tasks: ${graph.nodes.length}`,
    `- Execution Layers: ${graph.layers.length}`,
    `- Max Parallelism: ${count(maxParallelism(graph), 'task')}`,
    `- Estimated Duration: ${formatHours(schedule.minutes)} (vs ${formatHours(graph.totalMinutes)} sequential)`,
    `- Parallel Efficiency: ${schedule.minutes > 0 ? percent(schedule.efficiency) : NOT_MEASURED}`,
    `- Lower Bound: ${formatHours(schedule.lowerBoundMinutes)} (critical path ${formatHours(graph.criticalMinutes)})`,
    `- Strategy: ${options.strategy}, ${count(options.agents, 'agent')}`,
    ...(options.calibration === undefined ? [] : [`- By Past Runs: ${rangeText(options.calibration)}`]),
    ...costLine(options.calibration),
    ...caveats(plan, graph),
    '',
    '⚡ Execution Layers:',
    ...graph.layers.flatMap((layer) => {
      const name = oneLine(layer.name);
      const order = layer.tasks.length === 1 ? '' : layer.sequential ? 'sequential ' : 'parallel ';
      return [
        '',
        `Layer ${layer.number}${name && `: ${name}`} (${formatMinutes(layer.minutes)}) - ${count(layer.tasks.length, `${order}task`)}:`,
        ...branches(layer.tasks.map((i) => taskLine(graph, i))),
      ];
    }),
    '',
    '🎯 Quality Gates:',
    ...gateLines(plan, options.gates),
    ...problemLines(plan, options.positionOf),
  ];
  return lines.join('\n');
}

function costLine(calibration: Calibration | undefined): string[] {
  return calibration?.cost === undefined
    ? []
    : [`- Expected Cost: ~${dollars(calibration.cost.usd)} by ${count(calibration.cost.attempts, 'past attempt')}`];
}

function taskLine(graph: TaskGraph, i: number): string {
  const node = graph.nodes[i];
  return node === undefined ? '' : `${node.id} (${node.assumed ? '~' : ''}${formatMinutes(node.minutes)})`;
}

/** What the figures above do not know. */
function caveats(plan: Plan, graph: TaskGraph): string[] {
  const assumed = graph.nodes.filter((node) => node.assumed).length;
  const silent = plan.tasks.filter((task) => task.files.length === 0).length;
  return [
    ...(assumed > 0 ? [`- Assumed Estimates: ${count(assumed, 'task')}, marked ~`] : []),
    ...orderLines(plan),
    ...readyLines(plan),
    ...(silent > 0 ? [`- No Files Declared: ${count(silent, 'task')}, taken to overlap with none`] : []),
  ];
}

/** Which rule orders tasks that state nothing, where one does. */
function orderLines(plan: Plan): string[] {
  const rule = ruleOf(plan);
  return rule === 'stated' ? [] : [`- Order: ${ORDER_WORDS[rule].label} (\`order:\` in the front matter changes it)`];
}

function readyLines(plan: Plan): string[] {
  const { counts, tasks } = readinessOf(plan);
  const short = counts.enhancement + counts.attention;
  return short === 0
    ? []
    : [
        `- Ready for an Agent: ${counts.ready} of ${count(tasks.length, 'task')} (\`orca validate\` says what the others lack)`,
      ];
}

/** What is wrong with the plan itself; what its tasks lack for an agent is a figure of its own. */
function shownProblems({ diagnostics }: Plan): readonly Diagnostic[] {
  return diagnostics.filter(({ code, severity }) => severity !== 'hint' && code !== 'not-ready');
}

function gateLines(plan: Plan, gates: readonly GateSpec[] = []): string[] {
  const layers = new Map<string, string[]>();
  plan.layers.forEach((layer, i) => {
    for (const gate of layer.gates) layers.set(gate, [...(layers.get(gate) ?? []), `${i + 1}`]);
  });
  const tasks = new Map<string, number>();
  for (const gate of plan.tasks.flatMap((task) => [...new Set(task.gates)]))
    tasks.set(gate, (tasks.get(gate) ?? 0) + 1);
  const checked = plan.tasks.filter((task) => task.acceptance.some((c) => c.command !== undefined)).length;
  const lines = [
    ...(plan.settings.gates ?? []).map((gate) => `- ${oneLine(gate)} for the whole plan`),
    ...[...layers].map(([gate, at]) =>
      at.length === plan.layers.length && at.length > 1
        ? `- ${oneLine(gate)} after each layer`
        : `- ${oneLine(gate)} at layer ${list(at, at.length)}`,
    ),
    ...[...tasks].map(([gate, n]) => `- ${oneLine(gate)} on ${count(n, 'task')}`),
    ...always(gates, 'task').map((gate) => `- ${gate} on each task`),
    ...always(gates, 'layer').map((gate) => `- ${gate} after each layer`),
    ...always(gates, 'end').map((gate) => `- ${gate} at the end`),
    ...(checked > 0 ? [`- acceptance commands on ${count(checked, 'task')}`] : []),
  ];
  return lines.length > 0 ? lines : ['- none declared; `orca gates --init` writes those that fit the repository'];
}

function problemLines(plan: Plan, positionOf: PositionOf): string[] {
  const problems = shownProblems(plan);
  if (problems.length === 0) return [];
  return [
    '',
    '⚠️ Problems:',
    ...problems.map(({ span, severity, message }) => {
      const { path, line } = positionOf(span.start);
      return `- ${path === undefined ? 'line ' : `${oneLine(path)}:`}${line + 1}: ${severity}: ${oneLine(message)}`;
    }),
  ];
}

/** For programs. `line` and `column` are 1-based, as editors and compilers print them. */
export interface PreviewJson {
  readonly title: string;
  readonly strategy: Strategy;
  readonly agents: number;
  readonly totalTasks: number;
  readonly layers: readonly {
    readonly index: number;
    readonly name: string;
    readonly minutes: number;
    readonly sequential: boolean;
    readonly tasks: readonly {
      readonly id: string;
      readonly title: string;
      readonly estimateMinutes: number;
      /** The plan gives no estimate. */
      readonly assumed: boolean;
      readonly dependsOn: readonly string[];
      readonly line: number;
    }[];
  }[];
  readonly maxParallelism: number;
  readonly sequentialMinutes: number;
  readonly estimatedMinutes: number;
  /** By past runs, in minutes; absent: there is no history, or nobody looked. */
  readonly range?: DurationRange;
  readonly efficiency: number;
  readonly criticalPath: readonly string[];
  readonly criticalPathMinutes: number;
  readonly lowerBoundMinutes: number;
  readonly strategies: readonly Choice[];
  readonly diagnostics: readonly {
    readonly code: string;
    readonly severity: string;
    readonly message: string;
    /** The file, where the plan has several. */
    readonly path?: string;
    readonly line: number;
    readonly column: number;
  }[];
}

/** `layers[].index` is 1-based, the layer's number. */
export function previewJson(
  plan: Plan,
  graph: TaskGraph,
  options: Pick<PreviewOptions, 'schedule' | 'choices' | 'calibration'> & { readonly positionOf: PositionOf },
): PreviewJson {
  const { schedule, choices, positionOf } = options;
  return {
    title: plan.title,
    strategy: schedule.strategy,
    agents: schedule.agents,
    totalTasks: graph.nodes.length,
    layers: plannedRows(plan, graph, (offset) => positionOf(offset).line).map((layer) => ({
      index: layer.number,
      name: layer.name,
      minutes: layer.minutes,
      sequential: layer.sequential,
      tasks: layer.tasks.map(({ id, title, minutes, assumed, dependsOn, line }) => ({
        id,
        title,
        estimateMinutes: minutes,
        assumed,
        dependsOn,
        line: line + 1,
      })),
    })),
    maxParallelism: maxParallelism(graph),
    sequentialMinutes: graph.totalMinutes,
    estimatedMinutes: schedule.minutes,
    ...(options.calibration?.range !== undefined && { range: options.calibration.range }),
    efficiency: schedule.efficiency,
    criticalPath: graph.criticalPath.flatMap((i) => graph.nodes[i]?.id ?? []),
    criticalPathMinutes: graph.criticalMinutes,
    lowerBoundMinutes: schedule.lowerBoundMinutes,
    strategies: choices,
    diagnostics: shownProblems(plan).map(({ code, severity, message, span }) => {
      const { path, line, column } = positionOf(span.start);
      return { code, severity, message, ...(path !== undefined && { path }), line: line + 1, column: column + 1 };
    }),
  };
}

function titleOf(plan: Plan, planName: string): string {
  return oneLine(plan.title) || planName;
}
