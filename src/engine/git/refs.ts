import { createHash } from 'node:crypto';
import { git, type Repository } from './git.ts';

/** The branch that a run's results meet in. */
export function integrationBranch(runId: string): string {
  return `orca/${checked(runId)}/integration`;
}

export function integrationRef(runId: string): string {
  return `refs/heads/${integrationBranch(runId)}`;
}

/** Keeps an attempt's commit alive. */
export function attemptRef(runId: string, task: string, attempt: number): string {
  return `refs/orca/${checked(runId)}/${slugOf(task)}/${attempt}`;
}

/** Keeps the moments of an attempt alive. */
export function lookRef(runId: string, task: string, attempt: number): string {
  return `${attemptRef(runId, task, attempt)}-looks`;
}

/**
 * An id as one safe part of a path or ref, on every system, whatever the case: itself where it can be, else what is left
 * of it and a hash. Different ids have different slugs.
 */
export function slugOf(id: string): string {
  if (PLAIN.test(id) && id.length <= 60 && !HASHED.test(id) && !RESERVED.test(id)) return id;
  const left = id
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return `${left || 'id'}-${createHash('sha256').update(id).digest('hex').slice(0, 10)}`;
}

export interface Ref {
  readonly commit: string;
  readonly tree: string;
  readonly parents: readonly string[];
  /** The worktree that has it checked out. */
  readonly worktree?: string;
}

export async function readRef(repository: Repository, ref: string): Promise<Ref | undefined> {
  const format = '%(refname)%00%(objectname)%00%(tree)%00%(parent)%00%(worktreepath)';
  const line = await git(repository, ['for-each-ref', `--format=${format}`, ref]);
  const [name, commit = '', tree = '', parents = '', worktree = ''] = line.split('\0');
  if (name !== ref) return undefined;
  return {
    commit,
    tree,
    parents: parents === '' ? [] : parents.split(' '),
    ...(worktree !== '' && { worktree }),
  };
}

const PLAIN = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
/** Looks like a slug with a hash: only those may. */
const HASHED = /-[0-9a-f]{10}$/;
/** Not a name for a ref (`.lock`) or, on Windows, for a file. */
const RESERVED = /\.lock$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/;

/** Run ids are made by Orca; one that is not a plain name is a bug or a forgery. */
function checked(runId: string): string {
  if (!/^[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*$/.test(runId) || runId.endsWith('.lock'))
    throw new Error(`not a run id: ${JSON.stringify(runId)}`);
  return runId;
}
