import type { Fix } from './fixes.ts';
import type { Edit } from './edits.ts';
import type { Plan, PlanTask, Reference } from '../plan.ts';
import { lineAt, lineEndOf } from './edits.ts';
import { addReference } from './reference-edits.ts';
import { LARGE_MINUTES } from '../readiness.ts';

const MOST_PARTS = 20;

/**
 * Makes several tasks out of one with a heading, none of which is too large: each waits for the one before, and whatever
 * waited for the task waits for the last. What each of them does is its author's to say, and each says so.
 */
export function splitTask(plan: Plan, text: string, task: PlanTask): Fix | undefined {
  const { id, estimate } = task;
  const count = Math.max(2, Math.ceil((estimate?.minutes ?? 0) / LARGE_MINUTES));
  const parts = partsOf(plan, text, task, count);
  if (parts === undefined) return undefined;
  const { ids, share, edits, sections } = parts;
  const last = ids.at(-1) ?? id;
  const waiting = waitingFor(plan, id);
  if (waiting.some(({ reference }) => text.slice(reference.span.start, reference.span.end) !== id)) return undefined;
  return {
    title: `Split \`${id}\` into ${count} Tasks of ${share}`,
    edits: [
      ...edits,
      sections((i) => ids[i - 1] ?? id),
      ...waiting.map(({ reference }) => ({ span: reference.span, text: last })),
    ],
  };
}

/** Makes two tasks out of one with a heading that run side by side: whatever waited for the task waits for both. */
export function splitBeside(plan: Plan, text: string, task: PlanTask): Fix | undefined {
  const { id } = task;
  const parts = partsOf(plan, text, task, 2);
  const [second] = parts?.ids ?? [];
  if (parts === undefined || second === undefined) return undefined;
  const needs = task.dependsOn.map((reference) => reference.id).join(', ');
  const waits: Edit[] = [];
  for (const waiting of waitingFor(plan, id)) {
    const edit = addReference(plan, text, waiting.task, second);
    if (edit === undefined) return undefined;
    waits.push(edit);
  }
  return {
    title: `Split \`${id}\` into Two Tasks Side by Side`,
    edits: [...parts.edits, parts.sections(() => (needs === '' ? 'none' : needs), true), ...waits],
  };
}

function waitingFor(plan: Plan, id: string): { readonly task: PlanTask; readonly reference: Reference }[] {
  return plan.tasks.flatMap((task) =>
    task.dependsOn.filter((reference) => reference.id === id).map((reference) => ({ task, reference })),
  );
}

interface Parts {
  /** Of the new tasks. */
  readonly ids: readonly string[];
  readonly share: string;
  readonly edits: readonly Edit[];
  /** Their sections, behind the task's own. `needs`: what the i-th of them depends on. */
  readonly sections: (needs: (i: number) => string, beside?: true) => Edit;
}

/** Undefined where the task has no heading with its id, no estimate, or where the new ids are taken. */
function partsOf(plan: Plan, text: string, task: PlanTask, count: number): Parts | undefined {
  const { id, idSpan, span, title, estimate, files } = task;
  const heading = /^[ \t]*(#{2,5})[ \t]/.exec(text.slice(lineAt(text, idSpan.start).start, idSpan.start));
  if (plan.dialect !== 'orca' || heading?.[1] === undefined || estimate === undefined) return undefined;
  const marks = heading[1];
  const ids = Array.from({ length: count - 1 }, (_, i) => `${id}-${i + 2}`);
  const taken = new Set(plan.tasks.map((other) => other.id.toLowerCase()));
  const isNamed = text.slice(idSpan.start, idSpan.end) === id;
  if (count > MOST_PARTS || !isNamed || ids.some((part) => taken.has(part.toLowerCase()))) return undefined;
  const share = `${Math.max(1, Math.round(estimate.minutes / count))} min`;
  const section = (part: string, i: number, needs: string, beside = false): readonly string[] => [
    '',
    '',
    `${marks} ${part}: ${title === id ? part : title}, part ${i + 2} of ${count}`,
    `- Estimate: ${share}`,
    `- Depends on: ${needs}`,
    // Beside each other they have to write different ones, and which is not known.
    ...(files.length > 0 && !beside ? [`- Files: ${files.map((file) => `\`${file}\``).join(', ')}`] : []),
    '',
    `Part ${i + 2} of ${count} of \`${id}\`: say here which part that is${beside ? ', and which files it writes' : ''}, and take it out of \`${id}\`.`,
  ];
  return {
    ids,
    share,
    edits: [{ span: estimate.span, text: share }],
    sections: (needs, beside) => ({
      span: { start: span.end, end: span.end },
      text: ids.flatMap((part, i) => section(part, i, needs(i), beside)).join(lineEndOf(text)),
    }),
  };
}
