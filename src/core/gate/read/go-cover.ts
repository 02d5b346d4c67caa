import { addFile, addLine, countIn, type LineHits } from './line-hits.ts';
import type { Coverage, Read } from './report.ts';

/**
 * Reads a profile of `go test -coverprofile`. It counts blocks: all lines from a block's first to its last have its
 * hits, comments within it too, and a line of two blocks the higher count. Paths begin with the module's. A line that
 * is cut off is told by its missing end; a text cut off between two lines cannot be told from a whole one.
 */
export function readGoCover(text: string): Read<Coverage> {
  if (text.trim() === '') return { ok: false, problem: 'it is empty' };
  const [mode = '', ...lines] = text.split(/\r?\n/);
  if (!MODE.test(mode)) return { ok: false, problem: 'it is no cover profile of Go: it does not begin with its mode' };
  if (lines.at(-1) !== '') return { ok: false, problem: 'it is cut off: its last line has no end' };
  const hits: LineHits = new Map();
  for (const [index, line] of lines.entries()) {
    // Profiles of several runs are joined as they are.
    if (line === '' || MODE.test(line)) continue;
    const [, path = '', from, to, statements, count] = BLOCK.exec(line) ?? [];
    const number = countIn(count);
    if (number === undefined || Number(to) - Number(from) > LONGEST)
      return { ok: false, problem: `it is damaged at line ${index + 2}` };
    addFile(hits, path);
    if (statements === '0') continue;
    for (let at = Number(from); at <= Number(to); at++) addLine(hits, path, at, number);
  }
  return { ok: true, value: hits };
}

const MODE = /^mode: (?:set|count|atomic)$/;
const BLOCK = /^(.+):(\d+)\.\d+,(\d+)\.\d+ (\d+) (\d+)$/;
/** Of a block, in lines; more are a damaged number. */
const LONGEST = 100_000;
