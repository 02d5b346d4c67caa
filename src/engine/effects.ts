import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tampering } from '../core/gate/tampering.ts';
import { checkOf, reportOf } from '../core/gate/verdict.ts';
import type { Check } from '../core/gate/gate.ts';
import type { Effect } from '../core/run/effects.ts';
import { oneLine } from '../core/view/print.ts';
import type { AgentPool } from './agent-pool.ts';
import { current, jobEnvironment, performAttempt, prepareWorktree, type EffectContext } from './attempt.ts';
import { gateDir, scopeName } from './run-files.ts';
import type { Job, JobResult } from './runner/protocol.ts';
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
  const read = async (commit: string): Promise<string | undefined> =>
    taken.files.some((file) => file.path === 'package.json')
      ? context.workspaces.read(commit, 'package.json')
      : undefined;
  const before = await read(attempt.base);
  const after = taken.commit === undefined ? undefined : await read(taken.commit);
  const findings = tampering(taken.files, task.files, {
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  });
  await context.submit({ type: 'snapshot-taken', ...of, snapshot: { ...taken, findings } });
}

async function performGate(effect: Of<'gate'>, context: EffectContext, signal: AbortSignal): Promise<void> {
  const { scope, gate, agent } = effect;
  const { state, workspaces, pool } = context;
  const run = scope.kind === 'task' ? 0 : (scope.kind === 'layer' ? state.layers[scope.layer - 1] : state.end)?.runs;
  const dir = gateDir(context.dir, scope, gate.name, run ?? 0);
  const checks: Check[] = [];
  let durationMs = 0;
  for (const [i, command] of gate.commands.entries()) {
    const result = await runToAnEnd(pool, agent, signal, (again) => {
      const id = `${scopeName(scope)}/${gate.name}/${run ?? 0}/${i}/${again}`;
      const jobDir = join(dir, `${i + 1}${again === 0 ? '' : `-again-${again}`}`);
      const make = async (): Promise<Job | { readonly error: string }> => {
        if (scope.kind !== 'task' && i === 0) {
          const prepared = await workspaces.prepare(agent, state.integration);
          if ('error' in prepared) return prepared;
        }
        const [program, ...rest] = command.argv;
        return {
          id,
          banner: `gate ${gate.name} of ${scopeName(scope)}: ${oneLine(command.label)}`,
          argv: [program ?? '', ...rest],
          cwd: workspaces.path(agent),
          ...(await jobEnvironment(context, agent, scope.kind === 'task' ? scope.task : undefined)),
          dir: jobDir,
          idleMs: 0,
          totalMs: gate.timeoutMs,
          maxLogBytes: context.maxLogBytes,
        };
      };
      return { id, dir: jobDir, make };
    });
    durationMs += result.activeMs;
    checks.push(checkOf(command.label, { end: result.end, output: await tailOf(result.dir) }));
  }
  await context.submit({ type: 'gate-ended', scope, report: reportOf(gate, checks, durationMs) });
}

/** A check changes nothing, so one that lost its runner is simply run again, twice at most. */
async function runToAnEnd(
  pool: AgentPool,
  agent: number,
  signal: AbortSignal,
  request: (again: number) => Parameters<AgentPool['run']>[1],
): Promise<JobResult & { readonly dir: string }> {
  for (let again = 0; ; again++) {
    const job = request(again);
    const result = await pool.run(agent, job, signal);
    if (result.end.kind !== 'interrupted' || again === 2) return { ...result, dir: job.dir };
  }
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

/** Timers cannot be longer than this. */
const LONGEST_SLEEP_MS = 2 ** 30;

async function performWake({ agent, until }: Of<'wake'>, context: EffectContext, signal: AbortSignal): Promise<void> {
  for (let left = until - context.clock.now(); left > 0; left = until - context.clock.now())
    await delay(Math.min(left, LONGEST_SLEEP_MS), undefined, { signal });
  await context.submit({ type: 'wake', kind: agent });
}

const TAIL_BYTES = 4000;

/** The end of what a job printed, for the report. */
async function tailOf(dir: string): Promise<string> {
  let file;
  try {
    file = await open(join(dir, 'output.log'), 'r');
  } catch {
    return '';
  }
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    await file.read(buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').split('\n').map(oneLine).join('\n').trim();
  } finally {
    await file.close();
  }
}
