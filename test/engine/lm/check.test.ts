import { describe, expect, it } from 'vitest';
import { modelAgent } from '../../../src/core/agent/lm/model-agent.ts';
import { agentsOf } from '../../../src/core/agent/registry.ts';
import { settingsOf } from '../../../src/core/settings/settings.ts';
import { checkAgents } from '../../../src/engine/check-agents.ts';
import { planners } from '../../../src/engine/planning/choose-agent.ts';

// On a machine with no program at all.
const context = { env: { PATH: '' }, home: '/nowhere', folder: '/nowhere' };

function agentsWith(models: readonly string[]) {
  const program = { command: 'node', args: [], env: {} };
  const agent = modelAgent(program, { model: () => '', models: () => Promise.resolve(models) });
  return new Map([...agentsOf({}), [agent.id, agent]]);
}

describe('the language model agent', () => {
  it.each([
    [['GPT (gpt)', 'small'], { state: 'found', version: 'GPT (gpt), small' }],
    [[], { state: 'missing' }],
  ])('with the models %j is %j', async (models, expected) => {
    const checks = await checkAgents(agentsWith(models), context);
    expect(checks.find(({ id }) => id === 'vscode')).toMatchObject(expected);
  });

  it.each([
    [['gpt'], ['vscode']],
    [[], []],
  ])('with the models %j plans where no CLI is: %j', async (models, expected) => {
    const found = await planners(agentsWith(models), settingsOf(), context);
    expect(found.map(({ id }) => id)).toEqual(expected);
  });
});
