import { writeSync } from 'node:fs';
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { encodeLine, readJournal, type Codec, type JournalReading } from '../core/run/codec.ts';
import { JOURNAL_VERSION, type Recorded } from '../core/run/event.ts';

const decoder = new TextDecoder();

export const codec: Codec = {
  checksum: (text) => crc32(text).toString(16).padStart(8, '0'),
  decode: (bytes) => decoder.decode(bytes),
};

/** Reads a journal from its file; a missing file is an empty journal. */
export async function loadJournal(path: string): Promise<JournalReading> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    bytes = new Uint8Array();
  }
  return readJournal(bytes, JOURNAL_VERSION, codec);
}

/**
 * The one writer of a run's journal. `append` resolves when the lines are on the disk; when it rejects, nothing of the
 * batch counts: the file is cut back to where it was, and where even that fails the writer takes no more.
 */
export class JournalWriter {
  readonly #file: FileHandle;
  #length: number;
  #broken: Error | undefined;

  private constructor(file: FileHandle, length: number) {
    this.#file = file;
    this.#length = length;
  }

  /** Opens for appending after `goodBytes`, cutting what a crash left behind them. */
  static async open(path: string, goodBytes: number): Promise<JournalWriter> {
    const file = await open(path, goodBytes === 0 ? 'w' : 'r+', 0o600);
    await file.truncate(goodBytes);
    return new JournalWriter(file, goodBytes);
  }

  async append(records: readonly Recorded[]): Promise<void> {
    if (this.#broken !== undefined) throw this.#broken;
    const bytes = Buffer.from(records.map((record) => `${encodeLine(record, codec)}\n`).join(''));
    try {
      // A few hundred bytes into the page cache cost less than the way to another thread; the disk is waited for there.
      const bytesWritten = writeSync(this.#file.fd, bytes, 0, bytes.length, this.#length);
      if (bytesWritten !== bytes.length)
        throw new Error(`journal: only ${bytesWritten} of ${bytes.length} bytes could be written`);
      await this.#file.datasync();
      this.#length += bytes.length;
    } catch (error) {
      await this.#cutBack();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #cutBack(): Promise<void> {
    try {
      await this.#file.truncate(this.#length);
      await this.#file.datasync();
    } catch (error) {
      this.#broken = error as Error;
    }
  }
}
