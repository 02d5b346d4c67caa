import type { Span } from '../plan/diagnostic.ts';
import type { Edit } from '../plan/edit/edits.ts';
import type { Plan, PlanTask } from '../plan/plan.ts';
import type { PlanSource } from '../plan/source.ts';
import { applyEdits } from '../plan/edit/edits.ts';
import { occurrencesAt, occurrencesOf } from './references.ts';

/** Why a task cannot be given a name, in a sentence. */
export interface Refusal {
  readonly problem: string;
}

/** What a rename at an offset would change, with the name that is there. */
export function renameTarget(plan: Plan, text: string, offset: number): { id: string; span: Span } | Refusal {
  const found = occurrencesAt(plan, offset);
  const [first] = found;
  const task = plan.tasks.find(({ id }) => id === first?.id);
  if (first === undefined || task === undefined)
    return { problem: 'The id of a task can be renamed, and there is none here.' };
  if (found.length > 1) return { problem: 'This names several tasks, which have an id each.' };
  const problem = fixedBecause(task, text);
  if (problem !== undefined) return { problem };
  const span = nameIn(text, first.span, task.id);
  return span === undefined
    ? { problem: 'This names the task by its title: rename it where its id stands.' }
    : { id: task.id, span };
}

/**
 * The edits that give a task another id, wherever it stands. They are tried first: a plan that would be read as another
 * one is not made. `read` reads a plan as the given one was read.
 */
export function renameEdits(
  plan: Plan,
  source: PlanSource,
  { id, name, read }: { readonly id: string; readonly name: string; readonly read: (source: PlanSource) => Plan },
): { edits: Edit[] } | Refusal {
  const task = plan.tasks.find((own) => own.id === id);
  if (task === undefined) return { problem: `No task has the id \`${id}\`.` };
  const problem = fixedBecause(task, source.text);
  if (problem !== undefined) return { problem };
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,99}$/u.test(name))
    return { problem: 'An id is letters, digits, `-`, `_` and `.`, 100 at most, and starts with a letter or a digit.' };
  const isTaken = (own: PlanTask): boolean => own !== task && own.id.toLowerCase() === name.toLowerCase();
  if (plan.tasks.some(isTaken) || plan.groups?.some((group) => group.id.toLowerCase() === name.toLowerCase()))
    return { problem: `The id \`${name}\` is taken.` };
  const edits = occurrencesOf(plan)
    .filter((occurrence) => occurrence.id === id)
    .flatMap(({ span }): Edit[] => {
      const written = nameIn(source.text, span, id);
      return written === undefined ? [] : [{ span: written, text: quoted(plan, source.text, written, name) }];
    });
  if (shapeOf(read(edited(source, edits))) !== shapeOf(plan, id, name))
    return {
      problem: `With the id \`${name}\` this plan would be read in another way: ids of its kind have a form of their own.`,
    };
  return { edits };
}

/** A source with edits of its text; its parts are as long as the edits make them. */
export function edited({ text, parts }: PlanSource, edits: readonly Edit[]): PlanSource {
  const moved = (offset: number): number =>
    edits.reduce(
      (at, { span, text: put }) => (span.end <= offset ? at + put.length - (span.end - span.start) : at),
      offset,
    );
  return {
    text: applyEdits(text, edits),
    ...(parts !== undefined && {
      parts: parts.map(({ path, span }) => ({ path, span: { start: moved(span.start), end: moved(span.end) } })),
    }),
  };
}

function fixedBecause({ id, idSpan, title }: PlanTask, text: string): string | undefined {
  const written = text.slice(idSpan.start, idSpan.end);
  if (written.toLowerCase() === id.toLowerCase()) return undefined;
  return written.replaceAll('**', '') === title
    ? 'The id of this task is made from its title: change the title.'
    : `The id of this task is made from where it stands: \`${id}\` is nowhere in the text.`;
}

/** The id inside of a reference such as `setup` or `setup: Project structure`; undefined where the task is named otherwise. */
function nameIn(text: string, { start, end }: Span, id: string): Span | undefined {
  const written = text.slice(start, end).toLowerCase();
  const isId = written === id.toLowerCase() || written.startsWith(`${id.toLowerCase()}:`);
  return isId ? { start, end: start + id.length } : undefined;
}

/** In JSON a number may stand without quotes. */
function quoted({ dialect }: Plan, text: string, { start }: Span, name: string): string {
  return dialect !== 'task-master' || text[start - 1] === '"' || /^(?:0|[1-9]\d*)$/.test(name)
    ? name
    : JSON.stringify(name);
}

/** What of a plan a rename must not change. */
function shapeOf({ tasks, groups = [] }: Plan, from?: string, to = ''): string {
  const named = (id: string): string => (id === from ? to : id);
  return JSON.stringify([
    tasks.map(({ id, layer, done, dependsOn }) => [
      named(id),
      layer,
      done,
      dependsOn.map((reference) => named(reference.id)),
    ]),
    groups.map(({ id, tasks: own }) => [id, own.map(named)]),
  ]);
}
