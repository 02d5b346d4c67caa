import { slackOf } from '../graph/build.ts';
import type { TaskGraph } from '../graph/task-graph.ts';
import type { Plan, PlanTask } from '../plan/plan.ts';
import { ACCEPTANCE, type GateSpec } from '../gate/gate.ts';
import { sharingPairs } from '../schedule/shared-files.ts';
import type { GateRow, LayerRow, SharesFiles, TaskRow } from './model.ts';
import { oneLine } from './print.ts';

/** Zero-based line of an offset of the plan's text (`LineMap.position(offset).line`). */
export type LineOf = (offset: number) => number;

/**
 * A plan's layers and tasks before anything has run; a run's rows are these with what came of them. `gates`: those that are
 * declared, as far as that is known.
 */
export function plannedRows(plan: Plan, graph: TaskGraph, lineOf: LineOf, gates: readonly GateSpec[] = []): LayerRow[] {
  const critical = new Set(graph.criticalPath);
  const shares = sharesOf(graph);
  const ids = (indices: readonly number[]): string[] => indices.flatMap((i) => graph.nodes[i]?.id ?? []);
  const row = (i: number, layer: number): TaskRow[] => {
    const node = graph.nodes[i];
    const task = plan.tasks[i];
    if (node === undefined || task === undefined) return [];
    return [
      {
        id: node.id,
        title: oneLine(node.title),
        layer,
        status: 'planned',
        minutes: node.minutes,
        assumed: node.assumed,
        critical: critical.has(i),
        slackMinutes: slackOf(graph, i),
        dependsOn: ids(node.dependsOn),
        dependents: ids(node.dependents),
        files: node.files,
        ...(shares.has(i) && { sharesFiles: shares.get(i) ?? [] }),
        resources: node.resources,
        gates: namesFor(plan, task, gates).map((name) => pendingGate(name, gates)),
        acceptance: task.acceptance.map((criterion) => oneLine(criterion.text)),
        agentKind: task.agent ?? plan.settings.agent ?? 'default',
        attempts: 0,
        actions: [],
        line: lineOf(task.idSpan.start),
      },
    ];
  };
  return graph.layers.map((layer) => ({
    number: layer.number,
    name: oneLine(layer.name),
    sequential: layer.sequential,
    minutes: layer.minutes,
    tasks: layer.tasks.flatMap((i) => row(i, layer.number)),
    gates: [...new Set([...layer.gates, ...always(gates, 'layer')])].map((name) => pendingGate(name, gates)),
  }));
}

/** By node, those with which it shares files; nothing where there are none. */
function sharesOf(graph: TaskGraph): ReadonlyMap<number, readonly SharesFiles[]> {
  const shares = new Map<number, SharesFiles[]>();
  const add = (node: number, other: number, files: readonly string[]): void => {
    const task = graph.nodes[other]?.id ?? '';
    shares.set(node, [...(shares.get(node) ?? []), { task, files: files.map(oneLine) }]);
  };
  for (const { first, second, files } of sharingPairs(graph)) {
    add(first, second, files);
    add(second, first, files);
  }
  return shares;
}

/** Gates that a task's work has to pass: its own acceptance, those that it or else the plan names, and those for all. */
function namesFor(plan: Plan, task: PlanTask, gates: readonly GateSpec[]): string[] {
  const acceptance = task.acceptance.some((criterion) => criterion.command !== undefined) ? [ACCEPTANCE] : [];
  const named = task.gates.length > 0 ? task.gates : (plan.settings.gates ?? []);
  return [...new Set([...acceptance, ...named, ...always(gates, 'task')])];
}

/** Those that run when everything is merged. */
export function endGates({ settings }: Plan, gates: readonly GateSpec[] = []): GateRow[] {
  const named = gates
    .filter(({ name, when }) => when === 'end' && settings.gates?.includes(name))
    .map(({ name }) => name);
  return [...new Set([...named, ...always(gates, 'end')])].map((name) => pendingGate(name, gates));
}

/** Gates that apply without being named. */
export function always(gates: readonly GateSpec[], when: GateSpec['when']): string[] {
  return gates.filter((gate) => gate.always === true && gate.when === when).map(({ name }) => name);
}

/** A gate whose definition is not known is taken to block. */
function pendingGate(name: string, gates: readonly GateSpec[]): GateRow {
  const blocking = gates.find((gate) => gate.name === name)?.blocking ?? true;
  return { name, verdict: 'pending', blocking };
}
