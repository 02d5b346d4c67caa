import { describe, expect, it } from 'vitest';
import { outputOf } from '../../../src/core/agent/outputs.ts';
import { agentsOf, readAgentSettings } from '../../../src/core/agent/registry.ts';

const CLIS = 'claude, codex, gemini, opencode, copilot, qwen';

describe('settings', () => {
  it.each([
    ['none', undefined, {}, []],
    ['a command', { a: { command: ['x', '{promptFile}'], prompt: 'none', env: { E: '1' } } }, 'same', []],
    ['a CLI by its name', { codex: { model: 'm', permission: 'ask', args: ['-v'] } }, 'same', []],
    ['a CLI by its kind', { fast: { kind: 'claude', program: '/opt/claude', env: { A: 'b' } } }, 'same', []],
    ['a CLI as it is', { qwen: {} }, 'same', []],
    [
      'an agent that speaks ACP',
      { g: { kind: 'acp', command: ['g', '--acp'], permission: 'ask', env: {} } },
      'same',
      [],
    ],
    [
      'one without a command',
      { g: { kind: 'acp' } },
      {},
      ['Agent "g": "command" is to be a list of strings, the program first.'],
    ],
    [
      'one with a mode that ACP has not',
      { g: { kind: 'acp', command: ['g'], permission: 'sandbox' } },
      {},
      ['Agent "g": ACP has no mode "sandbox". It has ask, edits, full.'],
    ],
    [
      'one with a bad mode',
      { g: { kind: 'acp', command: ['g'], permission: 1 } },
      {},
      ['Agent "g": "permission" is to be one of ask, edits, sandbox, full.'],
    ],
    [
      'one with a bad environment',
      { g: { kind: 'acp', command: ['g'], env: 1 } },
      {},
      ['Agent "g": "env" is to be an object of strings.'],
    ],
    ['a command in the place of a CLI', { claude: { command: ['my-claude'] } }, 'same', []],
    ['no object', [], {}, ['The agents are to be an object: name → command, or name → settings of a CLI.']],
    ['no entry', { a: 1 }, {}, ['Agent "a": "command" is to be a list of strings, the program first.']],
    [
      'an empty command',
      { a: { command: [] } },
      {},
      ['Agent "a": "command" is to be a list of strings, the program first.'],
    ],
    [
      'a bad way of the prompt',
      { a: { command: ['x'], prompt: 'file' } },
      {},
      ['Agent "a": "prompt" is to be "stdin" or "none".'],
    ],
    [
      'a bad environment',
      { a: { command: ['x'], env: ['A'] } },
      {},
      ['Agent "a": "env" is to be an object of strings.'],
    ],
    [
      'neither command nor CLI',
      { mine: { model: 'm' } },
      {},
      [`Agent "mine": give it a "command", the program first, or a "kind", one of ${CLIS}.`],
    ],
    ['an unknown kind', { claude: { kind: 'cloude' } }, {}, [`Agent "claude": "kind" is to be one of ${CLIS}.`]],
    [
      'an unknown mode',
      { claude: { permission: 'all' } },
      {},
      ['Agent "claude": "permission" is to be one of ask, edits, sandbox, full.'],
    ],
    [
      'a mode that the CLI has not',
      { gemini: { permission: 'sandbox' } },
      {},
      ['Agent "gemini": Gemini CLI has no mode "sandbox". It has ask, edits, full.'],
    ],
    ['bad arguments', { codex: { args: 'x' } }, {}, ['Agent "codex": "args" is to be a list of strings.']],
    [
      'a bad program',
      { codex: { program: ' ' } },
      {},
      ['Agent "codex": "program" is to be the name or the path of a program.'],
    ],
    ['a bad model', { codex: { model: 4 } }, {}, ['Agent "codex": "model" is to be the name of a model.']],
    [
      'a CLI’s bad environment',
      { codex: { env: { A: 1 } } },
      {},
      ['Agent "codex": "env" is to be an object of strings.'],
    ],
    [
      'one good, one bad',
      { a: { command: ['x'] }, b: {} },
      { a: { command: ['x'] } },
      [expect.stringContaining('"b"')],
    ],
  ])('%s', (_, value, settings, problems) => {
    expect(readAgentSettings(value)).toEqual({ settings: settings === 'same' ? value : settings, problems });
  });
});

describe('agents', () => {
  const shown = (settings: unknown): string[] =>
    [...agentsOf(readAgentSettings(settings).settings).values()].map(
      ({ id, label, cli }) => `${id}: ${label}, ${cli?.id ?? 'no CLI'}`,
    );

  it('without settings: the CLIs, and the built-in ones', () => {
    expect(shown(undefined)).toEqual([
      'claude: Claude Code, claude',
      'codex: Codex, codex',
      'gemini: Gemini CLI, gemini',
      'opencode: opencode, opencode',
      'copilot: GitHub Copilot CLI, copilot',
      'qwen: Qwen Code, qwen',
      'shell: Shell, no CLI',
      'orca-survey: Orca, no CLI',
    ]);
  });

  it('with settings: more of them, and others of the same name; the built-in ones stay', () => {
    const settings = {
      claude: { command: ['x'] },
      fast: { kind: 'codex' },
      gemini: { kind: 'acp', command: ['gemini', '--acp'] },
      shell: { command: ['evil'] },
      'orca-survey': { command: ['evil'] },
    };
    expect(shown(settings)).toEqual(
      expect.arrayContaining([
        'claude: claude, no CLI',
        'fast: fast (Codex), codex',
        'gemini: gemini (ACP), no CLI',
        'shell: Shell, no CLI',
        'orca-survey: Orca, no CLI',
      ]),
    );
  });

  it('a CLI is started as its settings say, and gone on with in the same way', () => {
    const agent = agentsOf({ codex: { program: '/opt/codex' } }).get('codex');
    expect(agent?.cli?.resume('s', agent.setting ?? {}).argv).toEqual(['/opt/codex', 'resume', 's']);
  });

  it('have an output that a runner finds by its id', () => {
    const outputs = [...agentsOf({ a: { kind: 'acp', command: ['a'] } }).values()].flatMap(
      ({ output }) => output ?? [],
    );
    expect(outputs).toEqual(['claude', 'codex', 'gemini', 'opencode', 'copilot', 'qwen', 'acp']);
    expect(outputs.map(outputOf)).not.toContain(undefined);
    expect(outputOf('of a newer version' as 'acp')).toBeUndefined();
  });
});
