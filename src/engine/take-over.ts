import type { Agent, Invocation } from '../core/agent/agent.ts';
import type { RunState } from '../core/run/state.ts';
import type { Repository } from './git/git.ts';
import { worktreeAt } from './git/worktrees.ts';

/** Where a person goes on with a task, and by what. */
export interface TakenOver {
  /** The task's worktree. */
  readonly cwd: string;
  /** Opens the agent's own session again; absent: it has none that could be opened there, and a shell will do. */
  readonly resume?: Pick<Invocation, 'argv' | 'env'>;
}

/** Undefined while the task is not in a person's hands, or its worktree is not ready. */
export function takenOver(
  state: RunState,
  task: string,
  repository: Repository,
  agents: ReadonlyMap<string, Agent>,
): TakenOver | undefined {
  const { phase, attempts } = state.tasks[state.index.get(task) ?? -1] ?? {};
  if (phase?.kind !== 'taken' || !phase.ready) return undefined;
  const cwd = worktreeAt(repository, state.spec.id, phase.agent + 1).path;
  // Some CLIs know a session only in the folder that it began in.
  const last = attempts?.findLast(({ agent, report }) => agent === phase.agent && report?.session !== undefined);
  const session = last?.report?.session;
  const { cli, setting } = agents.get(last?.kind ?? '') ?? {};
  const resume = session === undefined ? undefined : cli?.resume(session, setting ?? {});
  return { cwd, ...(resume !== undefined && { resume }) };
}
