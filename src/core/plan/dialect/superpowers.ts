import type { Checkbox } from '../text/checkbox.ts';
import type { Span } from '../diagnostic.ts';
import type { Document, LineRange } from '../text/document.ts';
import type { PlanLayer } from '../plan.ts';
import type { Dialect, Draft, DraftReference, DraftTask } from './dialect.ts';
import type { Section } from './sections.ts';
import { entriesOf, markOf } from '../text/checkbox.ts';
import { namedPaths } from '../text/named-paths.ts';
import { prose } from '../text/prose.ts';
import { FieldValues } from '../text/task-fields.ts';
import { trimmed } from '../text/values.ts';
import { readDependencyGraph } from './dependency-graph.ts';
import { readLayerLine } from './layer-line.ts';
import { sectionsOf } from './sections.ts';

const TASK =
  /^(?:(✅|\[[xX]\])\s*|\[ \]\s*)?(\*\*)?(Task\s+#?(\d{1,4}(?:\.\d{1,3})*[a-z]?|[A-Z]\d{0,3}))\s*[:.–—-]\s*(?=\S)/;
const DONE_AT_END = /\s*(?:✅|\[x\]|\((?:done|completed?)\)|[-–—] ?(?:done|completed?))\s*$/iu;
const STEP = /^\s*(?:[-*+]\s+(?:\[[ xX]\]\s+)?)?\*\*Step \d+/;
const FILE =
  /^\s*[-*+]\s+\*{0,2}(?:create|modify|update|edit|extend|tests?|delete|remove|rename|move|add|generate)\w{0,2}\*{0,2}(?: \([^()]{0,40}\))?:\*{0,2}\s/i;
const READ = /^\s*[-*+]\s+\*{0,2}(?:read|reference|reuse|see|consult)\w{0,2}\*{0,2}:\*{0,2}\s/i;
const FILES = /^\s*(?:[-*+]\s+)?\*{0,2}Files?(?: to [a-z/ ]{1,30})?\*{0,2}:\*{0,2}/i;
const SKILL = /superpowers:[a-z-]+|REQUIRED SUB-SKILL/;

/** One task with the headings inside of it. */
interface Place {
  readonly own: Section;
  readonly number: string;
  readonly sections: readonly Section[];
  readonly group: Section | undefined;
}

/**
 * A plan of the superpowers skills: `### Task N: …` with `**Files:**` and steps, `- [ ] **Step 1: …**`. The steps are the
 * task's text; it is done when all of them are ticked, and all are ticked when it is. Tasks run in their order. What
 * stands before the first is for all of them, but for what it says to the agent that works the plan off itself.
 */
export const superpowers: Dialect = {
  name: 'superpowers',
  read(document, known, report): Draft {
    if (!/^#{1,6}\s.{0,6}Task\s/m.test(document.text)) return NONE;
    const sections = sectionsOf(document);
    const places = placesOf(document, sections);
    const [first] = places;
    const isOwn = places.some((place) => isSuperpowers(document, place)) || SKILL.test(document.text);
    if (first === undefined || !isOwn) return NONE;
    const steps = stepsOf(document, places);
    const values = new FieldValues(document, known, report);
    const graph = readDependencyGraph(
      document,
      places.map(({ number }) => number),
    );
    const stated = new Map<string, DraftReference[]>();
    for (const { task, waitsFor } of graph?.statements ?? []) {
      const own = stated.get(task.name) ?? [];
      stated.set(task.name, own);
      own.push({ start: waitsFor.start, end: waitsFor.end, name: idOf(waitsFor.name) });
    }
    const { layers, layerOf } = layersOf(document, places);
    const title = sections.find(({ level }) => level === 1);
    return {
      title: title === undefined ? '' : titleOf(document, title),
      context: contextOf(document, first),
      layers,
      tasks: places.map((place) =>
        readTask(document, place, values, steps.get(place) ?? [], layerOf.get(place), stated.get(place.number) ?? []),
      ),
      order: graph !== undefined && places.every(({ number }) => graph.names.has(number)) ? 'stated' : 'sequence',
    };
  },
};

const NONE: Draft = { title: '', context: '', layers: [], tasks: [] };

function idOf(number: string): string {
  return `task-${number.toLowerCase()}`;
}

function placesOf(document: Document, sections: readonly Section[]): Place[] {
  const places: (Place & { readonly sections: Section[] })[] = [];
  let open: (typeof places)[number] | undefined;
  let groups: Section[] = [];
  for (const section of sections) {
    const match = section.level < 2 ? null : TASK.exec(slice(document, section.heading));
    if (match?.[4] !== undefined) {
      const group = groups.findLast(
        ({ level, heading }) => level > 1 && level < section.level && isGroup(slice(document, heading)),
      );
      open = { own: section, number: match[4], sections: [section], group };
      places.push(open);
    } else if (open !== undefined && section.level > open.own.level) {
      open.sections.push(section);
    } else {
      open = undefined;
      groups = [...groups.filter(({ level }) => level < section.level), section];
    }
  }
  return places;
}

function isGroup(heading: string): boolean {
  return readLayerLine(heading) !== undefined || /^(?:chunk|part|stage|sprint|batch|group|epic)\b/i.test(heading);
}

function slice(document: Document, { start, end }: Span): string {
  return document.text.slice(start, end);
}

function isSuperpowers(document: Document, { sections }: Place): boolean {
  return proseLines(sections).some((line) => STEP.test(document.line(line)) || FILE.test(document.line(line)));
}

/** The lines of sections without their headings and code. */
function proseLines(sections: readonly Section[]): number[] {
  return sections.flatMap(({ blocks }) =>
    blocks.flatMap(({ kind, lines: { from, to } }) =>
      kind === 'fence' || kind === 'other' ? [] : Array.from({ length: to - from }, (_, i) => from + i),
    ),
  );
}

function readTask(
  document: Document,
  { own, number, sections }: Place,
  values: FieldValues,
  steps: readonly Checkbox[],
  layer: number | undefined,
  stated: readonly DraftReference[],
): DraftTask {
  const match = TASK.exec(slice(document, own.heading));
  const [all = '', ticked, , label = ''] = match ?? [];
  const written = slice(document, own.heading).slice(all.length).replaceAll('**', '').trim();
  const title = written.replace(DONE_AT_END, '');
  const from = own.heading.start + all.indexOf(label);
  const lines = linesOf(sections, own);
  const fields = own.reading.fields.filter(({ name }) => name !== 'files' && name !== 'reads');
  const {
    references,
    files: _,
    reads: __,
    requirements,
    estimated,
    marks,
    done,
    ...rest
  } = values.task({
    ...own.reading,
    fields,
    unknown: [],
  });
  const { files, reads } = filesOf(document, own);
  const end = document.lineSpan(lines.to - 1).end;
  return {
    task: {
      id: idOf(number),
      idSpan: { start: from, end: from + label.length },
      title,
      ...(layer !== undefined && { layer }),
      ...rest,
      files,
      ...(reads.length > 0 && { reads }),
      ...(requirements.length > 0 && { requirements }),
      prompt: prose(document, [{ from: lines.from + 1, to: lines.to }], rulesOf(sections)).trim(),
      done: ticked !== undefined || title !== written || done || (steps.length > 0 && steps.every((step) => step.done)),
      marks: [...marks, ...steps.map(markOf)],
      span: trimmed(document.text, { start: document.lineSpan(lines.from).start, end }),
    },
    derived: true,
    ...(estimated && rest.estimate === undefined && { misestimated: true as const }),
    number,
    references: [...references, ...stated],
  };
}

function linesOf(sections: readonly Section[], own: Section): LineRange {
  return { from: own.lines.from, to: (sections.at(-1) ?? own).lines.to };
}

/** The checkboxes of each task, inner ones too. */
function stepsOf(document: Document, places: readonly Place[]): Map<Place, Checkbox[]> {
  const steps = new Map(places.map((place) => [place, [] as Checkbox[]]));
  let at = 0;
  for (const entry of entriesOf(document)) {
    if (entry.kind !== 'checkbox') continue;
    const line = entry.item.lines.from;
    let place = places[at];
    while (place !== undefined && linesOf(place.sections, place.own).to <= line) place = places[(at += 1)];
    if (place !== undefined && place.own.lines.from < line) steps.get(place)?.push(entry);
  }
  return steps;
}

function rulesOf(sections: readonly Section[]): Set<number> {
  return new Set(
    sections.flatMap(({ blocks }) => blocks.flatMap(({ kind, lines }) => (kind === 'rule' ? [lines.from] : []))),
  );
}

/** The paths of the list under `**Files:**`, which stands before the first step. */
function filesOf(document: Document, own: Section): { readonly files: string[]; readonly reads: string[] } {
  const files = new Set<string>();
  const reads = new Set<string>();
  let inList = false;
  for (const line of proseLines([own])) {
    const text = document.line(line);
    if (STEP.test(text) || /^\s*[-*+]\s+\[[ xX]\]\s/.test(text)) break;
    const label = FILES.exec(text);
    inList = label !== null || (inList && (text.trim() === '' || /^\s*[-*+]\s|^\s{2,}\S/.test(text)));
    if (!inList && !FILE.test(text)) continue;
    for (const path of pathsIn(text)) (READ.test(text) ? reads : files).add(path);
  }
  return { files: [...files], reads: [...reads] };
}

/** The paths of a line, those in its remarks only where there are no others. */
function pathsIn(line: string): string[] {
  const paths = (text: string): string[] => namedPaths(text, { start: 0, end: text.length }).map(({ path }) => path);
  const own = paths(line.replace(/\([^()]*\)|（[^（）]*）|(?<=[`\w]) [-–—] .*$/g, ' '));
  return own.length > 0 ? own : paths(line);
}

/** The headings over the tasks, where each task has one and there are several. */
function layersOf(document: Document, places: readonly Place[]) {
  const groups = new Set(places.map(({ group }) => group));
  const layerOf = new Map<Place, number>();
  if (groups.size < 2 || groups.has(undefined)) return { layers: [], layerOf };
  const order = [...groups].flatMap((group) => group ?? []);
  const rank = new Map<Section | undefined, number>(order.map((group, index) => [group, index]));
  const layers = order.map(({ heading, lines }): PlanLayer => {
    const text = slice(document, heading);
    const { name } = readLayerLine(text) ?? { name: text };
    return { name, sequential: false, gates: [], span: document.lineSpan(lines.from) };
  });
  for (const place of places) layerOf.set(place, rank.get(place.group) ?? 0);
  return { layers, layerOf };
}

function titleOf(document: Document, { heading }: Section): string {
  return slice(document, heading).replace(/\s*[:–—-]?\s*Implementation Plan$/i, '');
}

function contextOf(document: Document, { own }: Place): string {
  const taken = new Set<number>();
  for (const { kind, lines, ...block } of document.blocks) {
    const isTitle = kind === 'heading' && 'level' in block && block.level === 1;
    const isForWorker = kind === 'other' && SKILL.test(document.line(lines.from));
    if (kind !== 'rule' && !isTitle && !isForWorker) continue;
    for (let line = lines.from; line < lines.to; line += 1) taken.add(line);
  }
  return prose(document, [{ from: document.lines.from, to: own.lines.from }], taken).trim();
}
