/** Coverage in the making. */
export type LineHits = Map<string, Map<number, number>>;

/** A file counts as known from here on, with or without lines. */
export function addFile(hits: LineHits, path: string): Map<number, number> {
  const known = hits.get(path) ?? new Map<number, number>();
  hits.set(path, known);
  return known;
}

/**
 * Where a line is told several times, the higher count holds. A negative count is one that its tool has let run over;
 * there are tools that tell of a line 0.
 */
export function addLine(hits: LineHits, path: string, line: number, count: number): void {
  const lines = addFile(hits, path);
  if (line > 0) lines.set(line, Math.max(lines.get(line) ?? 0, count));
}

/** A count as reports write it; undefined for what is none. */
export function countIn(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+(?:\.\d+)?(?:e\+?\d+)?$/i.test(text) ? Number(text) : undefined;
}
