import type { Strategy } from '../plan/plan.ts';
import type { Bar, GateMark, GateRow, LayerRow, TaskRow, Timeline } from './model.ts';

/**
 * Where the gates of layers and of the end stand on the time axis: where they reported, else where the last task that
 * they wait for ends. Under `aggressive` all of them run at the end.
 */
export function gateMarks(
  layers: readonly LayerRow[],
  end: readonly GateRow[],
  { strategy, lanes }: { readonly strategy: Strategy; readonly lanes: Timeline['lanes'] },
): GateMark[] {
  const ends = endsByTask(lanes);
  const all = layers.flatMap((layer) => layer.tasks);
  const mark = (gates: readonly GateRow[], tasks: readonly TaskRow[], layer?: number): GateMark[] => {
    const reported = gates.flatMap(({ reportedMs }) => (reportedMs === undefined ? [] : [reportedMs / 60_000]));
    const expected = tasks.flatMap((task) => ends.get(task.id) ?? []);
    const times = reported.length > 0 ? reported : expected;
    if (gates.length === 0 || times.length === 0) return [];
    return [{ at: Math.max(...times), ...(layer !== undefined && { layer }), gates }];
  };
  return [
    ...layers.flatMap(({ gates, tasks, number }) => mark(gates, strategy === 'aggressive' ? all : tasks, number)),
    ...mark(end, all),
  ];
}

/** A forecast is only of what is left, and so counts before what was measured, and that before what was planned. */
const RANK: Readonly<Record<Bar['kind'], number>> = { planned: 0, actual: 1, forecast: 2 };

function endsByTask(lanes: Timeline['lanes']): ReadonlyMap<string, number> {
  const ends = new Map<string, { readonly rank: number; readonly end: number }>();
  for (const { task, kind, end } of lanes.flatMap(({ bars }) => bars)) {
    const before = ends.get(task);
    const rank = RANK[kind];
    if (end === undefined || (before !== undefined && rank < before.rank)) continue;
    ends.set(task, { rank, end: before?.rank === rank ? Math.max(before.end, end) : end });
  }
  return new Map([...ends].map(([task, { end }]) => [task, end]));
}
