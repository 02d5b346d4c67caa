import type { PlanPart } from './plan.ts';

/** What a plan is read from: a text, or the texts of several files one after another. */
export interface PlanSource {
  readonly text: string;
  /** Absent: it is one text. */
  readonly parts?: readonly PlanPart[];
}

export interface PlanFile {
  /** Relative to the workspace, `/` as separator. */
  readonly path: string;
  readonly text: string;
}

/** The files of a folder as one source, in the given order. A line end is put between two that need one. */
export function sourceOf(files: readonly PlanFile[]): PlanSource {
  const parts: PlanPart[] = [];
  let text = '';
  for (const file of files) {
    if (text !== '' && !text.endsWith('\n')) text += '\n';
    const start = text.length;
    text += file.text;
    parts.push({ path: file.path, span: { start, end: text.length } });
  }
  return { text, parts };
}

/** The part that an offset stands in. */
export function partAt(parts: readonly PlanPart[], offset: number): PlanPart | undefined {
  let low = 0;
  let high = parts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((parts[middle]?.span.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return parts[low];
}
