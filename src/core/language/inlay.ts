import type { Span } from '../plan/diagnostic.ts';
import type { PlanFacts } from './hover.ts';
import { formatMinutes } from '../view/duration.ts';

export interface InlayHint {
  /** Behind the line that names the task. */
  readonly offset: number;
  readonly text: string;
}

/** `L2 · 35–65 min · critical` behind each open task that is named inside of a span: its layer, and when it would run. */
export function inlayHints(
  { plan, text, graph, schedule }: Omit<PlanFacts, 'rows'>,
  { start, end }: Span,
): InlayHint[] {
  const critical = new Set(graph.criticalPath);
  return plan.tasks.flatMap(({ idSpan, done }, i): InlayHint[] => {
    const node = graph.nodes[i];
    const entry = schedule.entries[i];
    if (done || node === undefined || entry === undefined || idSpan.end < start || idSpan.start > end) return [];
    const line = text.indexOf('\n', idSpan.end);
    const offset = idSpan.end + text.slice(idSpan.end, line === -1 ? text.length : line).trimEnd().length;
    const parts = [`L${node.layer + 1}`, timeRange(entry.start, entry.end), ...(critical.has(i) ? ['critical'] : [])];
    return [{ offset, text: parts.join(' · ') }];
  });
}

/** `35–65 min`; hours are told with each end. */
export function timeRange(from: number, to: number): string {
  const tenths = (minutes: number): number => Math.round(minutes * 10) / 10;
  return to < 60
    ? `${tenths(from)}–${tenths(to)} min`
    : `${from === 0 ? '0' : formatMinutes(from)} – ${formatMinutes(to)}`;
}
