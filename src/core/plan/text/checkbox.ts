import type { Span } from '../diagnostic.ts';
import type { Block, Document, Item } from './document.ts';
import type { Mark } from '../plan.ts';
import { headingText } from './fields.ts';
import { perDocument } from './per-document.ts';
import { prose } from './prose.ts';
import { trimmed } from './values.ts';

/** A heading, or a list item with a checkbox, in the order of the text. */
export type Entry =
  | { readonly kind: 'heading'; readonly level: number; readonly text: Span; readonly line: number }
  | ({ readonly kind: 'checkbox' } & Checkbox);

export interface Checkbox {
  readonly item: Item;
  /** The checkbox that it stands under, as an item of an inner list. */
  readonly parent: Checkbox | undefined;
  /** What stands between the brackets. */
  readonly tick: Span;
  readonly done: boolean;
  /** `[ ]*` */
  readonly starred: boolean;
  /** Its first line without the checkbox, and what continues that paragraph. */
  readonly words: Span;
  /** From its bullet to the end of what stands under it. */
  readonly span: Span;
}

const BOX = /^\s*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)+\[([ xX~-])\](\*?)[ \t]+(?=\S)/;

/** The headings and checkboxes of a document; code is none of them. */
export const entriesOf = perDocument((document): readonly Entry[] => {
  const entries: Entry[] = [];
  const read = (blocks: readonly Block[], parent: Checkbox | undefined): void => {
    for (const block of blocks) {
      if (block.kind === 'heading' && parent === undefined)
        entries.push({
          kind: 'heading',
          level: block.level,
          text: headingText(document, block.lines.from),
          line: block.lines.from,
        });
      if (block.kind !== 'list') continue;
      for (const item of block.items) {
        const box = checkboxOf(document, item, parent);
        if (box !== undefined) entries.push({ kind: 'checkbox', ...box });
        read(item.blocks, box ?? parent);
      }
    }
  };
  read(document.blocks, undefined);
  return entries;
});

function checkboxOf(document: Document, item: Item, parent: Checkbox | undefined): Checkbox | undefined {
  const [first] = item.blocks;
  if (first?.kind !== 'paragraph' || first.lines.from !== item.lines.from) return undefined;
  const box = BOX.exec(document.line(item.lines.from));
  if (box === null) return undefined;
  const { start } = document.lineSpan(item.lines.from);
  const [written, tick = ' ', star = ''] = box;
  const open = start + written.indexOf('[');
  return {
    item,
    parent,
    tick: { start: open + 1, end: open + 2 },
    done: tick.toLowerCase() === 'x',
    starred: star !== '',
    words: trimmed(document.text, { start: start + written.length, end: document.lineSpan(first.lines.to - 1).end }),
    span: trimmed(document.text, { start, end: document.lineSpan(item.lines.to - 1).end }),
  };
}

export function markOf({ tick }: Checkbox): Mark {
  return { span: tick, done: 'x' };
}

/** What stands under an item, without its first paragraph and the lines that were taken; one indent less. */
export function textUnder(document: Document, item: Item, taken: ReadonlySet<number> = new Set()): string {
  const from = item.blocks[0]?.lines.to ?? item.lines.to;
  const lines = prose(document, [{ from, to: item.lines.to }], taken).split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const indent = indents.reduce((least, own) => Math.min(least, own), Infinity);
  return lines
    .map((line) => line.slice(Number.isFinite(indent) ? indent : 0))
    .join('\n')
    .trim();
}
