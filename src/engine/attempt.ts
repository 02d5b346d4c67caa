import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent, McpServer, OwnProgram } from '../core/agent/agent.ts';
import { offeredAgents } from '../core/agent/registry.ts';
import { HOUSE_FILES, promptFor } from '../core/agent/prompt.ts';
import type { PlanTask } from '../core/plan/plan.ts';
import { endText } from '../core/run/advance.ts';
import type { RunCommand } from '../core/run/command.ts';
import type { Effect } from '../core/run/effects.ts';
import type { Attempt, RunState } from '../core/run/state.ts';
import { agentJob, jobEnvironment } from './agent-job.ts';
import type { AgentPool } from './agent-pool.ts';
import { asDecided, givenFiles } from './given-files.ts';
import { attemptDir } from './run-files.ts';
import { jobStarted } from './runner/job-files.ts';
import type { Job } from './runner/protocol.ts';
import { isRecorded, recordHistory } from './gate/history.ts';
import type { Workspaces } from './workspaces.ts';

/** What effects work with. */
export interface EffectContext {
  /** The user's checkout, and the run's folder in it. */
  readonly root: string;
  readonly dir: string;
  readonly state: RunState;
  readonly clock: Clock;
  /** A new secret, hex. */
  readonly random: () => string;
  readonly pool: AgentPool;
  readonly workspaces: Workspaces;
  readonly agents: ReadonlyMap<string, Agent>;
  readonly maxLogBytes: number;
  /** How Orca's MCP server is started; absent: agents get none. */
  readonly mcp?: McpServer;
  /** How the bridge to agents that speak ACP is started. */
  readonly bridge?: OwnProgram;
  /** How the program is started that looks around before anything is planned. */
  readonly survey?: OwnProgram;
  /** How the program is started that measures for gates. */
  readonly measure: OwnProgram | undefined;
  readonly submit: (command: RunCommand) => Promise<unknown>;
}

export interface Clock {
  /** Wall clock, ms since the epoch. */
  now(): number;
  /** Monotonic since the machine's boot, ms. */
  mono(): number;
}

type AttemptEffect = Extract<Effect, { kind: 'attempt' }>;

/** Id of the job that an attempt's agent runs as; unique in the run. */
export function jobOf(task: string, attempt: number): string {
  return `${task}/${attempt}/agent`;
}

export async function performAttempt(
  effect: AttemptEffect,
  context: EffectContext,
  signal: AbortSignal,
): Promise<void> {
  const { task, attempt } = current(effect, context);
  const id = jobOf(effect.task, effect.attempt);
  const dir = attemptDir(context.dir, effect.task, effect.attempt);
  const notReady = jobStarted(dir) ? undefined : await setUp(effect, task, attempt, dir, context, signal);
  if (notReady !== undefined) {
    const end = { kind: 'not-started', message: notReady } as const;
    const of = { task: effect.task, attempt: effect.attempt };
    await context.submit({ type: 'attempt-ended', ...of, end, activeMs: 0 });
    return;
  }
  const make = () => attemptJob(effect, task, attempt, dir, context);
  const watch = new AbortController();
  const { base } = attempt;
  const watched = isRecorded(task, context)
    ? recordHistory({ task: task.id, attempt: attempt.number, slot: effect.agent, base }, context, watch.signal)
    : undefined;
  const result = await context.pool.run(effect.agent, { id, dir, make }, signal).finally(() => watch.abort());
  // Nobody looks into the worktree any more when its result is taken.
  await watched;
  const { end, activeMs, lastWords, report, verdict } = result;
  await context.submit({
    type: 'attempt-ended',
    task: effect.task,
    attempt: effect.attempt,
    end,
    activeMs,
    ...(lastWords !== undefined && { lastWords }),
    ...(report !== undefined && { report }),
    ...(verdict !== undefined && { verdict }),
  });
}

/** A setup that lost its runner is run again, so often at most. */
const SETUP_TRIES = 3;

/** Runs the setup in a fresh worktree, where there is one. Why it is not ready, or nothing. */
async function setUp(
  effect: AttemptEffect,
  task: PlanTask,
  attempt: Attempt,
  dir: string,
  context: EffectContext,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { limits, policy } = context.state.spec;
  const setup = policy?.setup;
  if (setup === undefined || effect.stopping !== undefined) return undefined;
  for (let tries = 1; ; tries++) {
    const id = `${task.id}/${attempt.number}/setup/${tries}`;
    const setupDir = join(dir, `setup-${tries}`);
    const make = async (): Promise<Job | { readonly error: string }> => {
      const prepared = await prepareWorktree(task, attempt, context);
      if (prepared.error !== undefined) return { error: prepared.error };
      return {
        id,
        banner: `${task.id} · setup`,
        argv: setup,
        cwd: context.workspaces.path(attempt.agent),
        ...(await jobEnvironment(context, attempt.agent, task.id)),
        dir: setupDir,
        idleMs: limits.idleMs,
        totalMs: limits.totalMs,
        maxLogBytes: context.maxLogBytes,
      };
    };
    const { end, lastWords } = await context.pool.run(effect.agent, { id, dir: setupDir, make }, signal);
    if (end.kind === 'exited' && end.code === 0) return undefined;
    if (end.kind === 'interrupted' && tries < SETUP_TRIES) continue;
    return `the setup (${setup.join(' ')}) did not succeed: ${endText(end, lastWords === undefined ? undefined : { lastWords })}`;
  }
}

async function attemptJob(
  effect: AttemptEffect,
  task: PlanTask,
  attempt: Attempt,
  dir: string,
  context: EffectContext,
): Promise<Job | { readonly error: string }> {
  if (effect.stopping !== undefined) return { error: 'stopped before it began' };
  const { state, workspaces, agents } = context;
  const agent = agents.get(attempt.kind);
  if (agent === undefined)
    return {
      error: `There is no agent "${attempt.kind}". Known are: ${[...offeredAgents(agents).keys()].join(', ')}. Define it in orca.agents or .orca/settings.json.`,
    };
  // The setup has made it already.
  const prepared = state.spec.policy?.setup === undefined ? await prepareWorktree(task, attempt, context) : {};
  if (prepared.error !== undefined) return { error: prepared.error };
  const worktree = workspaces.path(attempt.agent);
  const house = HOUSE_FILES.filter((name) => existsSync(join(worktree, name)));
  const given = asDecided(await givenFiles(worktree, task), state);
  return agentJob(
    {
      id: jobOf(task.id, attempt.number),
      banner: `${task.id} · attempt ${attempt.number}${agent.output === undefined ? '' : ` · ${agent.label}`}`,
      agent,
      task,
      slot: attempt.agent,
      dir,
      prompt: promptFor(state, task, { house, given }),
      totalMs: state.spec.limits.totalMs,
      readOnly: false,
    },
    context,
  );
}

/** Makes an attempt's worktree: its base, and on top of it what the attempt before left where it is to go on from that. */
export async function prepareWorktree(
  task: PlanTask,
  attempt: Attempt,
  { state, workspaces }: EffectContext,
): Promise<{ readonly error?: string }> {
  const before = state.tasks[state.index.get(task.id) ?? -1]?.attempts.at(-2);
  const content = attempt.mend ? before?.snapshot?.commit : undefined;
  const prepared = await workspaces.prepare(attempt.agent, attempt.base, content);
  return 'error' in prepared ? prepared : {};
}

export function current(
  { task: id, attempt: number }: { readonly task: string; readonly attempt: number },
  { state }: EffectContext,
): { readonly task: PlanTask; readonly attempt: Attempt } {
  const i = state.index.get(id) ?? -1;
  const task = state.spec.plan.tasks[i];
  const attempt = state.tasks[i]?.attempts.at(-1);
  if (task === undefined || attempt?.number !== number) throw new Error(`no attempt ${number} of ${id}`);
  return { task, attempt };
}
