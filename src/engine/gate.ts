import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { reviewPromptFor } from '../core/agent/review-prompt.ts';
import type { Check, GateReport } from '../core/gate/gate.ts';
import { reviewReport } from '../core/gate/review.ts';
import { checkOf, reportOf } from '../core/gate/verdict.ts';
import type { Effect } from '../core/run/effects.ts';
import type { GateScope } from '../core/run/event.ts';
import { reviewerOf } from '../core/run/reviewer.ts';
import { oneLine } from '../core/view/print.ts';
import { agentJob, jobEnvironment } from './agent-job.ts';
import type { AgentPool } from './agent-pool.ts';
import { current, type EffectContext } from './attempt.ts';
import { gateDir, scopeName } from './run-files.ts';
import type { Job, JobResult } from './runner/protocol.ts';

type GateEffect = Extract<Effect, { kind: 'gate' }>;

export async function performGate(effect: GateEffect, context: EffectContext, signal: AbortSignal): Promise<void> {
  const { scope, gate } = effect;
  const report =
    gate.review !== undefined && scope.kind === 'task'
      ? await review(effect, scope, context, signal)
      : await check(effect, context, signal);
  await context.submit({ type: 'gate-ended', scope, report });
}

/** Runs the gate's commands, one after another. */
async function check(effect: GateEffect, context: EffectContext, signal: AbortSignal): Promise<GateReport> {
  const { scope, gate, agent } = effect;
  const { state, workspaces, pool } = context;
  const run = runOf(scope, context);
  const dir = gateDir(context.dir, scope, gate.name, run);
  const checks: Check[] = [];
  let durationMs = 0;
  for (const [i, command] of gate.commands.entries()) {
    const result = await runToAnEnd(pool, agent, signal, (again) => {
      const id = `${scopeName(scope)}/${gate.name}/${run}/${i}/${again}`;
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
  return reportOf(gate, checks, durationMs);
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

/** Has an agent look at an attempt's change. What it may change in the worktree changes no result: that is a commit. */
async function review(
  effect: GateEffect,
  scope: Extract<GateScope, { kind: 'task' }>,
  context: EffectContext,
  signal: AbortSignal,
): Promise<GateReport> {
  const { gate, agent: slot } = effect;
  const { workspaces } = context;
  const { task, attempt } = current(scope, context);
  const kind = reviewerOf(context.state.spec, gate, attempt.kind) ?? attempt.kind;
  const agent = context.agents.get(kind);
  const run = runOf(scope, context);
  const dir = gateDir(context.dir, scope, gate.name, run);
  const result = await runToAnEnd(context.pool, slot, signal, (again) => {
    const id = `${scopeName(scope)}/${gate.name}/${run}/review/${again}`;
    const jobDir = join(dir, again === 0 ? 'review' : `review-again-${again}`);
    const make = async (): Promise<Job | { readonly error: string }> => {
      if (agent === undefined) return { error: `There is no agent "${kind}" any more.` };
      const commit = attempt.snapshot?.commit;
      const diff = commit === undefined ? '' : await workspaces.diff(attempt.base, commit);
      const banner = `gate ${gate.name} of ${scopeName(scope)}: review by ${agent.label}`;
      const prompt = reviewPromptFor(task, diff);
      return agentJob(
        { id, banner, agent, task, slot, dir: jobDir, prompt, totalMs: gate.timeoutMs, readOnly: true },
        context,
      );
    };
    return { id, dir: jobDir, make };
  });
  const output = agent?.output === undefined ? await tailOf(result.dir, ANSWER_BYTES) : '';
  return reviewReport(gate, { kind, ...result, output }, result.activeMs);
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

const TAIL_BYTES = 4000;
const ANSWER_BYTES = 16_000;

/** The end of what a job printed, for the report. */
async function tailOf(dir: string, bytes = TAIL_BYTES): Promise<string> {
  let file;
  try {
    file = await open(join(dir, 'output.log'), 'r');
  } catch {
    return '';
  }
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, bytes));
    await file.read(buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').split('\n').map(oneLine).join('\n').trim();
  } finally {
    await file.close();
  }
}
