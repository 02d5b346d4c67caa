import type { Span } from '../plan/diagnostic.ts';
import type { FieldName } from '../plan/text/fields.ts';
import type { Plan, PlanTask } from '../plan/plan.ts';
import type { Typing } from './typing.ts';
import { statedEdges } from '../graph/edges.ts';
import { ORDER_RULES, STRATEGIES } from '../plan/plan.ts';
import { unreachable } from '../unreachable.ts';
import { ORDER_WORDS } from '../view/order.ts';
import { taskAt } from './references.ts';
import { typingAt } from './typing.ts';
import { FIELD_WORDS, KEY_WORDS, LAYER_FIELDS, STRATEGY_WORDS } from './words.ts';

/** Something that may stand where the cursor is. */
export interface Completion {
  readonly kind: 'task' | 'group' | 'field' | 'key' | 'value' | 'path';
  readonly label: string;
  /** Beside the label: a task's title. */
  readonly detail?: string;
  /** A sentence of Markdown. */
  readonly about?: string;
  /** What is replaced, and by what. */
  readonly span: Span;
  readonly text: string;
}

/** What a workspace has that a plan may name. */
export interface WorkspaceNames {
  readonly agents: readonly string[];
  readonly gates: readonly string[];
  /** Of files, relative, `/` as separator. */
  readonly paths: readonly string[];
}

/** What may stand at an offset, the most likely first; nothing in prose. */
export function completionsAt(plan: Plan, text: string, offset: number, names: WorkspaceNames): Completion[] {
  const typing = typingAt(plan, text, offset);
  if (typing === undefined) return [];
  const { word: span } = typing;
  const values = (
    kind: Completion['kind'],
    labels: readonly string[],
    about: Readonly<Record<string, string>> = {},
  ): Completion[] =>
    labels.map((label) => ({
      kind,
      label,
      span,
      text: label,
      ...(about[label] !== undefined && { about: about[label] }),
    }));
  switch (typing.kind) {
    case 'key':
      return Object.entries(KEY_WORDS)
        .filter(([key]) => !typing.present.includes(key))
        .map(([key, about]) => ({
          kind: 'key',
          label: key,
          about,
          span,
          text: text[span.end] === ':' ? key : `${key}: `,
        }));
    case 'setting':
      switch (typing.key) {
        case 'strategy':
          return values('value', STRATEGIES, STRATEGY_WORDS);
        case 'order':
          return ORDER_RULES.map((rule) => ({
            kind: 'value',
            label: rule,
            span,
            text: rule,
            about: ORDER_WORDS[rule].about,
          }));
        case 'dependencies':
        case 'depends_on':
        case 'blocked_by':
          return valuesOf(plan, text, offset, { ...typing, kind: 'value', field: 'depends' }, names);
        case 'owned_files':
        case 'modified_files':
          return valuesOf(plan, text, offset, { ...typing, kind: 'value', field: 'files' }, names);
        case 'agent':
        case 'gates':
          return valuesOf(plan, text, offset, { ...typing, kind: 'value', field: typing.key }, names);
        default:
          return [];
      }
    case 'label':
      return (Object.keys(FIELD_WORDS) as FieldName[])
        .filter((field) => !typing.present.includes(field) && (!typing.layer || LAYER_FIELDS.includes(field)))
        .map((field) => {
          const { label, about } = FIELD_WORDS[field];
          return { kind: 'field', label, about, span, text: `${label}:${typing.bold ? '**' : ''} ` };
        });
    case 'value':
      return valuesOf(plan, text, offset, typing, names);
    default:
      return unreachable(typing);
  }
}

function valuesOf(
  plan: Plan,
  text: string,
  offset: number,
  { field, word: span, listed }: Extract<Typing, { kind: 'value' }>,
  names: WorkspaceNames,
): Completion[] {
  const has = new Set(listed.map((name) => name.toLowerCase()));
  const values = (labels: readonly string[], kind: Completion['kind'] = 'value'): Completion[] =>
    [...new Set(labels)]
      .filter((label) => !has.has(label.toLowerCase()))
      .map((label) => ({ kind, label, span, text: label }));
  const own = taskAt(plan, offset);
  const used = (of: (task: PlanTask) => readonly string[]): string[] =>
    plan.tasks.flatMap((task) => (task === own ? [] : of(task)));
  switch (field) {
    case 'depends':
      return dependencies(plan, text, own, span, has);
    case 'agent':
      return values(names.agents);
    case 'gates':
      return values([...names.gates, ...used(({ gates }) => gates)]);
    case 'files':
    case 'reads':
      return values(pathsFor(text.slice(span.start, offset), names.paths), 'path');
    case 'resources':
      return values(used(({ resources }) => resources));
    case 'requirements':
      return values(used(({ requirements = [] }) => requirements));
    case 'status':
      return values(['done']);
    case 'estimate':
    case 'acceptance':
      return [];
    default:
      return unreachable(field);
  }
}

/** The tasks that another may wait for: those before it, the nearest first, then those after it. */
function dependencies(
  plan: Plan,
  text: string,
  own: PlanTask | undefined,
  span: Span,
  has: ReadonlySet<string>,
): Completion[] {
  const place = own === undefined ? plan.tasks.length : plan.tasks.indexOf(own);
  const waiting = waitingFor(plan, place);
  const before = plan.tasks.slice(0, place).reverse();
  const isFree = ({ id }: { readonly id: string }): boolean => !has.has(id.toLowerCase());
  const write = (id: string): string => inJson(plan, text, span, id);
  const tasks = [...before, ...plan.tasks.slice(place + 1)]
    .filter((task) => isFree(task) && !waiting.has(task.id))
    .map(({ id, title }): Completion => ({
      kind: 'task',
      label: id,
      span,
      text: write(id),
      ...(title !== id && { detail: title }),
    }));
  const groups = (plan.groups ?? [])
    .filter((group) => isFree(group) && group.tasks.every((id) => id !== own?.id && !waiting.has(id)))
    .map(({ id, tasks: { length } }): Completion => ({
      kind: 'group',
      label: id,
      span,
      text: write(id),
      detail: `${length} ${length === 1 ? 'task' : 'tasks'}`,
    }));
  return [...tasks, ...groups];
}

/** The ids of all that waits for a task, by their own words: what it may not wait for itself. */
function waitingFor(plan: Plan, from: number): Set<string> {
  const waiting = plan.tasks.map((): number[] => []);
  for (const [task, own] of statedEdges(plan).entries()) for (const before of own) waiting[before]?.push(task);
  const found = new Set<number>();
  const left = [from];
  for (let at = left.pop(); at !== undefined; at = left.pop())
    for (const next of waiting[at] ?? []) {
      if (!found.has(next)) left.push(next);
      found.add(next);
    }
  return new Set([...found].flatMap((at) => plan.tasks[at]?.id ?? []));
}

/** In a list of JSON a name has quotes, or is a number. */
function inJson({ dialect }: Plan, text: string, { start }: Span, id: string): string {
  return dialect !== 'task-master' || text[start - 1] === '"' || /^(?:0|[1-9]\d*)$/.test(id) ? id : JSON.stringify(id);
}

const MOST_PATHS = 500;

/** The paths with what is typed in their name: those that begin so first, short ones before long ones. */
function pathsFor(typed: string, paths: readonly string[]): string[] {
  const wanted = typed.toLowerCase();
  const found = paths
    .map((path) => ({ path, at: path.toLowerCase().indexOf(wanted) }))
    .filter(({ at }) => at !== -1)
    .sort(
      (a, b) =>
        Number(a.at > 0) - Number(b.at > 0) ||
        a.path.split('/').length - b.path.split('/').length ||
        (a.path < b.path ? -1 : 1),
    );
  return found.slice(0, MOST_PATHS).map(({ path }) => path);
}
