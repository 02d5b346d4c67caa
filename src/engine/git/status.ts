import { git, nulList } from './git.ts';
import type { Repository } from './git.ts';

/** The user's checkout as `git status` sees it. Paths are relative to the root. */
export interface Status {
  /** Absent: no commit yet. */
  readonly head?: string;
  /** Absent: detached. */
  readonly branch?: string;
  /** Changed and untracked, without ignored; one that ends in `/` is a repository of its own. */
  readonly dirty: readonly string[];
  readonly unmerged: readonly string[];
  /** Submodules among the changes. */
  readonly submodules: readonly string[];
}

export async function readStatus(repository: Repository): Promise<Status> {
  const args = ['status', '--porcelain=v2', '--branch', '-z', '--untracked-files=all', '--no-renames'];
  const lines = nulList(await git(repository, args));
  let head: string | undefined;
  let branch: string | undefined;
  const dirty: string[] = [];
  const unmerged: string[] = [];
  const submodules: string[] = [];
  for (const line of lines) {
    const [kind, ...fields] = line.split(' ');
    if (kind === '#') {
      if (fields[0] === 'branch.oid' && fields[1] !== '(initial)') head = fields[1];
      if (fields[0] === 'branch.head' && fields[1] !== '(detached)') branch = fields[1];
    } else if (kind === '?') {
      dirty.push(line.slice(2));
    } else {
      // `1`, or `u` for unmerged: XY, the submodule's state, modes (3 or 4), ids (2 or 3), and a path that may have spaces.
      const path = fields.slice(kind === 'u' ? 9 : 7).join(' ');
      dirty.push(path);
      if (kind === 'u') unmerged.push(path);
      if (fields.slice(2, 5).includes('160000')) submodules.push(path);
    }
  }
  return { ...(head !== undefined && { head }), ...(branch !== undefined && { branch }), dirty, unmerged, submodules };
}
