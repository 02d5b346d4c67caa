import { describe, expect, it } from 'vitest';
import { AcpUpdates } from '../../../../src/core/agent/acp/updates.ts';
import type { AgentEvent } from '../../../../src/core/agent/agent-event.ts';
import { print } from '../events.ts';

// Updates as gemini 0.61.0, opencode 1.18.33, copilot 1.0.102 and qwen 0.24.4 sent them, shortened.

function events(...updates: readonly object[]): string[] {
  const reader = new AcpUpdates();
  return updates.flatMap((update) => reader.update({ sessionId: 's', update })).map(print);
}

const chunk = (text: string, more: object = {}) => ({
  sessionUpdate: 'agent_message_chunk',
  content: { type: 'text', text },
  ...more,
});
const call = (more: object) => ({ sessionUpdate: 'tool_call', toolCallId: 'c', ...more });
const update = (more: object) => ({ sessionUpdate: 'tool_call_update', toolCallId: 'c', ...more });
const text = (text: string) => [{ type: 'content', content: { type: 'text', text } }];
const usage = {
  inputTokens: 1485,
  outputTokens: 135,
  totalTokens: 1620,
  thoughtTokens: 5,
  cachedReadTokens: 400,
};

describe('updates', () => {
  it.each<[string, readonly object[], readonly string[]]>([
    ['words', [chunk('I be'), chunk('gin.')], ['message+ "I be"', 'message+ "gin."']],
    [
      'words of another message',
      [chunk('One.', { messageId: 'm1' }), chunk('Two.', { messageId: 'm2' })],
      ['message+ "One."', 'message+ "\\nTwo."'],
    ],
    ['no words', [chunk(''), chunk('', { content: { type: 'image', data: '' } })], []],
    [
      'thoughts, plans, commands',
      [{ sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: 'Hm' } }],
      [],
    ],
    [
      'an edit that is told before it is known (opencode)',
      [
        call({ title: 'write', kind: 'edit', status: 'pending', locations: [], rawInput: {} }),
        update({ status: 'in_progress', kind: 'edit', title: 'write', locations: [{ path: '/w/a.txt' }] }),
        update({ status: 'completed', title: 'a.txt', content: text('Wrote file successfully.') }),
      ],
      ['edit [c] /w/a.txt', 'ok [c] "Wrote file successfully."'],
    ],
    [
      'an edit that is told when it is over (gemini)',
      [
        update({
          status: 'completed',
          title: 'Writing to a.txt',
          kind: 'edit',
          content: [{ type: 'diff', path: '/w/a.txt', oldText: '', newText: 'hi' }],
          locations: [{ path: '/w/a.txt' }],
        }),
      ],
      ['edit [c] /w/a.txt', 'ok [c] ""'],
    ],
    [
      'a command, and its exit code (opencode)',
      [
        update({ status: 'in_progress', kind: 'execute', title: 'make it', rawInput: { command: 'make' } }),
        update({ status: 'completed', content: text('no'), rawOutput: { metadata: { exit: 2 } } }),
      ],
      ['command [c] "make"', 'FAILED [c] "no"'],
    ],
    [
      'a command, and its exit code (qwen)',
      [
        call({ title: 'Shell', kind: 'execute', status: 'pending', rawInput: {} }),
        update({ status: 'completed', rawOutput: { exitCode: 0, output: 'yes' } }),
      ],
      ['command [c] "Shell"', 'ok [c] "yes"'],
    ],
    [
      'a command, and its exit code (copilot)',
      [
        call({ title: 'As said', kind: 'execute', status: 'pending', rawInput: { command: 'make' } }),
        update({ status: 'completed', rawOutput: { content: 'x', contents: [{ type: 'shell_exit', exitCode: 1 }] } }),
      ],
      ['command [c] "make"', 'FAILED [c] "x"'],
    ],
    [
      'a command that is told before it is known (opencode)',
      [
        call({ kind: 'execute', title: 'bash', rawInput: { cwd: '/w' }, locations: [{ path: '/w' }] }),
        update({ kind: 'execute', status: 'in_progress', title: 'make it', rawInput: { command: 'make' } }),
      ],
      ['command [c] "make"'],
    ],
    [
      'a command in words',
      [call({ kind: 'execute', rawInput: { command: ['bash', '-lc', 'make'] } })],
      ['command [c] "bash -lc make"'],
    ],
    [
      'a tool of a server that failed (copilot)',
      [
        call({ title: 'report_progress', kind: 'other', status: 'pending', rawInput: { text: 'half way' } }),
        update({ status: 'failed', rawOutput: { message: 'It does not exist.' } }),
      ],
      ['tool [c] report_progress "half way"', 'FAILED [c] "It does not exist."'],
    ],
    [
      'a tool by the name that the model knows (qwen)',
      [
        call({
          title: 'ReadFile: a.txt',
          kind: 'read',
          rawInput: { file_path: '/w/a.txt' },
          _meta: { toolName: 'read_file' },
        }),
      ],
      ['tool [c] read_file "/w/a.txt"'],
    ],
    [
      'a tool of which only the title is known',
      [call({ title: 'Looking around', kind: 'search', status: 'in_progress' })],
      ['tool [c] search "Looking around"'],
    ],
    [
      'a tool that ends twice',
      [update({ status: 'failed', title: 't', kind: 'fetch' }), update({ status: 'completed' })],
      ['tool [c] fetch "t"', 'FAILED [c] ""'],
    ],
    [
      'tokens of each answer (qwen)',
      [chunk('', { _meta: { usage } }), chunk('', { _meta: { usage } })],
      [
        'usage 1085 in, 400 from the cache, 0 into it, 135 out',
        'usage 2170 in, 800 from the cache, 0 into it, 270 out',
      ],
    ],
    [
      'what it cost',
      [
        { sessionUpdate: 'usage_update', used: 4815, size: 100000, cost: { amount: 0.25, currency: 'USD' } },
        { sessionUpdate: 'usage_update', used: 4815, size: 100000, cost: { amount: 0.25, currency: 'EUR' } },
        { sessionUpdate: 'usage_update', used: 4815, size: 100000 },
      ],
      ['cost 0.250000'],
    ],
  ])('%s', (_, updates, expected) => {
    expect(events(...updates)).toEqual(expected);
  });

  it.each([
    undefined,
    null,
    1,
    'x',
    [],
    {},
    { update: null },
    { update: { sessionUpdate: 'tool_call' } },
    { update: [] },
  ])('%j is nothing', (params) => {
    expect(new AcpUpdates().update(params)).toEqual([]);
    expect(new AcpUpdates().asked(params).call.paths).toEqual([]);
  });
});

describe('its last words', () => {
  it('are those after its last tool', () => {
    const reader = new AcpUpdates();
    for (const said of [
      chunk('I begin.'),
      call({ kind: 'execute', rawInput: { command: 'x' } }),
      chunk('All '),
      chunk('done.'),
    ])
      reader.update({ update: said });
    expect(reader.said).toBe('All done.');
  });
});

describe('a denial', () => {
  const denied = (): { readonly reader: AcpUpdates; readonly events: readonly AgentEvent[] } => {
    const reader = new AcpUpdates();
    const toolCall = { toolCallId: 'c', kind: 'execute', title: 'make', rawInput: { command: 'make all' } };
    const { call, events } = reader.asked({ toolCall });
    return { reader, events: [...events, ...reader.denied(call)] };
  };

  it('is told after what was asked for', () => {
    expect(denied().events.map(print)).toEqual(['command [c] "make all"', 'DENIED execute: make all']);
  });

  it.each([
    ['its tool failed', update({ status: 'failed' }), true],
    ['the model says something', chunk('Then not.'), false],
    ['the model uses another tool', { ...call({ kind: 'read', rawInput: { path: 'x' } }), toolCallId: 'd' }, false],
  ])('after which %s', (_, next, stopped) => {
    const { reader } = denied();
    expect(reader.stoppedByDenial).toBe(true);
    reader.update({ update: next });
    expect(reader.stoppedByDenial).toBe(stopped);
  });
});

describe('tokens of a turn', () => {
  it.each<[string, object, string]>([
    [
      'copilot: with the cache in the input',
      {
        usage: { inputTokens: 12600, outputTokens: 582, totalTokens: 13182, thoughtTokens: 38, cachedReadTokens: 7654 },
      },
      'usage 4946 in, 7654 from the cache, 0 into it, 582 out',
    ],
    [
      'each kind apart',
      { usage: { inputTokens: 1388, outputTokens: 142, totalTokens: 4971, thoughtTokens: 14, cachedReadTokens: 3427 } },
      'usage 1388 in, 3427 from the cache, 0 into it, 156 out',
    ],
    [
      'gemini: by its quota',
      { _meta: { quota: { token_count: { input_tokens: 12632, output_tokens: 576 } } } },
      'usage 12632 in, 0 from the cache, 0 into it, 576 out',
    ],
  ])('%s', (_, result, expected) => {
    expect(new AcpUpdates().turn(result).map(print)).toEqual([expected]);
  });

  it('are those of all turns, but for gemini’s', () => {
    const total = new AcpUpdates();
    const each = new AcpUpdates();
    const quota = { _meta: { quota: { token_count: { input_tokens: 10, output_tokens: 1 } } } };
    expect([total.turn({ usage }), total.turn({ usage })].flat().map(print)).toEqual([
      'usage 1085 in, 400 from the cache, 0 into it, 135 out',
      'usage 1085 in, 400 from the cache, 0 into it, 135 out',
    ]);
    expect([each.turn(quota), each.turn(quota)].flat().map(print)).toEqual([
      'usage 10 in, 0 from the cache, 0 into it, 1 out',
      'usage 20 in, 0 from the cache, 0 into it, 2 out',
    ]);
  });

  it('are not taken from opencode, which tells of its last request alone', () => {
    const reader = new AcpUpdates();
    reader.began({ agentInfo: { name: 'OpenCode' } });
    expect(reader.turn({ usage })).toEqual([]);
  });

  it('that it does not tell are none', () => {
    expect([{}, null, { usage: null }, { usage: {} }].flatMap((result) => new AcpUpdates().turn(result))).toEqual([]);
  });
});

describe('what copilot says in the model’s stead', () => {
  const LIMITED = 'Error: It failed; retried 5 times. Last error: 429 Slow down';
  it.each<[string, readonly string[], readonly string[], string | undefined]>([
    ['is no word of the model', ['Info: /w/a.txt', 'Warning: x'], [], undefined],
    [
      'may be that it tries again',
      ['Info: Request failed due to a transient API error. Retrying...'],
      ['ERROR overloaded retrying "Request failed due to a transient API error. Retrying..."'],
      undefined,
    ],
    ['may be why it ended', [LIMITED], [], 'rate-limit'],
    ['is forgotten where it goes on', [LIMITED, 'So then.'], ['message+ "So then."'], undefined],
  ])('%s', (_, said, expected, failed) => {
    const reader = new AcpUpdates();
    reader.began({ agentInfo: { name: 'Copilot' } });
    expect(said.flatMap((words) => reader.update({ update: chunk(words) })).map(print)).toEqual(expected);
    expect(reader.failed?.kind).toBe(failed);
  });

  it('is the model’s word where another agent says it', () => {
    expect(events(chunk('Error: none'))).toEqual(['message+ "Error: none"']);
  });
});
