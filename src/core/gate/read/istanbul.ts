import { fields, number, text as textIn, type Fields } from '../../agent/cli/json.ts';
import { readJson } from './document.ts';
import { addFile, addLine, type LineHits } from './line-hits.ts';
import type { Coverage, Read } from './report.ts';

/** Reads Istanbul's `coverage-final.json`: a line has the hits of the statement that begins there and was run most. */
export function readIstanbul(text: string): Read<Coverage> {
  const root = readJson(text);
  if (!root.ok) return root;
  const entries = Object.entries(root.value);
  if (entries.length === 0) return { ok: false, problem: 'it has no file' };
  if (isSummary(fields(root.value.total)))
    return { ok: false, problem: "it is Istanbul's summary, which has no lines: the reporter `json` writes them" };
  const hits: LineHits = new Map();
  for (const [key, value] of entries) {
    const entry = fields(value);
    const file = fields(entry?.data) ?? entry;
    const statements = fields(file?.statementMap);
    const counts = fields(file?.s);
    if (statements === undefined || counts === undefined)
      return { ok: false, problem: `it is no coverage of Istanbul: ${key} has no statements` };
    const path = textIn(file?.path) ?? key;
    addFile(hits, path);
    for (const [id, place] of Object.entries(statements)) {
      const line = number(fields(fields(place)?.start)?.line);
      const count = number(counts[id]);
      if (line === undefined || count === undefined)
        return { ok: false, problem: `it is damaged: a statement of ${path} has no line or no count` };
      addLine(hits, path, line, count);
    }
  }
  return { ok: true, value: hits };
}

function isSummary(total: Fields | undefined): boolean {
  return number(fields(total?.lines)?.total) !== undefined;
}
