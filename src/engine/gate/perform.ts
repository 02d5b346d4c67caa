import { sarifOf } from '../../core/gate/sarif.ts';
import type { GateReport } from '../../core/gate/gate.ts';
import type { Effect } from '../../core/run/effects.ts';
import type { EffectContext } from '../attempt.ts';
import { replaceText } from '../replace-text.ts';
import { reportPath } from '../run-files.ts';
import { review } from './review.ts';
import { runGate, type GateRun } from './run-gate.ts';
import { siteInRun } from './site-in-run.ts';

export type GateEffect = Extract<Effect, { kind: 'gate' }>;

/** Runs a gate of a run, and keeps what it found. */
export async function performGate(effect: GateEffect, context: EffectContext, signal: AbortSignal): Promise<void> {
  const { scope, run, gate } = effect;
  const done =
    gate.review !== undefined && scope.kind === 'task'
      ? reviewed(await review(effect, scope, context, signal))
      : await runGate(gate, await siteInRun(effect, context, signal));
  // What was stopped has not been judged.
  signal.throwIfAborted();
  await keep(effect, done, context);
  await context.submit({ type: 'gate-ended', scope, run, report: done.report });
}

function reviewed(report: GateReport): GateRun {
  return { report, findings: report.findings };
}

/** For people and for other programs; never read back. */
async function keep({ scope, run }: GateEffect, { report, findings }: GateRun, context: EffectContext): Promise<void> {
  const path = (format: 'json' | 'sarif'): string => reportPath(context.dir, scope, report.gate, run, format);
  await replaceText(path('json'), JSON.stringify({ scope, ...report, findings }, undefined, 2));
  await replaceText(
    path('sarif'),
    JSON.stringify(sarifOf([{ report, findings }], context.state.spec.orca), undefined, 2),
  );
}
