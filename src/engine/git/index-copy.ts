import { copyFile, rm, stat, utimes } from 'node:fs/promises';
import { isMissing } from './git.ts';

/**
 * Copies a git index. A file as new as its index is compared by content, since its time proves nothing; so a copy must
 * not look newer than the original, or a change made at once after it would be missed.
 * @returns false where there is no index to copy
 */
export async function copyIndex(from: string, to: string): Promise<boolean> {
  await rm(`${to}.lock`, { force: true });
  try {
    const { mtimeMs } = await stat(from);
    await copyFile(from, to);
    const time = (Math.floor(mtimeMs) - 1) / 1000;
    await utimes(to, time, time);
    return true;
  } catch (error) {
    if (!isMissing(error)) throw error;
    await rm(to, { force: true });
    return false;
  }
}
