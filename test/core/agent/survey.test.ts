import { describe, expect, it } from 'vitest';
import type { AgentRequest, OwnProgram } from '../../../src/core/agent/agent.ts';
import { agentsOf, offeredAgents } from '../../../src/core/agent/registry.ts';
import { SURVEY_AGENT, SURVEY_VARIABLE } from '../../../src/core/agent/survey.ts';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import type { PlanTask } from '../../../src/core/plan/plan.ts';

const SETTINGS = {
  claude: { model: 'm', env: { ANTHROPIC_API_KEY: 'secret' } },
  mine: { command: ['mine'], env: { KEY: 'secret' } },
  [SURVEY_AGENT]: { command: ['another'] },
};

function taskWriting(files: string): PlanTask {
  const [task] = parsePlan(`### look: Look\n- Estimate: 1 min\n- Files: ${files}\n`).tasks;
  if (task === undefined) throw new Error(files);
  return task;
}

const agent = agentsOf(SETTINGS).get(SURVEY_AGENT);

describe('the agent that looks around', () => {
  it.each([
    ['`startup.md`, `repository_map.md`', '.'],
    ['`docs/plan/startup.md`, `docs/plan/repository_map.md`', 'docs/plan'],
    ['`a.md`', undefined],
    ['`my-startup.md`', undefined],
  ])('of a task that writes %s', (files, folder) => {
    const task = taskWriting(files);
    expect(agent?.refuses(task) === undefined).toBe(folder !== undefined);
    if (folder === undefined) return;
    const survey: OwnProgram = { command: 'node', args: ['survey.cjs'], env: { ELECTRON_RUN_AS_NODE: '1' } };
    const invocation = agent?.invoke({ task, survey } as AgentRequest);
    expect(invocation?.argv).toEqual(['node', 'survey.cjs', folder]);
    expect(invocation?.env.ELECTRON_RUN_AS_NODE).toBe('1');
    const given: unknown = JSON.parse(invocation?.env[SURVEY_VARIABLE] ?? '');
    expect(given).toEqual({
      claude: { model: 'm' },
      mine: { command: ['mine'] },
      [SURVEY_AGENT]: { command: ['another'] },
    });
  });

  it('has a name that nobody takes, and is offered to nobody', () => {
    expect(agent?.label).toBe('Orca');
    const offered = [...offeredAgents(agentsOf(SETTINGS)).keys()];
    expect(offered).toEqual(['claude', 'codex', 'gemini', 'opencode', 'copilot', 'qwen', 'mine', 'shell']);
  });
});
