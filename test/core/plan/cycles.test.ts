import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findCycles } from '../../../src/core/graph/cycles.ts';

const check = (successors: readonly (readonly number[])[], expected: readonly (readonly number[])[]) =>
  expect(findCycles(successors)).toEqual(expected);

it('finds one cycle of each knot, from its lowest node', () => {
  check([], []);
  check([[1], [2], []], []);
  check([[0]], [[0]]);
  check([[1], [0]], [[0, 1]]);
  check([[2], [0], [1]], [[0, 2, 1]]);
  check(
    [[1], [2], [1], [4], [3]],
    [
      [1, 2],
      [3, 4],
    ],
  );
  // Of a knot of several cycles the shortest through its lowest node is told.
  check([[1], [2, 0], [0]], [[0, 1]]);
});

it('is fine with a chain and a cycle of 10,000', () => {
  const chain = Array.from({ length: 10_000 }, (_, node) => (node === 0 ? [] : [node - 1]));
  check(chain, []);
  check(
    [...chain].reverse().map((nodes) => nodes.map((node) => 9_999 - node)),
    [],
  );
  const ring = Array.from({ length: 10_000 }, (_, node) => [(node + 1) % 10_000]);
  check(ring, [Array.from({ length: 10_000 }, (_, node) => node)]);
});

it('finds cycles exactly where there are any', () => {
  const graphs = fc
    .integer({ min: 1, max: 12 })
    .chain((count) => fc.array(fc.array(fc.nat(count - 1), { maxLength: 3 }), { minLength: count, maxLength: count }));
  fc.assert(
    fc.property(graphs, (successors) => {
      const cycles = findCycles(successors);
      for (const cycle of cycles) {
        expect(new Set(cycle).size).toBe(cycle.length);
        for (const [at, node] of cycle.entries()) {
          expect(successors[node]).toContain(cycle[(at + 1) % cycle.length]);
        }
      }
      const nodes = cycles.flat();
      expect(new Set(nodes).size).toBe(nodes.length);
      expect(cycles.length > 0).toBe(!canBeSorted(successors));
    }),
  );
});

/** Takes away nodes without successors for as long as there are any. */
function canBeSorted(successors: readonly (readonly number[])[]): boolean {
  const left = new Set(successors.keys());
  for (let before = Infinity; before > left.size;) {
    before = left.size;
    for (const node of left) if (!successors[node]?.some((next) => left.has(next))) left.delete(node);
  }
  return left.size === 0;
}
