import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { INNER_FOLDERS, USUAL_PLACES, filesOfFolder, planFolderOf } from '../core/plan/plan-files.ts';
import { sourceOf, type PlanSource } from '../core/plan/source.ts';

export type PlanReading =
  | {
      readonly ok: true;
      /** The file, or the folder of the plan's files. */
      readonly path: string;
      readonly source: PlanSource;
    }
  | { readonly ok: false; readonly message: string };

/** The text of a file of which another one than the disk's counts. */
export type TextOf = (path: string) => string | undefined;

/** What a plan is read from: a file, or all files of a folder, whose parts are named relative to `base`. */
export async function readPlanSource(
  path: string,
  base: string,
  textOf: TextOf = () => undefined,
): Promise<PlanReading> {
  const read = async (file: string): Promise<string> => textOf(file) ?? (await readFile(file, 'utf8'));
  const ofFile = async (file: string): Promise<PlanReading> => ({
    ok: true,
    path: file,
    source: { text: await read(file) },
  });
  try {
    const isFolder = (await stat(path)).isDirectory();
    const folder = planFolderOf(slashes(path)) ?? (isFolder ? path : undefined);
    // Of a folder of tasks one may be meant alone; what a list says of its packages is half of it.
    if (folder === undefined || (!isFolder && !/(?:^|\/)tasks\.md$/i.test(slashes(path)))) return await ofFile(path);
    const files = filesOfFolder(await namesIn(folder));
    const [first] = files;
    if (first === undefined)
      return { ok: false, message: 'There is no plan in this folder: no plan.md, and no tasks.' };
    if (files.length === 1) return await ofFile(join(folder, first));
    const parts = await Promise.all(
      files.map(async (name) => {
        const file = join(folder, name);
        return { path: slashes(relative(base, file)), text: await read(file) };
      }),
    );
    return { ok: true, path: folder, source: sourceOf(parts) };
  } catch (error) {
    return { ok: false, message: (error as Error).message };
  }
}

/** The plans that are at the usual places of a folder: files, and folders of files. */
export async function findPlans(folder: string): Promise<string[]> {
  const found = await Promise.all(USUAL_PLACES.map((place) => matching(folder, place.split('/'))));
  const plans = found.flat().map((path) => planFolderOf(slashes(path)) ?? path);
  return [...new Set(plans.map((path) => join(path)))];
}

async function namesIn(folder: string): Promise<string[]> {
  const inner = await Promise.all(
    INNER_FOLDERS.map(async (name) => (await filesIn(join(folder, name))).map((file) => `${name}/${file}`)),
  );
  return [...(await filesIn(folder)), ...inner.flat()];
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
}

/** The paths below a folder whose names fit, one after another. */
async function matching(folder: string, [name = '', ...rest]: readonly string[]): Promise<string[]> {
  const fits = new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const own = entries.filter((entry) => fits.test(entry.name) && entry.isDirectory() === rest.length > 0);
  const names = own.map((entry) => entry.name).sort();
  if (rest.length === 0) return names.map((found) => join(folder, found));
  return (await Promise.all(names.map((found) => matching(join(folder, found), rest)))).flat();
}

function slashes(path: string): string {
  return path.replaceAll('\\', '/');
}
