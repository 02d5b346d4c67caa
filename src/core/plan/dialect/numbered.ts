import type { Checkbox } from '../text/checkbox.ts';
import type { Span } from '../diagnostic.ts';
import type { Document, LineRange } from '../text/document.ts';
import type { OutlineTask } from './outline.ts';
import { entriesOf } from '../text/checkbox.ts';
import { perDocument } from '../text/per-document.ts';
import { trimmed } from '../text/values.ts';
import { itemFields } from './item-fields.ts';
import { outline } from './outline.ts';
import { isAside } from './task-lists.ts';
import { readTaskHeading } from './task-heading.ts';

/** A checkbox with a number, as Kiro and cc-sdd write tasks: `- [ ] 2.1 (P) Title`. */
export interface Numbered {
  readonly number: string;
  readonly numberSpan: Span;
  readonly title: string;
  /** Its words after the number. */
  readonly words: Span;
  readonly box: Checkbox;
  readonly parallel: Span | undefined;
  /** `- [ ]* 1.2` */
  readonly optional: boolean;
  /** A pause, at which the tests are run and the user is asked. */
  readonly checkpoint: boolean;
  readonly parent: Numbered | undefined;
  readonly children: Numbered[];
  /** The nearest heading above. */
  readonly heading: Heading | undefined;
}

export interface Heading {
  readonly level: number;
  readonly text: string;
  readonly span: Span;
  readonly line: number;
  readonly parent: Heading | undefined;
}

const QUICK = /\[[ xX~-]\]\*?[ \t]+[*\\]*(?:task )?\d/i;
const NUMBER = /^(\*\*)?(?:task +)?(\d{1,4}(?:\.\d{1,4}){0,5}[a-z]?)([.):]?)(\*\*|\\?\*)?([.):]?)(?: +|(?=[(（]))/i;
const PARALLEL = /^[([]P[)\]] */;
const PARALLEL_AT_END = / *[([]P[)\]]$/;
const CHECKPOINT =
  /^(?:[\p{L}\p{N}.]+ ){0,3}(?:checkpoint|チェックポイント|检查点)(?: ?\d{1,3})?(?:\s*(?:[-–—:：(（,]|$)| ensure )/iu;

/** The numbered checkboxes of a document, in its order; those of acceptance, goals and the like are none. */
export const numberedIn = perDocument((document): readonly Numbered[] => {
  if (!QUICK.test(document.text)) return [];
  // Where headings with fields are tasks, checkboxes are something of theirs.
  const isOrca = ({ heading: { form }, sections }: OutlineTask): boolean =>
    form !== 'bare' && (sections[0]?.reading.fields.length ?? 0) > 0;
  if (outline(document).tasks.some(isOrca)) return [];
  const all: Numbered[] = [];
  const of = new Map<number, Numbered>();
  const last = new Map<string, Numbered>();
  let heading: Heading | undefined;
  for (const entry of entriesOf(document)) {
    if (entry.kind === 'heading') {
      while (heading !== undefined && heading.level >= entry.level) heading = heading.parent;
      const text = document.text.slice(entry.text.start, entry.text.end);
      heading = { level: entry.level, text, span: entry.text, line: entry.line, parent: heading };
      continue;
    }
    if (isOutside(document, heading)) continue;
    const node = read(document, entry, heading, of, last);
    if (node === undefined) continue;
    all.push(node);
    of.set(entry.item.lines.from, node);
    last.set(node.number, node);
    node.parent?.children.push(node);
  }
  return all;
});

/** Steps under `### Task 3: …` belong to that heading, and what is to be true of the whole is no task. */
function isOutside(document: Document, heading: Heading | undefined): boolean {
  for (let above = heading; above !== undefined; above = above.parent) {
    if (isAside(above.text)) return true;
    if (above.level > 1 && readTaskHeading(document.text, above.span).form === 'numbered') return true;
  }
  return false;
}

function read(
  document: Document,
  box: Checkbox,
  heading: Heading | undefined,
  of: ReadonlyMap<number, Numbered>,
  last: ReadonlyMap<string, Numbered>,
): Numbered | undefined {
  const { text } = document;
  const { start, end } = titleOf(document, box);
  const match = NUMBER.exec(text.slice(start, end));
  if (match === null) return undefined;
  const [all, bold = '', number = '', mark = '', star = '', after = ''] = match;
  let from = start + all.length;
  let to = end;
  let parallel: Span | undefined;
  const before = PARALLEL.exec(text.slice(from, to))?.[0];
  const behind = before === undefined ? PARALLEL_AT_END.exec(text.slice(from, to)) : null;
  if (before !== undefined) {
    parallel = { start: from, end: from + before.trimEnd().length };
    from += before.length;
  } else if (behind !== null) {
    const at = from + behind.index;
    parallel = trimmed(text, { start: at, end: to });
    to = at;
  }
  const dash = /^[-–—:] +/.exec(text.slice(from, to))?.[0] ?? '';
  // "3 tests pass" is no task 3: a number without a point in it needs a mark behind it.
  const marked = mark + after + dash !== '' || parallel !== undefined || bold !== '' || /^task/i.test(all);
  if (!number.includes('.') && !marked) return undefined;
  const words = trimmed(text, { start: from + dash.length, end: to });
  const title = text.slice(words.start, words.end).replace(/\s+/g, ' ').replaceAll('**', '');
  const at = start + all.toLowerCase().indexOf(number.toLowerCase());
  return {
    number,
    numberSpan: { start: at, end: at + number.length },
    title,
    words,
    box,
    parallel,
    optional: box.starred || star === '*' || star === '\\*',
    checkpoint: CHECKPOINT.test(title),
    parent: parentOf(box, number, of, last),
    children: [],
    heading,
  };
}

/** Its words up to the first field that goes on in the same paragraph. */
function titleOf(document: Document, { item, words }: Checkbox): Span {
  const [field] = itemFields(document, [{ from: item.lines.from + 1, to: item.blocks[0]?.lines.to ?? 0 }]);
  if (field === undefined) return words;
  return trimmed(document.text, { start: words.start, end: document.lineSpan(field.line - 1).end });
}

/** The numbered checkbox that one stands in, else the one whose number its own goes on: `2` of `2.1`. */
function parentOf(
  box: Checkbox,
  number: string,
  of: ReadonlyMap<number, Numbered>,
  last: ReadonlyMap<string, Numbered>,
): Numbered | undefined {
  for (let outer = box.parent; outer !== undefined; outer = outer.parent) {
    const node = of.get(outer.item.lines.from);
    if (node !== undefined) return node;
  }
  return number.includes('.') ? last.get(number.replace(/\.\d+[a-z]?$/i, '')) : undefined;
}

/** The lines under a checkbox, without its first and what its children take up. */
export function ownLines({ box: { item }, children }: Numbered): LineRange[] {
  const ranges: LineRange[] = [];
  let from = item.lines.from + 1;
  for (const { box } of children) {
    const inner = box.item.lines;
    if (inner.from < from || inner.to > item.lines.to) continue;
    ranges.push({ from, to: inner.from });
    from = inner.to;
  }
  return [...ranges, { from, to: item.lines.to }];
}
