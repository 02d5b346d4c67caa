import { expect, it } from 'vitest';
import { buildGraph } from '../../../src/core/graph/build.ts';
import { sharedFiles, sharingPairs } from '../../../src/core/schedule/shared-files.ts';
import { planOf } from '../graph/plans.ts';
import type { TaskSketch } from '../graph/plans.ts';

function pairs(tasks: readonly TaskSketch[], layers?: readonly string[]): string[] {
  const graph = buildGraph(planOf(tasks, layers));
  const name = (node: number): string => graph.nodes[node]?.id ?? '';
  return sharingPairs(graph).map(({ first, second, files }) => `${name(first)} ${name(second)}: ${files.join(', ')}`);
}

it.each<[string, readonly TaskSketch[], readonly string[]]>([
  [
    'all of them, with all their globs',
    [
      { id: 'a', files: ['x.ts', 'y.ts'] },
      { id: 'b', files: ['x.ts', 'y.ts'] },
      { id: 'c', files: ['y.ts'] },
    ],
    ['a b: x.ts, y.ts', 'a c: y.ts', 'b c: y.ts'],
  ],
  [
    'one that holds the other',
    [
      { id: 'a', files: ['src/**'] },
      { id: 'b', files: ['src/a.ts'] },
    ],
    ['a b: src/**, src/a.ts'],
  ],
  [
    'none that a path of dependencies orders',
    [
      { id: 'a', files: ['x.ts'] },
      { id: 'b', needs: ['a'] },
      { id: 'c', files: ['x.ts'], needs: ['b'] },
      { id: 'd', files: ['x.ts'] },
    ],
    ['a d: x.ts', 'd c: x.ts'],
  ],
  [
    'files, not resources',
    [
      { id: 'a', resources: ['db'] },
      { id: 'b', resources: ['db'] },
    ],
    [],
  ],
])('tasks that share files: %s', (_, tasks, expected) => expect(pairs(tasks)).toEqual(expected));

it('tells none of different layers that wait for each other', () => {
  const tasks = ['a', 'b', 'c'].map((id, i) => ({ id, layer: i >> 1, files: ['x.ts'] }));
  expect(pairs(tasks, ['One', 'Two'])).toEqual(['a b: x.ts']);
});

it('tells neighbours alone where there would be a square of them', () => {
  const graph = buildGraph(planOf(Array.from({ length: 1000 }, (_, i) => ({ id: `t${i}`, files: ['x.ts'] }))));
  expect(sharingPairs(graph)).toHaveLength(999);
  expect(sharingPairs(graph)).toHaveLength(sharedFiles(graph).length);
});
