import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../src/core/graph/build.ts';
import { Dispatcher } from '../../../src/core/schedule/dispatch.ts';
import { filesOverlap } from '../../../src/core/schedule/overlap.ts';
import { forecast, simulate, type Choice, type Standing } from '../../../src/core/schedule/simulate.ts';
import { dependentSample, largePlan, layeredSample, planOf, type TaskSketch } from '../graph/plans.ts';
import { choices, graphs, priorityLists } from './random-plans.ts';

describe('the sample', () => {
  const check = (plan: typeof layeredSample, choice: Choice, expected: { minutes: number; bound: number }) => {
    const { minutes, lowerBoundMinutes: bound } = simulate(buildGraph(plan()), choice);
    expect({ minutes, bound }).toEqual(expected);
  };

  it('takes 640 min alone, 305 with three agents and 255 with four', () => {
    check(layeredSample, { strategy: 'sequential', agents: 4 }, { minutes: 640, bound: 640 });
    check(layeredSample, { strategy: 'conservative', agents: 1 }, { minutes: 640, bound: 640 });
    check(
      layeredSample,
      { strategy: 'conservative', agents: 3 },
      { minutes: 305, bound: 35 + 50 + 190 / 3 + 40 + 35 + 45 },
    );
    check(layeredSample, { strategy: 'conservative', agents: 4 }, { minutes: 255, bound: 255 });
    check(layeredSample, { strategy: 'hybrid', agents: 4 }, { minutes: 255, bound: 255 });
    check(dependentSample, { strategy: 'hybrid', agents: 4 }, { minutes: 255, bound: 255 });
  });

  it('reckons efficiency against the agents that can have work', () => {
    const efficiency = (agents: number) =>
      simulate(buildGraph(layeredSample()), { strategy: 'conservative', agents }).efficiency;
    expect(efficiency(4)).toBeCloseTo(640 / (4 * 255));
    expect(efficiency(12)).toBe(efficiency(4));
    expect(simulate(buildGraph(layeredSample()), { strategy: 'sequential', agents: 3 }).efficiency).toBe(1);
  });
});

it('an empty plan takes no time', () => {
  const schedule = simulate(buildGraph(planOf([])), { strategy: 'hybrid', agents: 3 });
  expect(schedule).toMatchObject({ minutes: 0, entries: [], efficiency: 1, lowerBoundMinutes: 0 });
});

it('places a task on the lowest free agent', () => {
  const graph = buildGraph(
    planOf([
      { id: 'a', minutes: 10 },
      { id: 'b', minutes: 5 },
      { id: 'c', minutes: 20, needs: ['b'] },
      { id: 'd', minutes: 5, needs: ['a'] },
    ]),
  );
  expect(simulate(graph, { strategy: 'hybrid', agents: 3 }).entries).toEqual([
    { agent: 1, start: 0, end: 10 },
    { agent: 0, start: 0, end: 5 },
    { agent: 0, start: 5, end: 25 },
    { agent: 1, start: 10, end: 15 },
  ]);
});

it('keeps every rule, and leaves no agent idle while something may start', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(graphs, choices, priorityLists, (graph, choice, priorities) => {
      const { strategy } = choice;
      const agents = strategy === 'sequential' ? 1 : choice.agents;
      const schedule = simulate(graph, { ...choice, priorities });
      const tasks = graph.nodes.map((node, i) => ({
        ...node,
        ...(schedule.entries[i] ?? { start: -1, end: -1, agent: -1 }),
      }));
      const barrier = strategy === 'sequential' || strategy === 'conservative' || graph.order === 'layers';
      const excludes = (a: (typeof tasks)[number], b: (typeof tasks)[number]) =>
        a.agent === b.agent ||
        a.resources.some((name) => b.resources.includes(name)) ||
        (strategy !== 'aggressive' && filesOverlap(a.files, b.files));
      const beside = (time: number) => tasks.filter((task) => task.start <= time && time < task.end);

      for (const task of tasks) {
        expect(task.end - task.start).toBe(task.minutes);
        expect(task.agent).toBeLessThan(agents);
        const before = tasks.filter((t, i) => task.dependsOn.includes(i) || (barrier && t.layer < task.layer));
        const ready = before.reduce((max, t) => Math.max(max, t.end), 0);
        expect(task.start).toBeGreaterThanOrEqual(ready);
        expect(beside(task.start).filter((other) => other !== task && excludes(task, other))).toEqual([]);
        // At every moment that it waited though it was ready, all agents were busy or something excluded it.
        const waited = Array.from({ length: task.start - ready }, (_, minute) => beside(ready + minute));
        const idle = (running: typeof tasks) =>
          running.length < agents && !running.some((other) => excludes({ ...task, agent: -1 }, other));
        expect(waited.filter(idle)).toEqual([]);
      }
      expect(schedule.minutes).toBe(tasks.reduce((max, task) => Math.max(max, task.end), 0));
      expect(schedule.minutes).toBeGreaterThanOrEqual(schedule.lowerBoundMinutes - 1e-9);
      expect(schedule.efficiency).toBeLessThanOrEqual(1 + 1e-9);
    }),
    { numRuns: 300 },
  );
});

it('is what a live run does with the same order and exact durations', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(graphs, choices, priorityLists, (graph, choice, priorities) => {
      const { entries } = simulate(graph, { ...choice, priorities });
      const dispatcher = new Dispatcher(graph, { ...choice, priorities });
      const started = graph.nodes.map((): number | undefined => undefined);
      const left = graph.layers.map((layer) => layer.tasks.length);
      const lastEnd = entries.reduce((max, entry) => Math.max(max, entry.end), 0);
      for (let time = 0; time <= lastEnd; time++) {
        for (const [i, node] of graph.nodes.entries())
          if (started[i] !== undefined && started[i] + node.minutes === time) {
            dispatcher.finish(i);
            left[node.layer] = (left[node.layer] ?? 0) - 1;
            if (left[node.layer] === 0) dispatcher.passLayer(node.layer);
          }
        for (let next = dispatcher.next(); next !== undefined; next = dispatcher.next()) {
          dispatcher.start(next);
          started[next] = time;
        }
      }
      expect(started).toEqual(entries.map((entry) => entry.start));
    }),
    { numRuns: 300 },
  );
});

describe('forecast', () => {
  const check = (
    sketches: readonly TaskSketch[],
    standing: Partial<Standing>,
    expected: { minutes: number; entries: (readonly [agent: number, start: number, end: number] | undefined)[] },
  ) => {
    const graph = buildGraph(planOf(sketches));
    const priorities = graph.nodes.map((node) => node.tail);
    const { minutes, entries } = forecast(graph, { strategy: 'hybrid', agents: 2, priorities, ...standing });
    expect({ minutes, entries: entries.map((entry) => entry && [entry.agent, entry.start, entry.end]) }).toEqual(
      expected,
    );
  };
  const tasks = [
    { id: 'a', minutes: 10 },
    { id: 'b', minutes: 20 },
    { id: 'c', minutes: 30, needs: ['a'] },
    { id: 'd', minutes: 5, needs: ['b'] },
  ];

  it('plays what is left from now', () => {
    check(
      tasks,
      { statuses: ['finished', 'running', 'waiting', 'waiting'], remaining: [undefined, 12], agentOf: [0, 1] },
      { minutes: 30, entries: [undefined, [1, 0, 12], [0, 0, 30], [1, 12, 17]] },
    );
  });

  it('leaves out what waits for a task that has stopped', () => {
    check(
      tasks,
      { statuses: ['stopped', 'running', 'waiting', 'waiting'], remaining: [undefined, 2], agentOf: [0, 0] },
      { minutes: 7, entries: [undefined, [0, 0, 2], undefined, [0, 2, 7]] },
    );
  });

  it('ends a task that is over its time now', () => {
    check(
      tasks,
      { statuses: ['running', 'finished', 'waiting', 'finished'], remaining: [0], agentOf: [1] },
      { minutes: 30, entries: [[1, 0, 0], undefined, [0, 0, 30], undefined] },
    );
  });

  it('takes durations that are better known', () => {
    check(
      tasks,
      { durations: [1, 2, 3, 4] },
      {
        minutes: 6,
        entries: [
          [0, 0, 1],
          [1, 0, 2],
          [0, 1, 4],
          [1, 2, 6],
        ],
      },
    );
  });

  it('is over when nothing is left', () => {
    check(
      tasks,
      { statuses: ['finished', 'finished', 'finished', 'finished'] },
      { minutes: 0, entries: [undefined, undefined, undefined, undefined] },
    );
  });

  it('goes on with fewer agents than run', () => {
    check(
      tasks,
      { agents: 1, statuses: ['running', 'running', 'waiting', 'waiting'], remaining: [4, 6], agentOf: [0, 1] },
      {
        minutes: 41,
        entries: [
          [0, 0, 4],
          [1, 0, 6],
          [0, 6, 36],
          [0, 36, 41],
        ],
      },
    );
  });

  it('agrees with the schedule at every event of a run', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(graphs, choices, priorityLists, fc.nat(20), (graph, choice, priorities, at) => {
        const { entries, minutes } = simulate(graph, { ...choice, priorities });
        const ends = entries.map((entry) => entry.end).sort((a, b) => a - b);
        const now = ends[at % Math.max(1, ends.length)] ?? 0;
        const rest = forecast(graph, {
          ...choice,
          priorities,
          statuses: entries.map(({ start, end }) => (end <= now ? 'finished' : start < now ? 'running' : 'waiting')),
          remaining: entries.map((entry) => entry.end - now),
          agentOf: entries.map((entry) => entry.agent),
        });
        expect(rest.minutes).toBe(minutes - now);
        for (const [i, entry] of rest.entries.entries()) if (entry) expect(entry.end + now).toBe(entries[i]?.end);
      }),
      { numRuns: 300 },
    );
  });
});

it('takes ten thousand tasks, with a file that all of them write', { timeout: 60_000 }, () => {
  const graph = buildGraph(
    largePlan(10_000, (i) => ({ files: [`src/t${i}.ts`, 'CHANGELOG.md'], resources: ['port'] })),
  );
  expect(simulate(graph, { strategy: 'hybrid', agents: 8 }).minutes).toBe(graph.totalMinutes);
});
