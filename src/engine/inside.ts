import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/**
 * Whether a path, which need not exist, is in a folder once all links on the way are followed; what is in the folder's
 * `.git` is not.
 */
export function isInside(folder: string, path: string): boolean {
  const inner = way(real(resolve(folder)), real(resolve(folder, path)));
  return inner !== undefined && inner.split('/')[0]?.toLowerCase() !== '.git';
}

/**
 * A path as it is called in a folder, with slashes: as it is written, else as it is once all links are followed, since
 * the folder may have been opened by another name. Undefined: it is not in there.
 */
export function pathIn(folder: string, path: string): string | undefined {
  return way(resolve(folder), resolve(folder, path)) ?? way(real(resolve(folder)), real(resolve(folder, path)));
}

/** `a/b/c` -> `a`, `a/b` */
export function foldersOf(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'));
}

function way(folder: string, path: string): string | undefined {
  const inner = relative(folder, path);
  if (inner === '' || inner === '..' || inner.startsWith(`..${sep}`) || isAbsolute(inner)) return undefined;
  return inner.replaceAll(sep, '/');
}

/** Of what does not exist, its place in the nearest folder that does. */
function real(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(real(parent), basename(path));
  }
}
