import type { Estimate, Plan, PlanTask } from '../../../src/core/plan/plan.ts';

const span = { start: 0, end: 0 };

export function estimate(minutes: number): Estimate {
  return { minutes, span };
}

/** A task as a plan has it, with all that a test does not speak of left empty. */
export function task(
  id: string,
  more: Partial<PlanTask> & { minutes?: number; after?: readonly string[] } = {},
): PlanTask {
  const { minutes, after = [], ...rest } = more;
  return {
    id,
    title: '',
    dependsOn: after.map((of) => ({ id: of, span })),
    files: [],
    gates: [],
    resources: [],
    acceptance: [],
    prompt: '',
    done: false,
    idSpan: span,
    span,
    ...(minutes !== undefined && { estimate: estimate(minutes) }),
    ...rest,
  };
}

export function plan(tasks: readonly PlanTask[], more: Partial<Plan> = {}): Plan {
  return { dialect: 'orca', title: 'A plan', context: '', settings: {}, layers: [], diagnostics: [], tasks, ...more };
}

const LAYERS: readonly (readonly (readonly [id: string, minutes: number])[])[] = [
  [
    ['setup-project-structure', 25],
    ['configure-development-environment', 30],
    ['setup-database-schema', 35],
  ],
  [
    ['implement-user-models', 40],
    ['implement-product-models', 35],
    ['implement-cart-models', 30],
    ['implement-order-models', 45],
  ],
  [
    ['create-user-endpoints', 50],
    ['create-product-endpoints', 45],
    ['create-cart-endpoints', 40],
    ['create-order-endpoints', 55],
  ],
  [
    ['implement-authentication', 35],
    ['add-input-validation', 40],
    ['create-error-handling', 30],
  ],
  [
    ['integration-testing', 35],
    ['api-documentation', 25],
  ],
  [
    ['docker-configuration', 20],
    ['deployment-validation', 25],
  ],
];

/** The plan of the worked example: 18 tasks in 6 layers, the last one in sequence, no dependencies stated. */
export const ECOMMERCE: Plan = plan(
  LAYERS.flatMap((tasks, layer) => tasks.map(([id, minutes]) => task(id, { minutes, layer }))),
  {
    dialect: 'preview',
    title: 'E-commerce API Implementation',
    layers: LAYERS.map((_, i) => ({
      name: '',
      sequential: i === 5,
      gates: [['tdd'], ['tdd'], ['tdd'], ['tdd', 'security'], ['tdd', 'performance'], ['tdd', 'integration']][i] ?? [],
      span,
    })),
  },
);
