import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent } from '../core/agent/agent.ts';
import { redact } from '../core/agent/redact.ts';
import type { PlanTask } from '../core/plan/plan.ts';
import type { EffectContext } from './attempt.ts';
import { address } from './channel/address.ts';
import { MCP_VARIABLES, type Door } from './mcp/protocol.ts';
import type { Job } from './runner/protocol.ts';

/** What an agent is to be started for. */
export interface AgentWork {
  /** Of the job. */
  readonly id: string;
  readonly banner: string;
  readonly agent: Agent;
  readonly task: PlanTask;
  /** Whose folder it works in. */
  readonly slot: number;
  /** The job's own folder. */
  readonly dir: string;
  readonly prompt: string;
  readonly totalMs: number;
  /** It looks and answers: it may change nothing, ask nobody, and gets none of Orca's tools. */
  readonly readOnly: boolean;
}

/** The job of an agent, under the limits of an attempt. Writes the files that it is given. */
export async function agentJob(work: AgentWork, context: EffectContext): Promise<Job> {
  const { agent, task, slot, dir, readOnly } = work;
  const { workspaces, maxLogBytes } = context;
  const { limits, policy } = context.state.spec;
  const { pass, env } = await jobEnvironment(context, slot, task.id);
  const worktree = workspaces.path(slot);
  const prompt = redact(work.prompt, []);
  const promptFile = join(dir, 'prompt.md');
  const door =
    readOnly || agent.output === undefined || context.mcp === undefined ? undefined : newDoor(context.random);
  const invocation = agent.invoke({
    task,
    prompt,
    promptFile,
    dir,
    worktree,
    permission: readOnly ? 'ask' : (policy?.permission ?? 'edits'),
    readOnly,
    ...(limits.costUsd !== undefined && { maxCostUsd: limits.costUsd }),
    ...(context.bridge !== undefined && { bridge: context.bridge }),
    ...(context.survey !== undefined && { survey: context.survey }),
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
    id: work.id,
    banner: work.banner,
    argv: invocation.argv,
    cwd: worktree,
    env: { ...env, ...invocation.env },
    ...(pass !== undefined && { pass: [...pass, ...(agent.env ?? [])] }),
    ...(invocation.stdin !== undefined && { stdin: invocation.stdin }),
    dir,
    idleMs: limits.idleMs,
    totalMs: work.totalMs,
    maxLogBytes,
    ...(agent.output !== undefined && {
      agent: {
        cli: agent.output,
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
