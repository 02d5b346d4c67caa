import { MODEL_AGENT } from '../agent/lm/model-agent.ts';
import { agentsOf, offeredAgents } from '../agent/registry.ts';
import { BUILT_IN } from '../gate/config.ts';
import type { GateSpec } from '../gate/gate.ts';
import type { Known } from '../plan/dialect/dialect.ts';
import type { OrderRule } from '../plan/plan.ts';
import type { Settings } from './settings.ts';

/** What a plan may name, and how its tasks are ordered where it does not say so. `gates`: those that are declared. */
export function knownOf(settings: Settings, gates: readonly GateSpec[]): Known {
  return {
    agents: [...offeredAgents(agentsOf(settings.agents)).keys(), MODEL_AGENT],
    gates: [...new Set([...BUILT_IN, ...gates.map(({ name }) => name)])],
    ...planOrderOf(settings),
  };
}

export function planOrderOf(settings: Settings): { readonly order?: OrderRule } {
  const order = settings['plan.order'];
  return order === 'auto' ? {} : { order };
}
