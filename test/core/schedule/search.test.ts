import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../src/core/graph/build.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { compareStrategies, searchSchedule, type SearchOptions } from '../../../src/core/schedule/search.ts';
import { simulate } from '../../../src/core/schedule/simulate.ts';
import { dependentSample, largePlan, layeredSample, planOf } from '../graph/plans.ts';
import { choices, graphs } from './random-plans.ts';

describe('finds the best there is', () => {
  const check = (plan: Plan, options: SearchOptions, expected: number) => {
    expect(searchSchedule(buildGraph(plan), options).minutes).toBe(expected);
  };

  it('for the sample', () => {
    for (const seed of [1, 2, 3, 4, 5]) check(dependentSample(), { strategy: 'hybrid', agents: 3, seed }, 275);
    check(layeredSample(), { strategy: 'conservative', agents: 3 }, 305);
    check(layeredSample(), { strategy: 'hybrid', agents: 3 }, 305);
    check(layeredSample(), { strategy: 'conservative', agents: 4 }, 255);
    check(dependentSample(), { strategy: 'sequential', agents: 3 }, 640);
  });

  it('where longest path first goes wrong', () => {
    // 3 + 3 and 2 + 2 + 2 fill two agents evenly; the longest first leaves 3 + 2 + 2 on one.
    const plan = planOf([3, 3, 2, 2, 2].map((minutes, i) => ({ id: `t${i}`, minutes })));
    expect(simulate(buildGraph(plan), { strategy: 'hybrid', agents: 2 }).minutes).toBe(7);
    check(plan, { strategy: 'hybrid', agents: 2 }, 6);
    check(plan, { strategy: 'conservative', agents: 2 }, 6);
    check(plan, { strategy: 'hybrid', agents: 2, restarts: 0 }, 7);
  });

  it('for an empty plan', () => {
    check(planOf([]), { strategy: 'hybrid', agents: 2 }, 0);
  });
});

it('reckons the sample’s efficiency to 77.6 % on three agents', () => {
  const { efficiency } = searchSchedule(buildGraph(dependentSample()), { strategy: 'hybrid', agents: 3 });
  expect((100 * efficiency).toFixed(1)).toBe('77.6');
});

it(
  'is never worse than longest path first, the same again, and an order that a run reproduces',
  { timeout: 60_000 },
  () => {
    fc.assert(
      fc.property(graphs, choices, fc.integer(), (graph, choice, seed) => {
        const found = searchSchedule(graph, { ...choice, seed, restarts: 5 });
        const plain = simulate(graph, choice);
        expect(found.minutes).toBeLessThanOrEqual(plain.minutes);
        if (found.minutes === plain.minutes) expect(found.priorities).toEqual(plain.priorities);
        expect(searchSchedule(graph, { ...choice, seed, restarts: 5 })).toEqual(found);
        expect(simulate(graph, { ...choice, priorities: found.priorities })).toEqual(found);
      }),
      { numRuns: 200 },
    );
  },
);

describe('strategies compared', { timeout: 60_000 }, () => {
  it('are what the search finds for each', () => {
    const graph = buildGraph(dependentSample());
    const rows = compareStrategies(graph, { maxAgents: 8 });
    expect(rows).toHaveLength(32);
    for (const { strategy, agents, minutes, efficiency } of rows.filter((row) => row.agents < 5)) {
      const found = searchSchedule(graph, { strategy, agents });
      expect({ minutes, efficiency }).toEqual({ minutes: found.minutes, efficiency: found.efficiency });
    }
    const minutesOf = (strategy: string) => rows.filter((row) => row.strategy === strategy).map((row) => row.minutes);
    expect(minutesOf('sequential')).toEqual([640, 640, 640, 640, 640, 640, 640, 640]);
    expect(minutesOf('conservative')).toEqual([640, 370, 305, 255, 255, 255, 255, 255]);
    expect(minutesOf('hybrid')).toEqual([640, 370, 275, 255, 255, 255, 255, 255]);
  });

  it('are simulated only where the plan is large', () => {
    const graph = buildGraph(largePlan(300));
    for (const { strategy, agents, minutes } of compareStrategies(graph, { maxAgents: 4 }))
      if (strategy === 'hybrid') expect(minutes).toBe(simulate(graph, { strategy, agents }).minutes);
  });
});
