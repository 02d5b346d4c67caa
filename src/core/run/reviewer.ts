import { shellAgent } from '../agent/shell.ts';
import { SURVEY_AGENT } from '../agent/survey.ts';
import type { GateSpec } from '../gate/gate.ts';
import type { AgentPolicy, RunSpec } from './event.ts';
import { taskGates } from './gates.ts';
import { wantedKinds } from './kinds.ts';

type Spec = Pick<RunSpec, 'plan' | 'agent' | 'gates' | 'limits'> & { readonly policy?: AgentPolicy | undefined };

/**
 * Kind of the agent that reviews what one of the kind `own` did: the gate's own; else another of those that the run
 * gives tasks to, the pool and the run's agent first; else the same. What only runs a program is none.
 * Undefined: the run has no agent that can. It goes by what is fixed in the run, so that it stays the same.
 */
export function reviewerOf(spec: Spec, gate: GateSpec, own: string): string | undefined {
  if (gate.review?.agent !== undefined) return gate.review.agent;
  const kinds = [
    ...Object.keys(spec.policy?.pool ?? {}),
    spec.agent,
    ...spec.plan.tasks.flatMap((_, i) => wantedKinds(spec, i)),
    own,
  ].filter((kind) => kind !== shellAgent.id && kind !== SURVEY_AGENT);
  return kinds.find((kind) => kind !== own) ?? kinds[0];
}

/** What stands against the reviews of a run's tasks, a sentence each. */
export function unfitReviewers(spec: Spec, known: Iterable<string>): string[] {
  const kinds = [...known];
  const problems = spec.plan.tasks.flatMap((task, i) =>
    taskGates(spec, task)
      .filter((gate) => gate.review !== undefined)
      .flatMap((gate) => wantedKinds(spec, i).flatMap((own) => unfit(gate, reviewerOf(spec, gate, own), kinds) ?? [])),
  );
  return [...new Set(problems)];
}

function unfit({ name }: GateSpec, kind: string | undefined, known: readonly string[]): string | undefined {
  const gate = `.orca/gates.yaml: gate "${name}"`;
  if (kind === undefined)
    return `${gate}: the agent "shell" cannot review, and the run has no other; name one: \`review: { agent: NAME }\`.`;
  if (kind === shellAgent.id) return `${gate}: the agent "shell" cannot review; name another one.`;
  return known.includes(kind) ? undefined : `${gate}: there is no agent "${kind}". Known are: ${known.join(', ')}.`;
}
