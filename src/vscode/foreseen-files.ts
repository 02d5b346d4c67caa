import { join } from 'node:path';
import * as vscode from 'vscode';
import { foreseenText } from '../core/view/run-rows.ts';
import type { Runs } from './runs.ts';

export function registerForeseenFiles(runs: Runs): vscode.Disposable {
  const files = new ForeseenFiles(runs);
  return vscode.Disposable.from(files, vscode.window.registerFileDecorationProvider(files));
}

/** Marks files in which tasks at work would conflict, as long as that is foreseen. */
class ForeseenFiles implements vscode.FileDecorationProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri[]>();
  readonly #off: vscode.Disposable;
  /** What is said, by path. */
  #said = new Map<string, string>();

  readonly onDidChangeFileDecorations = this.#changed.event;

  constructor(runs: Runs) {
    this.#off = runs.onDidChange(() => this.#update(runs));
  }

  provideFileDecoration({ scheme, fsPath }: vscode.Uri): vscode.FileDecoration | undefined {
    const said = scheme === 'file' ? this.#said.get(fsPath) : undefined;
    if (said === undefined) return undefined;
    const color = new vscode.ThemeColor('gitDecoration.conflictingResourceForeground');
    return new vscode.FileDecoration('!', said, color);
  }

  dispose(): void {
    this.#off.dispose();
    this.#changed.dispose();
  }

  #update({ shown }: Runs): void {
    const said = new Map<string, string>();
    for (const { tasks, files } of shown?.state.foreseen ?? [])
      for (const file of files) {
        const { fsPath } = vscode.Uri.file(join(shown?.root ?? '', file));
        const text = `Orca: ${tasks[0]} ${foreseenText({ others: tasks.slice(1), files: [file] })}`;
        said.set(fsPath, [said.get(fsPath), text].filter(Boolean).join('\n'));
      }
    const paths = new Set([...this.#said.keys(), ...said.keys()]);
    const changed = [...paths].filter((path) => said.get(path) !== this.#said.get(path));
    this.#said = said;
    if (changed.length > 0) this.#changed.fire(changed.map((path) => vscode.Uri.file(path)));
  }
}
