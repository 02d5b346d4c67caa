import type { TaskGraph } from '../graph/task-graph.ts';
import { locksOf } from './locks.ts';

/** Two tasks that may run at the same time although both write a file: node indices, `second` the later one. */
export interface SharedFile {
  readonly first: number;
  readonly second: number;
  /** The globs of each by which they meet: the same text where both name one file. */
  readonly files: readonly [string, string];
}

/** Steps along edges that are taken at most: pairs beyond are not looked at, so that no plan takes long. */
const MOST_STEPS = 500_000;

const known = new WeakMap<TaskGraph, readonly SharedFile[]>();

/**
 * The pairs of tasks that nothing orders and whose files overlap. Of many that write one file only neighbours in the
 * order of their earliest starts are told: when each of these is ordered, all are.
 */
export function sharedFiles(graph: TaskGraph): readonly SharedFile[] {
  const before = known.get(graph);
  if (before !== undefined) return before;
  const found = findShared(graph);
  known.set(graph, found);
  return found;
}

/** Two tasks that may run at the same time although both write the files that these globs of theirs have in common. */
export interface SharedFiles extends Pick<SharedFile, 'first' | 'second'> {
  readonly files: readonly string[];
}

/** Pairs that are told: a plan whose tasks all write the same would have as many as the square of its tasks. */
const MOST_PAIRS = 500;

const knownPairs = new WeakMap<TaskGraph, readonly SharedFiles[]>();

/** Every such pair with all its globs; of a plan with too many, those of `sharedFiles`. */
export function sharingPairs(graph: TaskGraph): readonly SharedFiles[] {
  const before = knownPairs.get(graph);
  if (before !== undefined) return before;
  const found = findPairs(graph) ?? sharedFiles(graph).map((pair) => ({ ...pair, files: [...new Set(pair.files)] }));
  knownPairs.set(graph, found);
  return found;
}

/** Undefined: there are too many. */
function findPairs(graph: TaskGraph): SharedFiles[] | undefined {
  const { conflicts } = locksOf(graph);
  const holders = holdersOf(graph);
  const paths = new Paths(graph);
  const pairs = new Map<string, { first: number; second: number; files: Set<string> } | undefined>();
  let found = 0;
  for (const [lock, own] of holders.entries())
    for (const other of conflicts[lock] ?? []) {
      if (other < lock) continue;
      for (const a of own)
        for (const b of holders[other] ?? []) {
          const [first, second] = headOf(graph, a.node) <= headOf(graph, b.node) ? [a.node, b.node] : [b.node, a.node];
          if (first === second || (other === lock && a.node > b.node)) continue;
          const key = `${first} ${second}`;
          if (!pairs.has(key)) {
            if (!paths.any || pairs.size > MOST_PAIRS * 20) return undefined;
            const free = !paths.leads(first, second);
            if (free && ++found > MOST_PAIRS) return undefined;
            pairs.set(key, free ? { first, second, files: new Set() } : undefined);
          }
          pairs.get(key)?.files.add(a.file).add(b.file);
        }
    }
  return [...pairs.values()].flatMap((pair) => (pair === undefined ? [] : [{ ...pair, files: [...pair.files] }]));
}

/** By lock: the tasks that hold it for a file, by their earliest start. */
function holdersOf(graph: TaskGraph): readonly { readonly node: number; readonly file: string }[][] {
  const { all, conflicts } = locksOf(graph);
  const holders: { node: number; file: string }[][] = conflicts.map(() => []);
  const byHead = [...graph.nodes.keys()].sort((a, b) => headOf(graph, a) - headOf(graph, b) || a - b);
  for (const node of byHead) {
    const { files = [], resources = [] } = graph.nodes[node] ?? {};
    const names = [...new Set(files)];
    const first = new Set(resources).size;
    for (const [i, file] of names.entries()) holders[all[node]?.[first + i] ?? -1]?.push({ node, file });
  }
  return holders;
}

function findShared(graph: TaskGraph): SharedFile[] {
  const { conflicts } = locksOf(graph);
  const holders = holdersOf(graph);
  const paths = new Paths(graph);
  const found = new Map<string, SharedFile>();
  const look = (a: { node: number; file: string }, b: { node: number; file: string }): void => {
    const [first, second] = headOf(graph, a.node) <= headOf(graph, b.node) ? [a, b] : [b, a];
    const key = `${first.node} ${second.node}`;
    if (first.node === second.node || found.has(key) || paths.leads(first.node, second.node)) return;
    found.set(key, { first: first.node, second: second.node, files: [first.file, second.file] });
  };
  for (const [lock, own] of holders.entries()) {
    for (const [i, holder] of own.entries()) {
      const before = own[i - 1];
      if (before !== undefined) look(before, holder);
    }
    for (const other of conflicts[lock] ?? [])
      if (other > lock) for (const a of own) for (const b of holders[other] ?? []) if (paths.any) look(a, b);
  }
  return [...found.values()].sort((a, b) => a.second - b.second || a.first - b.first);
}

function headOf(graph: TaskGraph, node: number): number {
  return graph.nodes[node]?.head ?? 0;
}

/** Whether one task comes before another, found by a search that looks no further than the later one's start. */
class Paths {
  readonly #graph: TaskGraph;
  #left = MOST_STEPS;

  constructor(graph: TaskGraph) {
    this.#graph = graph;
  }

  get any(): boolean {
    return this.#left > 0;
  }

  /** True also where it was not found out. */
  leads(from: number, to: number): boolean {
    const { nodes, order } = this.#graph;
    if (order === 'layers' && nodes[from]?.layer !== nodes[to]?.layer) return true;
    const latest = headOf(this.#graph, to);
    const seen = new Set([from]);
    const open = [from];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const next of nodes[at]?.dependents ?? []) {
        if (next === to || this.#left-- <= 0) return true;
        if (seen.has(next) || headOf(this.#graph, next) >= latest) continue;
        seen.add(next);
        open.push(next);
      }
    }
    this.#left -= 1;
    return false;
  }
}
