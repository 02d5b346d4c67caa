import type { Span } from '../diagnostic.ts';

/** The span without white space at its ends. */
export function trimmed(text: string, { start, end }: Span): Span {
  while (start < end && isBlank(text, start)) start += 1;
  while (end > start && isBlank(text, end - 1)) end -= 1;
  return { start, end };
}

/** The non-empty parts of a list: `a, b; c`, or one a line. Code spans and parentheses are not split. */
export function listParts(text: string, span: Span): Span[] {
  const parts: Span[] = [];
  let start = span.start;
  let code = false;
  let depth = 0;
  const close = (end: number): void => {
    const part = trimmed(text, { start, end });
    if (part.start < part.end) parts.push(part);
    start = end + 1;
  };
  for (let at = span.start; at < span.end; at += 1) {
    const char = text[at] ?? '';
    if (char === '\n' || char === '\r') {
      close(at);
      code = false;
      depth = 0;
    } else if (char === '`') code = !code;
    else if (code) continue;
    else if ('([{'.includes(char)) depth += 1;
    else if (')]}'.includes(char)) depth = Math.max(0, depth - 1);
    else if (depth === 0 && (char === ',' || char === ';')) close(at);
  }
  close(span.end);
  return parts;
}

/** What stands in the code spans of a part, or else the part itself; a remark after it is passed over. */
export function names(text: string, part: Span): Span[] {
  const remark = text.slice(part.start, part.end).search(/ \(| — | – /);
  const named = trimmed(text, { start: part.start, end: remark === -1 ? part.end : part.start + remark });
  const inCode = codeSpans(text, named);
  if (inCode.length === 0) return named.start < named.end ? [named] : [];
  // "`a` and b" names two; an "and" inside of code is a title's.
  if (inCode.some(({ start, end }) => /\s/.test(text.slice(start, end)))) return inCode;
  return joined(text, named).flatMap((piece) => {
    const own = codeSpans(text, piece);
    return own.length > 0 ? own : [piece];
  });
}

/** What stands between backticks, where it is not empty. */
function codeSpans(text: string, { start, end }: Span): Span[] {
  const spans: Span[] = [];
  for (let open = text.indexOf('`', start); open !== -1 && open < end;) {
    const close = text.indexOf('`', open + 1);
    if (close === -1 || close >= end) break;
    const span = trimmed(text, { start: open + 1, end: close });
    if (span.start < span.end) spans.push(span);
    open = text.indexOf('`', close + 1);
  }
  return spans;
}

/** The words of a part between `and`, `&` and `+`. */
export function joined(text: string, part: Span): Span[] {
  const parts: Span[] = [];
  let open: Span | undefined;
  for (const word of text.slice(part.start, part.end).matchAll(/\S+/g)) {
    const start = part.start + word.index;
    if (/^(?:and|&|\+)$/i.test(word[0])) {
      if (open !== undefined) parts.push(open);
      open = undefined;
    } else open = { start: open?.start ?? start, end: start + word[0].length };
  }
  if (open !== undefined) parts.push(open);
  return parts;
}

/** Without quotes, brackets, emphasis and a full stop around it. */
export function plain(text: string, { start, end }: Span): Span {
  while (start < end && '*_"\'[('.includes(text[start] ?? '')) start += 1;
  while (end > start && '*_"\'].)'.includes(text[end - 1] ?? '')) end -= 1;
  return { start, end };
}

/** `none`, `n/a`, `-`, also with a remark: "None, can start at once". */
export function saysNone(value: string): boolean {
  return /^(?:[-–—]|\[\]|(?:none|nothing|n\/a)(?:[\s.,;(].*)?)$/is.test(value);
}

function isBlank(text: string, at: number): boolean {
  return /\s/.test(text[at] ?? '');
}
