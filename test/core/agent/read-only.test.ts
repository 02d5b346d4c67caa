import { expect, it } from 'vitest';
import { PERMISSION_MODES, type AgentRequest, type Invocation } from '../../../src/core/agent/agent.ts';
import { agentsOf } from '../../../src/core/agent/registry.ts';
import type { PlanTask } from '../../../src/core/plan/plan.ts';

const REQUEST: AgentRequest = {
  task: { id: 't' } as PlanTask,
  promptFile: '/run/1/prompt.md',
  prompt: 'Look at it.',
  dir: '/run/1',
  worktree: '/tree',
  permission: 'ask',
  bridge: { command: 'node', args: ['bridge.cjs'], env: {} },
};

function started(id: string, setting: object, request: AgentRequest): Invocation | undefined {
  return agentsOf({ [id]: setting })
    .get(id)
    ?.invoke(request);
}

it.each([
  ['claude', {}],
  ['codex', {}],
  ['gemini', {}],
  ['opencode', {}],
  ['copilot', {}],
  ['qwen', {}],
  ['acp', { kind: 'acp', command: ['gemini', '--acp'] }],
])('%s that may do everything still only reads where it is to', (id, setting) => {
  const asked = started(id, setting, REQUEST);
  for (const permission of PERMISSION_MODES)
    expect(started(id, { ...setting, permission }, { ...REQUEST, readOnly: true })).toEqual(asked);
  expect(started(id, { ...setting, permission: 'full' }, REQUEST)).not.toEqual(asked);
});
