import { constants } from 'node:fs';
import { copyFile, lstat, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { exists, git, isMissing, nulList, type Repository } from './git.ts';

/** What a worktree gets from the user's checkout beyond its commit. */
export interface CarryOver {
  /** `link`: the user's own folder, also for writing. */
  readonly dependencies: 'none' | 'link' | 'copy';
  /** Names, at any depth, or paths relative to the root. Only folders that git ignores count. */
  readonly dependencyFolders: readonly string[];
}

export const NOTHING_CARRIED: CarryOver = { dependencies: 'none', dependencyFolders: [] };

/** At the top of a checkout: which of its untracked and ignored files worktrees get, in the syntax of .gitignore. */
export const INCLUDE_FILE = '.worktreeinclude';

/** A file that worktrees are to have could not be brought there. */
export class CarryOverError extends Error {
  override readonly name = 'CarryOverError';
}

interface OfWorktree {
  readonly path: string;
  readonly index: string;
}

/** Where it is written down what a worktree was given, next to its index: no part of any result. */
const listOf = ({ index }: OfWorktree): string => `${index}.carried`;

interface Item {
  /** Relative to the root, `/` as separator. */
  readonly path: string;
  readonly how: 'link' | 'copy';
  /** Links in it go along wherever they lead: an environment of Python has its interpreter by one. */
  readonly anyLinks: boolean;
}

/**
 * Brings into a worktree that was just made what the user's checkout has untracked: files by `.worktreeinclude`, and
 * folders of dependencies. What the commit has goes before. May be repeated after `dropLinks` and a clean.
 */
export async function carryOver(repository: Repository, worktree: OfWorktree, wanted: CarryOver): Promise<void> {
  const found = [...(await dependencies(repository, wanted)), ...(await included(repository))];
  const items: Item[] = [];
  for (const item of outermost(found)) items.push(...(await placesFor(item, repository.root, worktree.path)));
  if (items.length === 0) return rm(listOf(worktree), { force: true });
  // Written before anything is there, so that nothing is ever there that is not known.
  await writeFile(listOf(worktree), items.map(({ path }) => `${path}\0`).join(''));
  for (const item of items) await bring(item, repository.root, worktree.path);
}

/** What `carryOver` gave a worktree: files, links, and folders with all that is below. Relative to its root. */
export async function carriedInto(worktree: OfWorktree): Promise<string[]> {
  try {
    return nulList(await readFile(listOf(worktree), 'utf8'));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Takes links away again, so that whatever cleans the worktree has none to follow. */
export async function dropLinks(worktree: OfWorktree): Promise<void> {
  for (const path of await carriedInto(worktree)) {
    const at = join(worktree.path, path);
    if ((await isReached(worktree.path, path)) && (await kindOf(at)) === 'link') await rm(at);
  }
}

async function dependencies(repository: Repository, wanted: CarryOver): Promise<Item[]> {
  const { dependencies: how, dependencyFolders } = wanted;
  if (how === 'none' || dependencyFolders.length === 0) return [];
  const names = new Set(dependencyFolders.map((name) => name.replaceAll('\\', '/').replace(/\/+$/, '')));
  const ignored = await untracked(repository, ['--exclude-standard']);
  return ignored
    .filter((path) => path.endsWith('/'))
    .map((path) => path.slice(0, -1))
    .filter((path) => names.has(path) || names.has(path.slice(path.lastIndexOf('/') + 1)))
    .map((path) => ({ path, how, anyLinks: true }));
}

async function included(repository: Repository): Promise<Item[]> {
  const patterns = join(repository.root, INCLUDE_FILE);
  if (!(await exists(patterns))) return [];
  const matched = (await untracked(repository, [`--exclude-from=${patterns}`])).sort();
  return matched
    .filter((path, i) => {
      // Git also lists a folder that has nothing but files that match: those are listed themselves.
      const next = matched[i + 1];
      return !path.endsWith('/') || next?.startsWith(path) !== true;
    })
    .map((path) => ({ path: path.replace(/\/$/, ''), how: 'copy', anyLinks: false }));
}

/** Untracked files that patterns match, whole folders with `/` at the end, without what is Orca's. */
async function untracked(repository: Repository, patterns: readonly string[]): Promise<string[]> {
  const args = ['ls-files', '-z', '--others', '--ignored', '--directory', ...patterns];
  const paths = nulList(await git(repository, [...args, '--', '.', ':(exclude,top,literal).orca']));
  // Where all of a folder matches, git names it whatever is excluded.
  return paths.filter((path) => path !== '.orca/');
}

/** Without what lies in another of them: nothing is ever copied through a link. */
function outermost(items: readonly Item[]): Item[] {
  const paths = new Set(items.map(({ path }) => path));
  const seen = new Set<string>();
  return items.filter(({ path }) => {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
      if (paths.has(path.slice(0, at))) return false;
    return !seen.has(path) && seen.add(path);
  });
}

/** An item as far as there is place for it in the worktree: where the commit has the folder, by its entries. */
async function placesFor(item: Item, root: string, worktree: string): Promise<Item[]> {
  const { path, how, anyLinks } = item;
  if (!(await isReached(worktree, path, { mayLack: !anyLinks }))) return [];
  const there = await kindOf(join(worktree, path));
  if (there === undefined) return [item];
  if (how === 'link' || there !== 'folder' || (await kindOf(join(root, path))) !== 'folder') return [];
  const places: Item[] = [];
  for (const name of await readdir(join(root, path)))
    places.push(...(await placesFor({ ...item, path: `${path}/${name}` }, root, worktree)));
  return places;
}

/** Whether all folders above a path are folders and no links. */
export async function isReached(worktree: string, path: string, { mayLack = false } = {}): Promise<boolean> {
  for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
    const kind = await kindOf(join(worktree, path.slice(0, at)));
    if (kind === undefined) return mayLack;
    if (kind !== 'folder') return false;
  }
  return true;
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'link' | 'other' | undefined> {
  try {
    const entry = await lstat(path);
    // A junction of Windows is a link as well.
    if (entry.isSymbolicLink()) return 'link';
    return entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : 'other';
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function bring({ path, how, anyLinks }: Item, root: string, worktree: string): Promise<void> {
  const from = join(root, path);
  const to = join(worktree, path);
  try {
    await mkdir(dirname(to), { recursive: true });
    if (how === 'link') await symlink(from, to, process.platform === 'win32' ? 'junction' : 'dir');
    else await copy(from, to, (link, at) => anyLinks || staysIn(root, at, link));
  } catch (error) {
    const { message } = error as Error;
    throw new CarryOverError(`${path} of the checkout could not be brought into the worktree: ${message}`);
  }
}

/** Copies a file or folder, sharing blocks where the file system can. What is gone meanwhile is left out. */
async function copy(from: string, to: string, keeps: (link: string, at: string) => boolean): Promise<void> {
  switch (await kindOf(from)) {
    case 'file':
      return copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL).catch(unlessMissing(from));
    case 'link': {
      const link = await readlink(from);
      if (keeps(link, from)) await symlink(link, to, (await exists(join(from, '.'))) ? 'dir' : 'file');
      return;
    }
    case 'folder': {
      await mkdir(to);
      const names = await readdir(from);
      await Promise.all(names.map((name) => copy(join(from, name), join(to, name), keeps)));
      return;
    }
    case 'other':
    case undefined:
      return;
  }
}

function unlessMissing(from: string): (error: unknown) => Promise<void> {
  return async (error) => {
    if (!isMissing(error) || (await exists(from))) throw error;
  };
}

/** An absolute link would lead back to the user's checkout. */
function staysIn(root: string, at: string, link: string): boolean {
  if (isAbsolute(link)) return false;
  const way = relative(root, resolve(dirname(at), link));
  return way !== '..' && !/^\.\.[\\/]/.test(way) && !isAbsolute(way);
}
