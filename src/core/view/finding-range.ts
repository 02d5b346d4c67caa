import type { Finding } from '../gate/gate.ts';

/** 0-based; `endColumn` is behind the last character. */
export interface FindingRange {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A file as it is now: its lines, and the hash of each as findings have it in `anchor`. */
export interface HashedLines {
  readonly lines: readonly string[];
  readonly hashes: readonly string[];
}

/**
 * Where a finding is in a file that may have been edited since it was found: at its line, or at the nearest one with the
 * same text. Undefined: its line is gone. A finding of the file as a whole is at its beginning, and one whose line's text
 * is not known stays at its line.
 */
export function rangeNow(finding: Finding, file: HashedLines): FindingRange | undefined {
  if (finding.line === undefined) return { line: 0, column: 0, endLine: 0, endColumn: 0 };
  const wanted = finding.line - 1;
  const line = finding.anchor === undefined ? wanted : nearest(file.hashes, finding.anchor, wanted);
  const text = line === undefined ? undefined : file.lines[line];
  if (line === undefined || text === undefined) return undefined;
  const last = line + Math.max(0, (finding.endLine ?? finding.line) - finding.line);
  // What is below may have been cut off meanwhile.
  const endLine = file.lines[last] === undefined ? line : last;
  const endText = file.lines[endLine] ?? '';
  const column = finding.column === undefined ? text.length - text.trimStart().length : finding.column - 1;
  const endColumn = finding.endColumn === undefined ? endText.trimEnd().length : finding.endColumn - 1;
  return {
    line,
    column: Math.min(column, text.length),
    endLine,
    endColumn: Math.min(endLine === line ? Math.max(column, endColumn) : endColumn, endText.length),
  };
}

function nearest(hashes: readonly string[], anchor: string, from: number): number | undefined {
  for (let away = 0; away <= Math.max(from, hashes.length); away++) {
    if (hashes[from - away] === anchor) return from - away;
    if (hashes[from + away] === anchor) return from + away;
  }
  return undefined;
}
