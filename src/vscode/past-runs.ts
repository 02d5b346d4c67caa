import * as vscode from 'vscode';
import type { Sample } from '../core/schedule/calibration.ts';
import { openRepository } from '../engine/git/preflight.ts';
import { History } from '../engine/history.ts';

/** What the past runs of a plan's repository tell of estimates. */
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
