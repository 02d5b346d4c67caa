import { describe, expect, it } from 'vitest';
import { computedCost, readPrices } from '../../../src/core/agent/prices.ts';

const USAGE = { input: 1_000_000, cacheRead: 2_000_000, cacheWrite: 500_000, output: 100_000 };

describe('the cost of tokens', () => {
  const prices = {
    'gpt-5': { input: 2, output: 10, cacheRead: 0.5, cacheWrite: 4 },
    'gpt-*': { input: 100, output: 100 },
    'gpt-5-*': { input: 1, output: 10 },
  };
  it.each([
    ['by the model', 'gpt-5', 2 + 1 + 2 + 1],
    ['by the longest beginning; what has no price of its own is input', 'gpt-5-mini', 1 + 2 + 0.5 + 1],
    ['by a shorter one', 'gpt-4', 100 + 200 + 50 + 10],
    ['not without a price', 'claude', undefined],
    ['not without a model', undefined, undefined],
  ])('%s', (_, model, usd) => {
    const cost = computedCost(USAGE, model, prices);
    if (usd === undefined) expect(cost).toBeUndefined();
    else expect(cost).toBeCloseTo(usd, 9);
  });
});

describe('a table of prices', () => {
  it.each([
    ['none', undefined, {}, 0],
    ['a whole one', { a: { input: 1, output: 2, cacheRead: 0, cacheWrite: 3 } }, 'same', 0],
    ['no object', [1], {}, 1],
    ['no price', { a: 1, b: { input: 1, output: 2 } }, { b: { input: 1, output: 2 } }, 1],
    ['a negative one', { a: { input: -1, output: 2 } }, {}, 1],
    ['half of one', { a: { input: 1 } }, {}, 1],
    ['a word in it', { a: { input: 1, output: 2, cacheRead: 'x' } }, {}, 1],
  ])('%s', (_, value, prices, problems) => {
    const read = readPrices(value);
    expect(read.prices).toEqual(prices === 'same' ? value : prices);
    expect(read.problems).toHaveLength(problems);
  });
});
