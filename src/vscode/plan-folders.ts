import * as vscode from 'vscode';
import { INNER_FOLDERS, filesOfFolder, planFolderOf } from '../core/plan/plan-files.ts';
import { sourceOf, type PlanSource } from '../core/plan/source.ts';

interface Folder {
  readonly uri: vscode.Uri;
  /** In the plan's order, with their texts on the disk; fewer than two: the folder is no plan of several files. */
  files: readonly { readonly uri: vscode.Uri; readonly text: string }[];
  /** Rises with each reading. */
  reading: number;
  readonly watcher: vscode.Disposable;
}

const SETTLE_MS = 100;

/** The plans that are folders of files: their files are read once and watched, so that a plan is there without waiting. */
export class PlanFolders implements vscode.Disposable {
  readonly #folders = new Map<string, Folder>();
  readonly #loading = new Map<string, Promise<Folder>>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();

  /** The files of a folder were read, for the first time or anew. */
  readonly onDidChange = this.#changed.event;

  /** The folder whose files a document is one of; `loading`: it is not read yet. */
  of(document: vscode.Uri): vscode.Uri | 'loading' | undefined {
    const key = document.toString();
    for (const { uri, files } of this.#folders.values())
      if (files.length > 1 && files.some((file) => file.uri.toString() === key)) return uri;
    const named = folderNamed(document);
    if (named === undefined || this.#folders.has(named.toString())) return undefined;
    void this.load(named);
    return 'loading';
  }

  /** The files of the plan that a folder is; of one with a single file, that file. Read where that has not been. */
  async load(given: vscode.Uri): Promise<readonly vscode.Uri[]> {
    const uri = folderNamed(given) ?? given;
    const key = uri.toString();
    let loading = this.#loading.get(key);
    if (loading === undefined) {
      loading = this.#read(uri);
      this.#loading.set(key, loading);
    }
    return (await loading).files.map((file) => file.uri);
  }

  /** What the plan of a folder is read from, with the texts of the documents that are open. */
  source(folder: vscode.Uri): PlanSource {
    const open = openDocuments();
    return sourceOf(
      this.#filesOf(folder).map(({ uri, text }) => ({
        path: vscode.workspace.asRelativePath(uri, false),
        text: open.get(uri.toString())?.getText() ?? text,
      })),
    );
  }

  /** Differs where the text does. */
  version(folder: vscode.Uri): string {
    const open = openDocuments();
    const versions = this.#filesOf(folder).map(({ uri }) => open.get(uri.toString())?.version ?? '');
    return [this.#folders.get(folder.toString())?.reading ?? 0, ...versions].join(' ');
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const { watcher } of this.#folders.values()) watcher.dispose();
    this.#changed.dispose();
  }

  #filesOf(folder: vscode.Uri): Folder['files'] {
    return this.#folders.get(folder.toString())?.files ?? [];
  }

  async #read(uri: vscode.Uri): Promise<Folder> {
    const files = await filesIn(uri);
    const key = uri.toString();
    let folder = this.#folders.get(key);
    if (folder === undefined) {
      folder = { uri, files, reading: 1, watcher: this.#watch(uri) };
      this.#folders.set(key, folder);
    } else {
      folder.files = files;
      folder.reading += 1;
    }
    this.#changed.fire(uri);
    return folder;
  }

  #watch(uri: vscode.Uri): vscode.Disposable {
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(uri, '**/*.md'));
    const again = (): void => {
      const key = uri.toString();
      clearTimeout(this.#timers.get(key));
      this.#timers.set(
        key,
        setTimeout(() => {
          this.#timers.delete(key);
          this.#loading.set(key, this.#read(uri));
        }, SETTLE_MS),
      );
    };
    return vscode.Disposable.from(
      watcher,
      watcher.onDidCreate(again),
      watcher.onDidChange(again),
      watcher.onDidDelete(again),
    );
  }
}

function openDocuments(): ReadonlyMap<string, vscode.TextDocument> {
  return new Map(vscode.workspace.textDocuments.map((document) => [document.uri.toString(), document]));
}

/** The folder that a file's or folder's name in the workspace tells to be its plan's. */
function folderNamed(uri: vscode.Uri): vscode.Uri | undefined {
  const root = vscode.workspace.getWorkspaceFolder(uri)?.uri;
  if (root === undefined) return undefined;
  const folder = planFolderOf(vscode.workspace.asRelativePath(uri, false));
  return folder === undefined ? undefined : vscode.Uri.joinPath(root, folder);
}

async function filesIn(folder: vscode.Uri): Promise<Folder['files']> {
  const inner = await Promise.all(
    INNER_FOLDERS.map(async (name) =>
      (await namesIn(vscode.Uri.joinPath(folder, name))).map((file) => `${name}/${file}`),
    ),
  );
  const names = filesOfFolder([...(await namesIn(folder)), ...inner.flat()]);
  const files = await Promise.all(
    names.map(async (name) => {
      const uri = vscode.Uri.joinPath(folder, name);
      try {
        return [{ uri, text: new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)) }];
      } catch {
        // It went away meanwhile.
        return [];
      }
    }),
  );
  return files.flat();
}

async function namesIn(folder: vscode.Uri): Promise<string[]> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(folder);
    return entries.flatMap(([name, type]) => ((type & vscode.FileType.Directory) === 0 ? [name] : []));
  } catch {
    return [];
  }
}
