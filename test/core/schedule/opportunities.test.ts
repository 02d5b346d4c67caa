import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../src/core/graph/build.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { kneeOf } from '../../../src/core/schedule/knee.ts';
import { opportunitiesOf, type Opportunity } from '../../../src/core/schedule/opportunities.ts';
import type { Choice } from '../../../src/core/schedule/simulate.ts';
import { planOf, type TaskSketch } from '../graph/plans.ts';

const HYBRID: Choice = { strategy: 'hybrid', agents: 4 };

function check(plan: Plan, choice: Choice, ...expected: readonly Opportunity[]): void {
  expect(opportunitiesOf(plan, buildGraph(plan), choice)).toEqual(expected);
}

const tasks = (...sketches: readonly TaskSketch[]): Plan => planOf(sketches);

describe('what would shorten a plan', () => {
  it('is nothing where all runs at once', () => {
    check(tasks({ id: 'a', minutes: 20 }, { id: 'b', minutes: 20 }), HYBRID);
  });

  it('is a long task of the critical path in halves', () => {
    check(
      tasks(
        { id: 'a', minutes: 10 },
        { id: 'long', minutes: 60, needs: ['a'] },
        { id: 'b', minutes: 10, needs: ['long'] },
      ),
      HYBRID,
      { kind: 'split', task: 'long', minutes: 30 },
    );
    // One file is one task's.
    check(tasks({ id: 'a', minutes: 10 }, { id: 'long', minutes: 60, needs: ['a'], files: ['x.ts'] }), HYBRID);
    // One agent does one half after the other.
    check(tasks({ id: 'a', minutes: 10 }, { id: 'long', minutes: 60, needs: ['a'] }), {
      strategy: 'hybrid',
      agents: 1,
    });
  });

  it('is a dependency that neither files nor text speak for', () => {
    const two = (prompt: string, files = ['b.ts']): Plan => {
      const plan = tasks({ id: 'api', minutes: 20, files: ['a.ts'] }, { id: 'b', minutes: 20, needs: ['api'], files });
      return { ...plan, tasks: plan.tasks.map((task) => (task.id === 'b' ? { ...task, prompt } : task)) };
    };
    check(two('Write it.'), HYBRID, { kind: 'dependency', task: 'b', on: 'api', minutes: 20 });
    check(two('Call the API.'), HYBRID);
    check(two('It uses a.ts for this.'), HYBRID);
    check(two('Write it.', ['a.ts']), HYBRID);
    check(two('Write it.', []), HYBRID);
    // What the needless one waits for is still waited for.
    const chain = tasks(
      { id: 'base', minutes: 20 },
      { id: 'api', minutes: 20, needs: ['base'], files: ['a.ts'] },
      { id: 'b', minutes: 20, needs: ['api'], files: ['b.ts'] },
    );
    check(chain, HYBRID, { kind: 'dependency', task: 'b', on: 'api', minutes: 20 });
    const set = tasks(
      { id: 'a', minutes: 20, files: ['package.json'] },
      { id: 'b', minutes: 20, needs: ['a'], files: ['b.ts'] },
    );
    check(set, HYBRID);
  });

  it('is the barrier between layers that costs most', () => {
    const layered = planOf(
      [
        { id: 'a', minutes: 10, layer: 0 },
        { id: 'b', minutes: 25, layer: 0 },
        { id: 'c', minutes: 20, layer: 1, needs: ['a'] },
        { id: 'd', minutes: 5, layer: 2, needs: ['c'] },
      ],
      ['One', 'Two', 'Three'],
    );
    check(layered, { strategy: 'conservative', agents: 2 }, { kind: 'barrier', layer: 1, minutes: 15 });
    check(layered, { strategy: 'hybrid', agents: 2 });
  });

  it('is a file that many tasks take turns at', () => {
    const crowded = tasks(...['a', 'b', 'c'].map((id) => ({ id, minutes: 20, files: ['x.ts', `${id}.ts`] })));
    check(crowded, HYBRID, { kind: 'file', file: 'x.ts', tasks: ['a', 'b', 'c'], minutes: 40 });
    check(crowded, { strategy: 'aggressive', agents: 4 });
    check(tasks(...['a', 'b'].map((id) => ({ id, minutes: 20, files: ['x.ts'] }))), HYBRID);
  });

  it('is an estimate that is missing where it matters', () => {
    check(tasks({ id: 'a', minutes: 40 }, { id: 'b', needs: ['a'] }, { id: 'c', minutes: 5 }), HYBRID, {
      kind: 'estimate',
      task: 'b',
      minutes: 30,
    });
    check(tasks({ id: 'a', minutes: 100 }, { id: 'b' }), HYBRID);
  });

  it('leaves out what is done', () => {
    const plan = tasks({ id: 'a', minutes: 10 }, { id: 'long', minutes: 60, needs: ['a'] });
    check({ ...plan, tasks: plan.tasks.map((task) => ({ ...task, done: true })) }, HYBRID);
  });
});

describe('the knee', () => {
  const at = (...minutes: readonly number[]) => kneeOf(minutes.map((own, i) => ({ agents: i + 1, minutes: own })));
  it.each([
    [at(100, 60, 50, 48, 48), { agents: 3, share: 0.96, most: 4 }],
    [at(100, 100), { agents: 1, share: 1, most: 1 }],
    [at(100, 50, 40), { agents: 3, share: 1, most: 3 }],
    [kneeOf([]), undefined],
  ])('is %j', (knee, expected) => expect(knee).toEqual(expected));
});
