import type { Node, ParseError } from 'jsonc-parser';
import type { Span } from '../diagnostic.ts';
import { parseTree, printParseErrorCode } from 'jsonc-parser';

/** A JSON value with where it stands. Of a key that is there twice the last counts, as in every reader of JSON. */
export type Json = { readonly span: Span } & (
  | { readonly kind: 'object'; readonly members: ReadonlyMap<string, Json> }
  | { readonly kind: 'array'; readonly items: readonly Json[] }
  | { readonly kind: 'value'; readonly value: string | number | boolean | null }
);

export interface JsonReading {
  /** What could be read; also of a text with errors. */
  readonly json?: Json;
  readonly error?: { readonly message: string; readonly span: Span };
}

/** The reader of JSON recurs. */
const DEEPEST = 200;

/** Reads the JSON that stands at a span of a text; comments and a comma too much are no errors. */
export function readJson(text: string, { start, end }: Span): JsonReading {
  const own = text.slice(start, end).replace(/^\uFEFF/, ' ');
  const deep = depthBeyond(own, DEEPEST);
  if (deep !== undefined)
    return { error: { message: 'it is nested too deeply', span: { start: start + deep, end: start + deep + 1 } } };
  const errors: ParseError[] = [];
  const tree = parseTree(own, errors, { allowTrailingComma: true });
  const json = tree && jsonOf(tree, start);
  const [first] = errors;
  if (first === undefined) return { ...(json !== undefined && { json }) };
  // What is missing at the end is told of the last character, where it can be seen.
  const at = start + Math.min(first.offset, Math.max(0, own.trimEnd().length - 1));
  const message = printParseErrorCode(first.error)
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();
  const error = { message, span: { start: at, end: Math.min(end, at + Math.max(1, first.length)) } };
  return { ...(json !== undefined && { json }), error };
}

function jsonOf(node: Node, base: number): Json | undefined {
  const span = { start: base + node.offset, end: base + node.offset + node.length };
  switch (node.type) {
    case 'object': {
      const members = new Map<string, Json>();
      for (const { children = [] } of node.children ?? []) {
        const [key, value] = children;
        const json = value && jsonOf(value, base);
        if (json !== undefined && typeof key?.value === 'string') members.set(key.value, json);
      }
      return { kind: 'object', members, span };
    }
    case 'array':
      return { kind: 'array', items: (node.children ?? []).flatMap((child) => jsonOf(child, base) ?? []), span };
    case 'property':
      return undefined;
    default:
      return { kind: 'value', value: node.value as string | number | boolean | null, span };
  }
}

/** Where a text is nested more deeply than `limit`. */
function depthBeyond(text: string, limit: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (quoted && char === '\\') at += 1;
    else if (char === '"') quoted = !quoted;
    else if (char === '\n') quoted = false;
    else if (quoted) continue;
    else if (char === '[' || char === '{') depth += 1;
    else if (char === ']' || char === '}') depth -= 1;
    if (depth > limit) return at;
  }
  return undefined;
}

/** The text of a string or a number. */
export function textOf(json: Json | undefined): string | undefined {
  if (json?.kind !== 'value') return undefined;
  return typeof json.value === 'string' || typeof json.value === 'number' ? String(json.value) : undefined;
}

export function memberOf(json: Json | undefined, ...keys: readonly string[]): Json | undefined {
  if (json?.kind !== 'object') return undefined;
  for (const key of keys) {
    const member = json.members.get(key);
    if (member !== undefined) return member;
  }
  return undefined;
}

export function itemsOf(json: Json | undefined): readonly Json[] {
  return json?.kind === 'array' ? json.items : [];
}

/** What stands between the quotes of a string; a number as it is. */
export function insideQuotes(text: string, { span }: Json): Span {
  const isQuoted = text[span.start] === '"' && span.end - span.start >= 2;
  return isQuoted ? { start: span.start + 1, end: span.end - 1 } : span;
}
