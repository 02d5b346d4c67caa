import type { Settings } from '../../core/settings/settings.ts';
import { shellAgent } from '../../core/agent/shell.ts';
import { checkAgents, type AgentCheck, type CheckContext } from '../check-agents.ts';
import type { Engine } from '../engine.ts';

/** An agent that can be asked to plan: it writes by itself, where the shell only runs what a plan says. */
export interface Planner extends AgentCheck {
  /** The user named it. */
  readonly chosen: boolean;
}

/** The agents that can plan on this machine: the one that the settings name first, then those that are signed in. */
export async function planners(
  agents: Engine['agents'],
  settings: Pick<Settings, 'planning.agent' | 'defaultAgent'>,
  context: CheckContext,
): Promise<Planner[]> {
  const named = [settings['planning.agent'], settings.defaultAgent].find((id) => id !== '' && id !== shellAgent.id);
  const checks = await checkAgents(agents, context);
  const rank = ({ id, signedIn }: AgentCheck): number => (id === named ? 0 : signedIn === false ? 2 : 1);
  return checks
    .filter(({ id, state }) => id !== shellAgent.id && state === 'found')
    .map((check) => ({ ...check, chosen: check.id === named }))
    .sort((a, b) => rank(a) - rank(b));
}

/** What is to be done where no agent can plan. */
export const NO_PLANNER =
  'No agent that can plan was found on this machine. Install one and sign in (see `orca agents`), or name yours in the setting `agents`.';
