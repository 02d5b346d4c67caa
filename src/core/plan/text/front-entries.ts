import type { Report } from '../dialect/dialect.ts';
import type { LineMap, Span } from '../diagnostic.ts';
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import { trimmed } from './values.ts';

/** A scalar and where it stands, with the quotes that it has. */
export interface FrontValue {
  readonly text: string;
  readonly span: Span;
}

/** `key: value`, or a key with a list. */
export interface FrontEntry {
  readonly key: string;
  readonly keySpan: Span;
  /** The value, or each of the list; empty where the key has none, or holds something nested. */
  readonly values: readonly FrontValue[];
}

export interface FrontEntries {
  /** The first of each key, in the order of the text. */
  readonly entries: readonly FrontEntry[];
  /** The line at which the Markdown begins. */
  readonly bodyLine: number;
}

/** A longer one is no front matter but a text with rules in it. */
const LONGEST_LINES = 500;
/** The YAML reader recurs, and a full stack inside a regular expression ends the process. */
const DEEPEST = 200;

/** Reads the YAML between `---` lines at the very start of the given lines of a text. */
export function readFrontEntries(text: string, map: LineMap, from: number, to: number, report: Report): FrontEntries {
  const none = { entries: [], bodyLine: from };
  const line = (number: number): string => text.slice(map.lineStart(number), map.lineStart(number + 1)).trim();
  if (from >= to || line(from) !== '---') return none;
  const last = Math.min(to, from + LONGEST_LINES + 1);
  let close = from + 1;
  while (close < last && line(close) !== '---' && line(close) !== '...') close += 1;
  const start = map.lineStart(from + 1);
  if (close >= last) {
    if (from + 1 >= to || !/^[a-z]\w*:(?: |$)/i.test(line(from + 1))) return none;
    const message = 'This front matter is never closed: end it with a line of `---`.';
    const span = trimmed(text, { start: map.lineStart(from), end: start });
    report({ code: 'invalid-front-matter', severity: 'error', message, span });
    return none;
  }
  return { entries: readYaml(text.slice(start, map.lineStart(close)), start, report), bodyLine: close + 1 };
}

function readYaml(yaml: string, offset: number, report: Report): FrontEntry[] {
  const at = ([from, to]: readonly [number, number, ...unknown[]]): Span => {
    const end = Math.min(to, yaml.length) + offset;
    return { start: Math.min(from + offset, end), end };
  };
  if (deepest(yaml) > DEEPEST) {
    const message = 'This front matter is nested too deeply for settings.';
    report({ code: 'invalid-front-matter', severity: 'error', message, span: at([0, yaml.trimEnd().length]) });
    return [];
  }
  // Finding double keys would cost quadratic time; the first one counts.
  const parsed = parseDocument(yaml.replaceAll(/\r(?!\n)/g, '\n'), {
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  const [error] = parsed.errors;
  if (error !== undefined) {
    // What is missing at the end is told of the last character, where it can be seen.
    const start = Math.min(error.pos[0], Math.max(0, yaml.trimEnd().length - 1));
    const span = at([start, Math.max(start + 1, Math.min(error.pos[1], yaml.trimEnd().length))]);
    report({
      code: 'invalid-front-matter',
      severity: 'error',
      message: `This front matter is no YAML: ${error.message}`,
      span,
    });
    return [];
  }
  if (parsed.contents === null) return [];
  if (!isMap(parsed.contents)) {
    const message = 'Front matter is `key: value` lines, such as `strategy: hybrid`.';
    report({ code: 'invalid-front-matter', severity: 'warning', message, span: at([0, yaml.trimEnd().length]) });
    return [];
  }

  const entries = new Map<string, FrontEntry>();
  for (const { key, value } of parsed.contents.items) {
    if (!isScalar(key) || typeof key.value !== 'string' || entries.has(key.value)) continue;
    entries.set(key.value, { key: key.value, keySpan: at(key.range), values: valuesOf(value, at) });
  }
  return [...entries.values()];
}

/** The nesting is at most this deep, whatever the text means by its marks. */
function deepest(yaml: string): number {
  const flow = yaml.match(/[[{]/g)?.length ?? 0;
  const block = yaml.split(/\r\n?|\n/).map((line) => line.search(/\S|$/) + (line.match(/[-?:]\s/g)?.length ?? 0));
  return flow + Math.max(...block);
}

/** The scalars of a value: itself, or the entries of a list. */
function valuesOf(node: unknown, at: (range: readonly [number, number, number]) => Span): FrontValue[] {
  if (isSeq(node)) return node.items.flatMap((item) => valuesOf(item, at));
  if (!isScalar(node) || !node.range) return [];
  const { value } = node;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return [];
  // A number is meant as it is written: 1.10 is another name than 1.1.
  return [{ text: typeof value === 'number' ? (node.source ?? String(value)) : String(value), span: at(node.range) }];
}

/** The values of the first of these keys that is there. */
export function frontValues({ entries }: FrontEntries, ...keys: readonly string[]): readonly FrontValue[] {
  for (const key of keys) {
    const entry = entries.find((own) => own.key === key);
    if (entry !== undefined) return entry.values;
  }
  return [];
}

export function hasKey({ entries }: FrontEntries, ...keys: readonly string[]): boolean {
  return entries.some(({ key }) => keys.includes(key));
}

/** What stands between the quotes of a value that has them. */
export function insideQuotes(text: string, { start, end }: Span): Span {
  return isQuoted(text, { start, end }) ? { start: start + 1, end: end - 1 } : { start, end };
}

/** A word in the quotes that a value has. */
export function quotedLike(text: string, span: Span, word: string): string {
  const quote = isQuoted(text, span) ? (text[span.start] ?? '') : '';
  return `${quote}${word}${quote}`;
}

function isQuoted(text: string, { start, end }: Span): boolean {
  return end - start >= 2 && (text[start] === '"' || text[start] === "'");
}
