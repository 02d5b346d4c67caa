import type { Checkbox } from '../checkbox.ts';
import type { Span } from '../diagnostic.ts';
import type { Document } from '../document.ts';
import type { PlanLayer } from '../plan.ts';
import type { Dialect, Draft, DraftTask } from './dialect.ts';
import { entriesOf, markOf, textUnder } from '../checkbox.ts';
import { namedPaths } from '../named-paths.ts';
import { prose } from '../prose.ts';
import { trimmed } from '../values.ts';
import { readLayerLine } from './layer-line.ts';

const TASK = /^(T\d{3,5}[a-z]?)(?=[\s:.])[:.]?\s*/;
const LABEL = /^\[([^\]\r\n]{1,40})\]\s*/;
const DEPENDS = /\((?:depends on|after|requires|blocked by)\s+([^()]{1,400})\)/gi;
const ID = /T\d{3,5}[a-z]?/g;

/**
 * GitHub spec-kit's `tasks.md`: `- [ ] T013 [P] [US1] Write … in path`. Phases run in order; inside a phase tasks run in
 * order, and those marked `[P]` together; `(depends on T012)` is taken at its word.
 */
export const specKit: Dialect = {
  name: 'spec-kit',
  read(document): Draft {
    const layers: PlanLayer[] = [];
    const tasks: DraftTask[] = [];
    let title = '';
    // What stands between the title and the first phase is for every task.
    const about = { from: document.lines.from, to: document.lines.to };
    for (const entry of entriesOf(document)) {
      if (entry.kind === 'checkbox') {
        const task = readTask(document, entry, layers.length - 1);
        if (task === undefined) continue;
        if (tasks.push(task) === 1) about.to = Math.min(about.to, entry.item.lines.from);
        continue;
      }
      const text = document.text.slice(entry.text.start, entry.text.end);
      const line = readLayerLine(text);
      if (line !== undefined) {
        layers.push({ ...line, gates: [], span: document.lineSpan(entry.line) });
        about.to = Math.min(about.to, entry.line);
      } else if (entry.level === 1 && title === '') {
        title = text.replace(/^Tasks:\s*/i, '');
        about.from = entry.line + 1;
      }
    }
    return { title, context: prose(document, [about], new Set()).trim(), layers, tasks, order: 'marks' };
  },
};

function readTask(document: Document, box: Checkbox, layer: number): DraftTask | undefined {
  const { text } = document;
  const words = text.slice(box.words.start, box.words.end);
  const id = TASK.exec(words);
  if (id?.[1] === undefined) return undefined;
  let at = box.words.start + id[0].length;
  let parallel: Span | undefined;
  const stories: string[] = [];
  for (let label = LABEL.exec(text.slice(at, box.words.end)); label !== null;) {
    const [all, name = ''] = label;
    if (/^p$/i.test(name)) parallel = { start: at, end: at + name.length + 2 };
    else stories.push(name);
    at += all.length;
    label = LABEL.exec(text.slice(at, box.words.end));
  }
  const said = trimmed(text, { start: at, end: box.words.end });
  const title = text.slice(said.start, said.end).replace(/\s+/g, ' ');
  return {
    task: {
      id: id[1],
      idSpan: { start: box.words.start, end: box.words.start + id[1].length },
      title,
      ...(layer >= 0 && { layer }),
      files: [...new Set(namedPaths(text, said).map(({ path }) => path))],
      gates: [],
      resources: [],
      ...(stories.length > 0 && { requirements: stories }),
      acceptance: [],
      prompt: [title, textUnder(document, box.item)].join('\n\n').trim(),
      done: box.done,
      marks: [markOf(box)],
      ...(parallel !== undefined && { parallel }),
      span: box.span,
    },
    derived: false,
    references: referencesIn(text, said),
  };
}

function referencesIn(text: string, { start, end }: Span): Span[] {
  return [...text.slice(start, end).matchAll(DEPENDS)].flatMap(({ 0: all, 1: list = '', index }) => {
    const from = start + index + all.lastIndexOf(list);
    return [...list.matchAll(ID)].map(({ 0: id, index: at }) => ({ start: from + at, end: from + at + id.length }));
  });
}
