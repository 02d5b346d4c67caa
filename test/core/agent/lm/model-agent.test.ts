import { describe, expect, it } from 'vitest';
import {
  MODEL_VARIABLE,
  modelAgent,
  modelAgentElsewhere,
  readModelConfig,
  withModelAgent,
  type ModelDoor,
} from '../../../../src/core/agent/lm/model-agent.ts';
import { outputOf } from '../../../../src/core/agent/outputs.ts';
import { agentsOf } from '../../../../src/core/agent/registry.ts';
import { parsePlan } from '../../../../src/core/plan/parse.ts';

const [task] = parsePlan('### one: One\n- Estimate: 5 min\n- Depends on: none\n- Files: a.md, src/**\n').tasks;
const program = { command: '/bin/node', args: ['/orca/lm.cjs'], env: { ELECTRON_RUN_AS_NODE: '1' } };
const models = (): Promise<readonly string[]> => Promise.resolve([]);
const window = { address: '/tmp/models.sock', token: 'secret' };

function started({ door, model = '' }: { door?: ModelDoor; model?: string }, readOnly?: boolean) {
  if (task === undefined) throw new Error('no task');
  return modelAgent(program, { door, model: () => model, models }).invoke({
    task,
    prompt: 'Do it.',
    promptFile: '/run/1/prompt.md',
    dir: '/run/1',
    worktree: '/tree',
    permission: 'edits',
    ...(readOnly !== undefined && { readOnly }),
    mcp: { command: '/bin/node', args: [], env: { ORCA_DOOR: '/door' } },
  });
}

describe('the agent that is a language model of the editor', () => {
  it('is started with its prompt by file, and with the way to the window by a variable', () => {
    const { argv, env, stdin } = started({ door: window, model: 'gpt' });
    expect({ argv, stdin }).toEqual({ argv: ['/bin/node', '/orca/lm.cjs'], stdin: '/run/1/prompt.md' });
    expect(env).toMatchObject({ ELECTRON_RUN_AS_NODE: '1', ORCA_DOOR: '/door' });
    expect(readModelConfig(env[MODEL_VARIABLE])).toEqual({
      door: window,
      model: 'gpt',
      permission: 'edits',
      readOnly: false,
      files: ['a.md', 'src/**'],
      given: false,
    });
  });

  it.each([
    ['no window', started({}), { permission: 'edits', readOnly: false, files: ['a.md', 'src/**'], given: false }],
    [
      'no model named',
      started({ model: '' }),
      { permission: 'edits', readOnly: false, files: ['a.md', 'src/**'], given: false },
    ],
    [
      'only to look',
      started({}, true),
      { permission: 'edits', readOnly: true, files: ['a.md', 'src/**'], given: false },
    ],
  ])('is told of %s', (_, { env }, expected) => {
    expect(readModelConfig(env[MODEL_VARIABLE])).toEqual(expected);
  });

  it.each([undefined, '', '[]', '{"door":{"address":1},"files":"x"}'])('takes %j for the least', (text) => {
    expect(readModelConfig(text)).toEqual({ permission: 'ask', readOnly: true, files: [], given: true });
  });

  it('is refused where there is no window, and is what the settings make of its name', () => {
    const elsewhere = modelAgentElsewhere(program);
    expect(task && elsewhere.refuses(task)).toContain('in a window of VS Code alone');
    expect(task && modelAgent(program, { door: window, model: () => '', models }).refuses(task)).toBeUndefined();
    expect(withModelAgent(agentsOf({}), elsewhere).get('vscode')).toBe(elsewhere);
    const own = agentsOf({ vscode: { command: ['my-agent'] } });
    expect(withModelAgent(own, elsewhere).get('vscode')?.program).toBe('my-agent');
  });

  it('has an output that a runner understands', () => {
    const id = modelAgent(program, { model: () => '', models }).output;
    expect(id !== undefined && outputOf(id)?.reader().read('{"type":"model","name":"gpt"}', 'out')).toEqual([
      { type: 'model', name: 'gpt' },
    ]);
  });
});
