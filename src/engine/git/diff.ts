import { join } from 'node:path';
import { readHunks, type Hunk } from '../../core/gate/changed-lines.ts';
import type { ChangedFile } from '../../core/run/event.ts';
import { git, GitError, nulList, runGit } from './git.ts';
import type { Repository } from './git.ts';

/** A file at a commit; `showFile` reads it. */
export interface FileAt {
  readonly commit: string;
  readonly path: string;
}

export interface Comparison extends ChangedFile {
  readonly before?: FileAt;
  readonly after?: FileAt;
}

/** What differs between two commits or trees. A rename is a file deleted and one added. */
export async function diffFiles(repository: Repository, before: string, after: string): Promise<ChangedFile[]> {
  if (before === after) return [];
  const output = await git(repository, ['diff-tree', ...DIFF, before, after, '--']);
  return parseDiff(output).map(({ gitlink: _gitlink, ...file }) => file);
}

/** The same with both sides of each file, for an editor that compares them. */
export async function compareCommits(repository: Repository, before: string, after: string): Promise<Comparison[]> {
  const files = await diffFiles(repository, before, after);
  return files.map((file) => ({
    ...file,
    ...(file.status !== 'added' && { before: { commit: before, path: file.path } }),
    ...(file.status !== 'deleted' && { after: { commit: after, path: file.path } }),
  }));
}

/**
 * The change from one commit to another as a unified diff, for reading. Bytes that are no UTF-8 become U+FFFD. Attributes
 * of the checkout do not count: one that calls code binary would hide what was changed in it.
 */
export async function unifiedDiff(repository: Repository, before: string, after: string, context = 3): Promise<string> {
  const { gitDir } = repository;
  const diff = ['diff-tree', '-r', '-p', `-U${context}`, ...PLAIN, before, after, '--'];
  const env = { GIT_DIR: gitDir, GIT_WORK_TREE: gitDir, GIT_INDEX_FILE: join(gitDir, 'no-index') };
  return git(repository, ['-c', 'core.quotePath=false', ...diff], { cwd: gitDir, env });
}

/** Whatever the user's configuration says. */
const PLAIN = [
  '--no-renames',
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--src-prefix=a/',
  '--dst-prefix=b/',
] as const;

/** A file's bytes as committed; undefined where the commit has no such file. */
export async function showFile(repository: Repository, commit: string, path: string): Promise<Uint8Array | undefined> {
  // By standard input and with NUL, since a path may hold anything else.
  const args = ['cat-file', '--batch', '-z'];
  const result = await runGit(repository, args, { input: `${commit}:${path}\0` });
  if (result.code !== 0) throw new GitError(args, result);
  const { stdout } = result;
  if (stdout.subarray(-9).toString('latin1') === ' missing\n') return undefined;
  const end = stdout.indexOf(0x0a);
  const [, kind] = stdout.subarray(0, end).toString('latin1').split(' ');
  return kind === 'blob' ? new Uint8Array(stdout.subarray(end + 1, -1)) : undefined;
}

/** Many files' texts in one call, in their order; undefined where the commit has no such file, or it is binary. */
export async function showTexts(repository: Repository, files: readonly FileAt[]): Promise<(string | undefined)[]> {
  if (files.length === 0) return [];
  const args = ['cat-file', '--batch', '-z'];
  const result = await runGit(repository, args, { input: files.map((f) => `${f.commit}:${f.path}\0`).join('') });
  if (result.code !== 0) throw new GitError(args, result);
  const { stdout } = result;
  let at = 0;
  return files.map(({ commit, path }) => {
    const missing = Buffer.from(`${commit}:${path} missing\n`);
    if (stdout.subarray(at, at + missing.length).equals(missing)) {
      at += missing.length;
      return undefined;
    }
    const end = stdout.indexOf(0x0a, at);
    const [, kind, size] = stdout.subarray(at, end).toString('latin1').split(' ');
    const bytes = stdout.subarray(end + 1, end + 1 + Number(size));
    at = end + 2 + bytes.length;
    return kind !== 'blob' || bytes.subarray(0, 8000).includes(0) ? undefined : new TextDecoder().decode(bytes);
  });
}

/** Which lines became which, by path. A rename is a file deleted and one added. */
export async function changedHunks(
  repository: Repository,
  before: string,
  after: string,
): Promise<Map<string, Hunk[]>> {
  if (before === after) return new Map();
  return readHunks(await unifiedDiff(repository, before, after, 0));
}

/** All files of a commit. */
export async function listFiles(repository: Repository, commit: string): Promise<string[]> {
  return nulList(await git(repository, ['ls-tree', '-r', '-z', '--full-tree', '--name-only', commit]));
}

/** Arguments for a diff that `parseDiff` reads. */
export const DIFF = ['-r', '-z', '--raw', '--numstat', '--no-renames', '--no-ext-diff', '--no-textconv'] as const;

/** One call gives kinds and line counts: first every file's raw line and path, then every file's counts. */
export function parseDiff(output: string): (ChangedFile & { readonly gitlink: boolean })[] {
  const items = nulList(output);
  const kinds = new Map<string, { status: ChangedFile['status']; gitlink: boolean }>();
  const counts = new Map<string, { added: number; removed: number }>();
  for (let i = 0; i < items.length; i++) {
    const item = items[i] ?? '';
    if (item.startsWith(':')) {
      const [, newMode, , , letter] = item.split(' ');
      kinds.set(items[++i] ?? '', { status: statusOf(letter), gitlink: newMode === '160000' });
    } else {
      const [, added, removed, path] = /^(\d+|-)\t(\d+|-)\t(.*)$/s.exec(item) ?? [];
      if (path !== undefined && added !== '-') counts.set(path, { added: Number(added), removed: Number(removed) });
    }
  }
  return [...kinds].map(([path, kind]) => ({ path, ...kind, ...counts.get(path) }));
}

/** A changed type (file to symlink) is a modification. */
function statusOf(letter: string | undefined): ChangedFile['status'] {
  return letter === 'A' ? 'added' : letter === 'D' ? 'deleted' : 'modified';
}
