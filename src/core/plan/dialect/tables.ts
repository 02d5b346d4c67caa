import type { Span } from '../diagnostic.ts';
import type { Document, LineRange } from '../text/document.ts';
import { trimmed } from '../text/values.ts';

/** A table of pipes; the rows' cells in the order of the columns, an absent one at the end left out. */
export interface Table {
  readonly columns: readonly Span[];
  readonly rows: readonly (readonly Span[])[];
  readonly lines: LineRange;
}

const RULE = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

/** The tables of a document, which its reader of blocks takes for paragraphs. */
export function tablesIn(document: Document): Table[] {
  return document.blocks.flatMap((block) => {
    if (block.kind !== 'paragraph') return [];
    for (let line = block.lines.from + 1; line < block.lines.to; line += 1) {
      const text = document.line(line);
      if (!text.includes('|') || !RULE.test(text)) continue;
      const columns = cellsOf(document, line - 1);
      const rows: Span[][] = [];
      for (let row = line + 1; row < block.lines.to && document.line(row).includes('|'); row += 1)
        rows.push(cellsOf(document, row).slice(0, columns.length));
      return [{ columns, rows, lines: { from: line - 1, to: line + 1 + rows.length } }];
    }
    return [];
  });
}

function cellsOf(document: Document, line: number): Span[] {
  const span = trimmed(document.text, document.lineSpan(line));
  const cells: Span[] = [];
  let start = document.text[span.start] === '|' ? span.start + 1 : span.start;
  for (let at = start; at < span.end; at += 1) {
    if (document.text[at] === '\\') at += 1;
    else if (document.text[at] === '|') {
      cells.push(trimmed(document.text, { start, end: at }));
      start = at + 1;
    }
  }
  if (start < span.end) cells.push(trimmed(document.text, { start, end: span.end }));
  return cells;
}
