import * as vscode from 'vscode';
import { COMMANDS, COMPARISON_SCHEME, TASK_TYPE, VIEWS } from './ids.ts';
import { workspaceFolders } from './runs.ts';
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

type Handlers = Readonly<Record<string, (...args: never[]) => unknown>>;

/** The history and what else a window needs now and then: a bundle of its own, loaded when it is first asked for. */
export class WindowExtras implements vscode.Disposable {
  readonly #host: WindowHost;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly #disposables: readonly { dispose(): unknown }[];
  #loaded: Promise<WindowParts> | undefined;
  #watchers: readonly { dispose(): unknown }[] = [];
  #told = '';

  constructor(host: WindowHost) {
    this.#host = host;
    const view = vscode.window.createTreeView<HistoryItem>(VIEWS.history, {
      treeDataProvider: {
        onDidChangeTreeData: this.#changed.event,
        getChildren: (item) => (item === undefined ? this.#history() : []),
        getTreeItem: (item) => item,
      },
      canSelectMany: true,
    });
    this.#disposables = [
      this.#changed,
      view,
      vscode.tasks.registerTaskProvider(TASK_TYPE, {
        provideTasks: async () => (await this.#load()).tasks(),
        resolveTask: async (task) => (await this.#load()).resolved(task),
      }),
      vscode.window.registerUriHandler({ handleUri: (uri) => this.#open(uri) }),
      view.onDidChangeVisibility(() => this.#refresh()),
      host.runs.onDidChange(() => this.#follow()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#watch()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#refresh()),
      vscode.workspace.registerTextDocumentContentProvider(COMPARISON_SCHEME, {
        provideTextDocumentContent: async (uri) => (await this.#load()).comparison(uri),
      }),
    ];
    this.#watch();
  }

  /** Of the commands that the bundle answers. */
  get handlers(): Handlers {
    return Object.fromEntries(
      WINDOW_COMMANDS.map((command) => [
        command,
        async (...args: unknown[]) => {
          await (await this.#load()).run(command, args);
          this.#refresh();
        },
      ]),
    );
  }

  dispose(): void {
    for (const disposable of [...this.#disposables, ...this.#watchers]) disposable.dispose();
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

  #refresh(): void {
    this.#changed.fire(undefined);
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
  #watch(): void {
    for (const watcher of this.#watchers) watcher.dispose();
    this.#watchers = workspaceFolders().flatMap((folder) => {
      const pattern = new vscode.RelativePattern(folder, '.orca/executions/*/{journal.jsonl,execution_summary.md}');
      const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, true, false);
      const refresh = (): void => this.#refresh();
      return [watcher, watcher.onDidCreate(refresh), watcher.onDidDelete(refresh)];
    });
    this.#refresh();
  }
}
