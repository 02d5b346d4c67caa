/*
 * What the text reports are printed with. Titles, notes, paths and an agent's words come from outside: they are made
 * one line without control characters here, and escaped where they go into Markdown.
 */

const TERMINAL_SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?)/gu;
/** Control characters, line and paragraph separators, and the marks that turn the direction of what follows. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu;

/** Instead of a figure that nobody has measured. */
export const NOT_MEASURED = 'not measured';

/** What is printed for a terminal, without its colours and links. */
export function withoutEscapes(text: string): string {
  return text.replace(TERMINAL_SEQUENCE, '');
}

/** One printable line. */
export function oneLine(text: string): string {
  return withoutEscapes(text).replace(UNPRINTABLE, ' ').replace(/\s+/gu, ' ').trim();
}

/** One printable line of at most `length` characters. */
export function brief(text: string, length = 200): string {
  const characters = Array.from(oneLine(text));
  return characters.length <= length ? characters.join('') : `${characters.slice(0, length - 1).join('')}…`;
}

/** Text inside a line of Markdown, as text: no markup, no HTML, no link. */
export function markdownText(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_[\]<>~|#!]/gu, '\\$&')
    .replace(/&/gu, '&amp;');
}

/** Text as a Markdown code span, whatever backticks it has. */
export function markdownCode(text: string): string {
  const line = oneLine(text);
  const fence = '`'.repeat(longestBackticks(line) + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** Lines as a fenced block that none of them can end. */
export function markdownBlock(lines: readonly string[]): string[] {
  const fence = '`'.repeat(Math.max(3, longestBackticks(lines.join('\n')) + 1));
  return [fence, ...lines, fence];
}

function longestBackticks(text: string): number {
  return Math.max(0, ...Array.from(text.matchAll(/`+/gu), (run) => run[0].length));
}

/** A heading and the rule under it, as the text reports have it. */
export function heading(text: string): string[] {
  const line = oneLine(text);
  return [line, '='.repeat(Math.max(48, Array.from(line).length))];
}

/** The lines as branches of a tree. */
export function branches(lines: readonly string[]): string[] {
  return lines.map((line, i) => `${i === lines.length - 1 ? '└──' : '├──'} ${line}`);
}

/** `1 task`, `3 tasks`. */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}

/** A share as the text reports print it: `78%`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

/** `77.6 %` */
export function percentOf(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}

/** `a`, `a and b`, `a, b and 3 more`. */
export function list(items: readonly string[], most = 3): string {
  if (items.length > most + 1) return `${items.slice(0, most).join(', ')} and ${items.length - most} more`;
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}
