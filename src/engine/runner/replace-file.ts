import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';

/**
 * Writes a file so that a reader finds the old text or the new one, and nothing between. `durable`: and so does one
 * after a power cut, though that may take the new one back as a whole: the folder is not synced. Throws what the file
 * system says.
 */
export function replaceFile(path: string, text: string, { durable }: { readonly durable: boolean }): void {
  const draft = `${path}.${process.pid}.tmp`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeWhole(file, Buffer.from(text));
    if (durable) fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}

/** A full disk may show as a short write without an error: the rest then gives it. */
export function writeWhole(file: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length;) {
    const written = writeSync(file, bytes, from);
    if (written === 0) throw new Error('the disk takes no more');
    from += written;
  }
}
