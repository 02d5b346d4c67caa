import type { Span } from '../diagnostic.ts';
import type { Edit } from './edits.ts';
import type { Plan, PlanTask } from '../plan.ts';
import { lineAt, lineEndOf } from './edits.ts';
import { saysNone } from '../text/values.ts';

/** Takes one reference out of the list that it stands in, with what parted it from its neighbours. */
export function removeReference(text: string, span: Span): Edit {
  const own = widened(text, span);
  const before = /(?:[,;]|\s(?:and|&|\+))\s*$/i.exec(text.slice(Math.max(0, own.start - 20), own.start))?.[0];
  if (before !== undefined) return { span: { start: own.start - before.length, end: own.end }, text: '' };
  const after = /^\s*(?:[,;]|(?:and|&|\+)\s)\s*/i.exec(text.slice(own.end, own.end + 20))?.[0];
  if (after !== undefined) return { span: { start: own.start, end: own.end + after.length }, text: '' };
  // The only one of `(depends on T012)` goes with its words; of a list of lines, or of JSON, nothing stays behind.
  const open = /\s*\((?:depends on|after|requires|blocked by)\s+$/i.exec(text.slice(0, own.start).slice(-40))?.[0];
  if (open !== undefined && text[own.end] === ')')
    return { span: { start: own.start - open.length, end: own.end + 1 }, text: '' };
  const line = lineAt(text, own.start);
  if (/^\s*[-*+]\s+$/.test(text.slice(line.start, own.start)) && /^\s*$/.test(text.slice(own.end, line.end)))
    return { span: line, text: '' };
  const isJson = /\[\s*$/.test(text.slice(line.start, own.start)) || text[own.start] === '"';
  return { span: own, text: isJson ? '' : 'none' };
}

/** Puts others in the place of one reference, written as it is. */
export function replaceReference(text: string, span: Span, ids: readonly string[]): Edit {
  const quote = text.slice(widened(text, span).start, span.start);
  return { span, text: ids.join(`${quote}, ${quote}`) };
}

/** With the quotes or the code marks around it. */
function widened(text: string, { start, end }: Span): Span {
  const mark = text[start - 1] ?? '';
  return '`"\''.includes(mark) && mark !== '' && text[end] === mark
    ? { start: start - 1, end: end + 1 }
    : { start, end };
}

const FIELD =
  /^([ \t]*(?:[-*+][ \t]+)?[*_]{0,2})(?:depends on|depends|dependencies|dependency|blocked by)([*_]{0,2}[ \t]*:[*_]{0,2})[ \t]*(.*)$/im;

/**
 * Makes a task wait for another, in the way its text is written; undefined where its dialect has no place for it.
 */
export function addReference(plan: Plan, text: string, task: PlanTask, id: string): Edit | undefined {
  const last = task.dependsOn.at(-1);
  if (last !== undefined) {
    const own = widened(text, last.span);
    const quote = text.slice(own.start, last.span.start);
    const line = lineAt(text, own.start);
    const bullet = /^\s*[-*+]\s+$/.exec(text.slice(line.start, own.start))?.[0];
    // A list with one of them a line, as in YAML.
    if (bullet !== undefined && text.slice(own.end, line.end).trim() === '')
      return insertAt(own.end, `${lineEndOf(text)}${bullet}${quote}${id}${quote}`);
    return insertAt(own.end, `, ${quote}${id}${quote}`);
  }
  switch (plan.dialect) {
    case 'orca':
    case 'upstream':
    case 'superpowers':
      return addField(text, task, id);
    case 'spec-kit': {
      const line = lineAt(text, task.idSpan.end);
      const end = line.start + text.slice(line.start, line.end).trimEnd().length;
      return insertAt(end, ` (depends on ${id})`);
    }
    case 'task-master': {
      const list = /"dependencies"\s*:\s*\[(\s*)\]/.exec(text.slice(task.span.start, task.span.end));
      if (list === null) return undefined;
      const end = task.span.start + list.index + list[0].length - 1;
      return { span: { start: end - (list[1] ?? '').length, end }, text: JSON.stringify(id) };
    }
    default:
      return undefined;
  }
}

function addField(text: string, task: PlanTask, id: string): Edit | undefined {
  const field = FIELD.exec(text.slice(task.idSpan.end, task.span.end));
  if (field !== null) {
    const [all, , , value = ''] = field;
    const end = task.idSpan.end + field.index + all.length;
    if (value.includes('|') || (value.trim() !== '' && !saysNone(value.trim()))) return undefined;
    return value === '' ? insertAt(end, ` ${id}`) : { span: { start: end - value.length, end }, text: id };
  }
  return insertField(text, task, `Depends on: ${id}`);
}

/** A field line under a task's heading, with those that are there or parted from the text. */
export function insertField(text: string, task: PlanTask, field: string): Edit {
  const end = lineEndOf(text);
  const heading = lineAt(text, task.idSpan.start);
  const list = /^(?:[ \t]*\r?\n)?(?=([-*+])[ \t])/.exec(text.slice(heading.end, heading.end + 200));
  const line = `${list?.[1] ?? '-'} ${field}`;
  if (heading.end === text.length && !text.endsWith('\n')) return insertAt(text.length, `${end}${line}`);
  if (list !== null) return insertAt(heading.end + list[0].length, `${line}${end}`);
  const parted = /^[ \t]*(?:\r?\n|$)/.test(text.slice(heading.end, heading.end + 200));
  return insertAt(heading.end, `${line}${end}${parted ? '' : end}`);
}

function insertAt(offset: number, text: string): Edit {
  return { span: { start: offset, end: offset }, text };
}
