import type { Checkbox, Entry } from '../text/checkbox.ts';
import type { Span } from '../diagnostic.ts';
import type { Block, Document, Item } from '../text/document.ts';
import type { Mark, PlanLayer } from '../plan.ts';
import type { Dialect, Draft, DraftReference, DraftTask, Report } from './dialect.ts';
import { entriesOf, markOf, textUnder } from '../text/checkbox.ts';
import { headingText, itemText } from '../text/fields.ts';
import { namedPaths } from '../text/named-paths.ts';
import { prose } from '../text/prose.ts';
import { estimateAt } from '../text/task-fields.ts';
import { trimmed } from '../text/values.ts';
import { graphBlocks } from './dependency-graph.ts';
import { itemFields, requirementsIn } from './item-fields.ts';
import { readLayerLine } from './layer-line.ts';
import { IdLists, statementsIn } from './order-text.ts';
import { isAside } from './task-lists.ts';

const ID = String.raw`T-?\d{1,5}(?:\.\d{1,3})*[a-z]?|TASK-\d{1,5}`;
const TASK = new RegExp(
  String.raw`^(?:~~)?(?:\*\*|\[|\x60)?(${ID})(?:[:.]?(?:\*\*|\]|\x60)[:.]?|[:.]|(?=\s|$))\s*(?:[-–—·:|]\s+)?`,
);
const LABEL = /^[*`]{0,2}\[([^\]\r\n]{1,40})\][*`]{0,2}\s*/;
const LABEL_P = /^\(P\)\s*/;
const DEPENDS = /(?:depends? on|dependenc(?:y|ies):?|deps:?|after|requires|needs:?|blocked by)\s*:?\s*$/i;
/** Headings over what is told of tasks that stand elsewhere. */
const RETOLD =
  /dependenc|parallel (?:opportunit|execution|example|group)|execution (?:order|example|strategy)|implementation strategy|\bnotes?\b|\bsummary\b|\bexamples?\b|\bcoverage\b|traceability|\bmvp (?:scope|first)/i;
const UNTOLD = /^(?:execution flow|format\b|path conventions|legend)/i;

/**
 * GitHub spec-kit's `tasks.md`: `- [ ] T013 [P] [US1] Write … in path`; where it has no such checkboxes, bullets and
 * lines that start so. Phases run in order; inside a phase tasks run in order, and those marked `[P]` together. What a
 * task says that it waits for is taken at its word, and so is what the section on dependencies says in so many words
 * (`T001 before T002`, `T004 depends on T002`) of tasks that stand in that order.
 */
export const specKit: Dialect = {
  name: 'spec-kit',
  read(document, _known, report): Draft {
    if (!/T-?\d|TASK-\d/.test(document.text)) return NONE;
    return new SpecKitReader(document, report).read();
  },
};

const NONE: Draft = { title: '', context: '', layers: [], tasks: [] };

/** An item or a line that starts with the id of a task. */
interface Place {
  readonly words: Span;
  readonly span: Span;
  readonly item: Item | undefined;
  readonly box: Checkbox | undefined;
  /** The headings above, from the nearest. */
  readonly headings: readonly (Entry & { readonly kind: 'heading' })[];
}

class SpecKitReader {
  readonly #document: Document;
  readonly #report: Report;
  readonly #places: readonly Place[];
  readonly #lists: IdLists;

  constructor(document: Document, report: Report) {
    this.#document = document;
    this.#report = report;
    const places = this.#find();
    const boxes = places.filter(({ box }) => box !== undefined);
    this.#places = boxes.length > 0 ? boxes : firstOfEach(document, places);
    const ids = this.#places.map(({ words }) => TASK.exec(this.#slice(words))?.[1] ?? '');
    this.#lists = new IdLists({ id: ID, ids });
  }

  read(): Draft {
    const [first] = this.#places;
    if (first === undefined || (first.box === undefined && this.#places.length < 2)) return NONE;
    const { layers, layerOf } = this.#layers();
    const told = this.#told();
    const tasks = this.#places.map((place) => this.#task(place, layerOf.get(place), told));
    return { ...this.#about(first), layers, tasks, order: 'marks' };
  }

  #slice({ start, end }: Span): string {
    return this.#document.text.slice(start, end);
  }

  #find(): Place[] {
    const { text } = this.#document;
    const places: Place[] = [];
    let headings: Place['headings'] = [];
    const boxes = new Map<number, Checkbox>();
    const heads = new Map<number, Entry & { readonly kind: 'heading' }>();
    for (const entry of entriesOf(this.#document)) {
      if (entry.kind === 'checkbox') boxes.set(entry.item.lines.from, entry);
      else heads.set(entry.line, entry);
    }
    const add = (place: Omit<Place, 'headings'>): boolean => {
      if (!TASK.test(text.slice(place.words.start, Math.min(place.words.end, place.words.start + 60)))) return false;
      if (headings.some((heading) => this.#isRetold(heading))) return false;
      places.push({ ...place, headings });
      return true;
    };
    const visit = (blocks: readonly Block[], inside: 'document' | 'item' | 'task'): void => {
      for (const block of blocks) {
        const head = block.kind === 'heading' ? heads.get(block.lines.from) : undefined;
        if (head !== undefined) headings = [head, ...headings.filter(({ level }) => level < head.level)];
        else if (block.kind === 'paragraph' && inside === 'document')
          for (let line = block.lines.from; line < block.lines.to; line += 1) {
            const span = trimmed(text, this.#document.lineSpan(line));
            add({ words: span, span, item: undefined, box: undefined });
          }
        if (block.kind !== 'list') continue;
        for (const item of block.items) {
          const box = boxes.get(item.lines.from);
          const words = box?.words ?? itemText(this.#document, item)?.span;
          const { start } = this.#document.lineSpan(item.lines.from);
          const span = trimmed(text, { start, end: this.#document.lineSpan(item.lines.to - 1).end });
          // A bullet inside of a task may speak of another one.
          const isTask =
            words !== undefined &&
            (box !== undefined || inside !== 'task') &&
            add({ words, span: box?.span ?? span, item, box });
          visit(item.blocks, isTask || inside === 'task' ? 'task' : 'item');
        }
      }
    };
    visit(this.#document.blocks, 'document');
    return places;
  }

  #isRetold({ text }: { readonly text: Span }): boolean {
    const heading = this.#slice(text);
    return isAside(heading) || (RETOLD.test(heading) && readLayerLine(heading) === undefined);
  }

  #task(place: Place, layer: number | undefined, told: ReadonlyMap<string, DraftReference[]>): DraftTask {
    const { text } = this.#document;
    const { item, box } = place;
    const fields =
      item === undefined ? [] : itemFields(this.#document, [{ from: item.lines.from + 1, to: item.lines.to }]);
    const paragraphEnd = item?.blocks[0]?.lines.to ?? 0;
    const [inside] = fields.filter(({ line }) => line < paragraphEnd);
    const end = inside === undefined ? place.words.end : this.#document.lineSpan(inside.line - 1).end;
    const words = trimmed(text, { start: place.words.start, end });
    const match = TASK.exec(this.#slice(words));
    const id = match?.[1] ?? '';
    const idStart = words.start + (match?.[0].indexOf(id) ?? 0);
    const labels = this.#labels({ start: words.start + (match?.[0].length ?? 0), end: words.end });
    const title = this.#slice(labels.said)
      .replace(/\s+/g, ' ')
      .replace(/\*\*|~~/g, '')
      .trim();
    const of = (name: (typeof fields)[number]['name']): Span[] =>
      fields.filter((field) => field.name === name).map(({ value }) => value);
    const requirements = [
      ...labels.stories,
      ...of('requirements').flatMap((value) => {
        const { ids, only } = requirementsIn(this.#slice(value));
        return only ? ids : [];
      }),
    ];
    const [written] = of('estimate');
    const estimate = written && estimateAt(text, written, this.#report);
    const paths = [labels.said, ...of('files')].flatMap((span) => namedPaths(text, span).map(({ path }) => path));
    const taken = new Set(
      fields.flatMap(({ name, line }) => (name === 'depends' || name === 'estimate' ? [line] : [])),
    );
    const marks: Mark[] = box === undefined ? [] : [markOf(box)];
    const stated = [...this.#inline(words), ...of('depends').flatMap((value) => this.#tasksIn(value))];
    return {
      task: {
        id,
        idSpan: { start: idStart, end: idStart + id.length },
        title: title === '' ? id : title,
        ...(layer !== undefined && { layer }),
        ...(estimate !== undefined && { estimate }),
        files: [...new Set(paths)],
        gates: [],
        resources: [],
        ...(requirements.length > 0 && { requirements: [...new Set(requirements)] }),
        acceptance: [],
        prompt: [title, item === undefined ? '' : textUnder(this.#document, item, taken)].join('\n\n').trim(),
        done: box?.done ?? false,
        ...(marks.length > 0 && { marks }),
        ...(labels.parallel !== undefined && { parallel: labels.parallel }),
        ...(labels.optional && { optional: true as const }),
        span: place.span,
      },
      derived: false,
      ...(written !== undefined && estimate === undefined && { misestimated: true as const }),
      references: [...stated, ...(told.get(id) ?? [])],
    };
  }

  /** The `[P]` and `[US1]` before a title, and a `[P]` behind it. */
  #labels({ start, end }: Span) {
    const { text } = this.#document;
    let at = start;
    let parallel: Span | undefined;
    let optional = false;
    const stories: string[] = [];
    for (;;) {
      const rest = text.slice(at, Math.min(end, at + 80));
      const [all, name = 'P'] = LABEL.exec(rest) ?? LABEL_P.exec(rest) ?? [''];
      if (all === '') break;
      if (/^(?:p|parallel)$/i.test(name)) parallel ??= trimmed(text, { start: at, end: at + all.length });
      else if (/^optional$/i.test(name)) optional = true;
      else
        stories.push(
          ...name.split(/[,/&\s]+/).filter((part) => /^[A-Z]+-?\d[\w.-]*$/i.test(part) && !/^P\d$/.test(part)),
        );
      at += all.length;
    }
    let said = trimmed(text, { start: at, end });
    const behind = /[*`]{0,2}\[P\][*`]{0,2}$/.exec(text.slice(Math.max(said.start, said.end - 20), said.end))?.[0];
    if (behind !== undefined) {
      parallel ??= { start: said.end - behind.length, end: said.end };
      said = trimmed(text, { start: said.start, end: said.end - behind.length });
    }
    return { said, parallel, optional, stories };
  }

  /** `(depends on T001, T003)`, `— after T001` */
  #inline(words: Span): DraftReference[] {
    const text = this.#slice(words);
    return this.#lists.listsIn(text, words.start).flatMap(({ start, tasks }) => {
      const before = text.slice(Math.max(0, start - words.start - 30), start - words.start);
      return DEPENDS.test(before) ? tasks : [];
    });
  }

  #tasksIn(value: Span): DraftReference[] {
    return this.#lists.listsIn(this.#slice(value), value.start).flatMap(({ tasks }) => tasks);
  }

  /** What the section on dependencies says, by the task that waits. */
  #told(): Map<string, DraftReference[]> {
    const place = new Map(this.#places.map(({ words }, at) => [TASK.exec(this.#slice(words))?.[1], at]));
    const told = new Map<string, DraftReference[]>();
    const ranges = graphBlocks(this.#document).map(({ lines }) => lines);
    for (const { task, waitsFor } of statementsIn(this.#document, ranges, this.#lists)) {
      // Of a task that is not there, or that stands later, something else is meant.
      if ((place.get(waitsFor.name) ?? Infinity) >= (place.get(task.name) ?? -1)) continue;
      const own = told.get(task.name) ?? [];
      told.set(task.name, own);
      own.push(waitsFor);
    }
    return told;
  }

  /** Phases; where there are none, the headings over tasks. */
  #layers(): { readonly layers: readonly PlanLayer[]; readonly layerOf: ReadonlyMap<Place, number> } {
    const isPhase = ({ text }: { readonly text: Span }) => readLayerLine(this.#slice(text)) !== undefined;
    const byPhase = this.#places.some(({ headings }) => headings.some(isPhase));
    const layers: PlanLayer[] = [];
    const layerOf = new Map<Place, number>();
    const known = new Map<number, number>();
    for (const place of this.#places) {
      const heading = byPhase ? place.headings.find(isPhase) : place.headings.find(({ level }) => level > 1);
      if (heading === undefined) continue;
      let layer = known.get(heading.line);
      if (layer === undefined) {
        const text = this.#slice(heading.text);
        const line = readLayerLine(text) ?? { name: text, sequential: false };
        layer = layers.push({ ...line, gates: [], span: this.#document.lineSpan(heading.line) }) - 1;
        known.set(heading.line, layer);
      }
      layerOf.set(place, layer);
    }
    return { layers, layerOf };
  }

  /** The title, and what stands between it and the first phase, which is for every task. */
  #about(first: Place): Pick<Draft, 'title' | 'context'> {
    const { from } = this.#document.lines;
    const firstLine = first.headings.filter(({ level }) => level > 1).at(-1)?.line;
    let title = '';
    const taken = new Set<number>();
    let untold = false;
    let to = from;
    for (const { kind, lines, ...block } of this.#document.blocks) {
      if (lines.from >= (firstLine ?? Infinity) || this.#document.lineSpan(lines.to - 1).end > first.words.start) break;
      to = lines.to;
      if (kind === 'heading') {
        const text = this.#slice(headingText(this.#document, lines.from));
        untold = UNTOLD.test(text);
        if ('level' in block && block.level === 1 && title === '') {
          title = text.replace(/^Tasks\s*[:–—-]\s*/i, '');
          taken.add(lines.from);
        }
      }
      if (untold || kind === 'rule') for (let line = lines.from; line < lines.to; line += 1) taken.add(line);
    }
    return { title, context: prose(this.#document, [{ from, to }], taken).trim() };
  }
}

/** Bullets name a task again where they tell of it: the first of each id counts. */
function firstOfEach(document: Document, places: readonly Place[]): Place[] {
  const seen = new Set<string>();
  return places.filter(({ words }) => {
    const id = TASK.exec(document.text.slice(words.start, words.end))?.[1] ?? '';
    return !seen.has(id) && seen.add(id);
  });
}
