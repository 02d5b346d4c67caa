import type { FrontValue } from '../text/front-entries.ts';
import type { Draft, DraftReference, DraftTask, FolderDialect, Report, TaskFile } from './dialect.ts';
import { frontValues, hasKey, insideQuotes, quotedLike } from '../text/front-entries.ts';
import { prose } from '../text/prose.ts';
import { doneLike, isOver } from '../text/status.ts';
import { trimmed } from '../text/values.ts';
import { workspacePath } from '../text/workspace-path.ts';
import { checkboxesIn, fileSections } from './file-sections.ts';

const DEPENDS = ['dependencies', 'depends_on', 'depends-on', 'dependsOn', 'blocked_by', 'blocked-by', 'blockedBy'];
const ACCEPTANCE = /^(?:acceptance criteria|acceptance|definition of done)\b/i;
/** What is written when the work goes on, or is over. */
const AFTERWARDS = /^(?:implementation notes?|notes|comments?|final summary|activity log|history|progress)\b/i;

/**
 * Backlog.md, and others that keep one file a task with front matter: `id`, `title`, `status`, `dependencies`. An id is
 * meant whatever its prefix, case and zeros: `task-355.1` is `BACK-355.01`. `modified_files` is a record of what was
 * written; it says what a task writes only as long as the task is open.
 */
export const backlog: FolderDialect = {
  name: 'backlog',
  read(files, _known, report): Draft {
    const own = files.filter(isTask);
    const words = own.flatMap(({ front }) => frontValues(front, 'status').slice(0, 1)).map(({ text }) => text);
    const doneWord = words.find((word) => /^(?:done|completed?|closed)$/i.test(word));
    const ids = new Set(own.map((file) => idOf(file).text.toLowerCase()));
    const plain = new Set(own.map((file) => plainId(idOf(file).text)));
    const meant = (written: string): string | undefined =>
      !ids.has(written.toLowerCase()) && plain.has(plainId(written)) ? plainId(written) : undefined;
    const tasks = own.map((file) => readTask(file, meant, doneWord, report));
    const [only] = tasks;
    return {
      title: tasks.length === 1 && only !== undefined ? only.task.title : folderName(own),
      context: '',
      layers: [],
      tasks,
      order: 'stated',
    };
  },
};

function isTask({ front, path }: TaskFile): boolean {
  if (!hasKey(front, 'title') || !hasKey(front, 'status')) return false;
  const [id] = frontValues(front, 'id');
  if (id === undefined) return path !== undefined && hasKey(front, ...DEPENDS);
  return hasKey(front, ...DEPENDS) || /^(?:[\p{L}][\p{L}\p{N}_-]*-)?\d+(?:\.\d+)*$/u.test(id.text);
}

function readTask(
  file: TaskFile,
  meant: (written: string) => string | undefined,
  doneWord: string | undefined,
  report: Report,
): DraftTask {
  const { document, front } = file;
  const { text } = document;
  const id = idOf(file);
  const [title] = frontValues(front, 'title');
  const [status] = frontValues(front, 'status');
  const sections = fileSections(document);
  const criteria = checkboxesIn(
    document,
    sections.filter((section) => ACCEPTANCE.test(section.title)).map(({ body }) => body),
  );
  const asked = sections.filter((section) => !ACCEPTANCE.test(section.title) && !AFTERWARDS.test(section.title));
  const name = title?.text ?? id.text;
  const done = status !== undefined && isOver(status.text);
  const last = document.lineSpan(Math.max(document.lines.from, document.lines.to - 1)).end;
  return {
    task: {
      id: id.text,
      idSpan: insideQuotes(text, id.span),
      title: name,
      files: done ? [] : [...new Set(filesOf(file, report))],
      gates: [],
      resources: [],
      acceptance: criteria.map(({ criterion }) => criterion),
      prompt: [
        name,
        ...asked.map(({ lines, body, title: heading }) =>
          prose(document, [/^description$/i.test(heading) ? body : lines], commentsIn(document, lines)).trim(),
        ),
      ]
        .filter((part) => part !== '')
        .join('\n\n'),
      done,
      ...(status !== undefined && {
        marks: [{ span: status.span, done: quotedLike(text, status.span, doneWord ?? doneLike(status.text)) }],
      }),
      span: trimmed(text, { start: spanStart(file), end: Math.max(last, id.span.end) }),
    },
    derived: false,
    aliases: [plainId(id.text)],
    references: frontValues(front, ...DEPENDS).map(({ text: written, span }): DraftReference => {
      const name = meant(written);
      return { ...insideQuotes(text, span), ...(name !== undefined && { name }) };
    }),
  };
}

function idOf({ front, path = '' }: TaskFile): FrontValue {
  const [id] = frontValues(front, 'id');
  if (id !== undefined) return id;
  const [title] = frontValues(front, 'title');
  const text = /([^/]*?)(?:\.md)?$/i.exec(path)?.[1] ?? '';
  return { text: text === '' ? 'task' : text, span: title?.span ?? { start: 0, end: 0 } };
}

/** Without a prefix and zeros in front of its numbers. */
function plainId(id: string): string {
  const number = /^[\p{L}][\p{L}\p{N}_-]*-(\d+(?:\.\d+)*)$/u.exec(id.trim())?.[1] ?? id.trim();
  return number.replace(/(?<![\p{L}\p{N}])0+(?=\d)/gu, '');
}

function filesOf({ front }: TaskFile, report: Report): string[] {
  return frontValues(front, 'modified_files', 'modifiedFiles', 'files').flatMap(({ text, span }) =>
    workspacePath(text, span, report),
  );
}

function spanStart({ front, document }: TaskFile): number {
  return front.entries[0]?.keySpan.start ?? document.lineSpan(document.lines.from).start;
}

/** Lines that hold nothing but a comment, by which a program finds its sections. */
function commentsIn(document: TaskFile['document'], { from, to }: { from: number; to: number }): Set<number> {
  const lines = new Set<number>();
  for (let line = from; line < to; line += 1)
    if (/^\s*<!--[^>]{0,200}-->\s*$/.test(document.line(line))) lines.add(line);
  return lines;
}

/** The name of the folder that holds the files, or of the one above it where that only says that tasks are in it. */
export function folderName(files: readonly TaskFile[]): string {
  const folders = (files[0]?.path ?? '').split('/').slice(0, -1);
  while (folders.length > 1 && /^(?:tasks|issues|tickets|stories)$/i.test(folders.at(-1) ?? '')) folders.pop();
  return folders.at(-1) ?? '';
}
