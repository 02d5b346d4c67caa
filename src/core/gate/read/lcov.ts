import { addFile, addLine, countIn, type LineHits } from './line-hits.ts';
import type { Coverage, Read } from './report.ts';

/**
 * Reads LCOV's tracefiles: `DA:<line>,<hits>` of a `SF:<path>`. A record without its `end_of_record` is cut off; a text
 * that is cut off between two records cannot be told from a whole one.
 */
export function readLcov(text: string): Read<Coverage> {
  if (text.trim() === '') return { ok: false, problem: 'it is empty' };
  const hits: LineHits = new Map();
  let path: string | undefined;
  let records = 0;
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    const damaged = { ok: false, problem: `it is no LCOV, or damaged at line ${index + 1}` } as const;
    const [, key, value = ''] = /^([A-Z]+[\d]*):(.*)$/.exec(line) ?? [];
    if (line === 'end_of_record') {
      if (path === undefined) return damaged;
      path = undefined;
      records++;
    } else if (key === 'SF') {
      if (path !== undefined || value === '') return damaged;
      path = value;
      addFile(hits, path);
    } else if (key === 'DA') {
      const [number, count] = value.split(',').map(countIn);
      if (path === undefined || number === undefined || count === undefined) return damaged;
      addLine(hits, path, number, count);
    } else if (key === undefined && line.trim() !== '' && !line.startsWith('#')) {
      return damaged;
    }
  }
  if (path !== undefined) return { ok: false, problem: `it is cut off: the record of ${path} has no end` };
  return records === 0 ? { ok: false, problem: 'it has no record of a file' } : { ok: true, value: hits };
}
