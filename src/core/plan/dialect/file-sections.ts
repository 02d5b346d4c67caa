import type { Document, Item, LineRange } from '../text/document.ts';
import type { Criterion } from '../plan.ts';
import type { Span } from '../diagnostic.ts';
import { entriesOf } from '../text/checkbox.ts';
import { commandOf } from '../text/criterion.ts';
import { headingText } from '../text/fields.ts';

/** What stands under one heading, up to the next of any level. */
export interface FileSection {
  /** 0 above the first heading. */
  readonly level: number;
  readonly title: string;
  readonly titleSpan: Span;
  /** With the heading's own line. */
  readonly lines: LineRange;
  readonly body: LineRange;
}

/** The sections of a document, one after another. */
export function fileSections(document: Document): FileSection[] {
  const { from, to } = document.lines;
  const headings = document.blocks.flatMap((block) => (block.kind === 'heading' ? [block] : []));
  const ends = [...headings.slice(1).map(({ lines }) => lines.from), to];
  const top = document.lineSpan(from).start;
  return [
    {
      level: 0,
      title: '',
      titleSpan: { start: top, end: top },
      lines: { from, to: headings[0]?.lines.from ?? to },
      body: { from, to: headings[0]?.lines.from ?? to },
    },
    ...headings.map(({ level, lines }, index) => {
      const titleSpan = headingText(document, lines.from);
      const end = ends[index] ?? to;
      return {
        level,
        title: document.text.slice(titleSpan.start, titleSpan.end),
        titleSpan,
        lines: { from: lines.from, to: end },
        body: { from: lines.to, to: end },
      };
    }),
  ];
}

export interface Ticked {
  readonly item: Item;
  /** The checkbox's. */
  readonly tick: Span;
  readonly done: boolean;
  readonly words: Span;
  readonly criterion: Criterion;
}

/** The checkboxes within some lines, the inner ones too, each as a criterion of its own. */
export function checkboxesIn(document: Document, ranges: readonly LineRange[]): Ticked[] {
  return entriesOf(document).flatMap((entry) => {
    if (entry.kind !== 'checkbox') return [];
    const { item, tick, done, words } = entry;
    const line = item.lines.from;
    if (!ranges.some(({ from, to }) => line >= from && line < to)) return [];
    // Backlog.md numbers its criteria.
    const text = document.text
      .slice(words.start, words.end)
      .replace(/\s+/g, ' ')
      .replace(/^#\d+ /, '');
    const command = commandOf(text);
    const criterion = { text, ...(command !== undefined && { command }), done, span: words };
    return [{ item, tick, done, words, criterion }];
  });
}
