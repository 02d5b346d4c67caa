import type { TaskGraph } from '../graph/task-graph.ts';
import { compileGlob, fixedText, globsOverlap, type Glob } from './overlap.ts';

/** What tasks hold while they run, so that none runs beside another that needs the same: by number, 0 to `count`. */
export interface Locks {
  readonly count: number;
  /** By node: its resources' locks. */
  readonly resources: readonly (readonly number[])[];
  /** By node: the locks of its resources and of the globs of its files. */
  readonly all: readonly (readonly number[])[];
  /** By lock: those that cannot be held beside it, itself among them. */
  readonly conflicts: readonly (readonly number[])[];
  /** By lock: those of its conflicts that have more conflicts than it has: `src/**` to `src/a.ts`. */
  readonly wider: readonly (readonly number[])[];
}

const known = new WeakMap<TaskGraph, Locks>();

/** Reckoned once per graph, because a live run asks at every event. */
export function locksOf(graph: TaskGraph): Locks {
  const before = known.get(graph);
  if (before) return before;
  const locks = makeLocks(graph);
  known.set(graph, locks);
  return locks;
}

function makeLocks(graph: TaskGraph): Locks {
  const numbers = new Map<string, number>();
  const numberOf = (key: string) => {
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  };
  const globs = new Map<number, Glob>();
  const resources: number[][] = [];
  const all: number[][] = [];
  for (const node of graph.nodes) {
    const held = [...new Set(node.resources)].map((name) => numberOf(`resource ${name}`));
    const files = [...new Set(node.files)].map((text) => {
      const number = numberOf(`file ${text}`);
      if (!globs.has(number)) globs.set(number, compileGlob(text));
      return number;
    });
    resources.push(held);
    all.push([...held, ...files]);
  }
  const conflicts = Array.from({ length: numbers.size }, (_, lock) => new Set([lock]));
  for (const [a, b] of overlaps(globs)) {
    conflicts[a]?.add(b);
    conflicts[b]?.add(a);
  }
  const width = (lock: number) => conflicts[lock]?.size ?? 0;
  return {
    count: numbers.size,
    resources,
    all,
    conflicts: conflicts.map((own) => [...own]),
    wider: conflicts.map((own, lock) => [...own].filter((other) => width(other) > width(lock))),
  };
}

/** Pairs of globs that overlap. Only those are compared of which one's fixed text begins with the other's. */
function* overlaps(globs: ReadonlyMap<number, Glob>): Generator<[number, number]> {
  const places = [...globs].flatMap(([lock, glob]) =>
    glob.map((segments) => ({ lock, glob, text: fixedText(segments) })),
  );
  // Sorted by code units, so that the texts that begin with a text stand right behind it.
  places.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  for (const [i, a] of places.entries())
    for (let j = i + 1, b = places[j]; b?.text.startsWith(a.text); b = places[++j])
      if (a.lock !== b.lock && globsOverlap(a.glob, b.glob)) yield [a.lock, b.lock];
}
