import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { AgentEvent, Usage } from '../../../src/core/agent/agent-event.ts';
import { CLI_IDS, type CliId } from '../../../src/core/agent/agent.ts';
import { OUTPUTS } from '../../../src/core/agent/outputs.ts';
import { NOTHING_REPORTED, reported, verdictOf } from '../../../src/core/agent/report.ts';
import type { AttemptEnd } from '../../../src/core/run/event.ts';
import { print } from './events.ts';

// What the real CLIs printed when they talked to a model that follows a script. `billed` is what that model counted.
const GOLDEN = fileURLToPath(new URL('../../agents/golden', import.meta.url));

interface Golden {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly billed: Usage;
  readonly billedBefore?: Usage;
  readonly report?: string;
}

/** Where no usage can be had: the CLI says it only at its end, or not at all when it is cut off. */
const UNTOLD: Readonly<Record<string, 'partly' | 'not at all'>> = {
  // Its messages are announced with one token of output; the rest comes with the result.
  'claude/terminated': 'partly',
  'codex/interrupted': 'not at all',
  'codex/terminated': 'not at all',
  'copilot/interrupted': 'not at all',
  'copilot/terminated': 'not at all',
  'gemini/interrupted': 'not at all',
  'gemini/terminated': 'not at all',
  'opencode/interrupted': 'not at all',
  'opencode/terminated': 'not at all',
};

for (const cli of CLI_IDS) {
  describe.runIf(existsSync(`${GOLDEN}/${cli}`))(cli, () => {
    it.each(cases(cli))('%s', async (name) => {
      const golden = JSON.parse(readFileSync(`${GOLDEN}/${cli}/${name}.json`, 'utf8')) as Golden;
      const events = eventsOf(cli, name, golden.report);
      const report = events.reduce(reported, NOTHING_REPORTED);
      const verdict = verdictOf(endOf(golden), report, OUTPUTS[cli].exitMeans);
      const text = [...events.map(print), '', `verdict: ${JSON.stringify(verdict)}`, ''].join('\n');
      await expect(text).toMatchFileSnapshot(`events/${cli}/${name}.txt`);
      expect(report.usage ?? NONE).toEqual(told(`${cli}/${name}`, cli, golden, report.usage));
    });
  });
}

/** Those that count all of a conversation that is taken up again. */
const WHOLE: ReadonlySet<CliId> = new Set(['codex', 'copilot', 'qwen']);
const TITLE = 7;
const NONE: Usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 };

/** The bill, as far as the CLI tells it. */
function told(path: string, cli: CliId, { billed, billedBefore }: Golden, usage: Usage | undefined): Usage {
  if (UNTOLD[path] === 'not at all') return NONE;
  // Of a new conversation it asks the model for a title as well, and does not count that.
  if (cli === 'opencode' && usage !== undefined && billedBefore === undefined)
    return { ...billed, input: Math.min(billed.input, usage.input), output: billed.output - TITLE };
  if (UNTOLD[path] === 'partly') return { ...billed, output: usage?.output ?? -1 };
  return WHOLE.has(cli) && billedBefore !== undefined ? plus(billed, billedBefore) : billed;
}

function plus(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    output: a.output + b.output,
  };
}

function eventsOf(cli: CliId, name: string, report: string | undefined): AgentEvent[] {
  const reader = OUTPUTS[cli].reader();
  return [
    ...linesOf(`${GOLDEN}/${cli}/${name}.stderr.txt`).flatMap((line) => reader.read(line, 'err')),
    ...linesOf(`${GOLDEN}/${cli}/${name}.jsonl`).flatMap((line) => reader.read(line, 'out')),
    ...(reader.finish?.(report) ?? []),
  ];
}

function cases(cli: CliId): string[] {
  if (!existsSync(`${GOLDEN}/${cli}`)) return [];
  return readdirSync(`${GOLDEN}/${cli}`)
    .filter((file) => file.endsWith('.jsonl'))
    .map((file) => file.slice(0, -'.jsonl'.length));
}

function linesOf(path: string): string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
}

function endOf({ exitCode, signal }: Golden): AttemptEnd {
  return exitCode === null ? { kind: 'signalled', signal: signal ?? '' } : { kind: 'exited', code: exitCode };
}
