import type { DraftTask } from './dialect/dialect.ts';
import type { Diagnostic, Span } from './diagnostic.ts';
import type { Block } from './text/document.ts';
import { LineMap } from './diagnostic.ts';
import { readDocument } from './text/document.ts';
import { MOST_TEXT, checked, readPlan, type Reading } from './parse.ts';
import type { PlanSource } from './source.ts';

/**
 * Reads a text that was read before and has changed since. A change inside of one task, which is what typing mostly is,
 * costs the reading of that task and a check of the tasks against each other; any other is read anew. The plan is the
 * same either way.
 */
export function rereadPlan(before: Reading, source: string | PlanSource): Reading {
  return (typeof source === 'string' ? patched(before, source) : undefined) ?? readPlan(source, before.known);
}

interface Change {
  /** What was there, and what is there now, with the same start. */
  readonly old: Span;
  readonly now: Span;
}

function patched(before: Reading, text: string): Reading | undefined {
  if (before.parts !== undefined || text.length > MOST_TEXT || text.includes('\0')) return undefined;
  if (text === before.text) return before;
  const change = changeOf(before.text, text);
  const index = before.draft.tasks.findIndex(({ task }) => isInside(before.text, task, change.old));
  const old = before.draft.tasks[index];
  if (old === undefined) return undefined;
  const { span } = old.task;
  const delta = text.length - before.text.length;
  const section = { start: span.start, end: span.end + delta };
  const was = oneTask(before, before.text.slice(span.start, span.end));
  const is = oneTask(before, text.slice(section.start, section.end));
  // Only a task that is the same without the rest of the text can be read without it.
  if (was === undefined || is === undefined || !isSame(was.task, old, span.start)) return undefined;
  if (is.task.hasFields !== was.task.hasFields) return undefined;

  const layer = old.task.layer;
  const moved = moveBy(is.task, 0, span.start);
  const task: DraftTask = { ...moved, task: { ...moved.task, ...(layer !== undefined && { layer }) } };
  const rest = moveBy(before.draft, span.end, delta);
  return checked({
    ...before,
    text,
    lines: new LineMap(text),
    draft: { ...rest, tasks: rest.tasks.map((own, i) => (i === index ? task : own)) },
    said: [
      ...before.said.filter((one) => !meets(one.span, span)).map((one) => moveBy(one, span.end, delta)),
      ...is.said.map((one) => moveBy(one, 0, span.start)),
    ],
  });
}

/** The shortest part in which two texts differ. */
function changeOf(before: string, after: string): Change {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let same = 0;
  while (
    same < most - start &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  )
    same += 1;
  return { old: { start, end: before.length - same }, now: { start, end: after.length - same } };
}

/** Behind the line of its heading or its first line, and before its last character. */
function isInside(text: string, { span, idSpan }: DraftTask['task'], change: Span): boolean {
  if (change.start <= span.start || change.end >= span.end || idSpan.end < span.start) return false;
  const line = text.indexOf('\n', Math.max(idSpan.end, span.start));
  return line !== -1 && change.start > line + 1;
}

function meets(a: Span, b: Span): boolean {
  return a.start < b.end && a.end > b.start;
}

/** The only thing that a text holds, which is a task from its first to its last character. */
function oneTask(before: Reading, text: string): { task: DraftTask; said: readonly Diagnostic[] } | undefined {
  // HTML may go on behind any text, and so does a fence that is open.
  if (/(?:^|[\r\n])[ \t]*</.test(text) || isOpen(readDocument(text, new LineMap(text), 0).blocks)) return undefined;
  const { dialect, draft, said } = readPlan(text, before.known);
  const [task] = draft.tasks;
  // What was typed may be of another dialect, which then reads the whole of it.
  if (task === undefined || dialect !== before.dialect) return undefined;
  const isAll = task.task.span.start === 0 && task.task.span.end === text.length;
  const isAlone = draft.tasks.length === 1 && draft.layers.length === 0 && draft.groups === undefined;
  return isAll && isAlone && draft.title === '' && draft.context === '' ? { task, said } : undefined;
}

function isOpen(blocks: readonly Block[]): boolean {
  const last = blocks.at(-1);
  if (last?.kind === 'fence') return !last.closed;
  return last?.kind === 'list' && isOpen(last.items.at(-1)?.blocks ?? []);
}

function isSame(alone: DraftTask, inPlan: DraftTask, offset: number): boolean {
  const { layer: _, ...task } = inPlan.task;
  const moved = moveBy(alone, 0, offset);
  return JSON.stringify({ ...moved, task: sorted(moved.task) }) === JSON.stringify({ ...inPlan, task: sorted(task) });
}

function sorted(task: object): unknown {
  return Object.entries(task).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Data whose spans from an offset on are moved; the same object where none is. */
function moveBy<T>(data: T, from: number, delta: number): T {
  if (delta === 0 || typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) {
    const items = data.map((item: unknown) => moveBy(item, from, delta));
    return items.some((item, i) => item !== data[i]) ? (items as T) : data;
  }
  let copy: Record<string, unknown> | undefined;
  const place = data as Record<string, unknown>;
  for (const key in place) {
    const value = place[key];
    const isOffset = (key === 'start' || key === 'end') && typeof value === 'number';
    const moved = isOffset ? (value >= from ? value + delta : value) : moveBy(value, from, delta);
    if (moved === value) continue;
    copy ??= { ...place };
    copy[key] = moved;
  }
  return (copy ?? data) as T;
}
