import type { Span } from '../plan/diagnostic.ts';
import type { FieldName } from '../plan/text/fields.ts';
import type { Plan } from '../plan/plan.ts';
import { lineAt } from '../plan/edit/edits.ts';
import { fieldNamed } from '../plan/text/fields.ts';
import { partAt } from '../plan/source.ts';

/** What is being typed at a place of a plan's text. `word` is what of it is there already, to be replaced. */
export type Typing =
  | { readonly kind: 'key'; readonly word: Span; readonly present: readonly string[] }
  | { readonly kind: 'setting'; readonly key: string; readonly word: Span; readonly listed: readonly string[] }
  | {
      readonly kind: 'label';
      readonly word: Span;
      readonly bold: boolean;
      readonly layer: boolean;
      readonly present: readonly FieldName[];
    }
  | { readonly kind: 'value'; readonly field: FieldName; readonly word: Span; readonly listed: readonly string[] };

/** How far up the line is looked for that says what a list is of. */
const FARTHEST = 60;

/** The line that is typed in, as far as the cursor and from there on. */
interface Line {
  readonly text: string;
  readonly offset: number;
  readonly start: number;
  readonly before: string;
  readonly after: string;
}

/**
 * Told from the line and what stands above it, not from the plan as it is read: what is half typed is seldom what it is
 * going to be. Undefined in prose.
 */
export function typingAt(plan: Pick<Plan, 'parts'>, text: string, offset: number): Typing | undefined {
  const file = (plan.parts && partAt(plan.parts, offset)?.span.start) ?? 0;
  const { start, end } = lineAt(text, offset);
  const after = text.slice(offset, end).replace(/\r?\n$/, '');
  const line = { text, offset, start: Math.max(file, start), before: text.slice(Math.max(file, start), offset), after };
  if (line.before.length > 2000) return undefined;
  if (/^\uFEFF?\s*\{/.test(text.slice(file, file + 100))) return inJson(line);
  return (
    inFrontMatter(line, file) ??
    inMark(line) ??
    inField(line) ??
    inCell(line, file) ??
    inList(line, file) ??
    inLabel(line, file)
  );
}

function inJson({ text, offset }: Line): Typing | undefined {
  const from = Math.max(0, offset - 4000);
  const list = /"dependencies"\s*:\s*\[([^[\]{}]*)$/.exec(text.slice(from, offset))?.[1];
  if (list === undefined) return undefined;
  const rest = /^[^[\]{}]*/.exec(text.slice(offset, offset + 4000))?.[0] ?? '';
  return { kind: 'value', field: 'depends', ...wordIn(offset, list, rest) };
}

function inFrontMatter(line: Line, file: number): Typing | undefined {
  const { text, offset, before, after } = line;
  const open = /^\uFEFF?---[ \t]*\r?\n/.exec(text.slice(file, file + 40));
  const from = file + (open?.[0].length ?? 0);
  if (open === null || offset < from) return undefined;
  // The line that is typed in may be anything; an open end is taken for front matter as long as it looks like it.
  const above = text.slice(from, line.start);
  if (above.length > 20_000 || /^(?:---|\.\.\.)[ \t]*\r?$/m.test(above) || /^(?:---|\.\.\.)/.test(before))
    return undefined;
  const isClosed = /^(?:---|\.\.\.)[ \t]*\r?$/m.test(text.slice(offset, offset + 20_000));
  if (!isClosed && !above.split(/\r?\n/).every((own) => /^(?:\s*$|\s*#|\s*-\s|\s+\S|[\w-]+:)/.test(own)))
    return undefined;

  if (/^[\w-]*$/.test(before)) {
    const rest = /^[\w-]*/.exec(after)?.[0].length ?? 0;
    const present = [
      ...text
        .slice(from, offset + 2000)
        .split(/^(?:---|\.\.\.)[ \t]*\r?$/m, 1)
        .join('')
        .matchAll(/^([\w-]+):/gm),
    ];
    const word = { start: line.start, end: offset + rest };
    return {
      kind: 'key',
      word,
      present: present.map(([, key = '']) => key).filter((key) => key !== text.slice(word.start, word.end)),
    };
  }
  const inline = /^([\w-]+):[ \t]*\[?(.*)$/.exec(before);
  if (inline !== null) return { kind: 'setting', key: inline[1] ?? '', ...wordIn(offset, inline[2] ?? '', after) };
  const item = /^[ \t]*-[ \t]+(.*)$/.exec(before);
  const key = /^([\w-]+):[ \t]*\r?\n(?:[ \t]*-.*\r?\n)*$/m.exec(above.slice(-4000));
  return item === null || key === null
    ? undefined
    : { kind: 'setting', key: key[1] ?? '', ...wordIn(offset, item[1] ?? '', after) };
}

/** `(depends on T001)`, `[depends on #33]`, `_Depends: 1.1_`: what other dialects have inside of a line. */
function inMark({ offset, before, after }: Line): Typing | undefined {
  const ids = /[([](?:depends on|after|requires|blocked by)\s+([^()[\]]*)$/i.exec(before)?.[1];
  if (ids !== undefined) return { kind: 'value', field: 'depends', ...wordIn(offset, ids, after) };
  const [, label = '', value] = /(?:^|[\s(])_(Depends|Boundary|Requirements)(?: on)?:\s*([^_]*)$/i.exec(before) ?? [];
  if (value === undefined) return undefined;
  const field = /^d/i.test(label) ? 'depends' : /^b/i.test(label) ? 'files' : 'requirements';
  return { kind: 'value', field, ...wordIn(offset, value, after.split('_', 1).join('')) };
}

const LABELLED =
  /(?:^[ \t]*(?:[-*+][ \t]+)?|\|[ \t]*)[*_]{0,3}([A-Za-z][A-Za-z ]{0,38}[A-Za-z])[*_]{0,3}[ \t]*:[*_]{0,3}(?:[ \t]+|$)([^|]*)$/;

function inField({ offset, before, after }: Line): Typing | undefined {
  const [, label = '', value = ''] = LABELLED.exec(before) ?? [];
  const field = fieldNamed(label);
  return field && { kind: 'value', field, ...wordIn(offset, value, after.split('|', 1).join('')) };
}

/** A cell of a table, whose column is named for a field. */
function inCell({ text, offset, start, before, after }: Line, file: number): Typing | undefined {
  if (!/^[ \t]*\|/.test(before)) return undefined;
  let header = '';
  for (const above of linesAbove(text, start, file)) {
    if (!/^[ \t]*\|/.test(above)) break;
    header = above;
  }
  const field = fieldNamed((header.split('|')[before.split('|').length - 1] ?? '').trim());
  return (
    field && {
      kind: 'value',
      field,
      ...wordIn(offset, before.slice(before.lastIndexOf('|') + 1), after.split('|', 1).join('')),
    }
  );
}

/** An item of the list under a field: `- Files:` or `**Files:**`. */
function inList({ text, offset, start, before, after }: Line, file: number): Typing | undefined {
  const item = /^([ \t]*)[-*+][ \t]+(?:(?:Create|Modify|Test):[ \t]*)?(.*)$/.exec(before);
  if (item === null) return undefined;
  const [, indent = '', value = ''] = item;
  for (const above of linesAbove(text, start, file)) {
    const [, own = '', bullet = ''] = /^([ \t]*)([-*+][ \t]+)?/.exec(above) ?? [];
    if (bullet !== '' && own.length >= indent.length) continue;
    const [, label = '', said = ''] = LABELLED.exec(above) ?? [];
    const field = said === '' ? fieldNamed(label) : undefined;
    return field === undefined || field === 'acceptance'
      ? undefined
      : { kind: 'value', field, ...wordIn(offset, value, after) };
  }
  return undefined;
}

/** An item among the fields under a heading. */
function inLabel({ text, offset, start, before, after }: Line, file: number): Typing | undefined {
  const item = /^([ \t]{0,3}(?:[-*+][ \t]+)?)(\*{0,2})([A-Za-z ]*)$/.exec(before);
  const [, lead = '', bold = '', typed = ''] = item ?? [];
  if (item === null || (lead.trim() === '' && bold === '') || !/^[A-Za-z ]*(?:\*{0,2}:.*)?$/.test(after))
    return undefined;
  const present: FieldName[] = [];
  for (const above of linesAbove(text, start, file)) {
    const heading = /^[ \t]{0,3}#{2,6}[ \t]+(.*)$/.exec(above);
    if (heading !== null) {
      const layer = /^(?:layer|phase|wave|milestone)\s/i.test(heading[1] ?? '');
      const rest = /^[A-Za-z ]*\*{0,2}:?\*{0,2}[ \t]*/.exec(after)?.[0] ?? '';
      return {
        kind: 'label',
        word: { start: offset - typed.length, end: offset + rest.length },
        bold: bold === '**',
        layer,
        present,
      };
    }
    const field = fieldNamed(LABELLED.exec(above)?.[1] ?? '');
    if (field !== undefined) present.push(field);
    else if (!/^[ \t]*$|^[ \t]+[-*+][ \t]/.test(above)) return undefined;
  }
  return undefined;
}

/** The lines before one, the nearest first. */
function* linesAbove(text: string, start: number, file: number): Generator<string> {
  for (let at = start, left = FARTHEST; at > file && left > 0; left -= 1) {
    const line = lineAt(text, at - 1);
    yield text.slice(Math.max(line.start, file), line.end).replace(/\r?\n$/, '');
    at = line.start;
  }
}

const NAME = String.raw`[^\s,;\`'"()[\]|]`;
const NAME_BEFORE = new RegExp(`${NAME}*$`);
const NAME_AFTER = new RegExp(`^${NAME}*`);

/** The name of a list that the cursor is in, and the others of the list. */
function wordIn(offset: number, before: string, after: string): { word: Span; listed: string[] } {
  const own = NAME_BEFORE.exec(before)?.[0] ?? '';
  const rest = NAME_AFTER.exec(after)?.[0] ?? '';
  const list = after
    .slice(rest.length)
    .split(/[)\]|]/, 1)
    .join('');
  const others = `${before.slice(0, before.length - own.length)} ${list}`.split(/[\s,;`'"()[\]|]+/);
  return {
    word: { start: offset - own.length, end: offset + rest.length },
    listed: others.filter((name) => name !== ''),
  };
}
