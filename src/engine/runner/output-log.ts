import { closeSync, openSync } from 'node:fs';
import { writeWhole } from './replace-file.ts';

/** The end of an output is what people look for first, yet it is held in memory until the job's end: so much at most. */
const MAX_TAIL_BYTES = 1024 * 1024;

/**
 * A job's output.log, made when there is output. Its first part is written as it comes; where the whole is larger than
 * the limit, its last part follows at the end, after a line that says how much is left out.
 */
export class OutputLog {
  readonly #path: string;
  readonly #tailBytes: number;
  /** What the first part still takes. */
  #room: number;
  #file: number | undefined;
  /** The last bytes after the first part, as a ring: byte `n` of them is at `n % length`. */
  #tail: Buffer | undefined;
  #tailTotal = 0;
  #failed = false;

  bytes = 0;

  constructor(path: string, maxBytes: number) {
    this.#path = path;
    this.#tailBytes = Math.min(Math.floor(maxBytes / 4), MAX_TAIL_BYTES);
    this.#room = maxBytes - this.#tailBytes;
  }

  /** The file does not hold all of the output. */
  get truncated(): boolean {
    return this.#failed || this.#tailTotal > this.#tailBytes;
  }

  write(bytes: Buffer): void {
    this.bytes += bytes.length;
    const head = bytes.subarray(0, this.#room);
    this.#room -= head.length;
    this.#append(head);
    this.#keepLast(bytes.subarray(head.length));
  }

  /** The file is whole after this. */
  close(): void {
    const tail = this.#tail;
    if (tail !== undefined) {
      const leftOut = this.#tailTotal - tail.length;
      if (leftOut > 0) {
        const seam = this.#tailTotal % tail.length;
        this.#append(Buffer.from(`\n[${leftOut} bytes left out]\n`));
        this.#append(tail.subarray(seam));
        this.#append(tail.subarray(0, seam));
      } else this.#append(tail.subarray(0, this.#tailTotal));
    }
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #keepLast(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const length = this.#tailBytes;
    const last = bytes.subarray(Math.max(0, bytes.length - length));
    this.#tailTotal += bytes.length;
    if (length === 0) return;
    const tail = (this.#tail ??= Buffer.alloc(length));
    const at = (this.#tailTotal - last.length) % length;
    const fits = last.copy(tail, at);
    last.copy(tail, 0, fits);
  }

  /** A full disk ends the log, not the job. */
  #append(bytes: Buffer): void {
    if (bytes.length === 0 || this.#failed) return;
    try {
      this.#file ??= openSync(this.#path, 'w');
      writeWhole(this.#file, bytes);
    } catch {
      this.#failed = true;
    }
  }
}
