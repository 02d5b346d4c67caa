/** A text of any language; only its lines are looked at. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** 1-based lines of the file, both inclusive. */
export interface DuplicatePlace {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}

export interface Duplicate {
  readonly first: DuplicatePlace;
  readonly second: DuplicatePlace;
  /** Lines that are the same, without the blank, comment and import lines between them. */
  readonly lines: number;
}

export interface DuplicationOptions {
  /** Default 6. */
  readonly lines?: number;
  /** In those lines, without indentation. Default 100. */
  readonly characters?: number;
}

interface Line {
  readonly file: number;
  /** 1-based. */
  readonly number: number;
  readonly text: string;
}

/** Earlier places that a block is compared with. A bound keeps many copies of one block from costing their square. */
const MOST_CANDIDATES = 8;

/**
 * Blocks of lines that occur twice, each as long as it can be. A line is the same where it differs in white space only;
 * blank lines, comments and imports do not count. Each line is the second place of one pair at most, and pairs are in
 * the order of their second places, so that of n copies n - 1 are told. Linear in the lines of all files.
 */
export function duplicatesIn(files: readonly SourceFile[], options: DuplicationOptions = {}): Duplicate[] {
  const least = Math.max(1, options.lines ?? 6);
  const characters = options.characters ?? 100;
  const lines = files.flatMap(({ path, text }, file) => linesOf(path, text).map((line) => ({ file, ...line })));
  const seen = new Map<string, number[]>();
  const duplicates: Duplicate[] = [];
  const windows = windowKeys(lines, least);
  let free = 0;
  for (const [at, key] of windows.entries()) {
    if (key === undefined) continue;
    const earlier = seen.get(key) ?? [];
    if (at >= free) {
      const best = longest(lines, earlier, at);
      if (best !== undefined && best.length >= least && sizeOf(lines, at, best.length) >= characters) {
        duplicates.push({
          first: place(files, lines, best.start, best.length),
          second: place(files, lines, at, best.length),
          lines: best.length,
        });
        free = at + best.length;
      }
    }
    if (earlier.length < MOST_CANDIDATES) seen.set(key, [...earlier, at]);
  }
  return duplicates;
}

/** By first line: a name for the `length` lines from there, the same for the same lines; undefined over a file's end. */
function windowKeys(lines: readonly Line[], length: number): (string | undefined)[] {
  const ids = new Map<string, number>();
  const numbers = lines.map(({ text }) => {
    const id = ids.get(text) ?? ids.size;
    ids.set(text, id);
    return id;
  });
  return lines.map((line, at) =>
    lines[at + length - 1]?.file === line.file ? numbers.slice(at, at + length).join(' ') : undefined,
  );
}

function longest(
  lines: readonly Line[],
  starts: readonly number[],
  at: number,
): { start: number; length: number } | undefined {
  let best: { start: number; length: number } | undefined;
  for (const start of starts) {
    let length = 0;
    while (same(lines, start, at, length)) length += 1;
    if (length > (best?.length ?? 0)) best = { start, length };
  }
  return best;
}

function same(lines: readonly Line[], start: number, at: number, offset: number): boolean {
  const [first, second] = [lines[start + offset], lines[at + offset]];
  return (
    first !== undefined &&
    second !== undefined &&
    start + offset < at &&
    first.text === second.text &&
    first.file === lines[start]?.file &&
    second.file === lines[at]?.file
  );
}

function sizeOf(lines: readonly Line[], start: number, length: number): number {
  return lines.slice(start, start + length).reduce((sum, { text }) => sum + text.length, 0);
}

function place(files: readonly SourceFile[], lines: readonly Line[], start: number, length: number): DuplicatePlace {
  const [first, last] = [lines[start], lines[start + length - 1]];
  return {
    path: files[first?.file ?? 0]?.path ?? '',
    startLine: first?.number ?? 0,
    endLine: last?.number ?? 0,
  };
}

/** The lines that count. */
function linesOf(path: string, text: string): Omit<Line, 'file'>[] {
  const hash = /\.(py|rb|sh|bash|ya?ml|toml|pl|r)$/i.test(path);
  const lines: Omit<Line, 'file'>[] = [];
  /** What ends the comment or the import that goes on over lines. */
  let until: RegExp | undefined;
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = raw.trim().replace(/\s+/g, ' ');
    if (until !== undefined) {
      if (until.test(line)) until = undefined;
    } else if (!hash && line.startsWith('/*')) {
      if (!line.includes('*/')) until = /\*\//;
    } else if (line === '' || (hash ? line.startsWith('#') : line.startsWith('//'))) {
      continue;
    } else if (IMPORT.test(line)) {
      until = openImport(line);
    } else {
      lines.push({ number: index + 1, text: line });
    }
  }
  return lines;
}

const IMPORT =
  /^(import\b(?!\s*\()|from\s+\S+\s+import\b|package\s|use\s|pub use\s|using\s|#include\b|export\s+(\*|(type\s+)?\{).*|(const|let|var)\s.*=\s*require\()/;

function openImport(line: string): RegExp | undefined {
  if (/[({][^)}]*$/.test(line)) return line.includes('{') ? /\}/ : /\)/;
  return undefined;
}
