import type { Span } from '../diagnostic.ts';
import type { Document } from '../text/document.ts';
import type { Section } from './sections.ts';
import type { Table } from './tables.ts';
import { slug } from '../text/slug.ts';
import { isAside } from './task-lists.ts';

export type Column = 'id' | 'task' | 'text' | 'files' | 'depends' | 'wave' | 'estimate' | 'agent' | 'status';

const COLUMNS: Readonly<Record<string, Column>> = {
  ...named('id', 'id', '#', 'no', 'nr', 'task id', 'key', 'ticket'),
  ...named('task', 'task', 'task name', 'task title', 'work item', 'work package', 'todo', 'to do'),
  ...named('text', 'title', 'name', 'item', 'summary', 'description', 'what', 'story'),
  ...named(
    'files',
    'files',
    'file',
    'owns',
    'owned files',
    'boundary',
    'touches',
    'paths',
    'path',
    'writes',
    'files touched',
  ),
  ...named(
    'depends',
    'depends on',
    'depends',
    'dependencies',
    'dependency',
    'blocked by',
    'needs',
    'after',
    'requires',
  ),
  ...named('depends', 'deps', 'prerequisites', 'predecessors', 'waits for'),
  ...named('wave', 'wave', 'phase', 'layer', 'batch', 'stage', 'milestone', 'group', 'sprint'),
  ...named('estimate', 'estimate', 'effort', 'duration', 'time', 'est', 'estimated time', 'estimated effort'),
  ...named('agent', 'agent'),
  ...named('status', 'status', 'state', 'done', 'progress'),
};
/** A table with such a column lists something else. */
const OTHER =
  /^(?:requirements?|risk|question|decision|metric|component|endpoint|method|criteri\w+|user story|version)$/;

function named(column: Column, ...labels: readonly string[]): Record<string, Column> {
  return Object.fromEntries(labels.map((label) => [label, column]));
}

/** A row that is a task, and where else the text speaks of it. */
export interface Row {
  readonly id: string;
  readonly idSpan: Span;
  readonly derived: boolean;
  readonly title: string;
  readonly cells: ReadonlyMap<Column, Span>;
  /** Cells of other columns, with their headings. */
  readonly others: readonly string[];
  readonly span: Span;
  readonly above: string;
  readonly sections: readonly Section[];
}

/** The rows of a table that lists tasks, under the given heading. */
export function rowsOf(document: Document, { columns, rows }: Table, heading: string): Row[] {
  const labels = columns.map((column) =>
    slice(document, column)
      .replace(/[*_`.]|\([^()]*\)/g, '')
      .trim()
      .toLowerCase(),
  );
  const kinds = labels.map((label) => COLUMNS[label]);
  const has = (kind: Column): boolean => kinds.includes(kind);
  const ordered = has('depends') || has('wave') || has('files');
  const isTasks = has('task')
    ? ordered
    : has('id') && has('text') && has('depends') && !labels.some((label) => OTHER.test(label));
  if (!isTasks || isAside(heading)) return [];
  return rows.flatMap((cells) => rowOf(document, cells, kinds, columns, heading));
}

const ID =
  /^(?:[*_`[]*)(?:task\s+)?#?([A-Za-z]{0,12}[-_]?\d[\w-]*(?:\.\w+)*)(?:[*_`]+|\]\([^()]*\)[*_`]*|(?=[:.)]|\s*$|\s+[-–—:]\s))[:.)]?\s*(?:[-–—:]\s+)?/i;

const NAME = /^[*_`[]*([\p{L}\p{N}][\p{L}\p{N}._-]{0,99})[*_`]*:[*_`]*(?:\s+|$)/u;
const WORD = /^[*_`[]*([\p{L}\p{N}][\p{L}\p{N}._-]{0,99})(?:[*_`]*|\]\([^()]*\))$/u;

/** The id that a text starts with: `T1 — Title`, `setup: Title`; a cell of ids may be one as a whole. */
export function codeIn(
  text: string,
  whole = false,
): { readonly code: string; readonly at: number; readonly length: number } | undefined {
  const match = ID.exec(text) ?? NAME.exec(text) ?? (whole ? WORD.exec(text) : null);
  const code = match?.[1];
  if (match === null || code === undefined) return undefined;
  return { code, at: match[0].indexOf(code), length: match[0].length };
}

function rowOf(
  document: Document,
  written: readonly Span[],
  kinds: readonly (Column | undefined)[],
  columns: readonly Span[],
  above: string,
): Row[] {
  const cells = new Map<Column, Span>();
  const others: string[] = [];
  for (const [at, cell] of written.entries()) {
    const kind = kinds[at];
    const column = columns[at];
    if (cell.start === cell.end || column === undefined) continue;
    if (kind !== undefined && !cells.has(kind)) cells.set(kind, cell);
    else others.push(`${slice(document, column)}: ${slice(document, cell)}`);
  }
  const text = cells.get('task') ?? cells.get('text');
  const coded = cells.get('id') ?? text;
  if (text === undefined || coded === undefined) return [];
  const isApart = cells.has('id') && coded !== text;
  const found = codeIn(slice(document, coded), isApart);
  const code = found?.code;
  const from = isApart ? text.start : text.start + (found?.length ?? 0);
  const title = slice(document, { start: from, end: text.end })
    .replace(/\*\*|\[([^\][]{0,300})\]\([^()]{0,300}\)/g, '$1')
    .trim();
  const start = code === undefined ? text.start : coded.start + (found?.at ?? 0);
  const id =
    code === undefined
      ? slug(title)
      : /^\d/.test(code) && /^\W*task/i.test(slice(document, coded))
        ? `task-${code}`
        : code;
  const [first = text] = written;
  const last = written.at(-1) ?? text;
  if (id === '') return [];
  const described = cells.has('task') ? cells.get('text') : undefined;
  return [
    {
      id,
      idSpan: { start, end: code === undefined ? text.end : start + code.length },
      derived: code === undefined,
      title: title === '' ? id : title,
      cells,
      others: [...(described === undefined ? [] : [slice(document, described)]), ...others],
      span: { start: first.start, end: last.end },
      above,
      sections: [],
    },
  ];
}

function slice(document: Document, { start, end }: Span): string {
  return document.text.slice(start, end);
}
