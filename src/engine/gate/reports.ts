import { copyFile, lstat, mkdir, readdir, realpath, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Collected, Run } from '../measure/request.ts';
import type { Failed } from '../workspaces.ts';

/** A report of a run of tests has a few megabytes; a larger one is a mistake, or meant to hurt. */
const LARGEST_BYTES = 64 * 1024 * 1024;
/** Of one run, all of them. */
const ALL_BYTES = 4 * LARGEST_BYTES;

/** Takes away the files that the patterns name in a folder, so that what is there afterwards is new. Follows no link out. */
export async function dropReports(folder: string, patterns: readonly string[]): Promise<Failed | undefined> {
  for (const pattern of patterns)
    for (const name of await expand(folder, pattern)) {
      const path = join(folder, name);
      if (!(await isWithin(folder, path))) return { error: `${name} leads out of the worktree.` };
      // A folder is no report, and may hold what nobody can write again.
      if (!(await lstat(path)).isDirectory()) await rm(path, { force: true });
    }
  return undefined;
}

/**
 * Copies what the commands wrote, since it will not stay where it is. What is there and cannot be taken is told with
 * why: a report that is left out must not look like one that was never asked for.
 */
export async function collect(
  folder: string,
  into: string,
  reports: readonly string[],
  files: readonly string[],
): Promise<Pick<Run, 'reports' | 'files'>> {
  await rm(into, { recursive: true, force: true });
  let left = ALL_BYTES;
  const take = async (name: string): Promise<Collected> => {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || !(await isWithin(folder, path))) return { name, problem: 'leads out of the worktree' };
    if (!found.isFile()) return { name, problem: 'is no file' };
    left -= found.size;
    if (found.size > LARGEST_BYTES || left < 0) return { name, problem: `is too large (${found.size} bytes)` };
    await mkdir(dirname(join(into, name)), { recursive: true });
    await copyFile(path, join(into, name));
    return { name, file: join(into, name) };
  };
  const all: Collected[] = [];
  for (const pattern of reports) {
    const names = await expand(folder, pattern);
    if (names.length === 0) all.push({ name: pattern });
    for (const name of names) all.push(await take(name));
  }
  const figures: Collected[] = [];
  for (const pattern of files) {
    const [name] = await expand(folder, pattern);
    figures.push(name === undefined ? { name: pattern } : { ...(await take(name)), name: pattern });
  }
  return { reports: all, files: figures };
}

/** What a pattern names below a folder, links among it: `*` is any text within one name. Sorted. */
async function expand(folder: string, pattern: string): Promise<string[]> {
  let found = [''];
  for (const part of pattern.split(/[/\\]/).filter((one) => one !== '' && one !== '.')) {
    const next: string[] = [];
    const fits = new RegExp(`^${part.split('*').map(escaped).join('.*')}$`, 's');
    for (const parent of found) {
      const names = part.includes('*') ? await namesIn(join(folder, parent)) : [part];
      // Git's own folder is nobody's report.
      for (const name of names)
        if (fits.test(name) && name !== '.git') next.push(parent === '' ? name : `${parent}/${name}`);
    }
    found = next;
  }
  const there = await Promise.all(found.map((name) => exists(join(folder, name))));
  return found.filter((name, i) => name !== '' && there[i]).sort();
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

/** A link is there, wherever it leads. */
async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}

/** A link whose end cannot be told does not lead anywhere in the folder. */
async function isWithin(folder: string, path: string): Promise<boolean> {
  try {
    const inner = relative(await realpath(folder), await realpath(path));
    return inner !== '..' && !inner.startsWith(`..${sep}`);
  } catch {
    return false;
  }
}
