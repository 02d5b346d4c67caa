import type { Draft, DraftReference, DraftTask, FolderDialect, TaskFile } from './dialect.ts';
import type { FileSection } from './file-sections.ts';
import { readFields } from '../text/fields.ts';
import { prose } from '../text/prose.ts';
import { slug } from '../text/slug.ts';
import { doneLike, isOver } from '../text/status.ts';
import { FieldValues } from '../text/task-fields.ts';
import { joined, trimmed } from '../text/values.ts';
import { folderName } from './backlog.ts';
import { checkboxesIn, fileSections } from './file-sections.ts';

const NUMBERED = /^(?:(?:task|issue|ticket|story|step)\s+)?#?(\d{1,4}(?:\.\d{1,3})*)\s*[:.–—-]\s*(?=\S)/i;
const FILE_NUMBER = /^(?:[a-z]+-)?(\d{1,4}(?:\.\d{1,3})*)(?=[-_. ])/i;
const NUMBER = /^(?:(?:task|issue|ticket|story|step)[ -]?)?[#[]{0,2}0*(\d{1,4}(?:\.\d{1,3})*)(?![\p{L}\p{N}])/iu;

/**
 * One Markdown file a task, with `# 04 — Title`, `**Blocked by:** 01, 03` and `**Status:** ready`. Its checkboxes are
 * what has to be true at the end. The id is the number in the title, or in the file's name.
 */
export const taskFiles: FolderDialect = {
  name: 'task-files',
  read(files, known, report): Draft {
    const read = files.flatMap((file) =>
      readTask(file, files.length > 1, new FieldValues(file.document, known, report)),
    );
    const names = new Set(read.flatMap(({ aliases = [] }) => aliases));
    const tasks = read.map((draft) => ({ ...draft, references: draft.references.map((own) => meant(own, names)) }));
    const title = tasks.length === 1 ? (tasks[0]?.task.title ?? '') : folderName(files);
    return { title, context: '', layers: [], tasks, order: 'stated' };
  },
};

function readTask(file: TaskFile, inFolder: boolean, values: FieldValues): DraftTask[] {
  const { document, path } = file;
  const sections = fileSections(document);
  const heading = sections.find(({ level }) => level === 1);
  if (heading === undefined || sections.filter(({ level }) => level === 1).length > 1) return [];
  const numbered = NUMBERED.exec(heading.title);
  const stem = path === undefined ? '' : (/([^/]*?)(?:\.md)?$/i.exec(path)?.[1] ?? '');
  const fileNumber = FILE_NUMBER.exec(stem)?.[1];
  const blocks = document.blocks.filter(({ lines }) => lines.from >= heading.body.from && lines.from < heading.body.to);
  const reading = readFields(document, blocks);
  const says = reading.fields.some(({ name }) => name === 'depends' || name === 'status');
  if (!(says && (numbered !== null || inFolder)) && !(inFolder && fileNumber !== undefined)) return [];

  const { references, reads, requirements, estimated, ...fields } = values.task(reading);
  const status = reading.fields.find(({ name, value }) => name === 'status' && value.start < value.end);
  const word = status === undefined ? '' : document.text.slice(status.value.start, status.value.end);
  const title = heading.title.slice(numbered?.[0].length ?? 0);
  const number = numbered?.[1] ?? fileNumber;
  const boxes = checkboxesIn(document, [document.lines]).filter(({ item }) => !reading.taken.has(item.lines.from));
  const taken = new Set([...reading.taken, heading.lines.from]);
  for (const { item } of boxes) for (let line = item.lines.from; line < item.lines.to; line += 1) taken.add(line);
  const end = document.lineSpan(Math.max(heading.lines.from, document.lines.to - 1)).end;
  return [
    {
      task: {
        id: number ?? (slug(stem) || slug(title) || 'task'),
        idSpan: idSpanOf(heading, numbered),
        title,
        ...fields,
        ...(reads.length > 0 && { reads }),
        ...(requirements.length > 0 && { requirements }),
        acceptance: [...fields.acceptance, ...boxes.map(({ criterion }) => criterion)],
        prompt: [title, prose(document, bodiesOf(sections, taken), taken).trim()].join('\n\n').trim(),
        done: fields.done || isOver(word),
        ...(status !== undefined && { marks: [{ span: status.value, done: doneLike(word) }] }),
        span: trimmed(document.text, { start: document.lineSpan(heading.lines.from).start, end }),
      },
      derived: number === undefined,
      ...(estimated && fields.estimate === undefined && { misestimated: true }),
      aliases: [
        ...(number === undefined ? [] : [number.replace(/^0+(?=\d)/, '')]),
        ...(stem === '' ? [] : [stem, `${stem}.md`]),
      ],
      references: numbersAlone(
        references
          .flatMap((reference) => joined(document.text, reference))
          .map((reference): DraftReference => {
            const written = NUMBER.exec(document.text.slice(reference.start, reference.end))?.[1];
            return written === undefined ? reference : { ...reference, name: written };
          }),
      ),
    },
  ];
}

/** Where a list has numbers, the rest of it are the tasks' titles. */
function numbersAlone(references: readonly DraftReference[]): readonly DraftReference[] {
  const own = references.filter(({ name }) => name !== undefined);
  return own.length > 0 ? own : references;
}

/** A number names a task where one has it; otherwise what is written is told to be unknown. */
function meant({ start, end, name }: DraftReference, names: ReadonlySet<string>): DraftReference {
  return name !== undefined && names.has(name) ? { start, end, name } : { start, end };
}

function idSpanOf({ titleSpan }: FileSection, numbered: RegExpExecArray | null): { start: number; end: number } {
  const [all = '', number = ''] = numbered ?? [];
  if (number === '') return titleSpan;
  const start = titleSpan.start + all.lastIndexOf(number);
  return { start, end: start + number.length };
}

/** Without the headings under which nothing is left. */
function bodiesOf(sections: readonly FileSection[], taken: Set<number>): { from: number; to: number }[] {
  return sections.map(({ level, lines, body }) => (level === 1 || isAllTaken(body, taken) ? body : lines));
}

function isAllTaken({ from, to }: { from: number; to: number }, taken: ReadonlySet<number>): boolean {
  for (let line = from; line < to; line += 1) if (!taken.has(line)) return false;
  return true;
}
