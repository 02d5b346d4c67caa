import type { Span } from '../diagnostic.ts';
import type { Block, LineRange } from '../text/document.ts';
import type { FieldReading } from '../text/fields.ts';
import { headingText, readFields } from '../text/fields.ts';
import { perDocument } from '../text/per-document.ts';

/** A heading with what stands under it, up to the next heading. */
export interface Section {
  /** 1 to 6; 0 for the text before the first heading. */
  readonly level: number;
  readonly heading: Span;
  readonly blocks: readonly Block[];
  readonly lines: LineRange;
  readonly reading: FieldReading;
}

/** The sections of a document, one after another, the text before its first heading as the first. */
export const sectionsOf = perDocument((document): readonly Section[] => {
  const sections: Section[] = [];
  const start = document.lineSpan(document.lines.from).start;
  let level = 0;
  let heading: Span = { start, end: start };
  let blocks: Block[] = [];
  let from = document.lines.from;
  const close = (to: number): void => {
    sections.push({ level, heading, blocks, lines: { from, to }, reading: readFields(document, blocks) });
  };
  for (const block of document.blocks) {
    if (block.kind === 'heading') {
      close(block.lines.from);
      level = block.level;
      heading = headingText(document, block.lines.from);
      blocks = [];
      from = block.lines.from;
    } else blocks.push(block);
  }
  close(document.lines.to);
  return sections;
});
