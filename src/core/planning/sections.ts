import { LineMap } from '../plan/diagnostic.ts';
import type { Block, Document } from '../plan/text/document.ts';
import { readDocument } from '../plan/text/document.ts';
import { headingText } from '../plan/text/fields.ts';

/** A heading of a Markdown text and what stands under it, up to the next heading of its level or above. */
export interface MarkdownSection {
  readonly level: number;
  /** Without a number before it, a colon behind it, and emphasis. */
  readonly title: string;
  /** 1-based; of the heading. */
  readonly line: number;
  /** 1-based; of the line behind its last. */
  readonly endLine: number;
  /** The lines under the heading, sub-headings among them. */
  readonly content: string;
}

/** The sections of a text in their order; headings in code blocks, quotes and lists are none. Never throws. */
export function sectionsOf(text: string): MarkdownSection[] {
  const document = readDocument(text.replaceAll('\0', '\uFFFD'), new LineMap(text), 0);
  const headings = document.blocks.filter((block): block is Heading => block.kind === 'heading');
  // The next heading of the level or above, from the end.
  const ends: number[] = [];
  const next = Array.from({ length: 7 }, () => document.lines.to);
  for (const { level, lines } of headings.toReversed()) {
    ends.push(next[level] ?? document.lines.to);
    next.fill(lines.from, level);
  }
  ends.reverse();
  return headings.map((heading, index) => {
    const to = ends[index] ?? document.lines.to;
    return {
      level: heading.level,
      title: titleOf(document, heading),
      line: heading.lines.from + 1,
      endLine: to + 1,
      content: document.text
        .slice(document.lineSpan(heading.lines.from).end, endOf(document, to))
        .replace(/^\r?\n|^\r/, ''),
    };
  });
}

type Heading = Extract<Block, { kind: 'heading' }>;

function endOf(document: Document, line: number): number {
  return line < document.lines.to ? document.lineSpan(line).start : document.text.length;
}

function titleOf(document: Document, { lines }: Heading): string {
  const { start, end } = headingText(document, lines.from);
  return document.text
    .slice(start, end)
    .replace(/^\d+(?:\.\d+)*[.)]?\s+(?=\S)/, '')
    .replace(/\*\*|`/g, '')
    .replace(/^[*_]+|[*_]+$|\s*:\s*$/g, '')
    .trim();
}
