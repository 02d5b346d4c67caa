import type { Span } from '../diagnostic.ts';
import type { Document, LineRange } from '../document.ts';
import type { Criterion, Mark } from '../plan.ts';
import type { Draft, DraftReference, DraftTask, FolderDialect, Report, TaskFile } from './dialect.ts';
import type { FileSection } from './file-sections.ts';
import { frontValues, hasKey, insideQuotes, quotedLike } from '../front-entries.ts';
import { prose } from '../prose.ts';
import { isOver } from '../status.ts';
import { saysNone, trimmed } from '../values.ts';
import { workspacePath } from '../workspace-path.ts';
import { folderName } from './backlog.ts';
import { checkboxesIn, fileSections } from './file-sections.ts';

const PACKAGE = /^(?:work package\s+)?(WP\d{1,4})(?=\s*[:–—-])\s*[:–—-]\s*/i;
const REMARK = /\s*(?:\((?:priority|depends|estimate)[^()]{0,80}\)|🎯\s*(?:MVP)?|\[P\d\])\s*/giu;
const STEP = /^T\d{3}/;

/** What is known of one work package: by its section in `tasks.md`, by a file of its own, or by both. */
interface Package {
  readonly id: string;
  readonly idSpan: Span;
  readonly title: string;
  readonly span: Span;
  /** Absent where nothing is said of them. */
  readonly references?: readonly DraftReference[];
  readonly files: readonly string[];
  readonly acceptance: readonly Criterion[];
  readonly text: string;
  /** Absent where nothing says it. */
  readonly done?: boolean;
  readonly marks: readonly Mark[];
}

/**
 * spec-kitty's work packages: the sections `## Work Package WP02: …` of `tasks.md`, and files with `work_package_id` in
 * their front matter. Both of one package are one task. The T-numbers inside are steps: their checkboxes are ticked with
 * the package, and say that it is done where no `lane` does.
 */
export const specKitty: FolderDialect = {
  name: 'spec-kitty',
  read(files, _known, report): Draft {
    const lists = files.filter((file) => !isPackage(file)).map(({ document }) => readList(document));
    const ofFiles = files.filter(isPackage).map((file) => readFile(file, report));
    const fileOf = new Map(ofFiles.map((own) => [own.id.toLowerCase(), own]));
    const listed = lists.flatMap(({ packages }) => packages);
    const isListed = new Set(listed.map(({ id }) => id.toLowerCase()));
    const all = [
      ...listed.map((own) => merged(own, fileOf.get(own.id.toLowerCase()))),
      ...ofFiles.filter(({ id }) => !isListed.has(id.toLowerCase())),
    ];
    const list = lists.find(({ packages }) => packages.length > 0);
    return {
      title: list?.title ?? (all.length === 1 ? (all[0]?.title ?? '') : folderName(files)),
      context: list?.context ?? '',
      layers: [],
      tasks: all.map(draftOf),
      order: all.some(({ references }) => references !== undefined) ? 'stated' : 'sequence',
    };
  },
};

function isPackage({ front }: TaskFile): boolean {
  return hasKey(front, 'work_package_id');
}

interface PackageList {
  readonly title: string;
  readonly context: string;
  readonly packages: readonly Package[];
}

function readList(document: Document): PackageList {
  const sections = fileSections(document);
  const starts = sections.flatMap(({ title }, index) => (PACKAGE.test(title) ? [index] : []));
  const packages = starts.map((start) => {
    const level = sections[start]?.level ?? 0;
    const next = sections.findIndex((section, index) => index > start && section.level <= level);
    return readSection(document, sections.slice(start, next === -1 ? sections.length : next));
  });
  const heading = sections.find(({ level }) => level === 1);
  const about = sections.slice(0, starts[0] ?? 0).map(({ level, lines, body }) => (level === 1 ? body : lines));
  return {
    title: (heading?.title ?? '').replace(/^(?:Work Packages|Tasks):\s*/i, ''),
    context: prose(document, about, rulesIn(document)).trim(),
    packages,
  };
}

function readSection(document: Document, sections: readonly FileSection[]): Package {
  const [own] = sections;
  if (own === undefined) throw new Error('a package has a section');
  const { text } = document;
  const [written = '', id = ''] = PACKAGE.exec(own.title) ?? [];
  const lines = { from: own.lines.from, to: sections.at(-1)?.lines.to ?? own.lines.to };
  const start = own.titleSpan.start + written.indexOf(id);
  const steps = checkboxesIn(document, [lines]).filter(({ words }) => STEP.test(text.slice(words.start, words.end)));
  const title = own.title.slice(written.length).replace(REMARK, ' ').trim();
  const depends = dependsLines(document, own, sections);
  return {
    id,
    idSpan: { start, end: start + id.length },
    title: title === '' ? id : title,
    span: trimmed(text, { start: document.lineSpan(lines.from).start, end: document.lineSpan(lines.to - 1).end }),
    ...(depends.length > 0 && { references: depends.flatMap((line) => packagesIn(text, document.lineSpan(line))) }),
    files: [],
    acceptance: independentTest(document, own.body),
    text: prose(
      document,
      sections.map((section, index) => (index === 0 ? section.body : section.lines)),
      rulesIn(document),
    ).trim(),
    ...(steps.length > 0 && { done: steps.every(({ done }) => done) }),
    marks: steps.map(({ tick }) => ({ span: tick, done: 'x' })),
  };
}

/** The lines that say what a package depends on: under `### Dependencies`, or as `**Dependencies**: WP01`. */
function dependsLines(document: Document, own: FileSection, sections: readonly FileSection[]): number[] {
  const lines: number[] = [];
  for (const { body } of sections.filter((section) => /^dependenc(?:y|ies)\b/i.test(section.title) && section !== own))
    for (let line = body.from; line < body.to; line += 1) if (document.line(line).trim() !== '') lines.push(line);
  for (let line = own.body.from; line < own.body.to; line += 1)
    if (/^\s*(?:[-*]\s+)?\*\*(?:dependencies|depends on)\s*:?\*\*/i.test(document.line(line))) lines.push(line);
  return lines;
}

/** The packages that a line names as what is waited for; in brackets stands what for, which may name others. */
function packagesIn(text: string, { start, end }: Span): DraftReference[] {
  const line = text.slice(start, end);
  const said = line.replace(/^[\s>*+-]*(?:\*\*[^*]{1,40}\*\*\s*:?)?\s*/, '');
  if (saysNone(said.replace(/[*_`]/g, '').trim()) || /^(?:blocks|enables|required by|unblocks|needed by)\b/i.test(said))
    return [];
  const plain = line.replace(/\([^()]*\)/g, (remark) => ' '.repeat(remark.length));
  const upTo = plain.search(/[;.]\s+(?:blocks|enables|required by|unblocks)\b/i);
  return [...(upTo === -1 ? plain : plain.slice(0, upTo)).matchAll(/\bWP\d{1,4}\b/gi)].map(({ 0: name, index }) => ({
    start: start + index,
    end: start + index + name.length,
    name,
  }));
}

function independentTest(document: Document, { from, to }: LineRange): Criterion[] {
  for (let line = from; line < to; line += 1) {
    const label = /^\s*(?:[-*]\s+)?\*\*independent test\s*:?\*\*\s*:?\s*/i.exec(document.line(line));
    if (label === null) continue;
    const { start, end } = document.lineSpan(line);
    const span = trimmed(document.text, { start: start + label[0].length, end });
    if (span.start < span.end) return [{ text: document.text.slice(span.start, span.end), done: false, span }];
  }
  return [];
}

function readFile({ document, front }: TaskFile, report: Report): Package {
  const { text } = document;
  const [id] = frontValues(front, 'work_package_id');
  const [title] = frontValues(front, 'title');
  const [lane] = frontValues(front, 'lane', 'status');
  const sections = fileSections(document);
  const boxes = checkboxesIn(
    document,
    sections.filter((section) => /^definition of done\b/i.test(section.title)).map(({ body }) => body),
  );
  const start = front.entries[0]?.keySpan.start ?? 0;
  const end = document.lineSpan(Math.max(document.lines.from, document.lines.to - 1)).end;
  const name = id?.text ?? 'WP';
  return {
    id: name,
    idSpan: insideQuotes(text, id?.span ?? { start, end: start }),
    title: title?.text ?? name,
    span: trimmed(text, { start, end: Math.max(start, end) }),
    ...(hasKey(front, 'dependencies') && {
      references: frontValues(front, 'dependencies').map(({ text: written, span }) => ({
        ...insideQuotes(text, span),
        name: written,
      })),
    }),
    files: frontValues(front, 'owned_files').flatMap(({ text: path, span }) => workspacePath(path, span, report)),
    acceptance: boxes.map(({ criterion }) => criterion),
    text: prose(document, [document.lines], rulesIn(document)).trim(),
    ...(lane !== undefined && { done: isOver(lane.text) }),
    marks: lane === undefined ? [] : [{ span: lane.span, done: quotedLike(text, lane.span, 'done') }],
  };
}

/** What `tasks.md` says of a package, and what its own file says: the file knows better. */
function merged(listed: Package, file: Package | undefined): Package {
  if (file === undefined) return listed;
  const references = file.references ?? listed.references;
  const done = file.done ?? listed.done;
  return {
    ...file,
    ...(references !== undefined && { references }),
    acceptance: [...listed.acceptance, ...file.acceptance],
    ...(done !== undefined && { done }),
    marks: [...listed.marks, ...file.marks],
  };
}

function draftOf({ text, references = [], done = false, marks, files, ...own }: Package): DraftTask {
  return {
    task: {
      ...own,
      files: [...new Set(files)],
      gates: [],
      resources: [],
      prompt: [own.title, text].join('\n\n').trim(),
      done,
      ...(marks.length > 0 && { marks }),
    },
    derived: false,
    references,
  };
}

/** The rules between packages are none of their text. */
function rulesIn(document: Document): Set<number> {
  return new Set(document.blocks.flatMap((block) => (block.kind === 'rule' ? [block.lines.from] : [])));
}
