import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Sample } from '../core/schedule/calibration.ts';
import { openRepository } from '../engine/git/preflight.ts';
import { History } from '../engine/history.ts';
import { executionsDir } from '../engine/run-files.ts';
import { workspaceFolders } from './runs.ts';

/** The past runs of the workspace's repositories, and what they tell of estimates. */
export class PastRuns {
  readonly #history = new History();
  readonly #roots = new Map<string, Promise<string | undefined>>();

  /** Empty where the plan is in no repository: nothing has run there. */
  async samples(plan: vscode.Uri): Promise<readonly Sample[]> {
    const folder = vscode.workspace.getWorkspaceFolder(plan)?.uri;
    if (folder?.scheme !== 'file' || !vscode.workspace.isTrusted) return [];
    const root = await this.#root(folder.fsPath);
    return root === undefined ? [] : this.#history.samples(root);
  }

  /** Of the workspace's folders. */
  async roots(): Promise<readonly string[]> {
    if (!vscode.workspace.isTrusted) return [];
    const roots = await Promise.all(workspaceFolders().map((folder) => this.#root(folder)));
    return [...new Set(roots.flatMap((root) => root ?? []))];
  }

  /** The runs of a repository, at most so many, and how many there are in all. */
  runs(root: string, most: number): ReturnType<History['runs']> {
    return this.#history.runs(root, most);
  }

  /** Where a run is, however old; undefined: none of the repositories has it. */
  async find(id: string): Promise<{ readonly root: string; readonly id: string } | undefined> {
    for (const root of await this.roots()) {
      const ids: string[] = await readdir(executionsDir(root)).catch(() => []);
      if (ids.includes(id)) return { root, id };
    }
    return undefined;
  }

  /** Differs where a run has come, ended or gone since, in the repositories that have been asked for. */
  async version(): Promise<string> {
    const roots = await Promise.all(workspaceFolders().map(async (folder) => await this.#roots.get(folder)));
    const versions = [...new Set(roots)].map(async (root) => {
      const dir = root === undefined ? undefined : executionsDir(root);
      const ids: string[] = dir === undefined ? [] : await readdir(dir).catch(() => []);
      // A file is made in its folder at both ends of a run.
      const at = (id: string): Promise<string> =>
        stat(join(dir ?? '', id)).then(
          ({ mtimeMs }) => `${id} ${mtimeMs}`,
          () => '',
        );
      return (await Promise.all(ids.sort().map(at))).join('\n');
    });
    return (await Promise.all(versions)).join('\n');
  }

  #root(folder: string): Promise<string | undefined> {
    const known = this.#roots.get(folder);
    if (known !== undefined) return known;
    const root = openRepository(folder).then((opened) => (opened.ok ? opened.repository.root : undefined));
    this.#roots.set(folder, root);
    // A folder may be made a repository later, and git may be there later.
    root.then(
      (found) => found === undefined && this.#roots.delete(folder),
      () => this.#roots.delete(folder),
    );
    return root;
  }
}
