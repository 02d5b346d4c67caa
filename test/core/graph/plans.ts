import type { Plan, PlanTask } from '../../../src/core/plan/plan.ts';

/** A task as tests write it: `needs` are ids, minutes absent means that the plan gives no estimate. */
export interface TaskSketch {
  readonly id: string;
  readonly minutes?: number;
  readonly needs?: readonly string[];
  readonly layer?: number;
  readonly files?: readonly string[];
  readonly resources?: readonly string[];
}

/** `layers`: names, with `*` at the end for a sequential one. */
export function planOf(sketches: readonly TaskSketch[], layers: readonly string[] = []): Plan {
  const span = { start: 0, end: 0 };
  return {
    dialect: 'orca',
    title: 'Plan',
    context: '',
    settings: {},
    layers: layers.map((name) => ({
      name: name.replace(/\*$/, ''),
      sequential: name.endsWith('*'),
      gates: name.startsWith('Checked') ? ['tests'] : [],
      span,
    })),
    tasks: sketches.map((sketch): PlanTask => ({
      id: sketch.id,
      title: sketch.id,
      ...(sketch.layer !== undefined && { layer: sketch.layer }),
      ...(sketch.minutes !== undefined && { estimate: { minutes: sketch.minutes, span } }),
      dependsOn: (sketch.needs ?? []).map((id) => ({ id, span })),
      files: sketch.files ?? [],
      gates: [],
      resources: sketch.resources ?? [],
      acceptance: [],
      prompt: '',
      done: false,
      idSpan: span,
      span,
    })),
    diagnostics: [],
  };
}

const SAMPLE_LAYERS: readonly (readonly (readonly [string, number])[])[] = [
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
const SAMPLE_NAMES = ['Foundation', 'Models', 'Endpoints', 'Hardening', 'Verification', 'Delivery*'];

/** The 18 tasks of the sample workflow as its preview lays them out: layers, and no dependencies. */
export function layeredSample(): Plan {
  return planOf(
    SAMPLE_LAYERS.flatMap((tasks, layer) => tasks.map(([id, minutes]) => ({ id, minutes, layer }))),
    SAMPLE_NAMES,
  );
}

/** The same with dependencies: all of the layer before, but each endpoint on its own model only. */
export function dependentSample(): Plan {
  const needsOf = (id: string, layer: number) =>
    (SAMPLE_LAYERS[layer - 1] ?? [])
      .map(([before]) => before)
      .filter((before) => layer !== 2 || before.split('-')[1] === id.split('-')[1]);
  return planOf(
    SAMPLE_LAYERS.flatMap((tasks, layer) =>
      tasks.map(([id, minutes]) => ({ id, minutes, layer, needs: needsOf(id, layer) })),
    ),
    SAMPLE_NAMES,
  );
}

/** n tasks in the manner of real plans: a few dependencies each on recent tasks. Deterministic. */
export function largePlan(n: number, extra: (i: number) => Partial<TaskSketch> = () => ({})): Plan {
  return planOf(
    Array.from({ length: n }, (_, i) => ({
      id: `t${i}`,
      minutes: 5 + ((i * 37) % 56),
      needs: [7, 11, 23].filter((step) => i >= step && (i * step) % 5 < 3).map((step) => `t${i - step}`),
      ...extra(i),
    })),
  );
}
