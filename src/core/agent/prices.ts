import type { Usage } from './agent-event.ts';

/** By model, or by the beginning of its name with `*` at the end; the longest that fits goes. */
export type Prices = Readonly<Record<string, Price>>;

/** US dollars per million tokens. What is absent is priced as `input`. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
}

/** US dollars; undefined where the table has no price for the model. */
export function computedCost(usage: Usage, model: string | undefined, prices: Prices): number | undefined {
  const price = model === undefined ? undefined : priceOf(model, prices);
  if (price === undefined) return undefined;
  const { input, output, cacheRead = input, cacheWrite = input } = price;
  return (
    (usage.input * input + usage.output * output + usage.cacheRead * cacheRead + usage.cacheWrite * cacheWrite) /
    1_000_000
  );
}

function priceOf(model: string, prices: Prices): Price | undefined {
  const fits = (name: string): boolean => (name.endsWith('*') ? model.startsWith(name.slice(0, -1)) : model === name);
  const best = Object.keys(prices)
    .filter(fits)
    .sort((a, b) => b.length - a.length)[0];
  return best === undefined ? undefined : prices[best];
}

/** Reads a table from outside: what is no price is left out and named. */
export function readPrices(value: unknown): { readonly prices: Prices; readonly problems: readonly string[] } {
  const prices: Record<string, Price> = {};
  const problems: string[] = [];
  if (value === undefined) return { prices, problems };
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { prices, problems: ['The prices are to be an object: model → { input, output }.'] };
  for (const [model, entry] of Object.entries(value)) {
    const price = readPrice(entry);
    if (price === undefined)
      problems.push(
        `Price of "${model}": "input" and "output" are to be numbers, US dollars per million tokens; "cacheRead" and "cacheWrite" may be.`,
      );
    else prices[model] = price;
  }
  return { prices, problems };
}

function readPrice(value: unknown): Price | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { input, output, cacheRead, cacheWrite } = value as Record<string, unknown>;
  const given = [cacheRead, cacheWrite].filter((part) => part !== undefined);
  if (!isPrice(input) || !isPrice(output) || !given.every(isPrice)) return undefined;
  return {
    input,
    output,
    ...(isPrice(cacheRead) && { cacheRead }),
    ...(isPrice(cacheWrite) && { cacheWrite }),
  };
}

function isPrice(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
