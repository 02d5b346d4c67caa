import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLI_IDS } from '../../../src/core/agent/agent.ts';
import { OUTPUTS } from '../../../src/core/agent/outputs.ts';
import { errorOf } from '../../../src/core/agent/cli/errors.ts';
import { print } from './events.ts';

const AT = Date.UTC(2026, 0, 1, 12);

describe('errors', () => {
  it.each([
    [{ status: 401, message: 'x' }, 'auth 401'],
    [{ status: 403, message: 'x' }, 'auth 403'],
    [{ status: 402, message: 'x' }, 'quota 402'],
    [{ status: 429, message: 'x' }, 'rate-limit 429'],
    [{ status: 429, message: 'You exceeded your current quota' }, 'quota 429'],
    [{ status: 529, message: 'Overloaded' }, 'overloaded 529'],
    [{ status: 400, message: 'Your credit balance is too low' }, 'quota 400'],
    [{ status: 400, message: 'bad request' }, 'other 400'],
    [{ message: 'unexpected status 503 Service Unavailable: x' }, 'overloaded 503'],
    [{ message: 'exceeded retry limit, last status: 429 Too Many Requests' }, 'rate-limit 429'],
    [{ message: 'API Error: 500 x' }, 'overloaded 500'],
    [{ message: 'Request rejected (429) · x' }, 'rate-limit 429'],
    [{ message: 'line 401 of the file is wrong' }, 'other'],
    [{ message: 'Not logged in · Please run /login' }, 'auth'],
    [{ message: 'Please set an Auth method in your settings' }, 'auth'],
    [{ message: 'getaddrinfo ENOTFOUND api.example.com' }, 'network'],
    [{ message: 'stream disconnected before completion' }, 'network'],
    [{ message: 'Could not connect to the model provider' }, 'network'],
    [{ message: 'the tests failed' }, 'other'],
    [{ message: 'Refusing to start without a working sandbox' }, 'refused'],
    [{ message: `usage limit reached|${AT / 1000}` }, `quota ${AT}`],
    [{ message: 'usage limit reached, try again at 2026-01-01T12:00:00Z' }, `quota ${AT}`],
    [{ message: '2026-01-01T12:00:00Z usage limit reached' }, 'quota'],
    [{ status: 429, message: 'Your quota', kind: 'rate-limit' as const }, 'rate-limit 429'],
  ])('%j is %s', (symptoms, expected) => {
    const { kind, status, retryAt } = errorOf(symptoms);
    expect([kind, status, retryAt].filter((part) => part !== undefined).join(' ')).toBe(expected);
  });
});

/** A stream of one CLI to what is read of it, for what the recorded ones do not have. */
describe('streams', () => {
  it.each([
    ['claude', [{ type: 'assistant' }, { type: 'user', message: 4 }], ['end not ok ""']],
    ['claude', [{ type: 'error', message: 'it broke' }], ['ERROR other "it broke"', 'end not ok ""']],
    [
      'claude',
      ['Error: sandbox required but unavailable'],
      ['ERROR other "Error: sandbox required but unavailable"', 'end not ok ""'],
    ],
    [
      'claude',
      [
        { type: 'rate_limit_event', rate_limit_info: { status: 'allowed', resetsAt: AT / 1000 } },
        { type: 'result', is_error: true, subtype: 'success', api_error_status: 429, result: 'Request rejected' },
      ],
      ['ERROR rate-limit 429 "Request rejected"', 'end not ok ""'],
    ],
    [
      'codex',
      [
        {
          type: 'item.completed',
          item: { id: 'i', type: 'file_change', status: 'completed', changes: [{ path: 'a' }, { path: 'b' }] },
        },
        { type: 'item.completed', item: { type: 'error', message: 'a hook failed' } },
        { type: 'turn.completed' },
      ],
      ['edit [i] a', 'edit [i] b', 'ok [i] ""', 'ERROR other retrying "a hook failed"', 'end ok ""'],
    ],
    [
      'codex',
      [
        {
          type: 'item.completed',
          item: {
            id: 'i',
            type: 'mcp_tool_call',
            server: 's',
            tool: 't',
            status: 'failed',
            error: { message: 'MCP tool call requires approval' },
          },
        },
      ],
      [
        'tool [i] s.t ""',
        'FAILED [i] "MCP tool call requires approval"',
        'DENIED t: requires approval',
        'end not ok ""',
      ],
    ],
    [
      'gemini',
      [
        { type: 'message', role: 'assistant', content: 'One', delta: true },
        { type: 'message', role: 'assistant', content: ' more.', delta: true },
        { type: 'error', severity: 'warning', message: 'Loop detected' },
        { type: 'error', severity: 'error', message: 'The model returned nothing.' },
        { type: 'result', status: 'error' },
      ],
      [
        'message "One"',
        'message+ " more."',
        'ERROR other retrying "Loop detected"',
        'ERROR other "The model returned nothing."',
        'end not ok ""',
      ],
    ],
    [
      'gemini',
      [
        { type: 'tool_use', tool_id: 'i', tool_name: 'run_shell_command', parameters: { command: 'rm -r x' } },
        {
          type: 'tool_result',
          tool_id: 'i',
          status: 'error',
          error: { type: 'tool_not_registered', message: 'no such tool' },
        },
        { type: 'result', status: 'success' },
      ],
      ['command [i] "rm -r x"', 'FAILED [i] "no such tool"', 'DENIED run_shell_command: rm -r x', 'end ok ""'],
    ],
    [
      'gemini',
      ['Please set an Auth method in your settings.json'],
      ['ERROR auth "Please set an Auth method in your settings.json"', 'end not ok ""'],
    ],
    [
      'opencode',
      [
        {
          type: 'error',
          timestamp: AT,
          sessionID: 's',
          error: {
            name: 'APIError',
            data: { message: 'slow down', statusCode: 429, responseHeaders: { 'retry-after': '60' } },
          },
        },
      ],
      ['session s', `ERROR rate-limit 429 until ${AT + 60_000} "slow down"`, 'end not ok ""'],
    ],
    [
      'opencode',
      [
        {
          type: 'tool_use',
          sessionID: 's',
          part: {
            tool: 'invalid',
            callID: 'c',
            state: { status: 'completed', input: { tool: 'bash' }, output: 'unavailable tool' },
          },
        },
      ],
      ['session s', 'tool [c] bash ""', 'FAILED [c] "unavailable tool"', 'DENIED bash', 'end not ok ""'],
    ],
    [
      'copilot',
      [
        { type: 'session.error', data: { errorType: 'quota', message: 'no requests left' } },
        { type: 'result', sessionId: 's', exitCode: 0 },
      ],
      ['ERROR quota "no requests left"', 'session s', 'end not ok ""'],
    ],
  ] as const)('%s %j', (id, lines, expected) => {
    const reader = OUTPUTS[id].reader();
    const events = lines.flatMap((line) =>
      typeof line === 'string' ? reader.read(line, 'err') : reader.read(JSON.stringify(line), 'out'),
    );
    expect([...events, ...(reader.finish?.(undefined) ?? [])].map(print)).toEqual(expected);
  });

  const KEYS = [
    'type',
    'subtype',
    'message',
    'content',
    'item',
    'part',
    'state',
    'data',
    'usage',
    'error',
    'id',
    'stats',
    'result',
  ];
  const WORDS = [
    'system',
    'init',
    'assistant',
    'user',
    'result',
    'item.completed',
    'error',
    'tool_use',
    'step_finish',
    'text',
  ];
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(...WORDS, null, 1, -1, true, ''),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...KEYS), tie('any'), { maxKeys: 6 }),
    ),
  })).any;

  it.each(CLI_IDS)('%s: nothing that is printed makes it throw', (id) => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            value.map((any) => JSON.stringify(any)),
            fc.string(),
          ),
        ),
        fc.string(),
        (lines, report) => {
          const reader = OUTPUTS[id].reader();
          for (const line of lines) for (const stream of ['out', 'err'] as const) reader.read(line, stream).map(print);
          reader.finish?.(report);
          reader.finish?.(JSON.stringify(lines));
        },
      ),
      { numRuns: 300 },
    );
  });
});
