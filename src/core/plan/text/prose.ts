import type { Document, LineRange } from './document.ts';

/** Lines as Markdown, without the ones that were taken and the blank lines that these leave behind. */
export function prose(document: Document, ranges: readonly LineRange[], taken: ReadonlySet<number>): string {
  const kept: string[] = [];
  let gap = true;
  for (const { from, to } of ranges) {
    for (let number = from; number < to; number += 1) {
      if (taken.has(number)) {
        gap = (kept.at(-1) ?? '').trim() === '';
        continue;
      }
      const line = document.line(number);
      if (gap && line.trim() === '') continue;
      gap = false;
      kept.push(line);
    }
  }
  return kept.join('\n').trimEnd();
}
