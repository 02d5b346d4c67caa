import { describe, expect, it } from 'vitest';
import { acpAgent } from '../../../../src/core/agent/acp/acp-agent.ts';
import { BRIDGE_VARIABLE, bridgeText, readBridgeConfig } from '../../../../src/core/agent/acp/bridge-config.ts';
import { EventReader } from '../../../../src/core/agent/acp/event-reader.ts';
import type { AgentEvent } from '../../../../src/core/agent/agent-event.ts';
import type { AcpSetting, AgentRequest } from '../../../../src/core/agent/agent.ts';
import type { PlanTask } from '../../../../src/core/plan/plan.ts';
import { print } from '../events.ts';

const REQUEST: AgentRequest = {
  task: {} as PlanTask,
  promptFile: '/run/1/prompt.md',
  prompt: 'Do it.',
  dir: '/run/1',
  worktree: '/tree',
  permission: 'edits',
  mcp: { command: '/bin/node', args: ['/orca/mcp.cjs'], env: { ORCA_DOOR_TOKEN: 'secret' } },
  bridge: { command: '/bin/node', args: ['/orca/acp.cjs'], env: { ELECTRON_RUN_AS_NODE: '1' } },
};

function started(setting: Omit<AcpSetting, 'kind'>, request: Partial<AgentRequest> = {}) {
  return acpAgent('it', { kind: 'acp', ...setting }).invoke({ ...REQUEST, ...request });
}

describe('an agent that speaks ACP', () => {
  it('is started by the bridge, with the prompt by file and the token by a variable', () => {
    const { argv, env, stdin, files } = started({ command: ['gemini', '--acp'], env: { OWN: '1' } });
    expect({ argv, stdin, files }).toEqual({
      argv: ['/bin/node', '/orca/acp.cjs', 'gemini', '--acp'],
      stdin: '/run/1/prompt.md',
      files: [],
    });
    expect(env).toMatchObject({ ELECTRON_RUN_AS_NODE: '1', OWN: '1' });
    expect(readBridgeConfig(env[BRIDGE_VARIABLE])).toEqual({
      permission: 'edits',
      own: ['ELECTRON_RUN_AS_NODE'],
      mcp: REQUEST.mcp,
    });
  });

  it('gives copilot its server by a file', () => {
    const { argv, files } = started({ command: ['copilot', '--acp'] });
    expect(argv.slice(2)).toEqual([
      'copilot',
      '--acp',
      '--additional-mcp-config',
      '@/run/1/mcp.json',
      '--allow-tool=orca',
    ]);
    expect(files.map(({ name, text }) => [name, JSON.parse(text) as unknown])).toEqual([
      ['mcp.json', { mcpServers: { orca: REQUEST.mcp } }],
    ]);
    expect(started({ command: ['copilot', '--acp'] }, { mcp: undefined as never }).argv.slice(2)).toEqual([
      'copilot',
      '--acp',
    ]);
  });

  it.each([
    [undefined, 'edits', 'edits'],
    [undefined, 'sandbox', 'edits'],
    ['ask', 'full', 'ask'],
    ['full', 'ask', 'full'],
  ] as const)('set to %s in a run of mode %s is in mode %s', (permission, run, mode) => {
    const { env } = started({ command: ['x'], ...(permission && { permission }) }, { permission: run });
    expect(readBridgeConfig(env[BRIDGE_VARIABLE]).permission).toBe(mode);
  });

  it.each([
    [['gemini', '--acp'], 'GEMINI_*'],
    [['/opt/bin/qwen', '--acp'], 'QWEN_*'],
    [['C:\\bin\\copilot.cmd', '--acp'], 'COPILOT_*'],
    [['npx', '@agentclientprotocol/codex-acp'], 'CODEX_*'],
    [['npx', '@x/claude-agent-acp'], 'ANTHROPIC_*'],
    [['my-agent'], undefined],
  ])('%j gets the variables of its kind', (command, variable) => {
    const { env } = acpAgent('it', { kind: 'acp', command });
    if (variable === undefined) expect(env).toBeUndefined();
    else expect(env).toContain(variable);
  });

  it.each([
    ['edits', { edit: 'ask', bash: 'ask', webfetch: 'ask', websearch: 'ask', external_directory: 'ask', read: 'deny' }],
    ['full', { edit: 'allow', read: 'deny' }],
  ] as const)('in mode %s opencode is made to ask by its rules', (permission, rules) => {
    const own = JSON.stringify({ model: 'a/b', permission: { edit: 'allow', read: 'deny' } });
    const { env } = started({ command: ['opencode', 'acp'], env: { OPENCODE_CONFIG_CONTENT: own } }, { permission });
    expect(JSON.parse(env.OPENCODE_CONFIG_CONTENT ?? '')).toEqual({ model: 'a/b', permission: rules });
  });
});

it.each([undefined, '', 'x', '{}', '{"permission":"all","mcp":{"args":[]},"own":[1]}'])(
  'what the bridge is told as %j allows nothing',
  (text) => {
    expect(readBridgeConfig(text)).toEqual({ permission: 'ask', own: [] });
  },
);

it('what the bridge is told is read as it was written', () => {
  const config = { permission: 'full', own: ['A'], mcp: { command: 'c', args: ['a'], env: { E: '1' } } } as const;
  expect(readBridgeConfig(bridgeText(config))).toEqual(config);
});

describe('the events of the bridge', () => {
  const EVENTS: readonly AgentEvent[] = [
    { type: 'session', id: 's', model: 'm' },
    { type: 'message', text: 'hi', partial: true },
    { type: 'tool', id: 'c', name: 'n', input: '' },
    { type: 'edit', path: '/w/a' },
    { type: 'command', id: 'c', command: 'make' },
    { type: 'tool-ended', id: 'c', ok: false, output: 'no' },
    { type: 'denied', what: 'execute: make' },
    { type: 'usage', usage: { input: 1, cacheRead: 2, cacheWrite: 3, output: 4 } },
    { type: 'cost', usd: 0.5 },
    { type: 'error', kind: 'rate-limit', message: 'x', status: 429, retryAt: 5, retrying: true },
    { type: 'end', ok: true, text: 'Bye.' },
  ];

  it.each(EVENTS)('$type is read as it was written', (event) => {
    expect(new EventReader().read(JSON.stringify(event), 'out')).toEqual([event]);
  });

  it.each([
    '',
    'x',
    '[]',
    '{',
    '{"type":"nothing"}',
    '{"type":"session"}',
    '{"type":"message","text":1}',
    '{"type":"edit","path":null}',
    '{"type":"tool-ended","ok":"yes"}',
    '{"type":"usage","usage":{"input":-1}}',
    '{"type":"cost","usd":-1}',
    '{"type":"error","kind":"bad","message":"x","retrying":false}',
    '{"type":"end"}',
  ])('%s is none', (line) => {
    expect(new EventReader().read(line, 'out')).toEqual([]);
  });

  it.each([
    ['that ends with a word', ['{"type":"end","ok":true}'], []],
    ['that ends without', ['{"type":"session","id":"s"}'], ['ERROR other "Error: it broke"', 'end not ok ""']],
  ])('of an agent %s', (_, lines, expected) => {
    const reader = new EventReader();
    for (const line of lines) reader.read(line, 'out');
    reader.read('Error: it broke', 'err');
    expect(reader.finish().map(print)).toEqual(expected);
  });
});
