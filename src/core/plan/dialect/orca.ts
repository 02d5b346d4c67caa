import type { Dialect, DraftTask } from './dialect.ts';
import type { Document } from '../text/document.ts';
import type { Outline, OutlineTask } from './outline.ts';
import type { PlanLayer } from '../plan.ts';
import { readFields } from '../text/fields.ts';
import { outline } from './outline.ts';
import { prose } from '../text/prose.ts';
import { FieldValues } from '../text/task-fields.ts';
import { trimmed } from '../text/values.ts';

/** Orca's own format: headings with fields. */
export const orca: Dialect = {
  name: 'orca',
  read(document, known, report) {
    const values = new FieldValues(document, known, report);
    const { context, layers, tasks } = outline(document);
    const title = context.find(({ section }) => section.level === 1)?.section;
    return {
      title: title === undefined ? '' : document.text.slice(title.heading.start, title.heading.end),
      context: context
        .map((part) => readContext(document, part, part.section === title))
        .filter((text) => text !== '')
        .join('\n\n'),
      layers: layers.map((layer) => readLayer(document, layer, values)),
      tasks: tasks.map((task) => readTask(document, task, values)),
    };
  },
};

function readLayer(document: Document, { section, line }: Outline['layers'][number], values: FieldValues): PlanLayer {
  return {
    ...line,
    ...values.layer(section.reading),
    span: document.lineSpan(section.lines.from),
  };
}

/** A task by its heading, with the fields and the text of its sections. */
export function readTask(document: Document, task: OutlineTask, values: FieldValues): DraftTask {
  const { heading, sections, layer } = task;
  const [own, ...inner] = sections;
  if (own === undefined) throw new Error('a task has its own section');
  // A sub-section is read with its heading, which may be `#### Acceptance`.
  const reading =
    inner.length === 0
      ? own.reading
      : readFields(
          document,
          sections.flatMap(({ lines, blocks, level }, index) => {
            const line = { from: lines.from, to: lines.from + 1 };
            return index === 0 ? blocks : [{ kind: 'heading' as const, level, lines: line }, ...blocks];
          }),
        );
  const { references, reads, requirements, estimated, marks: stated, ...fields } = values.task(reading);
  const marks = heading.tick === undefined ? stated : [{ span: heading.tick, done: 'x' }, ...stated];
  const lines = sections.map((section, index) =>
    index === 0 ? { from: section.lines.from + 1, to: section.lines.to } : section.lines,
  );
  const span = {
    start: document.lineSpan(own.lines.from).start,
    end: document.lineSpan((inner.at(-1) ?? own).lines.to - 1).end,
  };
  return {
    task: {
      id: heading.id,
      idSpan: heading.idSpan,
      title: heading.title,
      ...(layer !== undefined && { layer }),
      ...fields,
      ...(reads.length > 0 && { reads }),
      ...(requirements.length > 0 && { requirements }),
      prompt: prose(document, lines, reading.taken),
      done: heading.done || fields.done,
      ...(marks.length > 0 && { marks }),
      span: trimmed(document.text, span),
    },
    derived: heading.form !== 'id',
    ...(own.reading.fields.length > 0 && { hasFields: true }),
    ...(estimated && fields.estimate === undefined && { misestimated: true }),
    ...(heading.number !== undefined && { number: heading.number }),
    references,
  };
}

function readContext(document: Document, { kind, section }: Outline['context'][number], isTitle: boolean): string {
  const { from, to } = section.lines;
  const hasHeading = section.level > 0;
  const body = { from: hasHeading ? from + 1 : from, to };
  const rules = new Set(section.blocks.flatMap((block) => (block.kind === 'rule' ? [block.lines.from] : [])));
  const text = prose(document, [body], kind === 'group' ? section.reading.taken : rules);
  if (!hasHeading || isTitle || (kind === 'group' && text === '')) return text;
  return `${document.line(from).trim()}\n\n${text}`.trimEnd();
}
