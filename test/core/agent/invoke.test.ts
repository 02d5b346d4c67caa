import { describe, expect, it } from 'vitest';
import {
  CLI_IDS,
  PERMISSION_MODES,
  type AgentRequest,
  type CliSetting,
  type Invocation,
} from '../../../src/core/agent/agent.ts';
import { CLIS } from '../../../src/core/agent/cli/clis.ts';
import { OUTPUTS } from '../../../src/core/agent/outputs.ts';
import { modeFor } from '../../../src/core/agent/cli/modes.ts';
import type { PlanTask } from '../../../src/core/plan/plan.ts';

const TASK: PlanTask = { id: 't' } as PlanTask;
const REQUEST: AgentRequest = {
  task: TASK,
  promptFile: '/run/1/prompt.md',
  prompt: 'Do it.',
  dir: '/run/1',
  worktree: '/tree',
  permission: 'edits',
};
const MCP = { command: '/bin/node', args: ['/orca/mcp.cjs'], env: { ORCA_TOKEN: 'secret' } };

describe.each(CLI_IDS)('%s', (id) => {
  const cli = CLIS[id];

  it('is started like this', async () => {
    const shown = [
      ...PERMISSION_MODES.map((permission) => show(permission, cli.invoke({ ...REQUEST, permission }, {}))),
      show('with a server, a budget and settings', cli.invoke({ ...REQUEST, mcp: MCP, maxCostUsd: 2 }, SETTING)),
      show('to go on with', { ...cli.resume('s-1', SETTING), files: [] }),
    ];
    await expect(shown.join('\n')).toMatchFileSnapshot(`invocations/${id}.txt`);
  });

  it('does everything only where that was said', () => {
    for (const permission of ['ask', 'edits'] as const) {
      const { argv, env } = cli.invoke({ ...REQUEST, permission }, {});
      expect([...argv, ...Object.values(env)].join(' ')).not.toMatch(/yolo|bypass|danger|--auto\b|--allow-all/);
    }
    expect(cli.permissions.full).toBeDefined();
  });

  it('is given the prompt by file, never by an argument', () => {
    const invocation = cli.invoke({ ...REQUEST, prompt: 'x'.repeat(100_000) }, {});
    expect(invocation.stdin).toBe(REQUEST.promptFile);
    expect(invocation.argv.join(' ').length).toBeLessThan(1000);
  });

  it('keeps the server’s token out of the arguments', () => {
    expect(cli.invoke({ ...REQUEST, mcp: MCP }, {}).argv.join(' ')).not.toContain('secret');
  });

  it('takes the permission of its own settings before that of the run', () => {
    const own = cli.invoke({ ...REQUEST, permission: 'full' }, { permission: 'ask' });
    expect(own).toEqual(cli.invoke({ ...REQUEST, permission: 'ask' }, {}));
  });
});

const SETTING: CliSetting = { program: '/opt/it', model: 'm-1', args: ['--more', 'x y'], env: { OWN: '1' } };

function show(title: string, { argv, env, stdin, files, report }: Invocation): string {
  return [
    `## ${title}`,
    ...argv.map((argument, i) => (i === 0 ? argument : `  ${argument}`)),
    ...Object.entries(env).map(([name, value]) => `env ${name}=${value}`),
    ...(stdin === undefined ? [] : [`stdin ${stdin}`]),
    ...files.map(({ name, text }) => `file ${name}: ${JSON.stringify(JSON.parse(text))}`),
    ...(report === undefined ? [] : [`report ${report}`]),
    '',
  ].join('\n');
}

describe('a mode that a CLI has not', () => {
  const has = { ask: 'a', edits: 'e', full: 'f' };
  it.each([
    ['is taken as the one below', has, 'sandbox', 'edits'],
    ['is itself where it is there', has, 'full', 'full'],
    ['is never the one above', { edits: 'e', full: 'f' }, 'ask', undefined],
    ['is none where there is none below', { full: 'f' }, 'sandbox', undefined],
  ] as const)('%s', (_, permissions, wanted, mode) => {
    expect(modeFor({ permissions }, wanted)).toBe(mode);
  });
});

it('opencode: what the settings say of its configuration stays', () => {
  const own = { model: 'a/b', permission: { edit: 'deny', read: 'ask' }, mcp: { mine: { type: 'remote', url: 'u' } } };
  const env = { OPENCODE_CONFIG_CONTENT: JSON.stringify(own) };
  const { env: given } = CLIS.opencode.invoke({ ...REQUEST, mcp: MCP }, { env });
  expect(JSON.parse(given.OPENCODE_CONFIG_CONTENT ?? '')).toMatchObject({
    model: 'a/b',
    permission: { edit: 'allow', read: 'ask', bash: 'deny' },
    mcp: { mine: { type: 'remote', url: 'u' }, orca: { type: 'local', environment: MCP.env } },
  });
});

describe('exit codes', () => {
  it.each([
    ['gemini', 145, 'the service answered HTTP 401'],
    ['gemini', 173, 'the service answered HTTP 429'],
    ['gemini', 244, 'the service answered HTTP 500'],
    ['gemini', 41, 'it is not signed in'],
    ['gemini', 1, undefined],
    ['claude', 143, 'it was ended by a signal'],
    ['claude', 1, undefined],
    ['qwen', 55, 'a limit of its settings was reached'],
  ] as const)('%s %d', (id, code, meaning) => {
    expect(OUTPUTS[id].exitMeans?.(code)).toBe(meaning);
  });
});
