import type { Span } from '../diagnostic.ts';
import type { Block, Document, Fence, Item } from '../text/document.ts';
import type { Json } from '../text/json.ts';
import type { PlanLayer } from '../plan.ts';
import type { Dialect, Draft, DraftReference, DraftTask, Known, Report } from './dialect.ts';
import type { OutlineTask } from './outline.ts';
import { textUnder } from '../text/checkbox.ts';
import { headingText, itemText } from '../text/fields.ts';
import { insideQuotes, itemsOf, memberOf, readJson, textOf } from '../text/json.ts';
import { namedPaths } from '../text/named-paths.ts';
import { estimateAt } from '../text/task-fields.ts';
import { saysNone, trimmed } from '../text/values.ts';
import { readLayerLine } from './layer-line.ts';
import { orca } from './orca.ts';
import { outline } from './outline.ts';

/**
 * What earlier versions of Orca planned with: task headings whose sections hold a JSON object that says what the task
 * depends on (`"dependencies": ["Task 1: Models"]`, by title) and what it is called (`"task_id"`, `**Task ID**:`); or
 * numbered lists of tasks under phases, `5. **Task 5: Title** (3 days)`. Layers and phases wait for each other. A list
 * that only names the tasks of the headings again gives them their layers.
 */
export const upstream: Dialect = {
  name: 'upstream',
  read(document, known, report): Draft {
    if (!QUICK.test(document.text)) return NONE;
    const { tasks } = outline(document);
    const facts = tasks.map((task) => factsOf(document, task));
    if (facts.some((own) => own !== undefined)) return withFacts(document, known, report, tasks, facts);
    return tasks.length === 0 ? readLists(document, known, report) : NONE;
  },
};

const QUICK = /"(?:task_id|taskId|dependencies|depends_on)"|\bTask ID\b|(?:[-*+]|\d[.)])[ \t]+(?:\*\*)?Task \d/i;
const NONE: Draft = { title: '', context: '', layers: [], tasks: [] };

/** What a section says of its task beside Orca's own fields. */
interface Facts {
  readonly id?: Span;
  readonly references: readonly DraftReference[];
  readonly files: readonly string[];
}

const TASK_ID = /^\s*(?:[-*+]\s+)?\*{0,2}Task ID\*{0,2} ?:\*{0,2}\s*`?([\w.-]{1,80})`?/i;
const EVERYTHING = /^all\b|^(?:every|each|any) (?:previous|other|prior)|^previous tasks/i;
const CODE = /\b[A-Z]{1,6}-?\d{1,4}(?:\.\d{1,4})*\b/;

function factsOf(document: Document, { sections }: OutlineTask): Facts | undefined {
  let id: Span | undefined;
  let known = false;
  const references: DraftReference[] = [];
  const files: string[] = [];
  for (const block of sections.flatMap(({ blocks }) => blocks)) {
    if (block.kind === 'paragraph' || block.kind === 'list') id ??= taskId(document, block);
    const json = block.kind === 'fence' ? jsonIn(document, block) : undefined;
    if (json?.kind !== 'object') continue;
    const own = memberOf(json, 'task_id', 'taskId');
    const inner = memberOf(json, 'complete_context', 'context');
    const dependencies = memberOf(json, 'dependencies', 'depends_on') ?? memberOf(inner, 'dependencies', 'depends_on');
    if (own !== undefined) id ??= insideQuotes(document.text, own);
    known ||= own !== undefined || dependencies !== undefined;
    references.push(...itemsOf(dependencies).flatMap((item) => referenceIn(document.text, item)));
    const guidance = memberOf(inner, 'implementation_guidance');
    for (const place of [json, inner, guidance]) files.push(...filesIn(memberOf(place, 'file_locations', 'files')));
  }
  return known || id !== undefined ? { ...(id !== undefined && { id }), references, files } : undefined;
}

function taskId(document: Document, { lines }: Block): Span | undefined {
  for (let line = lines.from; line < lines.to; line += 1) {
    const [all = '', id] = TASK_ID.exec(document.line(line)) ?? [];
    if (id === undefined) continue;
    const start = document.lineSpan(line).start + all.lastIndexOf(id);
    return { start, end: start + id.length };
  }
  return undefined;
}

function jsonIn(document: Document, { content, closed, lines }: Fence): Json | undefined {
  if (!/^\s*\{/.test(content)) return undefined;
  const { start } = document.lineSpan(lines.from + 1);
  return readJson(document.text, { start, end: document.lineSpan(lines.to - (closed ? 2 : 1)).end }).json;
}

/** A title, or the id that stands in it: `Task Extraction (US-1.1)`. All that went before is what layers are for. */
function referenceIn(text: string, item: Json): DraftReference[] {
  const written = textOf(item);
  if (written === undefined || saysNone(written) || EVERYTHING.test(written)) return [];
  const span = insideQuotes(text, item);
  const code = CODE.exec(text.slice(span.start, span.end));
  if (code === null) return [span];
  return [{ start: span.start + code.index, end: span.start + code.index + code[0].length }];
}

/** `{"src/a.ts": "what it is"}`, or the other way round. */
function filesIn(json: Json | undefined): string[] {
  const written =
    json?.kind === 'object'
      ? [...json.members].flatMap(([key, value]) => [key, textOf(value) ?? ''])
      : itemsOf(json).map((item) => textOf(item) ?? '');
  return written.flatMap((text) => {
    const [first, ...others] = text.includes(' ') ? [] : namedPaths(text, { start: 0, end: text.length });
    return first === undefined || others.length > 0 ? [] : [first.path];
  });
}

/** Orca's own reading of the headings, with what stands in the sections beside. */
function withFacts(
  document: Document,
  known: Known,
  report: Report,
  outlined: readonly OutlineTask[],
  facts: readonly (Facts | undefined)[],
): Draft {
  const draft = orca.read(document, known, report);
  const listed = draft.layers.length === 0 ? listedLayers(document) : undefined;
  const used = listed !== undefined && outlined.every(({ heading }) => listed.layerOf.has(heading.number ?? ''));
  return {
    ...draft,
    ...(used && { layers: listed.layers }),
    tasks: draft.tasks.map((one, index) => {
      const { id, references = [], files = [] } = facts[index] ?? {};
      const layer = used ? listed.layerOf.get(one.number ?? '') : undefined;
      return {
        ...one,
        task: {
          ...one.task,
          ...(id !== undefined && { id: document.text.slice(id.start, id.end), idSpan: id }),
          ...(layer !== undefined && { layer }),
          files: [...new Set([...one.task.files, ...files])],
        },
        derived: one.derived && id === undefined,
        aliases: [one.task.id, ...(one.number === undefined ? [] : [`task-${one.number}`])],
        references: [...one.references, ...references],
      };
    }),
    ...((draft.layers.length > 1 || used) && { order: 'layers' as const }),
  };
}

const ITEM =
  /^(\*\*)?Task\s+(\d{1,4}(?:\.\d{1,3})*)\s*[:.–—-]\s*(\S[^\r\n]{0,300}?)\s*(?:\*\*)?\s*(?:[-–—]?\s*\(([^()\r\n]{1,60})\))?\s*$/;

/** `**Layer 1: Foundation**` over `- Task 1: …`, as said of the headings below. */
function listedLayers(document: Document): { readonly layers: PlanLayer[]; readonly layerOf: Map<string, number> } {
  const layers: PlanLayer[] = [];
  const layerOf = new Map<string, number>();
  let open = false;
  for (const block of document.blocks) {
    if (block.kind === 'list' && open) {
      for (const item of block.items) {
        const number = ITEM.exec(firstLine(document, item) ?? '')?.[2];
        if (number !== undefined && !layerOf.has(number)) layerOf.set(number, layers.length - 1);
      }
    }
    open = false;
    if (block.kind !== 'paragraph' && block.kind !== 'heading') continue;
    const span = trimmed(document.text, document.lineSpan(block.lines.to - 1));
    const line = readLayerLine(document.text.slice(span.start, span.end).replace(/^#+ /, ''));
    if (line === undefined) continue;
    const sequential = line.sequential || /\(sequential\b/i.test(document.text.slice(span.start, span.end));
    layers.push({ ...line, sequential, gates: [], span });
    open = true;
  }
  return { layers, layerOf };
}

function firstLine(document: Document, item: Item): string | undefined {
  const span = itemText(document, item)?.span;
  return span === undefined ? undefined : document.text.slice(span.start, span.end).split(/[\r\n]/, 1)[0];
}

/** `5. **Task 5: Title** (3 days)` under phases. */
function readLists(document: Document, known: Known, report: Report): Draft {
  const { title, context } = orca.read(document, known, () => undefined);
  const layers: (PlanLayer & { sequential: boolean })[] = [];
  const tasks = new Map<string, DraftTask>();
  const taken = new Set<number>();
  for (const block of document.blocks) {
    if (block.kind === 'heading') {
      const text = document.text.slice(...ends(headingText(document, block.lines.from)));
      const line = readLayerLine(text);
      const open = layers.at(-1);
      if (line !== undefined) layers.push({ ...line, gates: [], span: document.lineSpan(block.lines.from) });
      else if (open !== undefined && /^sequential\b/i.test(text)) open.sequential = true;
    }
    if (block.kind !== 'list') continue;
    for (const item of block.items) {
      const task = readItem(document, item, layers.length - 1, report);
      if (task === undefined || tasks.has(task.task.id)) continue;
      tasks.set(task.task.id, task);
      for (let line = item.lines.from; line < item.lines.to; line += 1) taken.add(line);
    }
  }
  if (tasks.size < 2) return NONE;
  const lines = context.split('\n').filter((line) => !ITEM.test(line.replace(/^\s*(?:[-*+]|\d+[.)])\s+/, '')));
  return { title, context: lines.join('\n'), layers, tasks: [...tasks.values()], order: 'layers' };
}

function readItem(document: Document, item: Item, layer: number, report: Report): DraftTask | undefined {
  const span = itemText(document, item)?.span;
  const match = ITEM.exec(firstLine(document, item) ?? '');
  if (span === undefined || match === null) return undefined;
  const [all, bold, number = '', written = '', time] = match;
  // Without a mark of its own it may be said of a task that stands elsewhere.
  if (bold === undefined && time === undefined) return undefined;
  const title = written.replaceAll('**', '');
  const from = span.start + all.lastIndexOf(`(${time ?? ''})`) + 1;
  const estimate =
    time === undefined ? undefined : estimateAt(document.text, { start: from, end: from + time.length }, report);
  const idStart = span.start + all.indexOf('Task');
  const end = document.lineSpan(item.lines.to - 1).end;
  return {
    task: {
      id: `task-${number}`,
      idSpan: { start: idStart, end: span.start + all.indexOf(number) + number.length },
      title,
      ...(layer >= 0 && { layer }),
      ...(estimate !== undefined && { estimate }),
      files: [],
      gates: [],
      resources: [],
      acceptance: [],
      prompt: [title, textUnder(document, item)].join('\n\n').trim(),
      done: false,
      span: trimmed(document.text, { start: document.lineSpan(item.lines.from).start, end }),
    },
    derived: false,
    number,
    ...(time !== undefined && estimate === undefined && { misestimated: true as const }),
    references: [],
  };
}

function ends({ start, end }: Span): [number, number] {
  return [start, end];
}
