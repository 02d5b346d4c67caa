import { describe, expect, it } from 'vitest';
import type { AgentError, AgentEvent } from '../../../src/core/agent/agent-event.ts';
import {
  NOTHING_REPORTED,
  readAgentReport,
  reported,
  verdictOf,
  type AgentReport,
} from '../../../src/core/agent/report.ts';
import type { AttemptEnd } from '../../../src/core/run/event.ts';

function fold(...events: AgentEvent[]): AgentReport {
  return events.reduce(reported, NOTHING_REPORTED);
}

const error = (kind: AgentError['kind'], retrying = false): AgentEvent => ({
  type: 'error',
  kind,
  message: kind,
  retrying,
});
const said = (text: string, partial = false): AgentEvent => ({ type: 'message', text, ...(partial && { partial }) });

describe('report', () => {
  it.each<[string, AgentEvent[], Partial<AgentReport>]>([
    [
      'words are put together until they are whole',
      [said('a'), said('b', true), said('c'), said('d', true)],
      { said: 'cd' },
    ],
    ['an error that was retried is over when it goes on', [error('network', true), said('x')], { said: 'x' }],
    ['and when a tool ends', [error('network', true), { type: 'tool-ended', ok: false }], {}],
    [
      'an error that was not retried stays',
      [error('auth'), said('x')],
      { said: 'x', error: { kind: 'auth', message: 'auth', retrying: false } },
    ],
    ['usage is the last', [usage(1), usage(5)], { usage: { input: 5, cacheRead: 0, cacheWrite: 0, output: 0 } }],
    [
      'no more than ten denials',
      Array.from({ length: 20 }, (_, i) => ({ type: 'denied', what: `${i}` })),
      { denied: '0 1 2 3 4 5 6 7 8 9'.split(' ') },
    ],
  ])('%s', (_, events, expected) => {
    expect(fold(...events)).toEqual({ ...NOTHING_REPORTED, ...expected });
  });

  it('stays small, whatever is said', () => {
    const long = 'x'.repeat(1_000_000);
    const report = fold(
      said(long),
      { type: 'denied', what: long },
      { type: 'error', kind: 'other', message: long, retrying: false },
    );
    expect(JSON.stringify(report).length).toBeLessThan(25_000);
  });
});

function usage(input: number): AgentEvent {
  return { type: 'usage', usage: { input, cacheRead: 0, cacheWrite: 0, output: 0 } };
}

describe('a report of a file', () => {
  it('is the one that was written', () => {
    const report = fold(
      { type: 'session', id: 's', model: 'm' },
      { type: 'cost', usd: 0.5 },
      usage(3),
      { type: 'denied', what: 'Bash: x' },
      { type: 'error', kind: 'quota', message: 'q', status: 429, retryAt: 5, retrying: false },
      { type: 'end', ok: false },
    );
    expect(readAgentReport(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });

  it.each([
    undefined,
    null,
    4,
    [],
    'x',
    {},
    { denied: 4, usage: { input: 1 }, error: { kind: 'no' }, ended: 'yes', costUsd: -1, session: 1 },
  ])('is empty where there is none: %j', (value) => {
    expect(readAgentReport(value)).toEqual(NOTHING_REPORTED);
  });
});

describe('verdict', () => {
  const exited = (code: number): AttemptEnd => ({ kind: 'exited', code });
  const ended = (ok: boolean): AgentEvent => ({ type: 'end', ok });
  it.each<[string, AttemptEnd, AgentEvent[], string]>([
    ['its word and its code', exited(0), [ended(true)], 'done'],
    ['its code alone', exited(0), [], 'done'],
    ['an error goes before the code', exited(0), [error('other'), ended(true)], 'failed other'],
    ['the word goes before the code', exited(0), [ended(false)], 'failed it stopped before it was done'],
    [
      'what was not allowed says why',
      exited(0),
      [{ type: 'denied', what: 'Bash: x' }, ended(false)],
      'failed it was not allowed Bash: x',
    ],
    ['a limit of requests', exited(1), [error('rate-limit'), ended(false)], 'unavailable'],
    ['a quota', exited(1), [error('quota')], 'unavailable'],
    ['an overload', exited(244), [error('overloaded')], 'unavailable'],
    ['no network', exited(1), [error('network', true)], 'unavailable'],
    ['no sign-in', exited(1), [error('auth')], 'unauthenticated'],
    ['a limit of its own', exited(1), [error('budget')], 'failed budget'],
    ['a code that means something', exited(41), [], 'failed means 41'],
    ['a code that means nothing', exited(3), [ended(false)], 'failed exit code 3'],
    [
      'retries that were cut short',
      { kind: 'over-limit', limit: 'retries' },
      [error('overloaded', true)],
      'unavailable',
    ],
    ['a cancelled one that had an error', { kind: 'cancelled' }, [error('network', true)], 'failed'],
  ])('%s', (_, end, events, expected) => {
    const verdict = verdictOf(end, fold(...events), (code) => (code === 41 ? 'means 41' : undefined));
    const message = verdict.kind === 'failed' ? verdict.message : '';
    expect(`${verdict.kind} ${message}`.trim()).toBe(expected);
  });
});
