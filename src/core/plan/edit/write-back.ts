import type { Edit } from './edits.ts';
import type { Mark, Plan } from '../plan.ts';
import { partAt, type PlanSource } from '../source.ts';

/** The places of a plan's text where tasks are ticked, or no longer. */
export interface Ticking {
  /** In the order of the text; one at a place. */
  readonly edits: readonly Edit[];
  /** Ids of the tasks, and of the groups that go with them. */
  readonly changed: readonly string[];
}

/**
 * Ticks tasks that have a place for it and are not ticked, by their ids. A group whose tasks are all done by that is
 * ticked, too; `undone`: what counts as not done, whatever the text says. Nothing else of the text is changed.
 */
export function ticking(
  { tasks, groups = [] }: Plan,
  ids: ReadonlySet<string>,
  text: string,
  undone: ReadonlySet<string> = new Set(),
): Ticking {
  const finished = tasks.filter(({ id, done }) => (done && !undone.has(id)) || ids.has(id));
  const isDone = new Set(finished.map(({ id }) => id));
  const ready = [
    ...finished,
    ...groups.filter(({ tasks: own }) => own.some((id) => ids.has(id)) && own.every((id) => isDone.has(id))),
  ].filter(({ done, marks = [] }) => !done && marks.length > 0);
  const edits = ready.flatMap(({ marks = [] }) =>
    marks.flatMap((mark) => (isTicked(mark, text) ? [] : [{ span: mark.span, text: mark.done }])),
  );
  return { edits: inOrder(edits), changed: ready.map(({ id }) => id) };
}

/** A plan and its text when a run of it began. */
export interface Beginning {
  readonly plan: Pick<Plan, 'tasks' | 'groups'>;
  readonly text: string;
}

/**
 * Gives tasks that are ticked, by their ids, back what they had when a run began, and the groups that they are in. What
 * was ticked even then stays.
 */
export function unticking(
  { tasks, groups = [] }: Plan,
  ids: ReadonlySet<string>,
  text: string,
  then: Beginning,
): Ticking {
  const before = new Map([...then.plan.tasks, ...(then.plan.groups ?? [])].map((one) => [one.id, one.marks ?? []]));
  const changes = [
    ...tasks.filter(({ id }) => ids.has(id)),
    ...groups.filter((of) => of.tasks.some((id) => ids.has(id))),
  ]
    .map(({ id, marks = [] }) => {
      const were = before.get(id) ?? [];
      // Where there are more or fewer of them now, nothing says which is which.
      const edits = marks.flatMap((mark, i): Edit[] => {
        const was = were.length === marks.length ? were[i] : undefined;
        if (was === undefined || isTicked(was, then.text) || !isTicked(mark, text)) return [];
        return [{ span: mark.span, text: then.text.slice(was.span.start, was.span.end) }];
      });
      return { id, edits };
    })
    .filter(({ edits }) => edits.length > 0);
  return { edits: inOrder(changes.flatMap(({ edits }) => edits)), changed: changes.map(({ id }) => id) };
}

function isTicked({ span, done }: Mark, text: string): boolean {
  return text.slice(span.start, span.end).toLowerCase() === done.toLowerCase();
}

/** In the order of the text; of those at one place the last. */
function inOrder(edits: readonly Edit[]): Edit[] {
  const byPlace = new Map(edits.map((edit) => [edit.span.start, edit]));
  return [...byPlace.values()].sort((a, b) => a.span.start - b.span.start);
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
