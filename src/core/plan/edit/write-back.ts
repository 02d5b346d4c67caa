import type { Edit } from './edits.ts';
import type { Mark, Plan } from '../plan.ts';
import { partAt, type PlanSource } from '../source.ts';

/** The places of a plan's text where finished tasks are ticked. */
export interface Ticking {
  /** In the order of the text; one at a place. */
  readonly edits: readonly Edit[];
  /** Ids of the tasks, and of the groups that are done with them. */
  readonly ticked: readonly string[];
}

/**
 * Ticks tasks that have a place for it and are not ticked, by their ids. A group whose tasks are all done by that is
 * ticked, too. Nothing else of the text is changed.
 */
export function ticking({ tasks, groups = [] }: Plan, ids: ReadonlySet<string>, text: string): Ticking {
  const finished = tasks.filter(({ id, done }) => done || ids.has(id));
  const isDone = new Set(finished.map(({ id }) => id));
  const ready = [
    ...finished,
    ...groups.filter(({ tasks: own }) => own.some((id) => ids.has(id)) && own.every((id) => isDone.has(id))),
  ].filter(({ done, marks = [] }) => !done && marks.length > 0);
  const edits = new Map(ready.flatMap(({ marks = [] }) => marks.flatMap((mark) => editAt(mark, text))));
  return {
    edits: [...edits.values()].sort((a, b) => a.span.start - b.span.start),
    ticked: ready.map(({ id }) => id),
  };
}

function editAt({ span, done }: Mark, text: string): [number, Edit][] {
  const is = text.slice(span.start, span.end);
  return is.toLowerCase() === done.toLowerCase() ? [] : [[span.start, { span, text: done }]];
}

/**
 * The tasks of a plan, as it is now, that a run of it has finished, by what they were then. Where both the plan and a
 * task go by other names now, it is another task with the same number.
 */
export function stillThere(
  plan: Plan,
  then: Pick<Plan, 'title' | 'tasks'>,
  finished: ReadonlySet<string>,
): ReadonlySet<string> {
  const titles = new Map(then.tasks.map(({ id, title }) => [id, title]));
  const isSame = plan.title === then.title;
  const same = plan.tasks.filter(({ id, title }) => finished.has(id) && (isSame || titles.get(id) === title));
  return new Set(same.map(({ id }) => id));
}

/** Edits of a plan's text by the files that it comes from, within each; '' is a plan's only file. */
export function editsByFile({ parts }: PlanSource, edits: readonly Edit[]): ReadonlyMap<string, readonly Edit[]> {
  if (parts === undefined) return new Map(edits.length === 0 ? [] : [['', edits]]);
  const byFile = new Map<string, Edit[]>();
  for (const { span, text } of edits) {
    const part = partAt(parts, span.start);
    if (part === undefined) continue;
    const { start } = part.span;
    const own = byFile.get(part.path) ?? [];
    own.push({ span: { start: span.start - start, end: span.end - start }, text });
    byFile.set(part.path, own);
  }
  return byFile;
}
