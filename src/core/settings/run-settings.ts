import type { AgentPolicy, Limits } from '../run/event.ts';
import type { Settings } from './settings.ts';

const MINUTE_MS = 60_000;

/** What a run keeps of the settings, as its limits: what is 0 there is absent here. */
export function limitsOf(settings: Settings): Limits {
  return {
    attempts: settings.attempts,
    idleMs: settings['limits.idleMinutes'] * MINUTE_MS,
    totalMs: settings['limits.totalMinutes'] * MINUTE_MS,
    retryMs: settings['limits.retryMinutes'] * MINUTE_MS,
    ...(settings['limits.costUsd'] > 0 && { costUsd: settings['limits.costUsd'] }),
    ...(settings['limits.tokens'] > 0 && { tokens: settings['limits.tokens'] }),
  };
}

/**
 * What a run keeps of the settings about its agents; what says nothing there is absent here. `named`: an agent was
 * named for the whole run, so that the pool does not choose.
 */
export function policyOf(settings: Settings, { named }: { readonly named: boolean }): AgentPolicy {
  const { agentFor, agentPool, fallbackAgents, prices, permission } = settings;
  const [program, ...args] = settings['worktree.setup'];
  const costUsd = settings['limits.runCostUsd'];
  const tokens = settings['limits.runTokens'];
  return {
    permission,
    environment: settings['environment.pass'],
    ...(program !== undefined && { setup: [program, ...args] as const }),
    ...(hasEntries(agentPool) && !named && { pool: agentPool }),
    ...(hasEntries(agentFor) && !named && { agentFor }),
    ...(hasEntries(fallbackAgents) && { fallback: fallbackAgents }),
    ...(hasEntries(prices) && { prices }),
    ...((costUsd > 0 || tokens > 0) && {
      budget: { ...(costUsd > 0 && { costUsd }), ...(tokens > 0 && { tokens }) },
    }),
    ...(settings['run.resumeAfterQuota'] && { resumeAfterQuota: true }),
    ...(settings['review.mostUnread'] > 0 && { mostUnread: settings['review.mostUnread'] }),
    ...(settings.radar && { radar: true }),
  };
}

function hasEntries(value: object): boolean {
  return Object.keys(value).length > 0;
}
