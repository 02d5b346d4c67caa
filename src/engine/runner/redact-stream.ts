import { Redaction } from '../../core/agent/redact.ts';

/**
 * Takes secrets out of a stream of bytes, wherever its parts are cut, and changes nothing else. Only what may be the
 * beginning of a secret is held back until more comes.
 */
export class RedactStream {
  readonly #redaction: Redaction;
  /** What is held back, after the one byte before it. */
  #held = '';
  #before = '';

  constructor(secrets: readonly string[]) {
    // A byte is a character from here on: text that is no UTF-8 goes through as it is.
    this.#redaction = new Redaction(secrets.map((secret) => Buffer.from(secret).toString('latin1')));
  }

  /** What can be given on now. Gives the bytes themselves where nothing in them is changed or held back. */
  push(bytes: Buffer): Buffer {
    if (bytes.length === 0) return bytes;
    const text = this.#before + this.#held + bytes.toString('latin1');
    const held = this.#held.length;
    const from = this.#before.length;
    const part = this.#redaction.part(text, from, false);
    this.#keep(text, part.end);
    const isAsItCame = held === 0 && part.count === 0 && part.end === text.length;
    return isAsItCame ? bytes : Buffer.from(part.text, 'latin1');
  }

  /** The rest: no more comes, or what is there is to be seen now. */
  flush(): Buffer {
    const text = this.#before + this.#held;
    const part = this.#redaction.part(text, this.#before.length, true);
    this.#keep(text, text.length);
    return Buffer.from(part.text, 'latin1');
  }

  #keep(text: string, end: number): void {
    this.#before = end === 0 ? '' : text.charAt(end - 1);
    this.#held = text.slice(end);
  }
}
