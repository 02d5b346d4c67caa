import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../src/core/graph/build.ts';
import type { TaskGraph } from '../../../src/core/graph/task-graph.ts';
import type { Strategy } from '../../../src/core/plan/plan.ts';
import { Dispatcher, type NodeStatus, type Progress, type Rules } from '../../../src/core/schedule/dispatch.ts';
import { filesOverlap } from '../../../src/core/schedule/overlap.ts';
import { planOf, type TaskSketch } from '../graph/plans.ts';
import { choices, graphs, priorityLists } from './random-plans.ts';

/** Starts all that may start, by the ids; then what each step of the script makes start. */
function check(
  plan: { tasks: readonly TaskSketch[]; layers?: readonly string[] },
  rules: { strategy: Strategy; agents?: number },
  script: readonly [step: string, starts: string][],
): void {
  const graph = buildGraph(planOf(plan.tasks, plan.layers));
  const dispatcher = new Dispatcher(graph, { agents: 9, priorities: graph.nodes.map((node) => node.tail), ...rules });
  const told = script.map(([step]): [string, string] => {
    const [verb, what = ''] = step.split(' ');
    const node = graph.nodes.findIndex((candidate) => candidate.id === what);
    if (verb === 'finish') dispatcher.finish(node);
    if (verb === 'stop') dispatcher.stop(node);
    if (verb === 'pass') dispatcher.passLayer(Number(what));
    const started: string[] = [];
    for (let next = dispatcher.next(); next !== undefined; next = dispatcher.next()) {
      dispatcher.start(next);
      started.push(graph.nodes[next]?.id ?? '');
    }
    return [step, started.join(' ')];
  });
  expect(told).toEqual(script);
}

describe('strategies', () => {
  const tasks = [
    { id: 'a', minutes: 10, layer: 0 },
    { id: 'b', minutes: 20, layer: 0 },
    { id: 'c', minutes: 5, layer: 1, needs: ['a'] },
    { id: 'd', minutes: 50, layer: 1, needs: ['b'] },
  ];
  const linked = { tasks, layers: ['One', 'Two'] };
  const layered = { tasks: tasks.map(({ id, minutes, layer }) => ({ id, minutes, layer })), layers: ['One', 'Two'] };

  it('sequential: one at a time in the plan’s order, each layer after the gates of the one before', () => {
    check(linked, { strategy: 'sequential' }, [
      ['begin', 'a'],
      ['finish a', 'b'],
      ['finish b', ''],
      ['pass 0', 'c'],
      ['finish c', 'd'],
    ]);
  });

  it('sequential: nothing goes on after a task without a result, until that is skipped', () => {
    check(linked, { strategy: 'sequential' }, [
      ['begin', 'a'],
      ['stop a', ''],
      ['finish a', 'b'],
    ]);
  });

  it('conservative: the whole layer before and its gates', () => {
    for (const plan of [linked, layered])
      check(plan, { strategy: 'conservative' }, [
        ['begin', 'b a'],
        ['finish a', ''],
        ['finish b', ''],
        ['pass 0', 'd c'],
      ]);
    check(layered, { strategy: 'conservative' }, [
      ['begin', 'b a'],
      ['pass 0', ''],
      ['finish a', ''],
      ['finish b', 'd c'],
    ]);
  });

  it('conservative: a stopped task holds back the layers after it, not its own', () => {
    check(layered, { strategy: 'conservative', agents: 1 }, [
      ['begin', 'b'],
      ['stop b', 'a'],
      ['finish a', ''],
      ['pass 0', ''],
      ['finish b', 'd'],
    ]);
  });

  it('hybrid and aggressive: own dependencies, no barrier', () => {
    for (const strategy of ['hybrid', 'aggressive'] as const)
      check(linked, { strategy }, [
        ['begin', 'b a'],
        ['finish a', 'c'],
        ['stop b', ''],
        ['finish b', 'd'],
      ]);
  });

  it('hybrid and aggressive: without dependencies the layer before, not its gates', () => {
    for (const strategy of ['hybrid', 'aggressive'] as const)
      check(layered, { strategy }, [
        ['begin', 'b a'],
        ['finish a', ''],
        ['finish b', 'd c'],
      ]);
  });
});

describe('what excludes each other', () => {
  const overlapping = {
    tasks: [
      { id: 'a', minutes: 30, files: ['src/**'] },
      { id: 'b', minutes: 20, files: ['src/b.ts'] },
      { id: 'c', minutes: 10, files: ['src/c.ts'] },
    ],
  };

  it('files: one at a time, those that do not overlap beside each other', () => {
    check(overlapping, { strategy: 'hybrid' }, [
      ['begin', 'a'],
      ['finish a', 'b c'],
    ]);
    check(overlapping, { strategy: 'conservative' }, [
      ['begin', 'a'],
      ['stop a', 'b c'],
    ]);
  });

  it('files: not for aggressive', () => {
    check(overlapping, { strategy: 'aggressive' }, [['begin', 'a b c']]);
  });

  it('resources: one at a time in all', () => {
    const tasks = ['a', 'b', 'c'].map((id) => ({ id, minutes: 10, resources: id === 'c' ? [] : ['port'] }));
    for (const strategy of ['hybrid', 'aggressive', 'conservative'] as const)
      check({ tasks }, { strategy }, [
        ['begin', 'a c'],
        ['finish a', 'b'],
      ]);
  });

  it('a resource and a file of the same name are two things', () => {
    const tasks = [
      { id: 'a', resources: ['db'] },
      { id: 'b', files: ['db'] },
    ];
    check({ tasks }, { strategy: 'hybrid' }, [['begin', 'a b']]);
  });
});

/** The rules of `Dispatcher` once more, slowly, in the words of the table. */
function expectedNext(graph: TaskGraph, rules: Rules, { statuses, passedLayers }: Progress): number | undefined {
  const running = [...graph.nodes.keys()].filter((i) => statuses[i] === 'running');
  const sequential = rules.strategy === 'sequential';
  if (running.length >= (sequential ? 1 : rules.agents)) return undefined;
  if (sequential && statuses.includes('stopped')) return undefined;
  const gatesBar = sequential || rules.strategy === 'conservative';
  const barrier = gatesBar || graph.order === 'layers';
  const mayStart = (i: number): boolean => {
    const node = graph.nodes[i];
    if (!node || statuses[i] !== 'waiting' || node.dependsOn.some((d) => statuses[d] !== 'finished')) return false;
    const before = graph.layers.slice(0, node.layer);
    if (barrier && before.some((layer) => layer.tasks.some((t) => statuses[t] !== 'finished'))) return false;
    if (gatesBar && before.some((_, l) => passedLayers[l] !== true)) return false;
    return running.every((r) => {
      const other = graph.nodes[r];
      if (!other || node.resources.some((name) => other.resources.includes(name))) return false;
      return rules.strategy === 'aggressive' || !filesOverlap(node.files, other.files);
    });
  };
  const order = (i: number) => (sequential ? -i : (rules.priorities[i] ?? 0));
  return [...graph.nodes.keys()].filter(mayStart).sort((a, b) => order(b) - order(a) || a - b)[0];
}

it('names what the rules name, whatever happens, and from any standing', { timeout: 60_000 }, () => {
  const steps = fc.array(fc.record({ kind: fc.nat(9), pick: fc.nat(13) }), { maxLength: 40 });
  fc.assert(
    fc.property(graphs, choices, priorityLists, steps, (graph, choice, priorities, script) => {
      const rules = { ...choice, priorities };
      const statuses = graph.nodes.map((): NodeStatus => 'waiting');
      const passedLayers = graph.layers.map(() => false);
      const dispatcher = new Dispatcher(graph, rules);
      for (const { kind, pick } of script) {
        const expected = expectedNext(graph, rules, { statuses, passedLayers });
        expect(dispatcher.next()).toBe(expected);
        expect(new Dispatcher(graph, rules, { statuses, passedLayers }).next()).toBe(expected);
        expect(dispatcher.running).toBe(statuses.filter((status) => status === 'running').length);
        const some = (status: NodeStatus) => {
          const found = [...statuses.keys()].filter((i) => statuses[i] === status);
          return found[pick % found.length];
        };
        if (kind < 4 && expected !== undefined) {
          dispatcher.start(expected);
          statuses[expected] = 'running';
        } else if (kind < 8) {
          // Now and then one that waits or has stopped is skipped.
          const node = some('running') ?? (kind === 7 ? (some('stopped') ?? some('waiting')) : undefined);
          if (node === undefined) continue;
          if (kind === 6 && statuses[node] === 'running') {
            dispatcher.stop(node);
            statuses[node] = 'stopped';
          } else {
            dispatcher.finish(node);
            statuses[node] = 'finished';
          }
        } else if (graph.layers.length > 0) {
          const layer = pick % graph.layers.length;
          dispatcher.passLayer(layer);
          passedLayers[layer] = true;
        }
      }
    }),
    { numRuns: 500 },
  );
});
