import { slackOf } from '../graph/build.ts';
import type { TaskGraph } from '../graph/task-graph.ts';
import type { Plan, PlanTask } from '../plan/plan.ts';
import { ACCEPTANCE } from '../gate/gate.ts';
import type { GateRow, LayerRow, TaskRow } from './model.ts';
import { oneLine } from './print.ts';

/** Zero-based line of an offset of the plan's text (`LineMap.position(offset).line`). */
export type LineOf = (offset: number) => number;

/** A plan's layers and tasks before anything has run; a run's rows are these with what came of them. */
export function plannedRows(plan: Plan, graph: TaskGraph, lineOf: LineOf): LayerRow[] {
  const critical = new Set(graph.criticalPath);
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
        resources: node.resources,
        gates: declaredGates(plan, task).map(pendingGate),
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
    gates: layer.gates.map(pendingGate),
  }));
}

/** Gates that a task's work has to pass by what the plan says: its own, else the plan's; first its own acceptance. */
function declaredGates(plan: Plan, task: PlanTask): string[] {
  const acceptance = task.acceptance.some((criterion) => criterion.command !== undefined) ? [ACCEPTANCE] : [];
  return [...acceptance, ...(task.gates.length > 0 ? task.gates : (plan.settings.gates ?? []))];
}

/** Whether a gate blocks is known when its definition is read; until then it is taken to. */
function pendingGate(name: string): GateRow {
  return { name, verdict: 'pending', blocking: true };
}
