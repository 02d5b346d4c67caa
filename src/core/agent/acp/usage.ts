import type { Usage } from '../agent-event.ts';
import { count, number, type Fields } from '../cli/json.ts';

export const NO_USAGE: Usage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 };

export function plus(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    cacheRead: a.cacheRead + b.cacheRead,
    cacheWrite: a.cacheWrite + b.cacheWrite,
    output: a.output + b.output,
  };
}

/**
 * Tokens as ACP counts them. Agents differ in whether the input has those of the cache in it, and the output those of
 * its thoughts; which it is, the total tells.
 */
export function usageOf(usage: Fields | undefined): Usage | undefined {
  if (usage === undefined || number(usage.inputTokens) === undefined) return undefined;
  const input = count(usage.inputTokens);
  const output = count(usage.outputTokens);
  const thoughts = count(usage.thoughtTokens);
  const cacheRead = count(usage.cachedReadTokens);
  const cacheWrite = count(usage.cachedWriteTokens);
  const total = number(usage.totalTokens) ?? input + output;
  const apart = total - input - output;
  const cacheApart = apart >= cacheRead + cacheWrite;
  const thoughtsApart = apart - (cacheApart ? cacheRead + cacheWrite : 0) >= thoughts;
  return {
    input: cacheApart ? input : Math.max(0, input - cacheRead - cacheWrite),
    cacheRead,
    cacheWrite,
    output: output + (thoughtsApart ? thoughts : 0),
  };
}

/** Gemini's own way: what came from the cache is in the input, and thoughts are not counted. */
export function quotaOf(quota: Fields | undefined): Usage | undefined {
  const tokens = quota?.token_count;
  if (typeof tokens !== 'object' || tokens === null) return undefined;
  const { input_tokens: input, output_tokens: output } = tokens as Fields;
  return { ...NO_USAGE, input: count(input), output: count(output) };
}
