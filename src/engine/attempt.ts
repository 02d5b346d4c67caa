import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent, McpServer, OwnProgram } from '../core/agent/agent.ts';
import { HOUSE_FILES, promptFor } from '../core/agent/prompt.ts';
import { redact } from '../core/agent/redact.ts';
import type { PlanTask } from '../core/plan/plan.ts';
import { endText } from '../core/run/advance.ts';
import type { RunCommand } from '../core/run/command.ts';
import type { Effect } from '../core/run/effects.ts';
import type { Attempt, RunState } from '../core/run/state.ts';
import type { AgentPool } from './agent-pool.ts';
import { address } from './channel/address.ts';
import { MCP_VARIABLES, type Door } from './mcp/protocol.ts';
import { attemptDir } from './run-files.ts';
import { jobStarted } from './runner/job-files.ts';
import type { Job } from './runner/protocol.ts';
import type { Workspaces } from './workspaces.ts';

/** What effects work with. */
export interface EffectContext {
  /** The run's folder. */
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
    return void (await context.submit({
      type: 'attempt-ended',
      task: effect.task,
      attempt: effect.attempt,
      end,
      activeMs: 0,
    }));
  }
  const make = () => attemptJob(effect, task, attempt, dir, context);
  const { end, activeMs, lastWords, report, verdict } = await context.pool.run(effect.agent, { id, dir, make }, signal);
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
  const { state, workspaces, agents, maxLogBytes } = context;
  const { limits, policy } = state.spec;
  const agent = agents.get(attempt.kind);
  if (agent === undefined)
    return {
      error: `There is no agent "${attempt.kind}". Known are: ${[...agents.keys()].join(', ')}. Define it in orca.agents or .orca/settings.json.`,
    };
  // The setup has made it already.
  const prepared = policy?.setup === undefined ? await prepareWorktree(task, attempt, context) : {};
  if (prepared.error !== undefined) return { error: prepared.error };
  const { pass, env } = await jobEnvironment(context, attempt.agent, task.id);
  const worktree = workspaces.path(attempt.agent);
  const house = HOUSE_FILES.filter((name) => existsSync(join(worktree, name)));
  const prompt = redact(promptFor(state, task, { house }), []);
  const promptFile = join(dir, 'prompt.md');
  const door = agent.output === undefined || context.mcp === undefined ? undefined : newDoor(context.random);
  const invocation = agent.invoke({
    task,
    prompt,
    promptFile,
    dir,
    worktree,
    permission: policy?.permission ?? 'edits',
    ...(limits.costUsd !== undefined && { maxCostUsd: limits.costUsd }),
    ...(context.bridge !== undefined && { bridge: context.bridge }),
    ...(door !== undefined &&
      context.mcp !== undefined && {
        mcp: { ...context.mcp, env: { ...context.mcp.env, ...doorEnv(door, context.dir) } },
      }),
  });
  // Small files into the page cache: the way to another thread costs more.
  mkdirSync(dir, { recursive: true });
  writeFileSync(promptFile, prompt);
  for (const { name, text } of invocation.files) writeFileSync(join(dir, name), text, { mode: 0o600 });
  return {
    id: jobOf(task.id, attempt.number),
    banner: `${task.id} · attempt ${attempt.number}${agent.output === undefined ? '' : ` · ${agent.label}`}`,
    argv: invocation.argv,
    cwd: worktree,
    env: { ...env, ...invocation.env },
    ...(pass !== undefined && { pass: [...pass, ...(agent.env ?? [])] }),
    ...(invocation.stdin !== undefined && { stdin: invocation.stdin }),
    dir,
    idleMs: limits.idleMs,
    totalMs: limits.totalMs,
    maxLogBytes,
    ...(agent.output !== undefined && {
      agent: {
        cli: agent.output.id,
        ...(agent.setting?.model !== undefined && { model: agent.setting.model }),
        ...(invocation.report !== undefined && { report: invocation.report }),
        ...(limits.costUsd !== undefined && { costUsd: limits.costUsd }),
        ...(limits.tokens !== undefined && { tokens: limits.tokens }),
        ...(limits.retryMs !== undefined && { retryMs: limits.retryMs }),
        ...(policy?.prices !== undefined && { prices: policy.prices }),
        ...(door !== undefined && { door }),
      },
    }),
  };
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

function newDoor(random: () => string): Door {
  return { address: address(`agent ${random()}`), token: random() };
}

function doorEnv(door: Door, runDir: string): Record<string, string> {
  return {
    [MCP_VARIABLES.address]: door.address,
    [MCP_VARIABLES.token]: door.token,
    [MCP_VARIABLES.runDir]: runDir,
  };
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

/** The environment of a job in a slot's worktree; of the run's own where `task` is absent. */
export async function jobEnvironment(
  { state, workspaces }: EffectContext,
  slot: number,
  task: string | undefined,
): Promise<Pick<Job, 'env' | 'pass'>> {
  const port = await workspaces.portBase(slot);
  const pass = state.spec.policy?.environment;
  return {
    env: {
      ...workspaces.env,
      ORCA_RUN_ID: state.spec.id,
      ...(task !== undefined && { ORCA_TASK_ID: task }),
      ...(port !== undefined && { ORCA_PORT_BASE: `${port}` }),
    },
    ...(pass !== undefined && { pass }),
  };
}
