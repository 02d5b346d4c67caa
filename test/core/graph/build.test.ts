import { describe, expect, it } from 'vitest';
import { buildGraph, dependentsOf, slackOf } from '../../../src/core/graph/build.ts';
import type { TaskGraph } from '../../../src/core/graph/task-graph.ts';
import { dependentSample, largePlan, layeredSample, planOf, type TaskSketch } from './plans.ts';

const ids = (graph: TaskGraph, nodes: Iterable<number>) => [...nodes].map((node) => graph.nodes[node]?.id);

describe('dependencies', () => {
  const check = (sketches: readonly TaskSketch[], expected: Record<string, string[]>, layers?: readonly string[]) => {
    const graph = buildGraph(planOf(sketches, layers));
    const found = Object.fromEntries(graph.nodes.map((node) => [node.id, ids(graph, node.dependsOn)]));
    expect(found).toEqual(expected);
    for (const [i, node] of graph.nodes.entries())
      expect(node.dependents).toEqual([...graph.nodes.keys()].filter((d) => graph.nodes[d]?.dependsOn.includes(i)));
  };

  it('are what the plan states, sorted and each once', () => {
    check([{ id: 'a' }, { id: 'b' }, { id: 'c', needs: ['b', 'a', 'b'] }], { a: [], b: [], c: ['a', 'b'] });
    check([{ id: 'a', needs: ['b'] }, { id: 'b' }], { a: ['b'], b: [] });
  });

  it('leave out what cannot hold', () => {
    check([{ id: 'a', needs: ['a', 'nobody'] }], { a: [] });
    check(
      [
        { id: 'a', needs: ['b'] },
        { id: 'b', needs: ['a'] },
      ],
      { a: ['b'], b: [] },
    );
    check(
      [
        { id: 'a', needs: ['c'] },
        { id: 'b', needs: ['a'] },
        { id: 'c', needs: ['b'] },
      ],
      { a: ['c'], b: [], c: ['b'] },
    );
  });

  it('chain the tasks of a sequential layer in the order of the text', () => {
    const tasks = ['a', 'b', 'c'].map((id) => ({ id, layer: 0 }));
    check(tasks, { a: [], b: ['a'], c: ['b'] }, ['One*']);
    check([...tasks, { id: 'd', layer: 1 }], { a: [], b: ['a'], c: ['b'], d: [] }, ['One*', 'Two']);
  });

  it('go before the order of the text in a sequential layer', () => {
    check(
      [
        { id: 'a', layer: 0, needs: ['b'] },
        { id: 'b', layer: 0 },
        { id: 'c', layer: 0 },
      ],
      { a: ['b'], b: [], c: ['a'] },
      ['One*'],
    );
  });
});

describe('layers', () => {
  const check = (
    sketches: readonly TaskSketch[],
    layers: readonly string[],
    expected: { order: TaskGraph['order']; layers: Record<string, string[]> },
  ) => {
    const graph = buildGraph(planOf(sketches, layers));
    expect(graph.order).toBe(expected.order);
    expect(graph.layers.map((layer) => [`${layer.number} ${layer.name}`.trim(), ids(graph, layer.tasks)])).toEqual(
      Object.entries(expected.layers),
    );
    for (const [l, layer] of graph.layers.entries())
      for (const task of layer.tasks) expect(graph.nodes[task]?.layer).toBe(l);
  };

  it('are the longest chains counted in tasks where the plan names none', () => {
    check([{ id: 'a' }, { id: 'b', needs: ['a'] }, { id: 'c' }, { id: 'd', needs: ['c', 'b'] }], [], {
      order: 'dependencies',
      layers: { '1': ['a', 'c'], '2': ['b'], '3': ['d'] },
    });
  });

  it('are the plan’s own where the dependencies agree', () => {
    check(
      [
        { id: 'a', layer: 0 },
        { id: 'b', layer: 1, needs: ['a'] },
        { id: 'c', layer: 1, needs: ['b'] },
      ],
      ['One', 'Two'],
      { order: 'dependencies', layers: { '1 One': ['a'], '2 Two': ['b', 'c'] } },
    );
  });

  it('are sequential where each task depends on the one before, by whose word ever', () => {
    const layersOf = (needs: string[]) =>
      buildGraph(
        planOf(
          [
            { id: 'a', layer: 0 },
            { id: 'b', layer: 0, needs: ['a'] },
            { id: 'c', layer: 0, needs },
            { id: 'd', layer: 1, needs: ['c'] },
          ],
          ['One', 'Two'],
        ),
      ).layers.map((layer) => layer.sequential);
    expect(layersOf(['b'])).toEqual([true, false]);
    expect(layersOf(['a'])).toEqual([false, false]);
  });

  it('are computed where a task depends on a later layer, or is in none', () => {
    const expected = { order: 'dependencies' as const, layers: { '1': ['a'], '2': ['b'] } };
    check(
      [
        { id: 'a', layer: 1 },
        { id: 'b', layer: 0, needs: ['a'] },
      ],
      ['One', 'Two'],
      expected,
    );
    check([{ id: 'a' }, { id: 'b', layer: 0, needs: ['a'] }], ['One'], expected);
  });

  it('wait for each other where no task states a dependency', () => {
    check(
      [
        { id: 'a', layer: 0 },
        { id: 'b', layer: 2 },
      ],
      ['One', 'Empty', 'Three'],
      {
        order: 'layers',
        layers: { '1 One': ['a'], '2 Three': ['b'] },
      },
    );
    check(
      [
        { id: 'stray', minutes: 1 },
        { id: 'a', layer: 0 },
        { id: 'b', layer: 1 },
      ],
      ['One', 'Two'],
      { order: 'layers', layers: { '1 One': ['stray', 'a'], '2 Two': ['b'] } },
    );
    check(
      [
        { id: 'a', layer: 0 },
        { id: 'b', layer: 0 },
      ],
      ['One'],
      {
        order: 'dependencies',
        layers: { '1 One': ['a', 'b'] },
      },
    );
  });

  it('keep only the gates of their own heading', () => {
    const graph = buildGraph(
      planOf(
        [
          { id: 'a', layer: 0 },
          { id: 'b', layer: 1 },
        ],
        ['Checked', 'Other'],
      ),
    );
    expect(graph.layers.map((layer) => layer.gates)).toEqual([['tests'], []]);
  });
});

describe('lengths', () => {
  it('assume half an hour where there is no estimate', () => {
    const [node] = buildGraph(planOf([{ id: 'a' }])).nodes;
    expect(node).toMatchObject({ minutes: 30, assumed: true });
  });

  it('are nothing for an empty plan', () => {
    const graph = buildGraph(planOf([]));
    expect(graph).toMatchObject({ nodes: [], layers: [], criticalPath: [], criticalMinutes: 0, totalMinutes: 0 });
  });

  it('follow the longest chain', () => {
    const graph = buildGraph(
      planOf([
        { id: 'a', minutes: 10 },
        { id: 'b', minutes: 20 },
        { id: 'c', minutes: 5, needs: ['a', 'b'] },
        { id: 'd', minutes: 7, needs: ['c'] },
        { id: 'e', minutes: 1, needs: ['a'] },
      ]),
    );
    expect(ids(graph, graph.criticalPath)).toEqual(['b', 'c', 'd']);
    expect(graph.criticalMinutes).toBe(32);
    expect(graph.nodes.map((node) => [node.head, node.tail])).toEqual([
      [0, 22],
      [0, 32],
      [20, 12],
      [25, 7],
      [10, 1],
    ]);
    expect(graph.nodes.map((_, i) => slackOf(graph, i))).toEqual([10, 0, 0, 0, 21]);
  });

  it('lead through whole layers where those wait for each other', () => {
    const graph = buildGraph(layeredSample());
    expect(graph.layers.map((layer) => layer.minutes)).toEqual([35, 45, 55, 40, 35, 45]);
    expect([graph.totalMinutes, graph.criticalMinutes, graph.layers.length]).toEqual([640, 255, 6]);
    expect(ids(graph, graph.criticalPath)).toEqual([
      'setup-database-schema',
      'implement-order-models',
      'create-order-endpoints',
      'add-input-validation',
      'integration-testing',
      'docker-configuration',
      'deployment-validation',
    ]);
    expect(graph.nodes[0]).toMatchObject({ head: 0, tail: 245, dependsOn: [], dependents: [] });
    expect(graph.nodes[17]).toMatchObject({ head: 230, tail: 25, dependsOn: [16] });
    expect(slackOf(graph, 0)).toBe(10);
  });

  it('agree with the layers’ own where each task depends on all of the layer before', () => {
    expect(buildGraph(dependentSample()).criticalMinutes).toBe(255);
  });
});

describe('dependents', () => {
  const check = (graph: TaskGraph, id: string, expected: readonly string[]) => {
    const index = graph.nodes.findIndex((node) => node.id === id);
    expect(new Set(ids(graph, dependentsOf(graph, index)))).toEqual(new Set(expected));
  };

  it('are all that waits, directly or not', () => {
    const graph = buildGraph(
      planOf([
        { id: 'a' },
        { id: 'b', needs: ['a'] },
        { id: 'c', needs: ['b'] },
        { id: 'd', needs: ['a', 'c'] },
        { id: 'e' },
      ]),
    );
    check(graph, 'a', ['b', 'c', 'd']);
    check(graph, 'c', ['d']);
    check(graph, 'e', []);
  });

  it('are all later layers where layers wait', () => {
    const graph = buildGraph(layeredSample());
    check(graph, 'docker-configuration', ['deployment-validation']);
    check(graph, 'api-documentation', ['docker-configuration', 'deployment-validation']);
  });
});

it('takes ten thousand tasks, deep chains among them', { timeout: 60_000 }, () => {
  expect(buildGraph(largePlan(10_000)).nodes).toHaveLength(10_000);
  const chain = Array.from({ length: 10_000 }, (_, i) => ({ id: `t${i}`, needs: [`t${i + 1}`] }));
  expect(buildGraph(planOf(chain)).layers).toHaveLength(10_000);
});
