import { stripVTControlCharacters } from 'node:util';

/** Enough for a line's first 200 characters, whatever they are, with blank lines after it. */
const KEPT_BYTES = 4096;
const MAX_CHARACTERS = 200;

/** Knows the last line of an output that is not blank, in memory that does not grow with a line. */
export class LastWords {
  #recent = Buffer.alloc(0);
  #last: string | undefined;

  push(bytes: Buffer): void {
    const all = bytes.length < KEPT_BYTES ? Buffer.concat([this.#recent, bytes]) : bytes;
    this.#recent = Buffer.from(all.subarray(-KEPT_BYTES));
  }

  text(): string | undefined {
    return (this.#last = lastLineOf(this.#recent.toString('utf8')) ?? this.#last);
  }
}

/** The last line of a text that is not blank, as one line that can be shown. */
export function lastLineOf(text: string): string | undefined {
  return text
    .split(/[\r\n]+/)
    .map(plainText)
    .findLast((line) => line !== '');
}

/** Outside text as one line that can be shown anywhere: no control characters, and none that turn the direction. */
export function plainText(text: string): string {
  const plain = stripVTControlCharacters(text).replace(/[\p{Cc}\u2028-\u202E\u2066-\u2069]+/gu, ' ');
  // Cut between characters, not inside one.
  return plain
    .trim()
    .slice(0, MAX_CHARACTERS)
    .replace(/[\uD800-\uDBFF]$/, '');
}
