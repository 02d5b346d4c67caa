/** Cuts a stream of bytes into lines. Holds at most one line, of at most `maxBytes`. */
export class LineReader {
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that these bytes complete; `undefined` when a line grew too long: give the stream up. */
  push(bytes: Buffer): string[] | undefined {
    const lines: string[] = [];
    let from = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
      if (!this.#keep(bytes.subarray(from, end))) return undefined;
      // Decoded only when whole, as a chunk may end inside a character.
      lines.push(Buffer.concat(this.#parts).toString('utf8'));
      this.#parts = [];
      this.#length = 0;
      from = end + 1;
    }
    return this.#keep(bytes.subarray(from)) ? lines : undefined;
  }

  #keep(part: Buffer): boolean {
    this.#length += part.length;
    if (part.length > 0) this.#parts.push(part);
    return this.#length <= this.#maxBytes;
  }
}
