import type { Fix } from './fixes.ts';
import type { Plan, PlanTask } from './plan.ts';
import { lineAt, lineEndOf } from './edits.ts';
import { LARGE_MINUTES } from './readiness.ts';

const MOST_PARTS = 20;

/**
 * Makes several tasks out of one with a heading, none of which is too large: each waits for the one before, and whatever
 * waited for the task waits for the last. What each of them does is its author's to say, and each says so.
 */
export function splitTask(plan: Plan, text: string, task: PlanTask): Fix | undefined {
  const { id, idSpan, span, title, estimate, files } = task;
  const heading = /^[ \t]*(#{2,5})[ \t]/.exec(text.slice(lineAt(text, idSpan.start).start, idSpan.start));
  if (plan.dialect !== 'orca' || heading?.[1] === undefined || estimate === undefined) return undefined;
  const count = Math.max(2, Math.ceil(estimate.minutes / LARGE_MINUTES));
  const ids = Array.from({ length: count - 1 }, (_, i) => `${id}-${i + 2}`);
  const taken = new Set(plan.tasks.map((other) => other.id.toLowerCase()));
  const isNamed = text.slice(idSpan.start, idSpan.end) === id;
  if (count > MOST_PARTS || !isNamed || ids.some((part) => taken.has(part.toLowerCase()))) return undefined;
  const waiting = plan.tasks.flatMap(({ dependsOn }) => dependsOn.filter((reference) => reference.id === id));
  if (waiting.some((reference) => text.slice(reference.span.start, reference.span.end) !== id)) return undefined;

  const share = `${Math.max(1, Math.round(estimate.minutes / count))} min`;
  const last = ids.at(-1) ?? id;
  const sections = ids.flatMap((part, i) => [
    '',
    '',
    `${heading[1]} ${part}: ${title === id ? part : title}, part ${i + 2} of ${count}`,
    `- Estimate: ${share}`,
    `- Depends on: ${ids[i - 1] ?? id}`,
    ...(files.length > 0 ? [`- Files: ${files.map((file) => `\`${file}\``).join(', ')}`] : []),
    '',
    `Part ${i + 2} of ${count} of \`${id}\`: say here which part that is, and take it out of \`${id}\`.`,
  ]);
  return {
    title: `Split \`${id}\` into ${count} Tasks of ${share}`,
    edits: [
      { span: estimate.span, text: share },
      { span: { start: span.end, end: span.end }, text: sections.join(lineEndOf(text)) },
      ...waiting.map((reference) => ({ span: reference.span, text: last })),
    ],
  };
}
