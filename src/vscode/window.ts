import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { journalPath } from '../engine/run-files.ts';
import { COMMANDS, COMPARISON_SCHEME, TASK_TYPE, VIEWS } from './ids.ts';
import type { HistoryItem } from './window/history.ts';
import type { WindowHost } from './window/host.ts';
import type { WindowCommand, WindowParts } from './window/register.ts';

const WINDOW_COMMANDS: readonly WindowCommand[] = [
  COMMANDS.openRun,
  COMMANDS.runSummary,
  COMMANDS.runChanges,
  COMMANDS.compareRuns,
  COMMANDS.deleteRun,
  COMMANDS.moreRuns,
  COMMANDS.openSample,
];

/** Looked at, since watching is not dependable: of a folder that comes or goes with all that is in it little is told. */
const LOOK_MS = 2000;

type Handlers = Readonly<Record<string, (...args: never[]) => unknown>>;

/** The history and what else a window needs now and then: a bundle of its own, loaded when it is first asked for. */
export class WindowExtras implements vscode.Disposable {
  readonly #host: WindowHost;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #compared = new vscode.EventEmitter<vscode.Uri>();
  readonly #view: vscode.TreeView<HistoryItem>;
  readonly #disposables: readonly { dispose(): unknown }[];
  #loaded: Promise<WindowParts> | undefined;
  #timer: NodeJS.Timeout;
  #isDisposed = false;
  #version = '';
  #told = '';

  constructor(host: WindowHost) {
    this.#host = host;
    this.#view = vscode.window.createTreeView<HistoryItem>(VIEWS.history, {
      treeDataProvider: {
        onDidChangeTreeData: this.#changed.event,
        getChildren: (item) => (item === undefined ? this.#history() : []),
        getTreeItem: (item) => item,
      },
      canSelectMany: true,
    });
    this.#disposables = [
      this.#changed,
      this.#view,
      vscode.tasks.registerTaskProvider(TASK_TYPE, {
        provideTasks: async () => (await this.#load()).tasks(),
        resolveTask: async (task) => (await this.#load()).resolved(task),
      }),
      vscode.window.registerUriHandler({ handleUri: (uri) => this.#open(uri) }),
      this.#view.onDidChangeVisibility(() => this.#refresh()),
      host.runs.onDidChange(() => this.#follow()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.lookForRepositories()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.lookForRepositories()),
      this.#compared,
      vscode.workspace.registerTextDocumentContentProvider(COMPARISON_SCHEME, {
        onDidChange: this.#compared.event,
        provideTextDocumentContent: async (uri) => (await this.#load()).comparison(uri),
      }),
    ];
    this.lookForRepositories();
    this.#timer = setTimeout(() => void this.#look(), LOOK_MS);
  }

  /** Of the commands that the bundle answers. */
  get handlers(): Handlers {
    return Object.fromEntries(
      WINDOW_COMMANDS.map((command) => [
        command,
        async (...args: unknown[]) => {
          try {
            await (await this.#load()).run(command, args);
          } finally {
            // What it was refused for may be that the run is gone.
            this.#refresh();
          }
        },
      ]),
    );
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #load(): Promise<WindowParts> {
    return (this.#loaded ??= import('./window/register.ts').then(({ windowParts }) => windowParts(this.#host)));
  }

  async #history(): Promise<HistoryItem[]> {
    try {
      return await (await this.#load()).history();
    } catch (error) {
      // The tree would be empty without a word.
      this.#host.log.error(error as Error);
      return [];
    }
  }

  async #open(link: vscode.Uri): Promise<void> {
    try {
      await (await this.#load()).open(link);
    } catch (error) {
      this.#host.log.error(error as Error);
      void vscode.window.showErrorMessage(`Orca: ${(error as Error).message}`);
    }
  }

  /** Past runs are kept in repositories, of which there may be more now. */
  lookForRepositories(): void {
    this.#host.past.roots().then(
      () => this.#refresh(),
      (error: unknown) => this.#host.log.error(error as Error),
    );
  }

  #refresh(): void {
    this.#changed.fire(undefined);
    for (const uri of compared()) this.#compared.fire(uri);
  }

  /** The run that is shown says itself what came of it; a row tells no more than this of it. */
  #follow(): void {
    const state = this.#host.runs.shown?.state;
    const merged = state?.tasks.filter(({ phase }) => phase.kind === 'merged').length;
    const now = `${state?.spec.id ?? ''} ${JSON.stringify(state?.status)} ${merged ?? 0}`;
    if (now === this.#told) return;
    this.#told = now;
    this.#refresh();
  }

  /** Runs that somebody else begins, ends or removes. */
  async #look(): Promise<void> {
    try {
      const { shown } = this.#host.runs;
      if (shown !== undefined && !existsSync(journalPath(shown.dir))) await this.#host.runsRemoved();
      const version = this.#view.visible || compared().length > 0 ? await this.#host.past.version() : this.#version;
      if (version !== this.#version) this.#refresh();
      this.#version = version;
    } catch (error) {
      this.#host.log.error(error as Error);
    }
    if (!this.#isDisposed) this.#timer = setTimeout(() => void this.#look(), LOOK_MS);
  }
}

/** The comparisons that are open. */
function compared(): vscode.Uri[] {
  return vscode.workspace.textDocuments.flatMap(({ uri }) => (uri.scheme === COMPARISON_SCHEME ? [uri] : []));
}
