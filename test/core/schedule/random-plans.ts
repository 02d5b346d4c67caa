import fc from 'fast-check';
import { buildGraph } from '../../../src/core/graph/build.ts';
import type { TaskGraph } from '../../../src/core/graph/task-graph.ts';
import { STRATEGIES } from '../../../src/core/plan/plan.ts';
import { planOf } from '../graph/plans.ts';

/** Graphs of up to 14 tasks of every kind: with and without layers, dependencies, files and resources. */
export const graphs: fc.Arbitrary<TaskGraph> = fc
  .record({
    layered: fc.boolean(),
    linked: fc.boolean(),
    sequential: fc.boolean(),
    tasks: fc.array(
      fc.record({
        minutes: fc.integer({ min: 1, max: 9 }),
        layer: fc.nat(3),
        needs: fc.array(fc.nat(13), { maxLength: 3 }),
        files: fc.subarray(['src/**', 'src/a.ts', 'src/b.ts', 'src/*.ts', 'test/a.ts', 'docs'], { maxLength: 2 }),
        resources: fc.subarray(['port', 'database'], { maxLength: 1 }),
      }),
      { maxLength: 14 },
    ),
  })
  .map(({ layered, linked, sequential, tasks }) =>
    buildGraph(
      planOf(
        tasks.map(({ layer, needs, ...rest }, i) => ({
          ...rest,
          id: `t${i}`,
          ...(layered && { layer }),
          needs: linked ? needs.filter((d) => d < i).map((d) => `t${d}`) : [],
        })),
        layered ? ['One', 'Two', sequential ? 'Three*' : 'Three', 'Four'] : [],
      ),
    ),
  );

export const choices = fc.record({ strategy: fc.constantFrom(...STRATEGIES), agents: fc.integer({ min: 1, max: 4 }) });

/** Few values, so that ties occur. */
export const priorityLists = fc.array(fc.nat(4), { minLength: 14, maxLength: 14 });
