import * as vscode from 'vscode';
import { CONTEXT } from './ids.ts';

const KEY = 'orca.declaredPlans';

/** What the user has said of files by a command: that they are plans, or are none. Remembered with the workspace. */
export class DeclaredPlans {
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
    this.#tellMenus();
  }

  /** Undefined: nothing was said of it. */
  get(uri: vscode.Uri): boolean | undefined {
    return this.#all()[uri.toString()];
  }

  async set(uri: vscode.Uri, isPlan: boolean): Promise<void> {
    await this.#memory.update(KEY, { ...this.#all(), [uri.toString()]: isPlan });
    this.#tellMenus();
  }

  plans(): vscode.Uri[] {
    return Object.entries(this.#all()).flatMap(([uri, isPlan]) => (isPlan ? [vscode.Uri.parse(uri, true)] : []));
  }

  #all(): Readonly<Record<string, boolean>> {
    return this.#memory.get<Readonly<Record<string, boolean>>>(KEY, {});
  }

  #tellMenus(): void {
    const paths = this.plans().map((uri) => (uri.scheme === 'file' ? uri.fsPath : uri.path));
    void vscode.commands.executeCommand('setContext', CONTEXT.declaredPlans, paths);
  }
}
