import { describe, expect, it } from 'vitest';
import { failure, turnEnd } from '../../../../src/core/agent/acp/turn-end.ts';
import { print } from '../events.ts';

describe('the end of a turn', () => {
  it.each([
    ['end_turn', ['end ok "Bye."']],
    ['max_tokens', ['ERROR other "The model’s limit of tokens was reached."', 'end not ok "Bye."']],
    [
      'max_turn_requests',
      ['ERROR turns "The agent’s limit of requests to the model in one turn was reached."', 'end not ok "Bye."'],
    ],
    ['refusal', ['ERROR other "The model refused to go on."', 'end not ok "Bye."']],
    ['cancelled', ['ERROR other "It was interrupted."', 'end not ok "Bye."']],
    [undefined, ['end not ok "Bye."']],
  ])('%s', (stopReason, expected) => {
    expect(turnEnd({ stopReason }, { said: 'Bye.', failed: undefined }).map(print)).toEqual(expected);
  });

  it('that an error was the last of is none that went well', () => {
    const failed = { kind: 'auth', message: 'x', retrying: false } as const;
    expect(turnEnd({ stopReason: 'end_turn' }, { said: undefined, failed }).map(print)).toEqual([
      'ERROR auth "x"',
      'end not ok ""',
    ]);
  });
});

describe('an error', () => {
  const auth = {
    authMethods: [
      { id: 'a', name: 'Key' },
      { id: 'b', name: 'Log in', description: 'Run `x login`' },
    ],
  };
  it.each<[string, unknown, unknown, string]>([
    [
      'says how to sign in',
      { code: -32000, message: 'Authentication required' },
      auth,
      'ERROR auth "Authentication required. Sign in outside of Orca: Key, or Log in (Run `x login`)."',
    ],
    ['has a status for a code', { code: 429, message: 'Slow down' }, auth, 'ERROR rate-limit 429 "Slow down"'],
    [
      'says in its data what it is',
      { code: -32603, message: 'Internal error', data: { details: 'HTTP 503 from the service' } },
      undefined,
      'ERROR overloaded 503 "HTTP 503 from the service"',
    ],
    ['has a text for data', { code: 1, message: 'x', data: 'ECONNREFUSED' }, null, 'ERROR network "x: ECONNREFUSED"'],
    ['is nothing', undefined, undefined, 'ERROR other "It answered with an error."'],
  ])('%s', (_, error, initialized, expected) => {
    expect(failure(error, initialized).map(print)).toEqual([expected, 'end not ok ""']);
  });
});
