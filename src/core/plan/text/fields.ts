import type { Span } from '../diagnostic.ts';
import type { Block, Document, Fence, Item, LineRange } from './document.ts';
import { saysNone, trimmed } from './values.ts';

export type FieldName =
  | 'estimate'
  | 'depends'
  | 'files'
  | 'reads'
  | 'agent'
  | 'gates'
  | 'resources'
  | 'requirements'
  | 'acceptance'
  | 'status';

/**
 * Every label of a field. A *clear* label makes a field of a list or paragraph wherever it stands in a task; the others
 * are words of common prose, and count directly under the heading or beside a clear one.
 */
const LABELS: Readonly<Record<FieldName, { readonly clear: readonly string[]; readonly common: readonly string[] }>> = {
  estimate: {
    clear: ['estimate', 'estimated time', 'estimated effort', 'estimated duration', 'time estimate', 'duration'],
    common: ['effort', 'time'],
  },
  depends: { clear: ['depends on', 'depends', 'dependencies', 'dependency', 'blocked by'], common: ['after', 'needs'] },
  files: { clear: [], common: ['files', 'file', 'owns', 'boundary', 'touches'] },
  reads: { clear: ['reads'], common: [] },
  agent: { clear: ['agent'], common: [] },
  gates: { clear: ['gates', 'gate'], common: [] },
  resources: { clear: ['resources', 'resource'], common: [] },
  requirements: { clear: ['requirements', 'requirement'], common: [] },
  acceptance: { clear: ['acceptance', 'acceptance criteria'], common: [] },
  status: { clear: ['status'], common: [] },
};

const FIELD_OF = new Map<string, { readonly name: FieldName; readonly clear: boolean }>();
for (const [name, { clear, common }] of Object.entries(LABELS) as [FieldName, (typeof LABELS)[FieldName]][]) {
  for (const label of clear) FIELD_OF.set(label, { name, clear: true });
  for (const label of common) FIELD_OF.set(label, { name, clear: false });
}

export const FIELD_LABELS: readonly string[] = [...FIELD_OF.keys()];

/** The field that a label names, in any case. */
export function fieldNamed(label: string): FieldName | undefined {
  return FIELD_OF.get(label.replace(/ +/g, ' ').toLowerCase())?.name;
}

export interface Field {
  readonly name: FieldName;
  readonly label: Span;
  /** The text after the label; empty where the values are a list under it. */
  readonly value: Span;
  readonly items: readonly Item[];
}

/** What the blocks under a heading say in fields and ` ```sh run ` blocks. */
export interface FieldReading {
  readonly fields: readonly Field[];
  /** Labels beside fields that are none themselves. */
  readonly unknown: readonly Span[];
  readonly runs: readonly Fence[];
  /** The lines that fields, run blocks and rules take up; the others are prose. */
  readonly taken: ReadonlySet<number>;
}

interface Labelled {
  readonly label: Span;
  readonly value: Span;
  readonly bold: boolean;
  readonly field: { readonly name: FieldName; readonly clear: boolean } | undefined;
}

interface OpenField extends Field {
  readonly items: Item[];
}

/** Reads the blocks of a section; under a sub-heading only `Acceptance` and run blocks are fields, the rest is prose. */
export function readFields(document: Document, blocks: readonly Block[]): FieldReading {
  const reader = new FieldReader(document);
  for (const block of blocks) reader.read(block);
  return { fields: reader.fields, unknown: reader.unknown, runs: reader.runs, taken: reader.taken };
}

/** The text of an item's first paragraph, and what its checkbox says where it has one. */
export function itemText(document: Document, item: Item): { readonly span: Span; readonly box?: Span } | undefined {
  const first = item.blocks[0];
  if (first?.kind !== 'paragraph' || first.lines.from !== item.lines.from) return undefined;
  const line = document.lineSpan(first.lines.from);
  const marker = /^\s*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)+/.exec(document.line(first.lines.from))?.[0] ?? '';
  const end = document.lineSpan(first.lines.to - 1).end;
  const span = trimmed(document.text, { start: line.start + marker.length, end });
  if (!/^\[[ xX]\]\s/.test(document.text.slice(span.start, span.start + 4))) return { span };
  const box = { start: span.start, end: span.start + 3 };
  return { span: trimmed(document.text, { start: box.end, end }), box };
}

/** The text of a heading's line without its marks. */
export function headingText(document: Document, line: number): Span {
  const { start, end } = document.lineSpan(line);
  const marks = /^\s*#{1,6}/.exec(document.line(line))?.[0].length ?? 0;
  const text = trimmed(document.text, { start: start + marks, end });
  let close = text.end;
  while (close > text.start && document.text[close - 1] === '#') close -= 1;
  const closed = close === text.start || /\s/.test(document.text[close - 1] ?? '');
  return closed ? trimmed(document.text, { start: text.start, end: close }) : text;
}

class FieldReader {
  readonly fields: OpenField[] = [];
  readonly unknown: Span[] = [];
  readonly runs: Fence[] = [];
  readonly taken = new Set<number>();
  readonly #document: Document;
  /** Nothing but fields came before. */
  #leading = true;
  #inSubsection = false;
  /** A field without a value, for which the next list is its values. */
  #pending: { readonly field: OpenField; readonly line: number } | undefined;

  constructor(document: Document) {
    this.#document = document;
  }

  read(block: Block): void {
    const pending = this.#pending;
    this.#pending = undefined;
    if (block.kind === 'list' && pending !== undefined) {
      for (const item of block.items) pending.field.items.push(item);
      this.taken.add(pending.line);
      this.#takeLines(block.lines);
    } else if (block.kind === 'fence' && isRun(block)) {
      this.#run(block);
    } else if (block.kind === 'rule') {
      this.#takeLines(block.lines);
    } else {
      const known = this.fields.length;
      if (block.kind === 'heading') this.#heading(block.lines.from);
      else if (block.kind === 'list') this.#list(block.items, block.ordered);
      else if (block.kind === 'paragraph' && !this.#inSubsection) this.#paragraph(block.lines);
      if (this.fields.length === known) this.#leading = false;
    }
  }

  #heading(line: number): void {
    this.#inSubsection = true;
    const text = headingText(this.#document, line);
    const label = this.#document.text.slice(text.start, text.end).replace(/:$/, '').toLowerCase();
    if (FIELD_OF.get(label)?.name !== 'acceptance') return;
    this.#pending = { field: this.#open('acceptance', text, { start: text.end, end: text.end }), line };
  }

  #list(items: readonly Item[], ordered: boolean): void {
    const read = items.map((item) => {
      const text = itemText(this.#document, item);
      return { item, text, parts: text === undefined ? [] : labelled(this.#document.text, text.span) };
    });
    const areFields = !ordered && !this.#inSubsection && this.#areFields(read.flatMap(({ parts }) => parts));
    let open: OpenField | undefined;
    for (const { item, text, parts } of read) {
      this.#runsIn(item.blocks);
      if (!areFields) continue;
      if (parts.some(isField)) {
        open = this.#take(parts);
        for (const block of item.blocks) {
          if (block.kind === 'list') for (const value of block.items) open?.items.push(value);
        }
        if (parts.every(isField)) this.#takeLines(item.lines);
      } else if (text?.box !== undefined && this.#ticked(text.span, text.box, item, open)) {
        this.#takeLines(item.lines);
      } else {
        this.#take(parts);
      }
    }
  }

  /** A checkbox beside fields is the task's own, or a criterion that was not indented. */
  #ticked(words: Span, box: Span, item: Item, open: OpenField | undefined): boolean {
    if (/^(?:done|status|completed?)\.?$/i.test(this.#document.text.slice(words.start, words.end))) {
      this.#open('status', words, box);
      return true;
    }
    if (open?.name !== 'acceptance') return false;
    open.items.push(item);
    return true;
  }

  #paragraph(lines: LineRange): void {
    const read: { line: number; parts: readonly Labelled[] }[] = [];
    for (let line = lines.from; line < lines.to; line += 1) {
      read.push({ line, parts: labelled(this.#document.text, this.#document.lineSpan(line)) });
    }
    const allLabelled = read.every(({ parts }) => parts.length > 0);
    const usable = allLabelled ? read : read.filter(({ parts }) => parts.some(({ bold }) => bold));
    if (!this.#areFields(usable.flatMap(({ parts }) => parts))) return;
    for (const { line, parts } of usable) {
      const field = this.#take(parts);
      if (field === undefined) continue;
      if (parts.every(isField)) this.taken.add(line);
      if (line === lines.to - 1 && field.value.start === field.value.end) this.#pending = { field, line };
    }
  }

  #areFields(parts: readonly Labelled[]): boolean {
    return parts.some(({ field }) => field !== undefined && (this.#leading || field.clear));
  }

  /** Keeps the fields of a line; returns the last of them. */
  #take(parts: readonly Labelled[]): OpenField | undefined {
    let last: OpenField | undefined;
    for (const { field, label, value } of parts) {
      if (field === undefined) this.unknown.push(label);
      else last = this.#open(field.name, label, value);
    }
    return last;
  }

  #open(name: FieldName, label: Span, value: Span): OpenField {
    const field: OpenField = { name, label, value, items: [] };
    this.fields.push(field);
    return field;
  }

  #runsIn(blocks: readonly Block[]): void {
    for (const block of blocks) {
      if (block.kind === 'list') for (const item of block.items) this.#runsIn(item.blocks);
      else if (block.kind === 'fence' && isRun(block)) this.#run(block);
    }
  }

  #run(fence: Fence): void {
    this.runs.push(fence);
    this.#takeLines(fence.lines);
  }

  #takeLines({ from, to }: LineRange): void {
    // The blank line after a list belongs to the text around it.
    while (this.#document.line(to - 1).trim() === '' && to > from) to -= 1;
    for (let line = from; line < to; line += 1) this.taken.add(line);
  }
}

function isRun(fence: Fence): boolean {
  return /^(?:sh|bash|shell)\s+run(?:\s|$)/.test(fence.info);
}

function isField(part: Labelled): boolean {
  return part.field !== undefined;
}

const LABEL = /([ \t]*[*_`]{0,3})([A-Za-z](?:[A-Za-z ]{0,38}[A-Za-z])?) ?([*_`]{0,3}) ?:([*_]{0,3})(?![:/])/y;

/** The `Label: value` parts of a text, parted by `|`; none where it does not start with a label. */
function labelled(text: string, span: Span): Labelled[] {
  const parts: (Omit<Labelled, 'value'> & { readonly bar: number; readonly from: number })[] = [];
  let code = false;
  for (let at = span.start; at < span.end; at += 1) {
    if (text[at] === '`') code = !code;
    const first = at === span.start;
    if (!first && (code || text[at] !== '|')) continue;
    LABEL.lastIndex = first ? at : at + 1;
    const match = LABEL.exec(text);
    if (match === null || LABEL.lastIndex > span.end) {
      if (first) return [];
      continue;
    }
    const [, open = '', words = '', close = '', after = ''] = match;
    const start = match.index + open.length;
    parts.push({
      label: { start, end: start + words.length },
      bold: open.endsWith('**') && (close + after).startsWith('**'),
      field: FIELD_OF.get(words.replace(/ +/g, ' ').toLowerCase()),
      bar: at,
      from: LABEL.lastIndex,
    });
  }
  return parts.map(({ label, bold, field, from }, index) => {
    const written = trimmed(text, { start: from, end: parts[index + 1]?.bar ?? span.end });
    // A backslash at the end of a line is Markdown's hard break.
    const isBroken = text[written.end - 1] === '\\';
    const value = isBroken ? trimmed(text, { start: written.start, end: written.end - 1 }) : written;
    const isProse = field?.name === 'requirements' && !namesIds(text.slice(value.start, value.end));
    return { label, bold, field: isProse ? undefined : field, value };
  });
}

const FIRST_ID =
  /^[`*_"'[(]*(?:(?=[\w.-]{0,40}\d)[A-Za-z][\w.-]{0,40}|\d{1,9}(?:\.\d{1,9})*)[`*_"'\])]*(?:$|[,;]|\s(?:[(&–—]|and\s))/;

/** Requirements of a task are often written out in its prose; the field is a list of ids. */
function namesIds(value: string): boolean {
  return saysNone(value) || FIRST_ID.test(value);
}
