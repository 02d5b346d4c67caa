import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { UserCommand } from '../../../src/core/run/command.ts';
import type { Effect } from '../../../src/core/run/effects.ts';
import { effectsOf } from '../../../src/core/run/effects.ts';
import type { AttemptEnd, GateScope } from '../../../src/core/run/event.ts';
import { fold } from '../../../src/core/run/evolve.ts';
import { integrationGates, standing } from '../../../src/core/run/gates.ts';
import { isHeldPhase } from '../../../src/core/run/held.ts';
import type { RunState } from '../../../src/core/run/state.ts';
import { STRATEGIES } from '../../../src/core/plan/plan.ts';
import { gateSpec, Machine, report } from './machine.ts';

/** What may happen, in any order; `pick` chooses among what there is. */
interface Move {
  readonly does: 'person' | 'trouble' | 'well' | 'late' | 'crash';
  readonly pick: number;
  readonly how: number;
}

const plans = fc
  .array(
    fc.record({
      needs: fc.array(fc.nat(5), { maxLength: 2 }),
      file: fc.constantFrom('a.ts', 'b.ts', 'c.ts'),
      port: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((tasks) =>
    tasks
      .map(({ needs, file, port }, i) => {
        const before = [...new Set(needs.filter((at) => at < i))].map((at) => `t${at}`);
        const resources = port ? '- Resources: port\n' : '';
        return `### t${i}: T${i}\n- Estimate: 10 min\n- Depends on: ${before.join(', ') || 'none'}\n- Files: ${file}\n${resources}\nDo it.\n\n`;
      })
      .join(''),
  );

const always = (name: string, when: 'task' | 'layer' | 'end', blocking = true) => ({
  ...gateSpec(name, when, blocking),
  always: true as const,
});

const specs = fc.record({
  strategy: fc.constantFrom(...STRATEGIES),
  agents: fc.integer({ min: 1, max: 3 }),
  gates: fc.subarray([
    always('lint', 'task'),
    always('style', 'task', false),
    always('whole', 'layer'),
    always('hint', 'layer', false),
    always('last', 'end'),
  ]),
  policy: fc.record({ radar: fc.constant(true as const), mostUnread: fc.constantFrom(1, 2) }, { requiredKeys: [] }),
});

const moves = fc.array(
  fc.record<Move>({
    does: fc.constantFrom('person', 'person', 'trouble', 'well', 'well', 'well', 'late', 'crash'),
    pick: fc.nat(1000),
    how: fc.nat(1000),
  }),
  { maxLength: 40 },
);

const of = <T>(list: readonly T[], at: number): T | undefined => list[at % list.length];

function personDoes(machine: Machine, { pick, how }: Move): void {
  const { state } = machine;
  const task = of(state.graph.nodes, pick)?.id ?? '';
  const judged: { readonly scope: GateScope; readonly gate: string }[] = [
    ...state.layers.flatMap(({ gates }, i) =>
      gates.map(({ gate }) => ({ scope: { kind: 'layer' as const, layer: i + 1 }, gate })),
    ),
    ...state.end.gates.map(({ gate }) => ({ scope: { kind: 'end' as const }, gate })),
  ];
  const { scope, gate } = of(judged, pick) ?? { scope: { kind: 'end' as const }, gate: '' };
  const commands: UserCommand[] = [
    { type: 'pause' },
    { type: 'resume' },
    { type: 'cancel' },
    { type: 'retry', task },
    { type: 'skip', task },
    { type: 'mark-read', task },
    { type: 'send-back', task, comments: [], note: 'Otherwise.' },
    { type: 'roll-back', task },
    { type: 'hold', task },
    { type: 'take-over', task },
    { type: 'hand-back', task },
    { type: 'accept', task },
    { type: 'retry-gate', scope, gate },
    { type: 'waive-gate', scope, gate },
    { type: 'mend-gate', scope, gate, task },
  ];
  // The first of them, from there on, that can be done.
  for (let i = 0; i < commands.length; i++) {
    const command = of(commands, how + i);
    const { seq } = state;
    if (command !== undefined) machine.do(command);
    if (state.seq > seq) return;
  }
}

let commits = 0;
const commit = (): string => `commit-${++commits}`;

const TROUBLE: readonly AttemptEnd[] = [
  { kind: 'exited', code: 1 },
  { kind: 'interrupted' },
  { kind: 'timed-out', limit: 'idle' },
  { kind: 'not-started', message: 'no such program' },
];

const TAKE = { type: 'take', driver: 'cli', pid: 2, boot: 'boot', utcOffsetMinutes: 0 } as const;

/** An effect is done, well or not. */
function happens(machine: Machine, effect: Effect, how: number | undefined): void {
  switch (effect.kind) {
    case 'attempt': {
      const { task, attempt, stopping } = effect;
      const end = how === undefined ? undefined : of(TROUBLE, how);
      const wellEnded: AttemptEnd = stopping === undefined ? { kind: 'exited', code: 0 } : { kind: 'cancelled' };
      machine.do({ type: 'attempt-ended', task, attempt, end: end ?? wellEnded, activeMs: 1 });
      return;
    }
    case 'snapshot': {
      const { task, attempt } = effect;
      if (how !== undefined && how % 3 === 0)
        machine.do({ type: 'snapshot-failed', task, attempt, message: 'disk full' });
      else
        machine.do({
          type: 'snapshot-taken',
          task,
          attempt,
          snapshot: { ...(how === undefined || how % 3 === 1 ? { commit: commit() } : {}), files: [], findings: [] },
        });
      return;
    }
    case 'gate': {
      const { scope, run, gate } = effect;
      const verdict = how === undefined ? 'passed' : (of(['failed', 'not-run'] as const, how) ?? 'failed');
      machine.do({ type: 'gate-ended', scope, run, report: report(gate.name, verdict, gate.blocking) });
      return;
    }
    case 'merge': {
      const { task, attempt } = effect;
      if (how === undefined) machine.do({ type: 'merged', task, attempt, commit: commit() });
      else machine.do({ type: 'conflicted', task, attempt, files: ['a.ts'] });
      return;
    }
    case 'prepare': {
      const { task, attempt } = effect;
      machine.do({ type: 'prepared', task, attempt, ...(how !== undefined && { error: 'no worktree' }) });
      return;
    }
    case 'roll-back': {
      const { task } = effect;
      const refusal = { kind: 'conflict', files: ['a.ts'], others: [] } as const;
      if (how === undefined) machine.do({ type: 'rolled-back', task, commit: commit() });
      else machine.do({ type: 'roll-back-refused', task, refusal: refusal as never });
      return;
    }
    case 'radar': {
      const held = machine.state.graph.nodes.filter((_, i) => isHeldPhase(machine.state.tasks[i]?.phase as never));
      const [one, other] = held.map(({ id }) => id);
      if (one !== undefined && other !== undefined)
        machine.do({ type: 'foreseen', pairs: [{ tasks: [one, other], files: ['a.ts'] } as never] });
      return;
    }
    case 'wake':
      machine.do({ type: 'wake', kind: effect.agent });
  }
}

/** What is under way, as whoever performs effects sees it: one that is no longer wanted is over, though it may report. */
class World {
  /** Steps so far. */
  now = 0;
  readonly late: Effect[] = [];
  readonly #begun = new Map<string, { readonly effect: Effect; readonly at: number }>();
  /** By gate's place and name: when the run of it began whose report counts. */
  readonly judged = new Map<string, number>();

  step(machine: Machine, act: () => void): void {
    this.now++;
    const seq = machine.state.seq;
    act();
    for (const { event } of machine.journal.slice(seq))
      if (event.type === 'gate.ended' && event.scope.kind !== 'task')
        this.judged.set(placeOf(event.scope, event.report.gate), this.#reported ?? -1);
    this.#reported = undefined;
    const wanted = effectsOf(machine.state);
    for (const [key, { effect }] of this.#begun)
      if (!wanted.some((other) => other.key === key)) {
        this.#begun.delete(key);
        this.late.push(effect);
      }
    for (const effect of wanted)
      if (!this.#begun.has(effect.key)) this.#begun.set(effect.key, { effect, at: this.now });
  }

  /** It is about to report. */
  reports(effect: Effect): void {
    this.#reported = this.#begun.get(effect.key)?.at;
  }

  /** By layer: the last step in which something of it that later layers may have judged became another. */
  readonly remade = new Map<number, number>();

  /** Whoever performed them is gone. */
  crash(): void {
    this.#begun.clear();
  }

  #reported: number | undefined;
}

const placeOf = (scope: GateScope, gate: string): string =>
  `${scope.kind === 'layer' ? scope.layer : scope.kind}/${gate}`;

const isDone = (kind: string | undefined): boolean => kind === 'merged' || kind === 'skipped';

/** Whatever has happened, this holds. */
function check(machine: Machine, before: number, world: World, changed: readonly number[]): void {
  const { state, journal } = machine;
  const places = state.tasks.flatMap(({ phase }) => (isHeldPhase(phase) ? [phase.agent] : []));
  expect(new Set(places).size, 'no two tasks hold one worktree').toBe(places.length);
  expect(places.every((at) => at >= 0 && at < state.spec.agents)).toBe(true);
  const keys = machine.effects();
  expect(new Set(keys).size, `effects by their names: ${keys.join(', ')}`).toBe(keys.length);
  for (const { event } of journal.slice(before))
    if (event.type === 'attempt.started' && !event.byHand) {
      const node = state.graph.nodes[state.index.get(event.task) ?? -1];
      const open = (node?.dependsOn ?? []).filter((i) => !isDone(state.tasks[i]?.phase.kind));
      expect(open, `${event.task} began before what it depends on was there`).toEqual([]);
    }
  if (state.status.kind === 'finished') {
    expect(keys.filter((key) => !key.startsWith('roll-back/'))).toEqual([]);
    if (state.status.outcome === 'succeeded') {
      expect(state.tasks.every(({ phase }) => isDone(phase.kind))).toBe(true);
      for (const i of [...state.layers.keys(), undefined]) {
        const layer = i === undefined ? state.end : state.layers[i];
        if (layer !== undefined) expect(standing(integrationGates(state, i), layer).kind).toBe('passed');
        const own = changed.filter((_, of) => i === undefined || of === i);
        const remade = [...world.remade].flatMap(([of, at]) => (i === undefined || of <= i ? [at] : []));
        const last = Math.max(-1, ...own, ...remade);
        for (const { name } of integrationGates(state, i))
          if (layer?.waived.includes(name) === false) {
            const scope: GateScope = i === undefined ? { kind: 'end' } : { kind: 'layer', layer: i + 1 };
            const at = world.judged.get(placeOf(scope, name));
            expect(at, `${placeOf(scope, name)} judged what is there`).toBeGreaterThanOrEqual(last);
          }
      }
    }
  }
}

/** A person who wants it done does the first that is open to them. */
function carriesOn(machine: Machine): boolean {
  const { state } = machine;
  const did = (command: UserCommand): boolean => {
    const seq = state.seq;
    return machine.do(command) === undefined && state.seq > seq;
  };
  const tasks = state.graph.nodes.map(({ id }) => id);
  return (
    (state.status.kind === 'paused' && did({ type: 'resume' })) ||
    tasks.some((task) => did({ type: 'hand-back', task })) ||
    tasks.some(
      (task) => state.tasks[state.index.get(task) ?? -1]?.phase.kind !== 'skipped' && did({ type: 'retry', task }),
    ) ||
    tasks.some((task) => did({ type: 'mark-read', task })) ||
    state.layers.some((layer, i) =>
      layer.gates.some(({ gate }) => did({ type: 'retry-gate', scope: { kind: 'layer', layer: i + 1 }, gate })),
    ) ||
    state.end.gates.some(({ gate }) => did({ type: 'retry-gate', scope: { kind: 'end' }, gate })) ||
    did({ type: 'resume' })
  );
}

const isDelivered = ({ status }: RunState): boolean => status.kind === 'finished' && status.outcome === 'succeeded';

it('whatever happens in whatever order, what a run says is so, and it can be brought to its end', () => {
  fc.assert(
    fc.property(plans, specs, moves, (plan, spec, script) => {
      const machine = new Machine(plan, spec);
      const { state } = machine;
      const world = new World();
      /** By layer: the last step in which something of it was merged or taken back. */
      const changed: number[] = state.layers.map(() => -1);
      const step = (act: () => void): void => {
        const before = machine.journal.length;
        machine.wait(1);
        world.step(machine, act);
        for (const { event } of machine.journal.slice(before))
          if (event.type === 'task.merged' || event.type === 'task.rolled-back') {
            const layer = state.graph.nodes[state.index.get(event.task) ?? -1]?.layer ?? 0;
            changed[layer] = world.now;
            const isAgain = machine.journal
              .slice(0, before)
              .some(
                ({ event: old }) =>
                  (old.type === 'task.merged' || old.type === 'task.skipped') && old.task === event.task,
              );
            if (isAgain) world.remade.set(layer, world.now);
          }
        check(machine, before, world, changed);
      };
      for (const move of script)
        step(() => {
          const effect = of(move.does === 'late' ? world.late : effectsOf(state), move.pick);
          if (move.does === 'person') personDoes(machine, move);
          else if (move.does === 'crash') {
            world.crash();
            machine.do({ ...TAKE, epoch: state.session.epoch + 1 });
          } else if (effect !== undefined) {
            if (move.does !== 'late') world.reports(effect);
            happens(machine, effect, move.does === 'trouble' ? move.how : undefined);
          }
        });
      expect(fold(machine.journal)).toEqual(state);
      for (let rounds = 0; rounds < 300 && !isDelivered(state); rounds++)
        step(() => {
          const effect = effectsOf(state).find(({ kind }) => kind !== 'radar');
          if (effect === undefined) carriesOn(machine);
          else {
            world.reports(effect);
            happens(machine, effect, undefined);
          }
        });
      expect(state.status).toEqual({ kind: 'finished', outcome: 'succeeded' });
      expect(fold(machine.journal)).toEqual(state);
    }),
    { numRuns: 200 },
  );
});
