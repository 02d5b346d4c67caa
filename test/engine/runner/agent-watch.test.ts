import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../../src/core/agent/agent-event.ts';
import type { CliId } from '../../../src/core/agent/agent.ts';
import { OUTPUTS } from '../../../src/core/agent/outputs.ts';
import { verdictOf } from '../../../src/core/agent/report.ts';
import { AgentWatch } from '../../../src/engine/runner/agent-watch.ts';
import type { JobAgent } from '../../../src/engine/runner/protocol.ts';

function printed(cli: CliId, name: string): Buffer {
  return readFileSync(new URL(`../../agents/golden/${cli}/${name}.jsonl`, import.meta.url));
}

/** Given so many bytes at a time. */
function watch(cli: CliId, name: string, size: number, agent: Partial<JobAgent> = {}) {
  const events: AgentEvent[] = [];
  const watched = new AgentWatch({ cli, ...agent }, OUTPUTS[cli], (event) => events.push(event));
  const bytes = printed(cli, name);
  for (let from = 0; from < bytes.length; from += size) watched.push(bytes.subarray(from, from + size), 'out', 0);
  watched.end(0);
  return { watched, events };
}

describe('what an agent prints', () => {
  it.each([1, 7, 4096])('is the same in pieces of %d bytes', (size) => {
    const whole = watch('claude', 'ok', 1_000_000);
    const pieces = watch('claude', 'ok', size);
    expect(pieces.events).toEqual(whole.events);
    expect(pieces.watched.report).toMatchObject({ ended: true, said: 'All done.' });
  });

  it('is priced by the model of the settings where the CLI names none', () => {
    const prices = { 'm-1': { input: 1000, output: 1000 } };
    const limits = { costUsd: 1, prices };
    expect(watch('codex', 'ok', 4096, limits).watched.limit(0)).toBeUndefined();
    expect(watch('codex', 'ok', 4096, { ...limits, model: 'm-1' }).watched.limit(0)).toBe('cost');
  });

  it('is held against the time that a service may not answer, until it does', () => {
    const watched = new AgentWatch({ cli: 'claude', retryMs: 1000 }, OUTPUTS.claude, () => undefined);
    const lines = printed('claude', 'once-500').toString('utf8').split('\n');
    const failed = lines.findIndex((line) => line.includes('"api_retry"'));
    const push = (some: readonly string[], now: number): void =>
      watched.push(Buffer.from(`${some.join('\n')}\n`), 'out', now);
    push(lines.slice(0, failed + 1), 5000);
    expect([watched.limit(5999), watched.limit(6000)]).toEqual([undefined, 'retries']);
    push(lines.slice(failed + 1), 6000);
    expect(watched.limit(9000)).toBeUndefined();
    expect(watched.report.error).toBeUndefined();
  });

  it('says nothing of how it was when it is being ended: one takes leave with a success', () => {
    const watched = new AgentWatch({ cli: 'claude', retryMs: 1000 }, OUTPUTS.claude, () => undefined);
    const lines = printed('claude', 'once-500').toString('utf8').split('\n');
    const failed = lines.findIndex((line) => line.includes('"api_retry"'));
    watched.push(Buffer.from(`${lines.slice(0, failed + 1).join('\n')}\n`), 'out', 5000);
    watched.ending();
    watched.push(Buffer.from(`${lines.slice(failed + 1).join('\n')}\n`), 'out', 6000);
    watched.end(6000);
    expect(verdictOf({ kind: 'over-limit', limit: 'retries' }, watched.report)).toMatchObject({
      kind: 'unavailable',
      error: { kind: 'overloaded' },
    });
    expect(watched.report.ended).toBeUndefined();
  });
});
