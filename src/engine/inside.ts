import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/**
 * Whether a path, which need not exist, is in a folder once all links on the way are followed; what is in the folder's
 * `.git` is not.
 */
export function isInside(folder: string, path: string): boolean {
  const root = real(resolve(folder));
  const way = relative(root, real(resolve(folder, path)));
  if (way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) return false;
  return way.split(sep)[0]?.toLowerCase() !== '.git';
}

/** Of what does not exist, its place in the nearest folder that does. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(real(parent), basename(path));
  }
}
