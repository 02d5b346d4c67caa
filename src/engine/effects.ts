import { setTimeout as delay } from 'node:timers/promises';
import type { Finding } from '../core/gate/gate.ts';
import { readsText, tampering, type Texts } from '../core/gate/tampering.ts';
import type { PlanTask } from '../core/plan/plan.ts';
import type { ChangedFile } from '../core/run/event.ts';
import type { Effect } from '../core/run/effects.ts';
import { oneLine } from '../core/view/print.ts';
import { current, performAttempt, prepareWorktree, type EffectContext } from './attempt.ts';
import { performGate } from './gate/perform.ts';
import { performRadar } from './radar.ts';
export type { EffectContext } from './attempt.ts';

/** Does what an effect asks, and reports it as a command. Rejects on an I/O error; may be repeated. */
export async function perform(effect: Effect, context: EffectContext, signal: AbortSignal): Promise<void> {
  switch (effect.kind) {
    case 'attempt':
      return performAttempt(effect, context, signal);
    case 'snapshot':
      return performSnapshot(effect, context);
    case 'gate':
      return performGate(effect, context, signal);
    case 'merge':
      return performMerge(effect, context);
    case 'prepare':
      return performPrepare(effect, context);
    case 'wake':
      return performWake(effect, context, signal);
    case 'roll-back':
      return performRollBack(effect, context);
    case 'radar':
      return performRadar(context, signal);
  }
}

type Of<K extends Effect['kind']> = Extract<Effect, { kind: K }>;

async function performSnapshot(effect: Of<'snapshot'>, context: EffectContext): Promise<void> {
  const { task, attempt } = current(effect, context);
  const of = { task: effect.task, attempt: effect.attempt };
  if (attempt.end?.kind === 'not-started') {
    await context.submit({ type: 'snapshot-taken', ...of, snapshot: { files: [], findings: [] } });
    return;
  }
  const taken = await context.workspaces.snapshot({
    slot: effect.agent,
    base: attempt.base,
    ...of,
    message: `${task.id}: ${oneLine(task.title)}`,
  });
  if ('error' in taken) {
    await context.submit({ type: 'snapshot-failed', ...of, message: taken.error });
    return;
  }
  const { commit } = taken;
  const findings = commit === undefined ? [] : await tamperingOf(task, attempt.base, { ...taken, commit }, context);
  await context.submit({ type: 'snapshot-taken', ...of, snapshot: { ...taken, findings } });
}

async function tamperingOf(
  { files: asked }: PlanTask,
  base: string,
  { commit, files }: { readonly commit: string; readonly files: readonly ChangedFile[] },
  { workspaces }: EffectContext,
): Promise<Finding[]> {
  const texts = new Map<string, Texts>();
  for (const file of files.filter(readsText)) {
    const [before, after] = await Promise.all([base, commit].map((at) => workspaces.read(at, file.path)));
    texts.set(file.path, { ...(before !== undefined && { before }), ...(after !== undefined && { after }) });
  }
  return tampering({ files, asked, texts, diff: await workspaces.diff(base, commit, 0) });
}

async function performMerge(effect: Of<'merge'>, context: EffectContext): Promise<void> {
  const { task } = current(effect, context);
  const of = { task: effect.task, attempt: effect.attempt };
  const merged = await context.workspaces.merge({
    ...of,
    commit: effect.commit,
    message: `${task.id}: ${oneLine(task.title)}`,
  });
  await context.submit(
    merged.kind === 'merged'
      ? { type: 'merged', ...of, commit: merged.commit }
      : { type: 'conflicted', ...of, files: merged.files },
  );
}

async function performPrepare(effect: Of<'prepare'>, context: EffectContext): Promise<void> {
  const { task, attempt } = current(effect, context);
  const prepared = await prepareWorktree(task, attempt, context);
  await context.submit({ type: 'prepared', task: effect.task, attempt: effect.attempt, ...prepared });
}

async function performRollBack({ task, tasks }: Of<'roll-back'>, context: EffectContext): Promise<void> {
  const { base } = context.state.spec;
  // The branch moves last of all: whatever went wrong, nothing was taken back, and the run is not held up by it.
  const done = await context.workspaces
    .rollBack({ base, tasks })
    .catch((error: unknown) => ({ kind: 'blocked', message: (error as Error).message }) as const);
  await context.submit(
    done.kind === 'rolled-back'
      ? { type: 'rolled-back', task, commit: done.commit }
      : { type: 'roll-back-refused', task, refusal: done },
  );
}

/** Timers cannot be longer than this. */
const LONGEST_SLEEP_MS = 2 ** 30;

async function performWake({ agent, until }: Of<'wake'>, context: EffectContext, signal: AbortSignal): Promise<void> {
  for (let left = until - context.clock.now(); left > 0; left = until - context.clock.now())
    await delay(Math.min(left, LONGEST_SLEEP_MS), undefined, { signal });
  await context.submit({ type: 'wake', kind: agent });
}
