import { ACCEPTANCE, type GateReport, type GateSpec } from '../gate/gate.ts';
import type { PlanTask } from '../plan/plan.ts';
import type { RunSpec } from './event.ts';
import type { Attempt, LayerState, RunState } from './state.ts';

/** The gates an attempt of a task has to pass, in the order they run: acceptance first, it is the most telling. */
export function taskGates(spec: Pick<RunSpec, 'plan' | 'gates' | 'limits'>, task: PlanTask): GateSpec[] {
  const commands = task.acceptance.flatMap((criterion) =>
    criterion.command === undefined ? [] : [{ label: criterion.command, argv: ['sh', '-c', criterion.command] }],
  );
  const acceptance: GateSpec[] =
    commands.length === 0
      ? []
      : [{ name: ACCEPTANCE, commands, when: 'task', blocking: true, timeoutMs: spec.limits.totalMs, weight: 1 }];
  const named = task.gates.length > 0 ? task.gates : (spec.plan.settings.gates ?? []);
  return [...acceptance, ...gatesNamed(spec, 'task', named)];
}

/** The gates of a layer, by its index; of the end of the run, for `undefined`. */
export function integrationGates(state: Pick<RunState, 'spec' | 'graph'>, layer: number | undefined): GateSpec[] {
  const plan = state.spec.plan.settings.gates ?? [];
  if (layer === undefined) return gatesNamed(state.spec, 'end', plan);
  return gatesNamed(state.spec, 'layer', [...plan, ...(state.graph.layers[layer]?.gates ?? [])]);
}

/** Names that a plan uses. */
export function namedGates(plan: RunSpec['plan']): string[] {
  const used = [
    ...(plan.settings.gates ?? []),
    ...plan.layers.flatMap((layer) => layer.gates),
    ...plan.tasks.flatMap((task) => task.gates),
  ];
  return [...new Set(used)];
}

/** Names that a plan uses and nobody has defined: a run with them is refused before it starts. */
export function undefinedGates({ plan, gates }: Pick<RunSpec, 'plan' | 'gates'>): string[] {
  const defined = new Set(gates.map((gate) => gate.name));
  return namedGates(plan).filter((name) => !defined.has(name));
}

function gatesNamed(spec: Pick<RunSpec, 'gates'>, when: GateSpec['when'], names: readonly string[]): GateSpec[] {
  return spec.gates.filter((gate) => gate.when === when && (gate.always === true || names.includes(gate.name)));
}

/** A gate that holds work back: blocking, and not passed. One that did not run is never a pass. */
export function holdsBack(report: GateReport): boolean {
  return report.blocking && report.verdict !== 'passed';
}

/** The next gate that an attempt has to run, if any: a review costs money, and waits until nothing else stands against it. */
export function nextTaskGate(spec: RunSpec, task: PlanTask, attempt: Attempt): GateSpec | undefined {
  const open = taskGates(spec, task).filter((gate) => !attempt.gates.some((report) => report.gate === gate.name));
  const isHeld = attempt.gates.some(holdsBack);
  return open.find(({ review }) => review === undefined) ?? (isHeld ? undefined : open[0]);
}

/** Where the gates of a layer (or of the end) stand. */
export type GateStanding =
  | { readonly kind: 'passed' }
  | { readonly kind: 'pending'; readonly next: GateSpec }
  | { readonly kind: 'failed'; readonly report: GateReport };

export function standing(gates: readonly GateSpec[], state: LayerState): GateStanding {
  for (const gate of gates) {
    const report = state.gates.find((r) => r.gate === gate.name);
    if (report === undefined) return { kind: 'pending', next: gate };
    if (holdsBack(report) && !state.waived.includes(gate.name)) return { kind: 'failed', report };
  }
  return { kind: 'passed' };
}

/** Layers whose gates are due: complete, and for `aggressive` the whole run complete. By layer index. */
export function dueLayers(state: RunState): number[] {
  const done = (i: number): boolean => {
    const kind = state.tasks[i]?.phase.kind;
    return kind === 'merged' || kind === 'skipped';
  };
  if (state.spec.strategy === 'aggressive' && !state.tasks.every((_, i) => done(i))) return [];
  return state.graph.layers.flatMap((layer, i) => (layer.tasks.every(done) ? [i] : []));
}

/** Everything merged or skipped and every layer's gates passed: the gates of the end are due. */
export function endIsDue(state: RunState): boolean {
  return (
    state.tasks.every((task) => task.phase.kind === 'merged' || task.phase.kind === 'skipped') &&
    state.layers.every((layer, i) => standing(integrationGates(state, i), layer).kind === 'passed')
  );
}
