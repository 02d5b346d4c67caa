import type { Span } from '../plan/diagnostic.ts';
import type { Plan, PlanTask } from '../plan/plan.ts';

/** A place where a task's id stands. */
export interface Occurrence {
  readonly id: string;
  readonly span: Span;
  readonly kind: 'definition' | 'reference';
}

/** Every place where a task is named: its heading, and what waits for it. In the order of the text. */
export function occurrencesOf(plan: Plan): Occurrence[] {
  return plan.tasks
    .flatMap(({ id, idSpan, dependsOn }): Occurrence[] => [
      { id, span: idSpan, kind: 'definition' },
      ...dependsOn.map((reference): Occurrence => ({ ...reference, kind: 'reference' })),
    ])
    .sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

/** What is named at an offset; several, where a group of tasks is. */
export function occurrencesAt(plan: Plan, offset: number): Occurrence[] {
  return occurrencesOf(plan).filter(({ span }) => touches(span, offset));
}

/** The places of the tasks that are named at an offset. */
export function definitionsAt(plan: Plan, offset: number): Span[] {
  const ids = new Set(occurrencesAt(plan, offset).map(({ id }) => id));
  return plan.tasks.filter(({ id }) => ids.has(id)).map(({ idSpan }) => idSpan);
}

/** Where the tasks that are named at an offset are named. One place may name several tasks, and is told once. */
export function referencesAt(plan: Plan, offset: number, includeDefinition: boolean): Span[] {
  const ids = new Set(occurrencesAt(plan, offset).map(({ id }) => id));
  const found = new Map<number, Span>();
  for (const { id, span, kind } of occurrencesOf(plan))
    if (ids.has(id) && (includeDefinition || kind === 'reference')) found.set(span.start, span);
  return [...found.values()];
}

/** The task that an offset stands in, or else the last one before it: what is typed at its end is not its own yet. */
export function taskAt({ tasks }: Plan, offset: number): PlanTask | undefined {
  let found: PlanTask | undefined;
  for (const task of tasks)
    if (task.span.start <= offset && (found === undefined || task.span.start >= found.span.start)) found = task;
  return found;
}

/** An offset just behind a span is at it, as an editor's cursor is. */
export function touches({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}
