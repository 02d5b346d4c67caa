import { join } from 'node:path';
import { planningSummary, type StepAccount } from '../../core/planning/summary.ts';
import { decisionsOf } from '../../core/planning/run-decisions.ts';
import { ARTEFACTS, artefactPath, STEPS, type Artefact, type Step } from '../../core/planning/steps.ts';
import type { RunState } from '../../core/run/state.ts';
import { replaceText } from '../replace-text.ts';
import { planningSummaryPath } from '../run-files.ts';
import { textAt } from './deliver.ts';

/** The account of a run that made a plan, as the user's folder has it now; written into the run's folder. */
export async function planningDocument(
  root: string,
  dir: string,
  state: RunState,
): Promise<{ readonly path: string; readonly text: string }> {
  const { planning } = state.spec;
  const texts = new Map<Artefact, string | undefined>();
  for (const name of ARTEFACTS) texts.set(name, await textAt(join(root, artefactPath(planning?.folder ?? '', name))));
  const text =
    planning === undefined
      ? ''
      : planningSummary({
          request: planning,
          steps: STEPS.map((step) => accountOf(state, step)),
          text: (name) => texts.get(name),
          decisions: decisionsOf(state),
        });
  const path = planningSummaryPath(dir);
  await replaceText(path, text);
  return { path, text };
}

function accountOf(state: RunState, { id, writes }: Step): StepAccount {
  const task = state.tasks[state.index.get(id) ?? -1];
  if (task === undefined) return { id, attempts: 0, outcome: 'kept' };
  const kind = task.attempts.at(-1)?.kind;
  const activeMs = task.attempts.reduce((sum, attempt) => sum + (attempt.activeMs ?? 0), 0);
  return {
    id,
    attempts: task.attempts.length,
    ...(kind !== undefined && !writes.includes('startup.md') && { agent: kind }),
    ...(task.attempts.length > 0 && { minutes: activeMs / 60_000 }),
    outcome: task.phase.kind === 'merged' ? 'done' : task.phase.kind === 'failed' ? 'failed' : 'open',
  };
}
