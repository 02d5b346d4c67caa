import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Agent } from '../core/agent/agent.ts';
import { promptFor } from '../core/agent/prompt.ts';
import { tampering } from '../core/gate/tampering.ts';
import { checkOf, reportOf } from '../core/gate/verdict.ts';
import type { Check } from '../core/gate/gate.ts';
import type { RunCommand } from '../core/run/command.ts';
import type { Effect } from '../core/run/effects.ts';
import type { PlanTask } from '../core/plan/plan.ts';
import type { Attempt, RunState } from '../core/run/state.ts';
import { oneLine } from '../core/view/print.ts';
import type { AgentPool } from './agent-pool.ts';
import { attemptDir, gateDir, scopeName } from './run-files.ts';
import type { Job, JobResult } from './runner/protocol.ts';
import type { Workspaces } from './workspaces.ts';

/** What effects work with. */
export interface EffectContext {
  /** The run's folder. */
  readonly dir: string;
  readonly state: RunState;
  readonly pool: AgentPool;
  readonly workspaces: Workspaces;
  readonly agents: ReadonlyMap<string, Agent>;
  readonly maxLogBytes: number;
  readonly submit: (command: RunCommand) => Promise<unknown>;
}

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
  }
}

type Of<K extends Effect['kind']> = Extract<Effect, { kind: K }>;

async function performAttempt(effect: Of<'attempt'>, context: EffectContext, signal: AbortSignal): Promise<void> {
  const { task, attempt } = current(effect, context);
  const dir = attemptDir(context.dir, effect.task, effect.attempt);
  const result = await context.pool.run(
    effect.agent,
    {
      id: `${effect.task}/${effect.attempt}/agent`,
      dir,
      make: () => attemptJob(effect, task, attempt, dir, context),
    },
    signal,
  );
  await context.submit({
    type: 'attempt-ended',
    task: effect.task,
    attempt: effect.attempt,
    end: result.end,
    activeMs: result.activeMs,
    ...(result.lastWords !== undefined && { lastWords: result.lastWords }),
  });
}

async function attemptJob(
  effect: Of<'attempt'>,
  task: PlanTask,
  attempt: Attempt,
  dir: string,
  { state, workspaces, agents, maxLogBytes }: EffectContext,
): Promise<Job | { readonly error: string }> {
  if (effect.stopping !== undefined) return { error: 'stopped before it began' };
  const kind = task.agent ?? state.spec.agent;
  const agent = agents.get(kind);
  if (agent === undefined)
    return {
      error: `There is no agent "${kind}". Known are: ${[...agents.keys()].join(', ')}. Define it in orca.agents or .orca/agents.json.`,
    };
  const before = state.tasks[state.index.get(task.id) ?? -1]?.attempts.at(-2);
  const content = attempt.mend ? before?.snapshot?.commit : undefined;
  const prepared = await workspaces.prepare(effect.agent, attempt.base, content);
  if ('error' in prepared) return prepared;
  const worktree = workspaces.path(effect.agent);
  const prompt = promptFor(state, task);
  const promptFile = join(dir, 'prompt.md');
  const invocation = agent.invoke({ task, prompt, promptFile, dir, worktree, permission: 'edits' });
  await mkdir(dir, { recursive: true });
  await writeFile(promptFile, prompt);
  for (const { name, text } of invocation.files) await writeFile(join(dir, name), text);
  return {
    id: `${task.id}/${attempt.number}/agent`,
    banner: `${task.id} · attempt ${attempt.number}`,
    argv: invocation.argv,
    cwd: worktree,
    env: { ...workspaces.env, ...invocation.env, ...jobEnv(state, task.id) },
    ...(invocation.stdin !== undefined && { stdin: invocation.stdin }),
    dir,
    idleMs: state.spec.limits.idleMs,
    totalMs: state.spec.limits.totalMs,
    maxLogBytes,
  };
}

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
          env: { ...workspaces.env, ...jobEnv(state, scope.kind === 'task' ? scope.task : undefined) },
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

function current(
  { task: id, attempt: number }: { readonly task: string; readonly attempt: number },
  { state }: EffectContext,
): { readonly task: PlanTask; readonly attempt: Attempt } {
  const i = state.index.get(id) ?? -1;
  const task = state.spec.plan.tasks[i];
  const attempt = state.tasks[i]?.attempts.at(-1);
  if (task === undefined || attempt?.number !== number) throw new Error(`no attempt ${number} of ${id}`);
  return { task, attempt };
}

function jobEnv(state: RunState, task: string | undefined): Record<string, string> {
  return { ORCA_RUN_ID: state.spec.id, ...(task !== undefined && { ORCA_TASK_ID: task }) };
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
