import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildGraph } from '../../src/core/graph/build.ts';
import type { TaskGraph } from '../../src/core/graph/task-graph.ts';
import type { Schedule } from '../../src/core/schedule/schedule.ts';
import { searchSchedule } from '../../src/core/schedule/search.ts';
import { simulate } from '../../src/core/schedule/simulate.ts';
import { largePlan, planOf } from '../core/graph/plans.ts';

export interface ScheduleBench {
  readonly rows: number;
  /** Makespan / published optimum over all rows: longest path first alone, and the search. */
  readonly longestPathFirst: Ratio;
  readonly search: Ratio;
  /** Time of a search in times of one simulation, over all rows together. */
  readonly searchCost: number;
  /** Time a task of building and simulating 10,000 tasks in times of that of 1,000: 1 is linear. */
  readonly growth: number;
}

export interface Ratio {
  readonly mean: number;
  readonly worst: number;
}

/**
 * Reads a directory of the Standard Task Graph Set (Tobita and Kasahara, Journal of Scheduling 5(5), 2002): `.stg`
 * files anywhere in it, and `optimum.csv` with the columns instance (`50/rand0001.stg`), processors, optimum.
 */
export function scheduleBench(dir: string): ScheduleBench {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((file) => file.replaceAll('\\', '/'));
  const [, ...lines] = readFileSync(join(dir, 'optimum.csv'), 'utf8').trim().split(/\r?\n/);
  const rows = lines.map((line) => {
    const [instance = '', processors, optimum] = line.split(',');
    const file = files.find((candidate) => candidate.endsWith(instance));
    if (file === undefined) throw new Error(`no file for ${instance} in ${dir}`);
    const graph = readStg(readFileSync(join(dir, file), 'utf8'));
    return { graph, optimum: Number(optimum), choice: { strategy: 'hybrid', agents: Number(processors) } as const };
  });
  const simple = timed(() => rows.map((row) => simulate(row.graph, row.choice)));
  const searched = timed(() => rows.map((row) => searchSchedule(row.graph, row.choice)));
  const overOptimum = (schedules: readonly Schedule[]) =>
    ratio(schedules.map((schedule, i) => schedule.minutes / (rows[i]?.optimum ?? NaN)));
  return {
    rows: rows.length,
    longestPathFirst: overOptimum(simple.result),
    search: overOptimum(searched.result),
    searchCost: searched.ms / simple.ms,
    growth: msATask(10_000) / msATask(1_000),
  };
}

/**
 * The first line is n; then n + 2 lines `id duration number-of-predecessors predecessors…`, the first and the last of
 * them dummies without a duration.
 */
export function readStg(text: string): TaskGraph {
  const rows = text
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.trim().split(/\s+/).map(Number));
  return buildGraph(
    planOf(
      rows
        .filter(([, minutes]) => minutes !== 0)
        .map(([id = 0, minutes = 0, , ...needs]) => ({ id: `${id}`, minutes, needs: needs.map(String) })),
    ),
  );
}

function msATask(tasks: number): number {
  const plan = largePlan(tasks);
  return timed(() => simulate(buildGraph(plan), { strategy: 'hybrid', agents: 8 })).ms / tasks;
}

/** The second time, when it is compiled. */
function timed<T>(work: () => T): { result: T; ms: number } {
  work();
  const start = performance.now();
  const result = work();
  return { result, ms: performance.now() - start };
}

function ratio(values: readonly number[]): Ratio {
  return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, worst: Math.max(...values) };
}
