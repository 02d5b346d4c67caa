import { write } from 'node:fs';

/** What waits to be shown; more is passed over, as the log has it. */
const MAX_WAITING_BYTES = 256 * 1024;

/**
 * The terminal that a runner shows its jobs in. A terminal can be slow, held (Ctrl-S) or gone: nothing waits for it, and
 * what it cannot take is left out. (`process.stdout` blocks the whole process on a held terminal.)
 */
export class Terminal {
  readonly isTTY: boolean;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #leftOut = 0;
  #busy = false;
  #gone = false;

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  /** As it is: colours and cursor movements of a program belong to a terminal. */
  output(bytes: Buffer): void {
    if (this.#gone) return;
    if (this.#waitingBytes + bytes.length > MAX_WAITING_BYTES) {
      this.#leftOut += bytes.length;
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#flush();
  }

  /** A line of the runner's own, set off from the output around it. */
  line(text: string, style: 'banner' | 'note'): void {
    const [on, off] = this.isTTY ? [style === 'banner' ? '\x1b[0m\x1b[1;36m' : '\x1b[0m\x1b[2m', '\x1b[0m'] : ['', ''];
    this.output(Buffer.from(`${on}── ${text} ──${off}\n`));
  }

  #flush(): void {
    if (this.#busy || this.#waiting.length === 0) return;
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (this.#leftOut > 0) {
      this.#waiting.push(Buffer.from(`\n[${this.#leftOut} bytes not shown; the log has them]\n`));
      this.#leftOut = 0;
    }
    this.#write(bytes);
  }

  #write(bytes: Buffer): void {
    this.#busy = true;
    put(bytes, (error, written) => {
      this.#busy = false;
      if (error?.code === 'EAGAIN') setTimeout(() => this.#write(bytes), AGAIN_MS);
      else if (error)
        this.#gone = true; // EIO, EPIPE: the terminal was closed, the job goes on.
      else if (written < bytes.length) this.#write(bytes.subarray(written));
      else this.#flush();
    });
  }
}

const AGAIN_MS = 20;

type Done = (error: NodeJS.ErrnoException | null | undefined, written: number) => void;

/** Only Node's own stream turns UTF-8 into what a Windows console shows. */
function put(bytes: Buffer, done: Done): void {
  if (process.platform === 'win32') process.stdout.write(bytes, (error) => done(error, bytes.length));
  else write(1, bytes, 0, bytes.length, null, done);
}
