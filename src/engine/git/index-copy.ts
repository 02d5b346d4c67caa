import type { Stats } from 'node:fs';
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
    const seconds = copyTime(await stat(from)) / 1000;
    await copyFile(from, to);
    await utimes(to, seconds, seconds);
    return true;
  } catch (error) {
    if (!isMissing(error)) throw error;
    await rm(to, { force: true });
    return false;
  }
}

/** Whether `copy` is still as `copyIndex` made it. */
export async function isCopyOf(from: string, copy: string): Promise<boolean> {
  try {
    const [original, found] = [await stat(from), await stat(copy)];
    return found.size === original.size && Math.round(found.mtimeMs) === copyTime(original);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function copyTime({ mtimeMs }: Stats): number {
  return Math.floor(mtimeMs) - 1;
}
