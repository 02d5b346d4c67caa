import type { Json } from '../text/json.ts';
import type { Criterion, Estimate } from '../plan.ts';
import type { Draft, DraftGroup, DraftReference, DraftTask, Report } from './dialect.ts';
import { commandOf } from '../text/criterion.ts';
import { insideQuotes, itemsOf, memberOf, textOf } from '../text/json.ts';
import { isOver } from '../text/status.ts';
import { estimateAt } from '../text/task-fields.ts';
import { workspacePath } from '../text/workspace-path.ts';

/** Tasks under a name of their own, as in `{"master": {"tasks": […]}}`; without one in the old form, `{"tasks": […]}`. */
interface Tag {
  readonly name?: string;
  readonly json: Json;
}

/**
 * Task Master's `tasks.json`. A task with subtasks is a group, as for its own `next`, which hands out the subtasks: they
 * are what runs, by ids such as `3.1`. What a group waits for, its first subtasks wait for; who waits for a group waits
 * for its last ones. Dependencies of a subtask are local: 1 means the first of its siblings, unless a dot is in it. Of
 * several tags `master` is read, or the first with something left to do.
 */
export const taskMaster = {
  name: 'task-master' as const,
  read(text: string, json: Json | undefined, report: Report): Draft {
    const tags = tagsOf(json);
    const open = tags.filter((tag) => itemsOf(tag.json).some((task) => !isDone(task)));
    const tag = open.find(({ name }) => name === 'master') ?? open[0] ?? tags[0];
    if (tag === undefined) return { title: '', context: '', layers: [], tasks: [] };
    if (tag.name !== undefined && tags.length > 1) {
      const others = tags.flatMap(({ name = '' }) => (name === tag.name ? [] : [`\`${name}\``]));
      const message = `The tasks of the tag \`${tag.name}\` are read; those of ${others.join(', ')} are left out.`;
      const { start } = tag.json.span;
      report({ code: 'other-tags', severity: 'information', message, span: { start, end: start + 1 } });
    }
    const tasks: DraftTask[] = [];
    const groups: DraftGroup[] = [];
    const edges = { left: MOST_EDGES };
    for (const item of itemsOf(tag.json)) readTask(text, item, { tasks, groups, edges }, report);
    const about = memberOf(json, 'meta', 'metadata');
    const title = tag.name ?? textOf(memberOf(about, 'projectName')) ?? '';
    return { title, context: '', layers: [], tasks, groups, order: 'stated' };
  },
};

const MOST_EDGES = 50_000;

function tagsOf(json: Json | undefined): Tag[] {
  const old = memberOf(json, 'tasks');
  if (old?.kind === 'array') return [{ json: old }];
  if (json?.kind !== 'object') return [];
  return [...json.members].flatMap(([name, value]) => {
    const tasks = memberOf(value, 'tasks');
    return tasks?.kind === 'array' ? [{ name, json: tasks }] : [];
  });
}

interface Found {
  readonly tasks: DraftTask[];
  readonly groups: DraftGroup[];
  /** What a text of some length says of groups may mean a square of it. */
  readonly edges: { left: number };
}

function readTask(text: string, item: Json, { tasks, groups, edges }: Found, report: Report): void {
  const id = idOf(item);
  if (id === undefined) return;
  const references = referencesOf(text, item, (name) => name);
  const inner = itemsOf(memberOf(item, 'subtasks')).filter((subtask) => idOf(subtask) !== undefined);
  if (inner.length === 0) {
    tasks.push(taskOf(text, item, id, references, report));
    return;
  }
  const about = [`This is a part of: ${titleOf(item, id)}`, ...wordsOf(item)].join('\n\n');
  const own = inner.map((subtask) => {
    const local = referencesOf(text, subtask, (name) => (name.includes('.') ? name : `${id}.${name}`));
    return { subtask, id: `${id}.${idOf(subtask) ?? ''}`, local };
  });
  const ids = new Set(own.map((subtask) => subtask.id));
  const awaited = new Set(own.flatMap(({ local }) => local.map(({ name }) => name)));
  const isFirst = own.map(({ local }) => !local.some(({ name }) => name !== undefined && ids.has(name)));
  edges.left -= references.length * isFirst.filter(Boolean).length;
  if (edges.left < 0) {
    const message =
      'So many subtasks cannot wait for so many tasks: let one of them do it, and the others wait for it.';
    report({
      code: 'too-large',
      severity: 'error',
      message,
      span: { start: item.span.start, end: item.span.start + 1 },
    });
    isFirst.fill(false);
  }
  for (const [i, { subtask, id: full, local }] of own.entries()) {
    const draft = taskOf(text, subtask, full, isFirst[i] === true ? [...references, ...local] : local, report);
    const prompt = `${draft.task.prompt}\n\n${about}`;
    tasks.push({ ...draft, task: { ...draft.task, prompt, done: draft.task.done || isDone(item) } });
  }
  const last = [...ids].filter((full) => !awaited.has(full));
  groups.push({
    id,
    tasks: [...ids],
    done: isDone(item),
    marks: marksOf(text, item),
    ...(last.length > 0 && { last }),
  });
}

function taskOf(
  text: string,
  item: Json,
  id: string,
  references: readonly DraftReference[],
  report: Report,
): DraftTask {
  const idJson = memberOf(item, 'id') ?? item;
  const title = titleOf(item, id);
  const estimate = estimateOf(text, item, report);
  return {
    task: {
      id,
      idSpan: insideQuotes(text, idJson),
      title,
      ...(estimate !== undefined && { estimate }),
      files: filesOf(text, item, report),
      gates: [],
      resources: [],
      acceptance: acceptanceOf(text, item),
      prompt: [title, ...wordsOf(item)].join('\n\n'),
      done: isDone(item),
      ...(memberOf(item, 'status') !== undefined && { marks: marksOf(text, item) }),
      span: item.span,
    },
    derived: false,
    references,
  };
}

function idOf(item: Json): string | undefined {
  const id = textOf(memberOf(item, 'id'))?.trim();
  return id === '' ? undefined : id;
}

function titleOf(item: Json, id: string): string {
  const title = (textOf(memberOf(item, 'title', 'name')) ?? '').replace(/\s+/g, ' ').trim();
  return title === '' ? id : title;
}

/** What is said of a task, besides its title. */
function wordsOf(item: Json): string[] {
  return ['description', 'details'].flatMap((key) => {
    const words = textOf(memberOf(item, key))?.trim() ?? '';
    return words === '' ? [] : [words];
  });
}

function isDone(item: Json): boolean {
  return isOver(textOf(memberOf(item, 'status')) ?? '');
}

function marksOf(text: string, item: Json): { span: Json['span']; done: string }[] {
  const status = memberOf(item, 'status');
  return status !== undefined && textOf(status) !== undefined && text[status.span.start] === '"'
    ? [{ span: status.span, done: '"done"' }]
    : [];
}

function referencesOf(text: string, item: Json, nameOf: (written: string) => string): DraftReference[] {
  return itemsOf(memberOf(item, 'dependencies')).flatMap((json) => {
    if (textOf(json) === undefined) return [];
    const span = insideQuotes(text, json);
    // As it is written: the number 1.10 is not 1.1.
    const written = text.slice(span.start, span.end).trim();
    return written === '' ? [] : [{ ...span, name: nameOf(written) }];
  });
}

function acceptanceOf(text: string, item: Json): Criterion[] {
  const criteria = memberOf(item, 'acceptanceCriteria', 'acceptance_criteria');
  const all = [
    ...(criteria?.kind === 'array' ? criteria.items : [criteria]),
    memberOf(item, 'testStrategy', 'test_strategy'),
  ];
  return all.flatMap((json) => {
    const words = textOf(json)?.replace(/\s+/g, ' ').trim() ?? '';
    if (json === undefined || words === '') return [];
    const command = commandOf(words);
    return [{ text: words, ...(command !== undefined && { command }), done: false, span: insideQuotes(text, json) }];
  });
}

/** Hours as a number, or a time in words. */
function estimateOf(text: string, item: Json, report: Report): Estimate | undefined {
  const hours = memberOf(item, 'estimatedHours', 'estimated_hours');
  if (hours?.kind === 'value' && typeof hours.value === 'number' && hours.value > 0)
    return { minutes: Math.max(1, Math.round(hours.value * 60)), span: hours.span };
  const time = memberOf(item, 'estimate', 'estimatedTime', 'estimated_time', 'duration');
  return textOf(time) === undefined || time === undefined
    ? undefined
    : estimateAt(text, insideQuotes(text, time), report);
}

/** The files that a task is said to create or to change. */
function filesOf(text: string, item: Json, report: Report): string[] {
  const paths = itemsOf(memberOf(item, 'relevantFiles', 'files')).flatMap((json) => {
    if (/^(?:reference|read)/i.test(textOf(memberOf(json, 'action')) ?? '')) return [];
    const named = memberOf(json, 'path') ?? json;
    return workspacePath(textOf(named) ?? '', insideQuotes(text, named), report);
  });
  return [...new Set(paths)];
}
