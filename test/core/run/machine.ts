import { isDeepStrictEqual } from 'node:util';
import { advance } from '../../../src/core/run/advance.ts';
import type { RunCommand } from '../../../src/core/run/command.ts';
import { decide } from '../../../src/core/run/decide.ts';
import { effectsOf, type Effect } from '../../../src/core/run/effects.ts';
import { beginRun, evolve } from '../../../src/core/run/evolve.ts';
import type { AttemptEnd, GateScope, Recorded, RunEvent, RunSpec } from '../../../src/core/run/event.ts';
import type { RunState } from '../../../src/core/run/state.ts';
import type { GateReport, GateSpec } from '../../../src/core/gate/gate.ts';
import type { AgentReport, AgentVerdict } from '../../../src/core/agent/report.ts';
import { parsePlan } from '../../../src/core/plan/parse.ts';

/** A run without a world: commands in, events out, effects to be done by hand. */
export class Machine {
  readonly journal: Recorded[] = [];
  /** Wall clock and monotonic clock of the next event, ms. */
  get now(): number {
    return 1000 + this.#clock;
  }

  readonly state: RunState;
  #clock = 0;

  constructor(plan: string, spec: Partial<RunSpec> = {}) {
    const event: RunEvent = { type: 'run.started', version: 1, spec: { ...specOf(plan), ...spec } };
    const first: Recorded = { seq: 1, at: 1000, mono: 0, event };
    this.journal.push(first);
    const state = beginRun(first);
    if (state === undefined) throw new Error('no run');
    this.state = state;
    this.do({ type: 'take', epoch: 1, driver: 'cli', pid: 1, boot: 'boot', utcOffsetMinutes: 0 });
  }

  /** Lets time pass, in ms. */
  wait(ms: number): this {
    this.#clock += ms;
    return this;
  }

  /** Takes a command and all that follows from it. The rejection, where there is one. */
  do(command: RunCommand): string | undefined {
    const decision = decide(this.state, command);
    if ('rejected' in decision) return decision.rejected;
    this.#take(decision.events);
    for (let follows = advance(this.state); follows.length > 0; follows = advance(this.state)) this.#take(follows);
    return undefined;
  }

  effects(): string[] {
    return effectsOf(this.state).map((effect) => effect.key);
  }

  effect(key: string): Effect | undefined {
    return effectsOf(this.state).find((effect) => effect.key === key);
  }

  phases(): Record<string, string> {
    return Object.fromEntries(
      this.state.graph.nodes.map((node, i) => [node.id, this.state.tasks[i]?.phase.kind ?? '']),
    );
  }

  attempt(task: string): number {
    return this.state.tasks[this.state.index.get(task) ?? -1]?.attempts.length ?? 0;
  }

  /** The agent ends; with 0 unless told. */
  ended(
    task: string,
    end: AttemptEnd = { kind: 'exited', code: 0 },
    more: { readonly report?: AgentReport; readonly verdict?: AgentVerdict } = {},
  ): this {
    this.do({ type: 'attempt-ended', task, attempt: this.attempt(task), end, activeMs: 10, ...more });
    return this;
  }

  /** Its result is taken: a commit unless told that nothing changed. */
  taken(
    task: string,
    commit = `${task}-commit`,
    findings: RunState['tasks'][number]['attempts'][number]['gates'][number]['findings'] = [],
  ): this {
    const files = commit === '' ? [] : [{ path: `${task}.txt`, status: 'added' as const, added: 1, removed: 0 }];
    this.do({
      type: 'snapshot-taken',
      task,
      attempt: this.attempt(task),
      snapshot: { ...(commit !== '' && { commit }), files, findings },
    });
    return this;
  }

  gate(task: string, gate: string, verdict: GateReport['verdict'] = 'passed'): this {
    return this.judged({ kind: 'task', task, attempt: this.attempt(task) }, report(gate, verdict));
  }

  layerGate(layer: number, gate: string, verdict: GateReport['verdict'] = 'passed'): this {
    return this.judged({ kind: 'layer', layer }, report(gate, verdict));
  }

  /** The report of the gate's run that is wanted now. */
  judged(scope: GateScope, report: GateReport): this {
    const wanted = effectsOf(this.state).find((e) => e.kind === 'gate' && isDeepStrictEqual(e.scope, scope));
    if (wanted?.kind !== 'gate') throw new Error(`No gate is wanted of ${JSON.stringify(scope)}.`);
    this.do({ type: 'gate-ended', scope, run: wanted.run, report });
    return this;
  }

  merged(task: string): this {
    this.do({ type: 'merged', task, attempt: this.attempt(task), commit: `after-${task}` });
    return this;
  }

  /** From work to merged. */
  done(task: string): this {
    return this.ended(task).taken(task).merged(task);
  }

  #take(events: readonly RunEvent[]): void {
    for (const event of events) {
      const recorded: Recorded = { seq: this.state.seq + 1, at: 1000 + this.#clock, mono: this.#clock, event };
      evolve(this.state, recorded);
      this.journal.push(recorded);
    }
  }
}

export function report(gate: string, verdict: GateReport['verdict'], blocking = true): GateReport {
  return {
    gate,
    verdict,
    blocking,
    weight: 1,
    checks: [
      { label: `run ${gate}`, verdict, note: verdict === 'passed' ? 'exit code 0' : 'exit code 1', output: 'output' },
    ],
    findings: [],
    durationMs: 5,
  };
}

export function gateSpec(name: string, when: GateSpec['when'] = 'task', blocking = true): GateSpec {
  return { name, when, blocking, weight: 1, timeoutMs: 1000, commands: [{ label: name, argv: [name] }] };
}

function specOf(text: string): RunSpec {
  const plan = parsePlan(text);
  return {
    id: 'exec-20241201-test',
    orca: 'test',
    plan,
    strategy: 'hybrid',
    agents: 2,
    agent: 'shell',
    priorities: plan.tasks.map((_, i) => -i),
    plannedMinutes: 10,
    base: 'base',
    branch: 'main',
    uncommitted: false,
    gates: [],
    limits: { attempts: 2, idleMs: 1000, totalMs: 1000 },
  };
}
