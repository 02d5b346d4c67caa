import type { Diagnostic, Span } from '../diagnostic.ts';
import type { Edit } from './edits.ts';
import type { Plan, PlanTask, Reference } from '../plan.ts';
import { buildGraph } from '../../graph/build.ts';
import { addReference, insertField, removeReference } from './reference-edits.ts';
import { splitTask } from './split-task.ts';

/** A way to put right what a diagnostic tells of. Applied, it takes the diagnostic away. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
  /** The one that most likely is meant. */
  readonly preferred?: true;
}

/** The fixes of a diagnostic of a plan that was read from `text`; none where only its author can know. */
export function fixesFor(plan: Plan, text: string, diagnostic: Diagnostic): Fix[] {
  const { code, span, replacement } = diagnostic;
  const misspelt = replacement === undefined ? [] : [replaceBy(span, replacement)];
  switch (code) {
    case 'unknown-dependency':
    case 'self-dependency': {
      const title = `Remove the Dependency on \`${text.slice(span.start, span.end)}\``;
      return [...misspelt, { title, edits: [removeReference(text, span)] }];
    }
    case 'cycle':
      return cycleFixes(plan, text, diagnostic);
    case 'duplicate-id':
      return freeId(plan, text.slice(span.start, span.end)).map((id) => ({
        title: `Call This Task \`${id}\``,
        edits: [{ span, text: id }],
        preferred: true,
      }));
    case 'shared-file':
      return sharedFileFixes(plan, text, diagnostic);
    case 'missing-estimate':
      return estimateFixes(plan, text, diagnostic);
    case 'absurd-estimate':
    case 'large-task':
      return plan.tasks
        .filter((task) => contains(task.span, span))
        .flatMap((task) => splitTask(plan, text, task) ?? []);
    case 'path-outside-workspace': {
      const path = text.slice(span.start, span.end).replace(/^(?:[A-Za-z]:)?(?:[~/\\]|\.\.(?=[/\\]))+/, '');
      return path === '' || path.includes('..') || path.includes(':') ? [] : [replaceBy(span, path)];
    }
    default:
      return misspelt;
  }
}

function replaceBy(span: Span, text: string): Fix {
  return { title: `Change to \`${text}\``, edits: [{ span, text }], preferred: true };
}

function contains(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

const MOST_EDGES = 12;

interface Edge {
  readonly task: PlanTask;
  readonly reference: Reference;
}

/**
 * The dependencies of which any, taken out, opens the cycle; the cheapest first: one on a task that stands later in the
 * text, against the order in which its author thought, then what leaves the shortest critical path.
 */
function cycleFixes(plan: Plan, text: string, { related = [] }: Diagnostic): Fix[] {
  const spans = new Set(related.slice(0, MOST_EDGES).map(({ span }) => span.start));
  const edges = plan.tasks.flatMap((task): Edge[] =>
    task.dependsOn.filter(({ span }) => spans.has(span.start)).map((reference) => ({ task, reference })),
  );
  const places = new Map(plan.tasks.map(({ id, span }) => [id, span.start]));
  const costs = edges.map((edge) => ({
    edge,
    forward: (places.get(edge.reference.id) ?? 0) > edge.task.span.start ? 0 : 1,
    minutes: buildGraph(without(plan, edge)).criticalMinutes,
  }));
  return costs
    .sort((a, b) => a.forward - b.forward || a.minutes - b.minutes)
    .map(({ edge: { task, reference } }, i) => ({
      title: `Break the Cycle: \`${task.id}\` No Longer Depends on \`${reference.id}\``,
      edits: [removeReference(text, reference.span)],
      ...(i === 0 && { preferred: true }),
    }));
}

function without(plan: Plan, { task, reference }: Edge): Plan {
  const shorter = { ...task, dependsOn: task.dependsOn.filter((own) => own !== reference) };
  return { ...plan, tasks: plan.tasks.map((own) => (own === task ? shorter : own)) };
}

function freeId(plan: Plan, id: string): string[] {
  const taken = new Set(plan.tasks.map((task) => task.id.toLowerCase()));
  for (let number = 2; number < 1000; number += 1) {
    const free = `${id}-${number}`;
    if (!taken.has(free.toLowerCase())) return [free];
  }
  return [];
}

/** The later of the two waits for the earlier; or it no longer says that it may run beside it. */
function sharedFileFixes(plan: Plan, text: string, { span, related = [] }: Diagnostic): Fix[] {
  const later = plan.tasks.find((task) => contains(task.span, span));
  const earlier = plan.tasks.find(({ idSpan }) => idSpan.start === related[0]?.span.start);
  if (later === undefined || earlier === undefined) return [];
  const fixes: Fix[] = [];
  if (later.parallel !== undefined) {
    const { start, end } = later.parallel;
    const blank = /^[ \t]*/.exec(text.slice(end, end + 20))?.[0].length ?? 0;
    const mark = text.slice(start, end);
    fixes.push({ title: `Remove \`${mark}\``, edits: [{ span: { start, end: end + blank }, text: '' }] });
  }
  const edit = addReference(plan, text, later, earlier.id);
  if (edit !== undefined) fixes.push({ title: `Let \`${later.id}\` Wait for \`${earlier.id}\``, edits: [edit] });
  return fixes.map((fix, i) => (i === 0 ? { ...fix, preferred: true } : fix));
}

const USUAL_MINUTES = 30;

/** What the plan's other tasks take in the middle, to be corrected; undefined where the dialect has no place for it. */
export function estimateFix(plan: Plan, text: string, task: PlanTask): Fix | undefined {
  const estimate = usualEstimate(plan);
  const edit = insertEstimate(plan, text, task, estimate);
  return edit && { title: `Add \`Estimate: ${estimate}\``, edits: [edit] };
}

function usualEstimate({ tasks }: Plan): string {
  const known = tasks.flatMap(({ estimate }) => estimate?.minutes ?? []).sort((a, b) => a - b);
  return `${Math.round(known[known.length >> 1] ?? USUAL_MINUTES)} min`;
}

function insertEstimate(plan: Plan, text: string, task: PlanTask, estimate: string): Edit | undefined {
  const { end } = task.span;
  if (plan.dialect === 'preview') return { span: { start: end, end }, text: ` (${estimate})` };
  return plan.dialect === 'orca' ? insertField(text, task, `Estimate: ${estimate}`) : undefined;
}

function estimateFixes(plan: Plan, text: string, { span }: Diagnostic): Fix[] {
  const open = plan.tasks.filter((task) => task.estimate === undefined && !task.done);
  const [task] = open.filter(({ idSpan }) => idSpan.start === span.start);
  const one = task && estimateFix(plan, text, task);
  if (one === undefined) return [];
  const estimate = usualEstimate(plan);
  const all: Fix = {
    title: `Add \`Estimate: ${estimate}\` to All ${open.length} Tasks Without One`,
    edits: open.flatMap((own) => insertEstimate(plan, text, own, estimate) ?? []),
  };
  // Where no task has one that is told once, and one more would not settle it.
  const isTold = plan.tasks.some((own) => own.estimate !== undefined) || open.length === 1;
  return [...(isTold ? [{ ...one, preferred: true } as const] : []), ...(open.length > 1 ? [all] : [])];
}
