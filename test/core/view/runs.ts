import type { GateReport, GateSpec } from '../../../src/core/gate/gate.ts';
import { buildGraph } from '../../../src/core/graph/build.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import type { RunEvent, RunSpec, Snapshot } from '../../../src/core/run/event.ts';
import { fold } from '../../../src/core/run/evolve.ts';
import type { RunState } from '../../../src/core/run/state.ts';
import { simulate } from '../../../src/core/schedule/simulate.ts';

/** Wall clock of the first event: it is never 0 and never run time. */
export const EPOCH = 1_733_000_000_000;
export const MINUTE = 60_000;

export function spec(plan: Plan, more: Partial<RunSpec> = {}): RunSpec {
  const strategy = more.strategy ?? 'hybrid';
  const agents = more.agents ?? 3;
  const schedule = simulate(buildGraph(plan), { strategy, agents });
  return {
    id: 'exec-20241201-ecom-api',
    orca: '0.1.0',
    plan,
    planPath: 'plan.md',
    strategy,
    agents,
    agent: 'shell',
    priorities: schedule.priorities,
    plannedMinutes: schedule.minutes,
    base: 'base',
    branch: 'main',
    uncommitted: false,
    gates: [],
    limits: { attempts: 2, idleMs: MINUTE, totalMs: 60 * MINUTE },
    ...more,
  };
}

/** A run's state from what happened, each event at its minute of run time. */
export function run(of: RunSpec, happened: readonly (readonly [minute: number, ...events: RunEvent[]])[]): RunState {
  const session: RunEvent = { type: 'session.started', epoch: 1, driver: 'window', pid: 1, boot: 'boot' };
  const events = [[0, { type: 'run.started', version: 1, spec: of } as RunEvent, session] as const, ...happened];
  const mono = 5_000_000;
  const journal = events.flatMap(([minute, ...these]) => these.map((event) => ({ ms: minute * MINUTE, event })));
  const state = fold(journal.map(({ ms, event }, i) => ({ seq: i + 1, at: EPOCH + ms, mono: mono + ms, event })));
  if (state === undefined) throw new Error('the journal does not begin as one');
  return state;
}

export function started(task: string, agent: number, attempt = 1): RunEvent {
  return { type: 'attempt.started', task, attempt, agent, base: 'base', mend: false };
}

/** The agent is done and its result taken; what comes next is gates, or the verdict. */
export function taken(
  task: string,
  minutes: number,
  more: { attempt?: number; snapshot?: Snapshot; code?: number; words?: string } = {},
): RunEvent[] {
  const { attempt = 1, snapshot = { commit: `commit-${task}`, files: [], findings: [] }, code = 0, words } = more;
  return [
    {
      type: 'attempt.ended',
      task,
      attempt,
      end: { kind: 'exited', code },
      activeMs: minutes * MINUTE,
      ...(words !== undefined && { lastWords: words }),
    },
    { type: 'attempt.snapshot', task, attempt, snapshot },
  ];
}

export function merged(task: string, attempt = 1): RunEvent[] {
  return [
    { type: 'attempt.accepted', task, attempt },
    { type: 'task.merged', task, attempt, commit: `merge-${task}` },
  ];
}

export function report(gate: string, verdict: GateReport['verdict'], more: Partial<GateReport> = {}): GateReport {
  return {
    gate,
    verdict,
    blocking: true,
    weight: 1,
    ...(verdict !== 'not-run' && { score: verdict === 'passed' ? 100 : 0 }),
    checks: [{ label: `npm run ${gate}`, verdict, note: verdict === 'passed' ? 'exit code 0' : 'exit code 1' }],
    findings: [],
    durationMs: 0,
    ...more,
  };
}

export function gateSpec(name: string, when: GateSpec['when'], more: Partial<GateSpec> = {}): GateSpec {
  return { name, when, commands: [], blocking: true, timeoutMs: MINUTE, weight: 1, always: true, ...more };
}
