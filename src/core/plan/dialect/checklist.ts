import type { Checkbox } from '../text/checkbox.ts';
import type { Span } from '../diagnostic.ts';
import type { Document } from '../text/document.ts';
import type { PlanLayer } from '../plan.ts';
import type { Dialect, Draft, DraftTask, Report } from './dialect.ts';
import type { Heading } from './numbered.ts';
import { entriesOf, markOf, textUnder } from '../text/checkbox.ts';
import { readEstimate } from '../text/estimate.ts';
import { namedPaths } from '../text/named-paths.ts';
import { prose } from '../text/prose.ts';
import { slug } from '../text/slug.ts';
import { estimateAt } from '../text/task-fields.ts';
import { trimmed } from '../text/values.ts';
import { readLayerLine } from './layer-line.ts';
import { isAside, isTaskList } from './task-lists.ts';

/** Checkboxes under these are looked at, and not worked on. */
const LOOKED_AT =
  /verif|validat|sign-?off|prerequisite|pre-?flight|success|metric|reference|\bnotes?\b|question|decision|rollback|quality|review|assumption|out of scope|legend/i;

/**
 * Checkboxes under a heading that says that they are to be done: `## Tasks`, `# TODO`, `## Implementation plan`, and under
 * the headings inside of it. Each is a task with what stands under it, also checkboxes. They are worked off in their
 * order.
 */
export const checklist: Dialect = {
  name: 'checklist',
  read(document, _known, report): Draft {
    const layers: PlanLayer[] = [];
    const tasks: DraftTask[] = [];
    const taken = new Set<number>();
    let heading: Heading | undefined;
    let layer: number | undefined;
    let title = '';
    let isList = false;
    for (const entry of entriesOf(document)) {
      if (entry.kind === 'heading') {
        while (heading !== undefined && heading.level >= entry.level) heading = heading.parent;
        const text = document.text.slice(entry.text.start, entry.text.end);
        heading = { level: entry.level, text, span: entry.text, line: entry.line, parent: heading };
        isList = saysToDo(heading);
        layer = undefined;
        const line = readLayerLine(text);
        if (line !== undefined) layer = layers.push({ ...line, gates: [], span: document.lineSpan(entry.line) }) - 1;
        if (entry.level === 1 && title === '') {
          title = text;
          taken.add(entry.line);
        }
      } else if (isList && entry.parent === undefined) {
        tasks.push(readTask(document, entry, layer, report));
        for (let line = entry.item.lines.from; line < entry.item.lines.to; line += 1) taken.add(line);
      }
    }
    return { title, context: prose(document, [document.lines], taken).trim(), layers, tasks, order: 'sequence' };
  },
};

/** By the nearest heading that says something of it. */
function saysToDo(heading: Heading): boolean {
  for (let above: Heading | undefined = heading; above !== undefined; above = above.parent) {
    if (readLayerLine(above.text) !== undefined) continue;
    if (isAside(above.text) || LOOKED_AT.test(above.text)) return false;
    if (isTaskList(above.text)) return true;
  }
  return false;
}

function readTask(document: Document, box: Checkbox, layer: number | undefined, report: Report): DraftTask {
  const { text } = document;
  const time = timeAtEnd(text, box.words);
  const estimate = time && estimateAt(text, time.span, report);
  const said = time?.rest ?? box.words;
  const title = text.slice(said.start, said.end).replace(/\s+/g, ' ').replaceAll('**', '');
  const id = slug(title);
  return {
    task: {
      id: id === '' ? 'task' : id,
      idSpan: said,
      title,
      ...(layer !== undefined && { layer }),
      ...(estimate !== undefined && { estimate }),
      files: [...new Set(namedPaths(text, said).map(({ path }) => path))],
      gates: [],
      resources: [],
      acceptance: [],
      prompt: [title, textUnder(document, box.item)].join('\n\n').trim(),
      done: box.done,
      marks: [markOf(box)],
      span: box.span,
    },
    derived: true,
    ...(time !== undefined && estimate === undefined && { misestimated: true as const }),
    references: [],
  };
}

/** `… (2 h)` or `… - 16 hours` */
export function timeAtEnd(
  text: string,
  { start, end }: Span,
): { readonly span: Span; readonly rest: Span } | undefined {
  const from = Math.max(start, end - 40);
  const match = /\s+(?:\(([^()]{2,30})\)|[-–—]\s+([~≈]?\d[^()]{1,30}))$/.exec(text.slice(from, end));
  const time = match?.[1] ?? match?.[2];
  if (match === null || time === undefined || !/\p{L}/u.test(time)) return undefined;
  if (typeof readEstimate(time) === 'string') return undefined;
  const at = from + match.index + match[0].indexOf(time);
  return { span: { start: at, end: at + time.length }, rest: trimmed(text, { start, end: from + match.index }) };
}
