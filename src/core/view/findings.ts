import type { Finding, GateReport } from '../gate/gate.ts';
import { INTEGRITY } from '../gate/tampering.ts';
import type { GateScope } from '../run/event.ts';
import { layerOf } from '../run/evolve.ts';
import type { Attempt, RunState, TaskState } from '../run/state.ts';

/** Where the file of a finding is, as things stand. */
export type FindingPlace =
  /** In the folder that the task's agent works in, by its slot. */
  | { readonly kind: 'worktree'; readonly slot: number }
  /** Nowhere on the disk: as it was committed. */
  | { readonly kind: 'commit'; readonly commit: string }
  /** In the user's checkout. */
  | { readonly kind: 'checkout' };

export interface PlacedFinding {
  readonly finding: Finding;
  readonly report: GateReport;
  readonly scope: GateScope;
  readonly place: FindingPlace;
}

/**
 * What the gates of a run found and nobody has settled: of each task's last attempt, of each layer and of the end. A
 * finding is in the worktree as long as that holds the attempt, in the user's checkout when the run is applied, and else
 * in the commit that was judged. What a gate finds again after a later layer is told once.
 */
export function openFindings(state: RunState): PlacedFinding[] {
  const found = state.tasks.flatMap((task, i) => ofTask(state, task, state.graph.nodes[i]?.id ?? ''));
  const told = new Set<string>();
  const scopes = state.layers.map((_, i): IntegrationScope => ({ kind: 'layer', layer: i + 1 }));
  for (const scope of [...scopes, { kind: 'end' } as const]) {
    const fresh = ofGates(state, layerOf(state, scope), scope).filter(({ finding }) => !told.has(keyOf(finding)));
    for (const { finding } of fresh) told.add(keyOf(finding));
    found.push(...fresh);
  }
  return found;
}

type IntegrationScope = Exclude<GateScope, { kind: 'task' }>;

function keyOf({ gate, rule, path = '', line = 0, fingerprint = `${line}` }: Finding): string {
  return [gate, rule, path, fingerprint].join('\0');
}

function ofTask(state: RunState, task: TaskState, id: string): PlacedFinding[] {
  const attempt = task.attempts.at(-1);
  // An attempt at work is mending what was found.
  if (attempt === undefined || task.phase.kind === 'working' || task.phase.kind === 'waiting') return [];
  const scope: GateScope = { kind: 'task', task: id, attempt: attempt.number };
  const commit = attempt.snapshot?.commit ?? attempt.base;
  const place = placeOf(state, task, attempt.agent, attempt.startedAt, commit);
  const isAccepted = task.phase.kind === 'merging' || task.phase.kind === 'merged';
  return attemptReports(attempt, id)
    .filter(({ gate }) => !attempt.waived.includes(gate) && !(isAccepted && gate === INTEGRITY))
    .flatMap((report) => placed(report, scope, place));
}

/** What was said of an attempt: before all gates, what it did to what judges it. */
export function attemptReports({ snapshot, gates }: Attempt, task: string): readonly GateReport[] {
  const findings = (snapshot?.findings ?? []).map((finding) => ({ ...finding, task }));
  if (findings.length === 0) return gates;
  const check = { label: 'what judges the work', verdict: 'failed', note: 'was changed by the attempt' } as const;
  const report = { gate: INTEGRITY, verdict: 'failed', blocking: true, weight: 1, score: 0, durationMs: 0 } as const;
  return [{ ...report, checks: [check], findings }, ...gates];
}

function placeOf(state: RunState, { phase }: TaskState, slot: number, startedAt: number, commit: string): FindingPlace {
  if (phase.kind === 'merged') return state.applied === undefined ? { kind: 'commit', commit } : { kind: 'checkout' };
  const isReused = state.tasks.some(({ attempts }) =>
    attempts.some((other) => other.agent === slot && other.startedAt > startedAt),
  );
  const isGone = state.status.kind === 'finished' && state.status.outcome !== 'failed';
  return isReused || isGone ? { kind: 'commit', commit } : { kind: 'worktree', slot };
}

function ofGates(
  state: RunState,
  { gates, waived }: { readonly gates: readonly GateReport[]; readonly waived: readonly string[] },
  scope: GateScope,
): PlacedFinding[] {
  return gates
    .filter(({ gate }) => !waived.includes(gate))
    .flatMap((report) =>
      placed(
        report,
        scope,
        state.applied === undefined
          ? { kind: 'commit', commit: report.commit ?? state.integration }
          : { kind: 'checkout' },
      ),
    );
}

function placed(report: GateReport, scope: GateScope, place: FindingPlace): PlacedFinding[] {
  return report.findings.map((finding) => ({ finding, report, scope, place }));
}
