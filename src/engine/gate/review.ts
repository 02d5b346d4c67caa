import { join } from 'node:path';
import { reviewPromptFor } from '../../core/agent/review-prompt.ts';
import type { GateReport } from '../../core/gate/gate.ts';
import { reviewReport } from '../../core/gate/review.ts';
import type { GateScope } from '../../core/run/event.ts';
import { reviewerOf } from '../../core/run/reviewer.ts';
import { agentJob } from '../agent-job.ts';
import { current, type EffectContext } from '../attempt.ts';
import { gateDir, scopeName } from '../run-files.ts';
import type { Job } from '../runner/protocol.ts';
import { jobDir, untilEnded } from './lost.ts';
import type { GateEffect } from './perform.ts';
import { tailOf } from './tail.ts';

const ANSWER_BYTES = 16_000;

/** Has an agent look at an attempt's change. What it may change in the worktree changes no result: that is a commit. */
export async function review(
  effect: GateEffect,
  scope: Extract<GateScope, { kind: 'task' }>,
  context: EffectContext,
  signal: AbortSignal,
): Promise<GateReport> {
  const { run, gate, agent: slot } = effect;
  const { workspaces, pool } = context;
  const { task, attempt } = current(scope, context);
  const kind = reviewerOf(context.state.spec, gate, attempt.kind) ?? attempt.kind;
  const agent = context.agents.get(kind);
  const gateFolder = gateDir(context.dir, scope, gate.name, run);
  const result = await untilEnded(signal, (again) => {
    const id = `${scopeName(scope)}/${gate.name}/${run}/review/${again}`;
    const dir = jobDir(gateFolder, 'review', again);
    const make = async (): Promise<Job | { readonly error: string }> => {
      if (agent === undefined) return { error: `There is no agent "${kind}" any more.` };
      const commit = attempt.snapshot?.commit;
      const diff = commit === undefined ? '' : await workspaces.diff(attempt.base, commit);
      const banner = `gate ${gate.name} of ${scopeName(scope)}: review by ${agent.label}`;
      const prompt = reviewPromptFor(task, diff);
      return agentJob({ id, banner, agent, task, slot, dir, prompt, totalMs: gate.timeoutMs, readOnly: true }, context);
    };
    return pool.run(slot, { id, dir, make }, signal).then((ended) => ({ ...ended, dir }));
  });
  const output = agent?.output === undefined ? await tailOf(join(result.dir, 'output.log'), ANSWER_BYTES) : '';
  return reviewReport(gate, { kind, ...result, output }, result.activeMs);
}
