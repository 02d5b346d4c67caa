import type { Span } from '../diagnostic.ts';
import type { Document } from '../text/document.ts';
import type { Mark, PlanLayer } from '../plan.ts';
import type { Dialect, Draft, DraftReference, DraftTask, Report } from './dialect.ts';
import type { Section } from './sections.ts';
import type { Row } from './table-rows.ts';
import type { Table } from './tables.ts';
import { namedPaths } from '../text/named-paths.ts';
import { prose } from '../text/prose.ts';
import { slug } from '../text/slug.ts';
import { isOver } from '../text/status.ts';
import { FieldValues, estimateAt, statusMark } from '../text/task-fields.ts';
import { listParts, names, plain, saysNone } from '../text/values.ts';
import { readLayerLine } from './layer-line.ts';
import { readTask } from './orca.ts';
import { outline } from './outline.ts';
import { sectionsOf } from './sections.ts';
import { codeIn, rowsOf } from './table-rows.ts';
import { tablesIn } from './tables.ts';

/**
 * A table of tasks: a column for the task, and columns for what it owns, waits for, or in which wave it runs. A heading
 * that starts with a row's id, or is its title, is the same task: what both say of it adds up, and its text is the
 * section's. A text that has other tasks beside is not a table's.
 */
export const table: Dialect = {
  name: 'table',
  read(document, known, report): Draft {
    const tables = tablesIn(document);
    if (tables.length === 0) return NONE;
    const sections = sectionsOf(document);
    const found = tables.flatMap((one) => rowsOf(document, one, headingAbove(document, sections, one)));
    if (found.length === 0) return NONE;
    const rows = withSections(document, found, sections);
    const taken = new Set(rows.flatMap((row) => row.sections.map(({ lines }) => lines.from)));
    const others = outline(document).tasks.filter(
      ({ sections: [own] }) => own !== undefined && !taken.has(own.lines.from),
    );
    if (others.length > 0) return NONE;
    const values = new FieldValues(document, known, report);
    const { layers, layerOf } = layersOf(document, rows);
    const ids = rows.map(({ id }) => id);
    const place = new Map(ids.map((id, at) => [id.toLowerCase(), at]));
    const waits = rows.some(({ cells }) => cells.has('depends'));
    return {
      ...aboutOf(document, tables, rows, sections),
      layers,
      tasks: rows.map((row) =>
        taskOf(document, row, waitsFor(document, row, place, ids), layerOf.get(row), values, report),
      ),
      order: layers.length > 1 ? 'layers' : waits ? 'stated' : 'sequence',
    };
  },
};

const LONGEST_RANGE = 50;
const NONE: Draft = { title: '', context: '', layers: [], tasks: [] };

function headingAbove(document: Document, sections: readonly Section[], { lines }: Table): string {
  let [low, high] = [0, sections.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((sections[middle]?.lines.from ?? 0) <= lines.from) low = middle;
    else high = middle - 1;
  }
  const above = sections[low];
  return above === undefined ? '' : slice(document, above.heading);
}

/** Each row with the first section that is headed by its id or its title, and the sections inside of it. */
function withSections(document: Document, rows: readonly Row[], sections: readonly Section[]): Row[] {
  const byName = new Map<string, number>();
  for (const [at, { level, heading }] of sections.entries()) {
    if (level < 2) continue;
    const text = slice(document, heading).replace(/^(?:\[[ xX]\]|✅)\s*/, '');
    const code = codeIn(text);
    const names = [code?.code.toLowerCase(), slug(text), slug(text.slice(code?.length ?? 0))];
    for (const name of names) if (name !== undefined && name !== '' && !byName.has(name)) byName.set(name, at);
  }
  const used = new Set<number>();
  return rows.map((row) => {
    const at = byName.get(row.id.toLowerCase().replace(/^task-(?=\d)/, '')) ?? byName.get(slug(row.title));
    const own = at === undefined ? undefined : sections[at];
    if (at === undefined || own === undefined || used.has(at)) return row;
    used.add(at);
    let end = at + 1;
    while ((sections[end]?.level ?? 0) > own.level) end += 1;
    return { ...row, sections: sections.slice(at, end) };
  });
}

function taskOf(
  document: Document,
  row: Row,
  references: readonly DraftReference[],
  layer: number | undefined,
  values: FieldValues,
  report: Report,
): DraftTask {
  const { cells, sections } = row;
  const files = pathsOf(document, cells.get('files'));
  const written = cells.get('estimate');
  const estimate =
    written && !saysNone(slice(document, written)) ? estimateAt(document.text, written, report) : undefined;
  const status = cells.get('status');
  const agent = cells.get('agent');
  const marks: Mark[] = status === undefined || saysNone(slice(document, status)) ? [] : [markOf(document, status)];
  const facts = {
    ...(layer !== undefined && { layer }),
    ...(estimate !== undefined && { estimate }),
    ...(agent !== undefined &&
      !saysNone(slice(document, agent)) && { agent: slice(document, agent).replaceAll('`', '') }),
  };
  const done = status !== undefined && isOver(slice(document, status));
  const own = sections.length === 0 ? undefined : sectionTask(document, row, values);
  const aliases = /^\d/.test(row.id) ? [`task-${row.id}`] : [];
  if (own === undefined)
    return {
      task: {
        id: row.id,
        idSpan: row.idSpan,
        title: row.title,
        ...facts,
        files,
        gates: [],
        resources: [],
        acceptance: [],
        prompt: [row.title, ...row.others].join('\n\n'),
        done,
        ...(marks.length > 0 && { marks }),
        span: row.span,
      },
      derived: row.derived,
      aliases,
      references,
    };
  const allMarks = [...(own.task.marks ?? []), ...marks];
  return {
    ...own,
    task: {
      ...facts,
      ...own.task,
      files: [...new Set([...own.task.files, ...files])],
      done: own.task.done || done,
      ...(allMarks.length > 0 && { marks: allMarks }),
    },
    aliases,
    references: [...references, ...own.references],
  };
}

function sectionTask(document: Document, { id, derived, title, sections }: Row, values: FieldValues): DraftTask {
  const [own] = sections;
  if (own === undefined) throw new Error('a heading has a section');
  const text = slice(document, own.heading);
  const tick = /^\[([ xX])\]\s*/.exec(text);
  const from = tick?.[0].length ?? 0;
  const found = codeIn(text.slice(from));
  const start = own.heading.start + from + (found?.at ?? 0);
  const said = text.slice(from + (found?.length ?? 0)).replaceAll('**', '');
  const heading = {
    form: derived ? ('bare' as const) : ('id' as const),
    id,
    idSpan: { start, end: found === undefined ? own.heading.end : start + found.code.length },
    title: said === '' ? title : said,
    done: tick?.[1]?.toLowerCase() === 'x',
    ...(tick !== null && { tick: { start: own.heading.start + 1, end: own.heading.start + 2 } }),
  };
  return readTask(document, { heading, sections, layer: undefined }, values);
}

function markOf(document: Document, status: Span): Mark {
  const text = slice(document, status);
  return /^[⬜☐🔲🟡🔴⏳🚧]/u.test(text) && !/\p{L}/u.test(text)
    ? { span: status, done: '✅' }
    : statusMark(text, status);
}

function pathsOf(document: Document, cell: Span | undefined): string[] {
  if (cell === undefined || saysNone(slice(document, cell))) return [];
  return [...new Set(namedPaths(document.text, cell).map(({ path }) => path))];
}

/** The tasks that a row waits for; a wave among them is what the layers are for. */
function waitsFor(document: Document, { cells }: Row, place: ReadonlyMap<string, number>, ids: readonly string[]) {
  const cell = cells.get('depends');
  if (cell === undefined || saysNone(slice(document, cell))) return [];
  return listParts(document.text, cell)
    .flatMap((part) => names(document.text, part))
    .map((part) => plain(document.text, part))
    .filter((part) => part.start < part.end && readLayerLine(slice(document, part)) === undefined)
    .flatMap((part): DraftReference[] => {
      const range = /^(\S{1,30}?)\s*(?:[-–—]|\.\.)\s*(\S{1,30})$/.exec(slice(document, part));
      const from = place.get(range?.[1]?.toLowerCase() ?? '');
      const to = place.get(range?.[2]?.toLowerCase() ?? '');
      if (from === undefined || to === undefined || to < from || to - from > LONGEST_RANGE) return [part];
      return ids.slice(from, to + 1).map((name) => ({ ...part, name }));
    });
}

/** Waves by their column, or else by the headings over the tables. */
function layersOf(document: Document, rows: readonly Row[]) {
  const layerOf = new Map<Row, number>();
  const keyOf = (row: Row): string | undefined => {
    const cell = row.cells.get('wave');
    return cell === undefined
      ? readLayerLine(row.above) === undefined
        ? undefined
        : row.above
      : slice(document, cell);
  };
  const first = new Map<string, Row>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key !== undefined && !first.has(key)) first.set(key, row);
  }
  const keys = [...first.keys()];
  if (keys.every((key) => /^\d+$/.test(key))) keys.sort((a, b) => Number(a) - Number(b));
  const rank = new Map(keys.map((key, index) => [key, index]));
  for (const row of rows) {
    const layer = rank.get(keyOf(row) ?? '');
    if (layer !== undefined) layerOf.set(row, layer);
  }
  const layers = keys.map((key): PlanLayer => {
    const line = readLayerLine(key) ?? { name: /^[\d.]*$|^[A-Z]$/.test(key) ? '' : key, sequential: false };
    const row = first.get(key);
    return { ...line, gates: [], span: row?.cells.get('wave') ?? row?.span ?? { start: 0, end: 0 } };
  });
  return { layers, layerOf };
}

function aboutOf(
  document: Document,
  tables: readonly Table[],
  rows: readonly Row[],
  sections: readonly Section[],
): Pick<Draft, 'title' | 'context'> {
  const title = sections.find(({ level }) => level === 1);
  const spans = new Set(rows.map(({ span }) => span.start));
  const ranges = [
    ...tables
      .filter((one) => one.rows.some(([cell]) => cell !== undefined && spans.has(cell.start)))
      .map(({ lines }) => lines),
    ...rows.flatMap((row) => row.sections.map(({ lines }) => lines)),
    ...document.blocks.flatMap(({ kind, lines }) => (kind === 'rule' ? [lines] : [])),
    ...(title === undefined ? [] : [{ from: title.lines.from, to: title.lines.from + 1 }]),
  ];
  const taken = new Set(ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)));
  return {
    title: title === undefined ? '' : slice(document, title.heading).replace(/^tasks?\s*:\s*/i, ''),
    context: prose(document, [document.lines], taken).trim(),
  };
}
function slice(document: Document, { start, end }: Span): string {
  return document.text.slice(start, end);
}
