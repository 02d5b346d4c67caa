/** What an estimate's text says, in minutes. `junk`: no time at all; `absurd`: a time that no task takes. */
export type EstimateReading = Minutes | 'absurd' | 'junk';

export interface Minutes {
  readonly minutes: number;
  readonly low?: number;
  readonly high?: number;
}

const MINUTES_IN: Readonly<Record<string, number>> = { m: 1, h: 60, d: 8 * 60, w: 5 * 8 * 60 };
const NUMBER = String.raw`\d{1,12}(?:[.,]\d{1,6})?`;
const UNIT = String.raw`(?:minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|wks?|w)`;
const QUANTITY = String.raw`${NUMBER} ?(?:${UNIT}(?: ?${NUMBER} ?${UNIT}?)?)?`;
const SINGLE = new RegExp(`^${QUANTITY}$`);
const RANGE = new RegExp(`^(${QUANTITY}) ?(?:-|–|—|\\.\\.|to) ?(${QUANTITY})$`);
const HEDGE = /^(?:about|around|approximately|approx\.?|roughly|circa|ca\.?|up to|max\.?|est\.?|[~≈<≤])\s*/;

/**
 * Reads `25 min`, `1.5 h`, `1h 30m`, `2-3 hours` (the middle, with its range), `half a day`. A day is 8 hours, a week is
 * 5 days; a remark in parentheses at the end is passed over.
 */
export function readEstimate(text: string): EstimateReading {
  if (text.length > 200) return 'junk';
  const words = SINGLE.test(text) ? text : plainWords(text);
  if (/^[-−]\s?\d/.test(words)) return 'absurd';
  const range = RANGE.exec(words);
  if (range !== null) return readRange(range[1] ?? '', range[2] ?? '');
  const minutes = SINGLE.test(words) ? toMinutes(words) : undefined;
  if (minutes === undefined) return 'junk';
  return minutes > 0 ? { minutes } : 'absurd';
}

/** Lower case, without emphasis, hedges and remarks, and with the words for a half and a one as numbers. */
function plainWords(text: string): string {
  return text
    .toLowerCase()
    .replace(/[*_`]/g, '')
    .replace(/\([^()]*\)\s*\.?\s*$/, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '')
    .replace(HEDGE, '')
    .replace(/^half(?: an?|-| )? ?(?=\p{L})/u, '0.5 ')
    .replace(/^an? (?=\p{L})/u, '1 ');
}

function readRange(from: string, to: string): EstimateReading {
  const unit = /[mhdw]/.exec(to)?.[0];
  const one = toMinutes(from, unit);
  const other = toMinutes(to);
  if (one === undefined || other === undefined) return 'junk';
  const low = Math.min(one, other);
  const high = Math.max(one, other);
  return low > 0 ? { minutes: (low + high) / 2, low, high } : 'absurd';
}

/** The minutes of `1h 30m`; a number without a unit takes the given one, or, after hours, means minutes. */
function toMinutes(quantity: string, unit?: string): number | undefined {
  let total = 0;
  let last = unit;
  for (const [, number, written] of quantity.matchAll(/(\d+(?:[.,]\d+)?) ?([mhdw])?/g)) {
    const of = written ?? last;
    if (of === undefined || number === undefined) return undefined;
    total += Number(number.replace(',', '.')) * (MINUTES_IN[of] ?? 0);
    last = of === 'h' ? 'm' : undefined;
  }
  return total;
}
