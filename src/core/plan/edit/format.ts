import type { Minutes } from '../text/estimate.ts';
import type { Edit } from './edits.ts';
import type { Plan } from '../plan.ts';
import { readEstimate } from '../text/estimate.ts';

const HOUR = 60;

/** The one spelling of an estimate: `35 min`, `1 h 30 min`, `2-3 h`. What it is read as may be less exact than a float. */
export function estimateText({ minutes, low, high }: Minutes): string {
  if (low === undefined || high === undefined) return amount(minutes);
  if (low % HOUR === 0 && high % HOUR === 0) return `${low / HOUR}-${high / HOUR} h`;
  return high < HOUR ? `${decimal(low)}-${decimal(high)} min` : `${amount(low)} - ${amount(high)}`;
}

function amount(minutes: number): string {
  const hours = Math.floor(minutes / HOUR);
  const rest = decimal(minutes - hours * HOUR);
  if (hours === 0) return `${rest} min`;
  return rest === '0' ? `${hours} h` : `${hours} h ${rest} min`;
}

function decimal(minutes: number): string {
  return String(Math.round(minutes * 1e4) / 1e4);
}

/** Edits that write the estimates of a plan in one spelling. A hedge before one and a remark behind it stay. */
export function formatEstimates({ tasks }: Plan, text: string): Edit[] {
  return tasks.flatMap(({ estimate }): Edit[] => {
    if (estimate === undefined) return [];
    const { span } = estimate;
    const written = text.slice(span.start, span.end);
    const remark = /\s*\([^()]*\)\s*\.?$/.exec(written)?.index ?? written.length;
    const first = written.slice(0, remark).search(/\d/);
    const start = span.start + Math.max(0, first);
    const own = { start, end: span.start + remark };
    const put = estimateText(estimate);
    const whole = text.slice(span.start, start) + put + written.slice(remark);
    if (text.slice(own.start, own.end) === put || !isSame(readEstimate(whole), estimate)) return [];
    return [{ span: own, text: put }];
  });
}

function isSame(read: ReturnType<typeof readEstimate>, { minutes, low, high }: Minutes): boolean {
  return typeof read === 'object' && read.minutes === minutes && read.low === low && read.high === high;
}
