import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildGraph } from '../../src/core/graph/build.ts';
import type { TaskGraph } from '../../src/core/graph/task-graph.ts';
import { searchSchedule } from '../../src/core/schedule/search.ts';
import { simulate } from '../../src/core/schedule/simulate.ts';
import { planOf } from '../core/graph/plans.ts';

/** Makespan / published optimum over all rows, for longest path first alone and for the search. */
export interface ScheduleBench {
  readonly rows: number;
  readonly longestPathFirst: Ratio;
  readonly search: Ratio;
  /** Time of one search in times of one simulation, the mean over the rows. */
  readonly searchCost: number;
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
  const results = lines.map((line) => {
    const [instance = '', processors, optimum] = line.split(',');
    const file = files.find((candidate) => candidate.endsWith(instance));
    if (file === undefined) throw new Error(`no file for ${instance} in ${dir}`);
    const graph = readStg(readFileSync(join(dir, file), 'utf8'));
    const choice = { strategy: 'hybrid', agents: Number(processors) } as const;
    const [simple, simpleMs] = timed(() => simulate(graph, choice));
    const [searched, searchMs] = timed(() => searchSchedule(graph, choice));
    return {
      simple: simple.minutes / Number(optimum),
      searched: searched.minutes / Number(optimum),
      cost: searchMs / simpleMs,
    };
  });
  return {
    rows: results.length,
    longestPathFirst: ratio(results.map((result) => result.simple)),
    search: ratio(results.map((result) => result.searched)),
    searchCost: mean(results.map((result) => result.cost)),
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

function timed<T>(work: () => T): [T, number] {
  const start = performance.now();
  const result = work();
  return [result, performance.now() - start];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function ratio(values: readonly number[]): Ratio {
  return { mean: mean(values), worst: Math.max(...values) };
}
