import type { Plan } from '../../../../src/core/plan/plan.ts';
import type { PlanSource } from '../../../../src/core/plan/source.ts';
import { parsePlan } from '../../../../src/core/plan/parse.ts';
import { sourceOf } from '../../../../src/core/plan/source.ts';

/** Each task as `x id: title <- dependency, dependency`; `x` where it is done. */
export function rows(source: string | PlanSource | Plan): string[] {
  const { tasks } = typeof source === 'string' || 'text' in source ? parsePlan(source) : source;
  return tasks.map(({ done, id, title, dependsOn }) => {
    const waits = dependsOn.length === 0 ? '' : ` <- ${dependsOn.map((reference) => reference.id).join(', ')}`;
    return `${done ? 'x ' : ''}${id}: ${title}${waits}`;
  });
}

/** Each remark on a plan as `code "what it marks"`. */
export function remarks(source: string | PlanSource): string[] {
  const text = typeof source === 'string' ? source : source.text;
  return parsePlan(source)
    .diagnostics.filter(({ code }) => code !== 'missing-estimate' && code !== 'not-ready' && code !== 'shared-file')
    .map(({ code, span }) => `${code} "${text.slice(span.start, span.end)}"`);
}

/** What a finished task's marks are and become: `"pending" -> "done"`. */
export function marks(source: string | PlanSource): string[][] {
  const text = typeof source === 'string' ? source : source.text;
  return parsePlan(source).tasks.map((task) =>
    (task.marks ?? []).map(({ span, done }) => `${text.slice(span.start, span.end)} -> ${done}`),
  );
}

export function folder(files: Readonly<Record<string, string>>): PlanSource {
  return sourceOf(Object.entries(files).map(([path, text]) => ({ path, text })));
}
