import type { Checkbox } from '../text/checkbox.ts';
import type { Span } from '../diagnostic.ts';
import type { Document, LineRange } from '../text/document.ts';
import type { Dialect, Draft, DraftReference, DraftTask, Report } from './dialect.ts';
import type { Section } from './sections.ts';
import { entriesOf, markOf, textUnder } from '../text/checkbox.ts';
import { namedPaths } from '../text/named-paths.ts';
import { prose } from '../text/prose.ts';
import { slug } from '../text/slug.ts';
import { estimateAt } from '../text/task-fields.ts';
import { trimmed } from '../text/values.ts';
import { timeAtEnd } from './checklist.ts';
import { graphBlocks } from './dependency-graph.ts';
import { IdLists, statementsIn } from './order-text.ts';
import { outline } from './outline.ts';
import { sectionsOf } from './sections.ts';
import { isAside } from './task-lists.ts';

const REPOSITORY = String.raw`(?:[\w.-]{1,80}\/)?[\w.-]{1,80}`;
const ID = String.raw`(?:${REPOSITORY})?#\d{1,9}`;
const AT_START = new RegExp(
  String.raw`^(?:\*\*)?(?:issue +)?(?:\[?(${REPOSITORY})?#(\d{1,9})\]?(?:\([^()\s]{1,300}\))?|https?:\/\/[^\s/]{1,100}\/(${REPOSITORY})\/issues\/(\d{1,9}))(?![\w-])(?:\*\*)?(?:\s*[:–—-](?=\s|$))?(?:\*\*)?\s*`,
  'i',
);
const AT_END = new RegExp(
  String.raw`\s*(?:\[(${REPOSITORY})?#(\d{1,9})\]\([^()\s]{1,300}\)|\((${REPOSITORY})?#(\d{1,9})\))$`,
);
const DEPENDS = /(?:depends? on|depending on|blocked by|requires|after|needs)\s*:?\s*$/i;
const BLOCKED = /^(?:blocked by|depends on|dependencies)$/i;

/** An issue as a checkbox, as a section of its own, or both. */
interface Issue {
  readonly number: string;
  readonly numberSpan: Span;
  /** Absent: it is one of the text's own repository. */
  readonly repository?: string;
  readonly words: Span;
  readonly box?: Checkbox;
  readonly sections: readonly Section[];
}

/**
 * Task lists of GitHub: `- [ ] #33: Title`, `- [x] owner/repository#35`, with `(blocked by #33)` where one waits for
 * another; a heading `## #33: Title` goes on with it. The id of `#33` is `33`, that of another repository's issue has its
 * name. A checkbox without an issue beside those with one is a task, too. Where none says what it waits for, they are
 * worked off in their order.
 */
export const issues: Dialect = {
  name: 'checklist',
  read(document, _known, report): Draft {
    if (!/#\d|\/issues\/\d/.test(document.text)) return NONE;
    const sections = sectionsOf(document);
    const found = issuesIn(document, sections);
    // A heading with a number alone may be anything.
    const isList = found.some(({ box, sections: own }) => box !== undefined || saysBlocked(document, own));
    if (!isList) return NONE;
    // Where headings with fields are tasks, checkboxes are something of theirs.
    const inSections = new Set(found.flatMap((issue) => issue.sections.map(({ lines }) => lines.from)));
    const isOrca = ({ sections: [own] }: { readonly sections: readonly Section[] }): boolean =>
      own !== undefined && own.reading.fields.length > 0 && !inSections.has(own.lines.from);
    if (outline(document).tasks.some(isOrca)) return NONE;
    const lists = new IdLists({ id: ID, ids: found.map(({ number }) => `#${number}`) });
    const told = toldOf(document, found, lists);
    const tasks = found.map((issue) => readIssue(document, issue, lists, told.get(`#${issue.number}`) ?? [], report));
    const title = sections.find(({ level }) => level === 1);
    return {
      title: title === undefined ? '' : document.text.slice(title.heading.start, title.heading.end),
      context: contextOf(document, found, sections),
      layers: [],
      tasks,
      order: tasks.some(({ references }) => references.length > 0) ? 'stated' : 'sequence',
    };
  },
};

const NONE: Draft = { title: '', context: '', layers: [], tasks: [] };

function issuesIn(document: Document, sections: readonly Section[]): Issue[] {
  const { text } = document;
  const bySection = new Map<string, { readonly at: number; readonly issue: Issue }>();
  for (const [at, section] of sections.entries()) {
    const issue = section.level > 1 ? issueAt(text, section.heading, 'start') : undefined;
    if (issue === undefined || bySection.has(keyOf(issue))) continue;
    let end = at + 1;
    while ((sections[end]?.level ?? 0) > section.level) end += 1;
    bySection.set(keyOf(issue), { at, issue: { ...issue, sections: sections.slice(at, end) } });
  }
  const ofSection = [...bySection.values()].map(({ issue }) => issue);
  const boxes = boxesIn(document, ofSection);
  const listed = new Set(boxes.map(keyOf));
  return [
    ...boxes.map((issue) => ({ ...issue, sections: bySection.get(keyOf(issue))?.issue.sections ?? [] })),
    ...ofSection.filter((issue) => !listed.has(keyOf(issue))),
  ];
}

function keyOf({ repository = '', number, numberSpan }: Issue): string {
  return number === '' ? `@${numberSpan.start}` : `${repository}#${number}`.toLowerCase();
}

/** The checkboxes of issues, and those beside them; not those in a section of an issue. */
function boxesIn(document: Document, ofSection: readonly Issue[]): Issue[] {
  const inside = ofSection.map(({ sections }) => linesOf(sections)).sort((a, b) => a.from - b.from);
  const lists: { readonly boxes: Issue[]; hasIssue: boolean }[] = [];
  let open: (typeof lists)[number] | undefined;
  let aside = Infinity;
  let at = 0;
  for (const entry of entriesOf(document)) {
    if (entry.kind === 'heading') {
      open = undefined;
      if (entry.level <= aside)
        aside = isAside(document.text.slice(entry.text.start, entry.text.end)) ? entry.level : Infinity;
      continue;
    }
    const line = entry.item.lines.from;
    while ((inside[at]?.to ?? Infinity) <= line) at += 1;
    if (entry.parent !== undefined || aside !== Infinity || (inside[at]?.from ?? Infinity) <= line) continue;
    const issue = issueAt(document.text, entry.words, 'start') ?? issueAt(document.text, entry.words, 'end');
    if (open === undefined) lists.push((open = { boxes: [], hasIssue: false }));
    open.hasIssue ||= issue !== undefined;
    const none = { number: '', numberSpan: entry.words, words: entry.words, sections: [] };
    open.boxes.push({ ...(issue ?? none), box: entry });
  }
  return lists.flatMap(({ boxes, hasIssue }) => (hasIssue ? boxes : []));
}

function saysBlocked(document: Document, sections: readonly Section[]): boolean {
  const { from, to } = linesOf(sections);
  for (let line = from; line < to; line += 1)
    if (/^[\s#*+-]*(?:blocked by|depends on)\b/i.test(document.line(line))) return true;
  return false;
}

function linesOf(sections: readonly Section[]): LineRange {
  return { from: sections[0]?.lines.from ?? 0, to: sections.at(-1)?.lines.to ?? 0 };
}

function issueAt(text: string, span: Span, where: 'start' | 'end'): Issue | undefined {
  const written = text.slice(span.start, Math.min(span.end, span.start + 2000));
  const match = (where === 'start' ? AT_START : AT_END).exec(written);
  const number = match?.[2] ?? match?.[4];
  if (match === null || number === undefined) return undefined;
  // "(blocked by #3)" ends with an issue, too.
  if (
    where === 'end' &&
    /(?:on|by|requires|after|needs|and|,|see|closes|fixes):?\s*\(?$/i.test(written.slice(0, match.index))
  )
    return undefined;
  const repository = match[1] ?? (where === 'end' ? match[3] : undefined);
  const at = span.start + match.index + (/#(?=\d)|\/issues\//.exec(match[0])?.index ?? 0);
  const start = text.indexOf(number, at);
  const words =
    where === 'start'
      ? { start: span.start + match[0].length, end: span.end }
      : { start: span.start, end: span.start + match.index };
  return {
    number,
    numberSpan: { start, end: start + number.length },
    ...(repository !== undefined && repository !== '' && { repository }),
    words: trimmed(text, words),
    sections: [],
  };
}

/** What a section on dependencies says in so many words. */
function toldOf(document: Document, found: readonly Issue[], lists: IdLists): Map<string, DraftReference[]> {
  const known = new Set(found.map(({ number }) => `#${number}`));
  const told = new Map<string, DraftReference[]>();
  const ranges = graphBlocks(document).map(({ lines }) => lines);
  for (const { task, waitsFor } of statementsIn(document, ranges, lists)) {
    if (!known.has(task.name) || !known.has(waitsFor.name)) continue;
    const own = told.get(task.name) ?? [];
    told.set(task.name, own);
    own.push(waitsFor);
  }
  return told;
}

function readIssue(
  document: Document,
  issue: Issue,
  lists: IdLists,
  told: readonly DraftReference[],
  report: Report,
): DraftTask {
  const { text } = document;
  const { number, numberSpan, repository, words, box, sections } = issue;
  const time = timeAtEnd(text, words);
  const estimate = time && estimateAt(text, time.span, report);
  const said = time === undefined ? words : time.rest;
  const written = text.slice(said.start, said.end).replace(/\s+/g, ' ').replaceAll('**', '');
  const title = written.replace(/\s*[([](?:depends? on|blocked by|after|requires|needs)[^()[\]]*[)\]]/gi, '').trim();
  const named = number === '' ? slug(title) : number;
  const id = repository === undefined ? named : `${slug(repository.split('/').at(-1) ?? '')}-${number}`;
  const body =
    sections.length === 0
      ? ''
      : prose(document, [{ from: linesOf(sections).from + 1, to: linesOf(sections).to }], new Set());
  const under = box === undefined ? '' : textUnder(document, box.item);
  const span = box?.span ?? spanOf(document, sections);
  return {
    task: {
      id: id === '' ? 'task' : id,
      idSpan: numberSpan,
      title: title === '' ? `Issue #${number}` : title,
      ...(estimate !== undefined && { estimate }),
      files: [...new Set(namedPaths(text, said).map(({ path }) => path))],
      gates: [],
      resources: [],
      acceptance: [],
      prompt: [title === '' ? `Issue #${number}` : title, under, body.trim()]
        .filter((part) => part !== '')
        .join('\n\n'),
      done: box?.done ?? false,
      ...(box !== undefined && { marks: [markOf(box)] }),
      span,
    },
    derived: number === '' || repository !== undefined,
    aliases:
      number === '' ? [] : [`${repository ?? ''}#${number}`, ...(repository === undefined ? [`issue-${number}`] : [])],
    ...(time !== undefined && estimate === undefined && { misestimated: true as const }),
    references: [
      ...statedIn(document, box === undefined ? [] : [box.span], lists),
      ...blockedBy(document, sections, lists),
      ...told,
    ],
  };
}

function spanOf(document: Document, sections: readonly Section[]): Span {
  const { from, to } = linesOf(sections);
  return trimmed(document.text, { start: document.lineSpan(from).start, end: document.lineSpan(to - 1).end });
}

/** `(blocked by #33, #34)`, `- Depends on: #33` */
function statedIn(document: Document, spans: readonly Span[], lists: IdLists): DraftReference[] {
  return spans.flatMap(({ start, end }) => {
    const text = document.text.slice(start, end);
    return lists.listsIn(text, start).flatMap(({ start: at, tasks }) => {
      const before = text.slice(Math.max(0, at - start - 30), at - start).replace(/[*_`]/g, '');
      return DEPENDS.test(before) ? tasks : [];
    });
  });
}

/** What the section of an issue says, and all issues under a heading such as `Blocked by` inside of it. */
function blockedBy(document: Document, sections: readonly Section[], lists: IdLists): DraftReference[] {
  return sections.flatMap(({ heading, lines }) => {
    const isList = BLOCKED.test(document.text.slice(heading.start, heading.end));
    const span = {
      start: document.lineSpan(Math.min(lines.from + 1, lines.to - 1)).start,
      end: document.lineSpan(lines.to - 1).end,
    };
    if (!isList) return statedIn(document, [span], lists);
    return lists.listsIn(document.text.slice(span.start, span.end), span.start).flatMap(({ tasks }) => tasks);
  });
}

function contextOf(document: Document, found: readonly Issue[], sections: readonly Section[]): string {
  const ranges = [
    ...found.flatMap(({ box }) => (box === undefined ? [] : [box.item.lines])),
    ...found.flatMap((issue) => issue.sections.map(({ lines }) => lines)),
    ...sections.filter(({ level }) => level === 1).map(({ lines: { from } }) => ({ from, to: from + 1 })),
  ];
  const taken = new Set(ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i)));
  return prose(document, [document.lines], taken).trim();
}
