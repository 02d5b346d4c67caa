import * as vscode from 'vscode';
import type { Sample } from '../core/schedule/calibration.ts';
import { openRepository } from '../engine/git/preflight.ts';
import { History } from '../engine/history.ts';
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

  #root(folder: string): Promise<string | undefined> {
    const known = this.#roots.get(folder);
    if (known !== undefined) return known;
    const root = openRepository(folder).then((opened) => (opened.ok ? opened.repository.root : undefined));
    this.#roots.set(folder, root);
    // A folder may be made a repository later.
    void root.then((found) => found === undefined && this.#roots.delete(folder));
    return root;
  }
}
