import { expect, it } from 'vitest';
import { buildGraph } from '../../../src/core/graph/build.ts';
import { layoutGraph } from '../../../src/core/graph/layout.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { dependentSample, largePlan, layeredSample, planOf } from './plans.ts';

const plans: readonly (readonly [string, Plan])[] = [
  ['empty', planOf([])],
  ['one task', planOf([{ id: 'a' }])],
  ['names of objects’ own', planOf([{ id: '__proto__' }, { id: 'constructor', needs: ['__proto__'] }])],
  ['dependencies', dependentSample()],
  ['layers', layeredSample()],
  ['large', largePlan(500)],
];

it.each(plans)('%s: boxes stand apart, lines go to the right and stay inside', (_, plan) => {
  const graph = buildGraph(plan);
  const layout = layoutGraph(graph);
  expect(layout.nodes.map((node) => node.id)).toEqual(graph.nodes.map((node) => node.id));
  const places = new Map(layout.nodes.map((node) => [node.id, node]));
  const clashes = layout.nodes.flatMap((a, i) =>
    layout.nodes.slice(i + 1).filter((b) => Math.abs(a.x - b.x) < a.width && Math.abs(a.y - b.y) < a.height),
  );
  expect(clashes).toEqual([]);
  const astray = layout.edges.filter(
    ({ from, to, points }) =>
      (places.get(from)?.x ?? 0) > (places.get(to)?.x ?? -1) ||
      points.length < 2 ||
      points.some(([x, y]) => x < 0 || y < 0 || x > layout.width || y > layout.height),
  );
  expect(astray).toEqual([]);
});

it('draws the critical path through the edges that make it', () => {
  const graph = buildGraph(dependentSample());
  const critical = layoutGraph(graph).edges.filter((edge) => edge.critical);
  expect(critical).toHaveLength(graph.criticalPath.length - 1);
});

it('puts each layer in a column of its own where layers wait, and draws only the chain of the sequential one', () => {
  const graph = buildGraph(layeredSample());
  const layout = layoutGraph(graph);
  const columns = graph.layers.map((layer) => new Set(layer.tasks.map((task) => layout.nodes[task]?.x)));
  expect(columns.map((column) => column.size)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(layout.edges.map((edge) => [edge.from, edge.to])).toEqual([['docker-configuration', 'deployment-validation']]);
});
