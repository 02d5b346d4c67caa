import { sarifOf } from '../../core/gate/sarif.ts';
import type { GateReport } from '../../core/gate/gate.ts';
import type { Effect } from '../../core/run/effects.ts';
import type { GateScope } from '../../core/run/event.ts';
import { current, type EffectContext } from '../attempt.ts';
import { replaceText } from '../replace-text.ts';
import { reportPath } from '../run-files.ts';
import { review } from './review.ts';
import { runGate, type GateRun } from './run-gate.ts';
import { siteInRun } from './site-in-run.ts';

export type GateEffect = Extract<Effect, { kind: 'gate' }>;

/** Runs a gate of a run, and keeps what it found. */
export async function performGate(effect: GateEffect, context: EffectContext, signal: AbortSignal): Promise<void> {
  const { scope, gate } = effect;
  const run = runOf(scope, context);
  const done =
    gate.review !== undefined && scope.kind === 'task'
      ? reviewed(await review(effect, scope, run, context, signal))
      : await runGate(gate, await siteInRun(effect, run, context, signal));
  // What was stopped has not been judged.
  signal.throwIfAborted();
  await keep(scope, run, done, context);
  await context.submit({ type: 'gate-ended', scope, report: done.report });
}

function reviewed(report: GateReport): GateRun {
  return { report, findings: report.findings };
}

/** For people and for other programs; never read back. */
async function keep(
  scope: GateScope,
  run: number,
  { report, findings }: GateRun,
  context: EffectContext,
): Promise<void> {
  const path = (format: 'json' | 'sarif'): string => reportPath(context.dir, scope, report.gate, run, format);
  await replaceText(path('json'), JSON.stringify({ scope, ...report, findings }, undefined, 2));
  await replaceText(
    path('sarif'),
    JSON.stringify(sarifOf([{ report, findings }], context.state.spec.orca), undefined, 2),
  );
}

/** Tells one run of a gate from its next. */
function runOf(scope: GateScope, context: EffectContext): number {
  const { state } = context;
  switch (scope.kind) {
    case 'task':
      return current(scope, context).attempt.handBacks;
    case 'layer':
      return state.layers[scope.layer - 1]?.runs ?? 0;
    case 'end':
      return state.end.runs;
  }
}
