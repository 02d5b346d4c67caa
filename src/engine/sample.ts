import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commitTree } from './git/commit.ts';
import { git, runGit } from './git/git.ts';
import { openRepository, type Opened } from './git/preflight.ts';

/** Of the folder that the sample is put in; with a number behind it where that is taken. */
const NAME = 'orca-sample';

/** Copies a folder into a new one inside `parent` and makes that a repository with all of it in one commit. */
export async function makeSample(from: string, parent: string): Promise<Opened> {
  const folder = await newFolder(parent);
  await copyFiles(from, folder);
  const init = ['init', '--quiet', '--initial-branch=main'];
  const made = await runGit({ gitPath: 'git', env: process.env }, init, { cwd: folder });
  const opened = await openRepository(folder);
  if (!opened.ok) return opened;
  if (made.code !== 0) throw new Error(`${folder} could not be made a git repository: ${made.stderr.trim()}`);
  const { repository } = opened;
  await git(repository, ['add', '--all']);
  const tree = await git(repository, ['write-tree']);
  const commit = await commitTree(repository, { tree, parents: [], message: 'The plan, before anything is built' });
  await git(repository, ['update-ref', 'HEAD', commit, '']);
  return opened;
}

async function newFolder(parent: string): Promise<string> {
  for (let n = 1; ; n++) {
    const folder = join(parent, n === 1 ? NAME : `${NAME}-${n}`);
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** As files of the user's own: what an extension brings may be read-only. */
async function copyFiles(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      await mkdir(target);
      await copyFiles(source, target);
    } else await writeFile(target, await readFile(source));
  }
}
