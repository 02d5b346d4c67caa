import { open } from 'node:fs/promises';
import { oneLine } from '../../core/view/print.ts';

const TAIL_BYTES = 4000;

/** The end of a log, for a report; empty where there is none. */
export async function tailOf(log: string, bytes = TAIL_BYTES): Promise<string> {
  let file;
  try {
    file = await open(log, 'r');
  } catch {
    return '';
  }
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, bytes));
    await file.read(buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8').split('\n').map(oneLine).join('\n').trim();
  } finally {
    await file.close();
  }
}
