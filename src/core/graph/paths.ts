import type { Edges } from './edges.ts';

export interface Paths {
  /** By node: longest path from the start of the plan to its start, and from its start to the end of the plan. */
  readonly heads: readonly number[];
  readonly tails: readonly number[];
  /** By layer: the longest chain inside it. */
  readonly layerMinutes: readonly number[];
  /** One longest path, and its length. */
  readonly critical: readonly number[];
  readonly length: number;
}

/**
 * Longest paths in one pass forward and one backward over a topological order (the critical path method). Where
 * layers wait for each other a path leads through the whole of the layers before and after, which costs no edges.
 */
export function longestPaths(input: {
  readonly dependsOn: Edges;
  readonly dependents: Edges;
  readonly order: readonly number[];
  readonly minutes: readonly number[];
  readonly layerOf: readonly number[];
  /** By layer: its nodes. */
  readonly layers: readonly (readonly number[])[];
  readonly layersWait: boolean;
}): Paths {
  const { dependsOn, dependents, order, minutes, layerOf, layers } = input;
  const of = (values: readonly number[], i: number) => values[i] ?? 0;

  const inner = minutes.map(() => 0);
  const layerMinutes = new Array<number>(layers.length).fill(0);
  for (const i of order) {
    const layer = of(layerOf, i);
    const within = dependsOn[i]?.filter((d) => of(layerOf, d) === layer) ?? [];
    inner[i] = of(minutes, i) + longest(within, inner);
    layerMinutes[layer] = Math.max(of(layerMinutes, layer), of(inner, i));
  }

  const before = new Array<number>(layers.length).fill(0);
  const after = new Array<number>(layers.length).fill(0);
  if (input.layersWait) {
    for (let l = 1; l < layers.length; l++) before[l] = of(before, l - 1) + of(layerMinutes, l - 1);
    for (let l = layers.length - 2; l >= 0; l--) after[l] = of(after, l + 1) + of(layerMinutes, l + 1);
  }

  const heads = minutes.map(() => 0);
  const ends = minutes.map(() => 0);
  for (const i of order) {
    heads[i] = Math.max(of(before, of(layerOf, i)), longest(dependsOn[i] ?? [], ends));
    ends[i] = of(heads, i) + of(minutes, i);
  }
  const tails = minutes.map(() => 0);
  for (const i of order.toReversed())
    tails[i] = of(minutes, i) + Math.max(of(after, of(layerOf, i)), longest(dependents[i] ?? [], tails));

  // The first task with the longest way to the end, then again among those that wait for it.
  const critical: number[] = [];
  let candidates: readonly number[] = [...minutes.keys()];
  while (candidates.length > 0) {
    const next = candidates.reduce((best, i) => (of(tails, i) > of(tails, best) ? i : best));
    critical.push(next);
    candidates = dependents[next] ?? [];
    // The way on may lead through the next layer rather than through what waits for the task itself.
    if (input.layersWait && longest(candidates, tails) < of(after, of(layerOf, next)))
      candidates = layers[of(layerOf, next) + 1] ?? [];
  }
  return { heads, tails, layerMinutes, critical, length: of(tails, critical[0] ?? -1) };
}

function longest(nodes: readonly number[], lengths: readonly number[]): number {
  return nodes.reduce((max, node) => Math.max(max, lengths[node] ?? 0), 0);
}
