import type { Span } from '../diagnostic.ts';
import type { Document } from '../text/document.ts';
import type { Criterion, Mark } from '../plan.ts';
import type { Draft, DraftReference, DraftTask, FolderDialect, Report, TaskFile } from './dialect.ts';
import type { FileSection } from './file-sections.ts';
import { frontValues, hasKey, insideQuotes, quotedLike } from '../text/front-entries.ts';
import { prose } from '../text/prose.ts';
import { isOver } from '../text/status.ts';
import { listParts, names, saysNone, trimmed } from '../text/values.ts';
import { workspacePath } from '../text/workspace-path.ts';
import { folderName } from './backlog.ts';
import { checkboxesIn, fileSections } from './file-sections.ts';

const PACKAGE = /^(?:work package\s+)?(WP\d{1,4})(?:\s*[:–—-]\s*|\s*$)/i;
const REMARK = /\s*(?:[([](?:priority|depends|estimate)[^()[\]]{0,80}[)\]]|\[P\d?\]|🎯\s*(?:MVP)?|✅)\s*/giu;
const STEP = /^T\d{3}/;
/** What follows names packages that are not waited for. */
const NOT_AWAITED =
  /\b(?:benefits? from|blocks|enables|unblocks|required by|needed by|(?:in )?parallel (?:with|to)|can (?:start|run|overlap|proceed))\b/i;
/** Of a range such as `WP01-WP07`. */
const MOST = 99;
const NAMED = /\bWP(\d{1,4})\b(?:\s*(?:[-–—]|\.\.|to|through)\s*WP(\d{1,4})\b)?/gi;

/** What is known of one work package: by its section in `tasks.md`, by a file of its own, or by both. */
interface Package {
  readonly id: string;
  readonly idSpan: Span;
  readonly title: string;
  readonly span: Span;
  /** Absent where nothing is said of them. */
  readonly references?: readonly DraftReference[];
  readonly files: readonly string[];
  readonly requirements: readonly string[];
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
    const lists = files.filter((file) => !isPackage(file)).map(({ document }) => readList(document, report));
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

function readList(document: Document, report: Report): PackageList {
  const sections = fileSections(document);
  const starts = sections.flatMap(({ title }, index) => (PACKAGE.test(title) ? [index] : []));
  const packages = starts.map((start) => {
    const level = sections[start]?.level ?? 0;
    const next = sections.findIndex((section, index) => index > start && section.level <= level);
    return readSection(document, sections.slice(start, next === -1 ? sections.length : next), report);
  });
  const heading = sections.find(({ level }) => level === 1);
  const about = sections.slice(0, starts[0] ?? 0).map(({ level, lines, body }) => (level === 1 ? body : lines));
  return {
    title: (heading?.title ?? '').replace(/^(?:Work Packages|Tasks):\s*/i, ''),
    context: prose(document, about, rulesIn(document)).trim(),
    packages,
  };
}

function readSection(document: Document, sections: readonly FileSection[], report: Report): Package {
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
    files: listed(document, sections, /^owned files$/i).flatMap((span) =>
      workspacePath(document.text.slice(span.start, span.end), span, report),
    ),
    requirements: listed(document, sections, /^requirements? refs$/i).map(({ start: from, end }) =>
      text.slice(from, end),
    ),
    acceptance: independentTests(document, sections),
    text: prose(
      document,
      sections.map((section, index) => (index === 0 ? section.body : section.lines)),
      rulesIn(document),
    ).trim(),
    ...(steps.length > 0 ? { done: steps.every(({ done }) => done) } : own.title.includes('✅') && { done: true }),
    marks: steps.map(({ tick }) => ({ span: tick, done: 'x' })),
  };
}

/** The lines that say what a package depends on: under `### Dependencies`, or as `**Dependencies**: WP01`. */
function dependsLines(document: Document, own: FileSection, sections: readonly FileSection[]): number[] {
  const lines: number[] = [];
  for (const { body } of sections.filter((section) => /^dependenc(?:y|ies)\b/i.test(section.title) && section !== own))
    for (let line = body.from; line < body.to; line += 1) if (document.line(line).trim() !== '') lines.push(line);
  return [...lines, ...labelled(document, sections, /^(?:dependencies|depends on)$/i).map(({ line }) => line)];
}

/** The packages that a line names as what is waited for; in brackets stands what for, which may name others. */
function packagesIn(text: string, { start, end }: Span): DraftReference[] {
  const line = text.slice(start, end);
  const said = line.replace(/^[\s>*+-]*(?:\*\*[^*]{1,40}\*\*\s*:?)?\s*/, '');
  if (saysNone(said.replace(/[*_`]/g, '').trim())) return [];
  const plain = line.replace(/\([^()]*\)/g, (remark) => ' '.repeat(remark.length));
  const upTo = plain.search(NOT_AWAITED);
  return [...(upTo === -1 ? plain : plain.slice(0, upTo)).matchAll(NAMED)].flatMap(
    ({ 0: written, 1: first = '', 2: last, index }) => {
      const span = { start: start + index, end: start + index + written.length };
      if (last === undefined) return [{ ...span, name: written }];
      const from = Number(first);
      const count = Math.min(Math.max(0, Number(last) - from) + 1, MOST);
      return Array.from({ length: count }, (_, i) => ({
        ...span,
        name: `WP${String(from + i).padStart(first.length, '0')}`,
      }));
    },
  );
}

const LABEL = /^\s*(?:[-*]\s+)?\*\*([^*:]{1,40}?)\s*:?\*\*\s*:?\s*/;

/** The lines that start with a bold label, with what they say. */
function labelled(
  document: Document,
  sections: readonly FileSection[],
  label: RegExp,
): { readonly line: number; readonly value: Span }[] {
  const found: { line: number; value: Span }[] = [];
  for (const { body } of sections)
    for (let line = body.from; line < body.to; line += 1) {
      const [written = '', name = ''] = LABEL.exec(document.line(line)) ?? [];
      if (!label.test(name)) continue;
      const { start, end } = document.lineSpan(line);
      found.push({ line, value: trimmed(document.text, { start: start + written.length, end }) });
    }
  return found;
}

/** The parts of the list that stands behind a bold label. */
function listed(document: Document, sections: readonly FileSection[], label: RegExp): Span[] {
  return labelled(document, sections, label).flatMap(({ value }) =>
    saysNone(document.text.slice(value.start, value.end))
      ? []
      : listParts(document.text, value).flatMap((part) => names(document.text, part)),
  );
}

function independentTests(document: Document, sections: readonly FileSection[]): Criterion[] {
  return labelled(document, sections, /^(?:independent test|verification)$/i)
    .filter(({ value }) => value.start < value.end)
    .map(({ value }) => ({ text: document.text.slice(value.start, value.end), done: false, span: value }));
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
    requirements: frontValues(front, 'requirement_refs', 'requirements').map((value) => value.text),
    acceptance: boxes.map(({ criterion }) => criterion),
    text: prose(document, [document.lines], rulesIn(document)).trim(),
    ...(lane !== undefined && { done: isOver(lane.text) }),
    marks: lane === undefined ? [] : [{ span: lane.span, done: quotedLike(text, lane.span, 'done') }],
  };
}

/** What `tasks.md` says of a package, and what its own file says: the file knows better. */
function merged(section: Package, file: Package | undefined): Package {
  if (file === undefined) return section;
  const references = file.references ?? section.references;
  const done = file.done ?? section.done;
  return {
    ...file,
    ...(references !== undefined && { references }),
    files: [...section.files, ...file.files],
    requirements: [...section.requirements, ...file.requirements],
    acceptance: [...section.acceptance, ...file.acceptance],
    ...(done !== undefined && { done }),
    marks: [...section.marks, ...file.marks],
  };
}

function draftOf({ text, references = [], done = false, marks, files, requirements, ...own }: Package): DraftTask {
  return {
    task: {
      ...own,
      files: [...new Set(files)],
      ...(requirements.length > 0 && { requirements: [...new Set(requirements)] }),
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
