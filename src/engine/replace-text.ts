import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

let writes = 0;

/**
 * Writes a file that follows from others, with its folder; a reader finds the old text or the new one. Two at once may
 * write the same file: the last one stays.
 */
export async function replaceText(path: string, text: string): Promise<void> {
  const draft = `${path}.${writes++}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(draft, text);
  await rename(draft, path);
}
