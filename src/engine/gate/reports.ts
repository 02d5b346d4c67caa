import { copyFile, mkdir, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { isMissing } from '../git/git.ts';
import type { Collected, Run } from '../measure/request.ts';
import type { Failed } from '../workspaces.ts';

/** A report of a run of tests has a few megabytes; a larger one is a mistake, or meant to hurt. */
const LARGEST_BYTES = 64 * 1024 * 1024;

/** Takes away what the patterns name in a folder, so that what is there afterwards is new. Follows no link out of it. */
export async function dropReports(folder: string, patterns: readonly string[]): Promise<Failed | undefined> {
  for (const pattern of patterns)
    for (const name of await expand(folder, pattern)) {
      const path = join(folder, name);
      if (!(await isWithin(folder, path))) return { error: `${name} leads out of the worktree.` };
      await rm(path, { force: true, recursive: true });
    }
  return undefined;
}

/** Copies what the commands wrote, once: after a restart it may be gone from where it was. */
export async function collect(
  folder: string,
  into: string,
  reports: readonly string[],
  files: readonly string[],
): Promise<Pick<Run, 'reports' | 'files'>> {
  if (reports.length + files.length > 0 && !(await exists(into))) {
    const draft = `${into}.tmp`;
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true });
    for (const pattern of [...reports, ...files])
      for (const name of await expand(folder, pattern)) {
        const path = join(folder, name);
        const { size } = await stat(path).catch(() => ({ size: Infinity }));
        if (size > LARGEST_BYTES || !(await isWithin(folder, path))) continue;
        await mkdir(dirname(join(draft, name)), { recursive: true });
        await copyFile(path, join(draft, name));
      }
    await rename(draft, into);
  }
  const collected = async (patterns: readonly string[]): Promise<Collected[]> => {
    const found = await Promise.all(
      patterns.map(async (pattern): Promise<Collected[]> => {
        const names = await expand(into, pattern);
        return names.length === 0 ? [{ name: pattern }] : names.map((name) => ({ name, file: join(into, name) }));
      }),
    );
    return found.flat();
  };
  return { reports: await collected(reports), files: await collected(files) };
}

/** Files below a folder that a pattern names: `*` is any text within one name. Sorted. */
async function expand(folder: string, pattern: string): Promise<string[]> {
  let found = [''];
  for (const part of pattern.split(/[/\\]/).filter((one) => one !== '' && one !== '.')) {
    const next: string[] = [];
    const fits = new RegExp(`^${part.split('*').map(escaped).join('.*')}$`, 's');
    for (const parent of found) {
      const names = part.includes('*') ? await namesIn(join(folder, parent)) : [part];
      for (const name of names) if (fits.test(name)) next.push(parent === '' ? name : `${parent}/${name}`);
    }
    found = next;
  }
  const there = await Promise.all(found.map((name) => exists(join(folder, name))));
  return found.filter((_, i) => there[i]).sort();
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

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error) || (error as NodeJS.ErrnoException).code === 'ENOTDIR') return false;
    throw error;
  }
}

async function isWithin(folder: string, path: string): Promise<boolean> {
  const inner = relative(await realpath(folder), await realpath(path));
  return inner !== '..' && !inner.startsWith(`..${sep}`);
}
