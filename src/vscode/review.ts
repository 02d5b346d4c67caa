import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { ReviewComment } from '../core/run/command.ts';
import { runDir } from '../engine/run-files.ts';
import { COMMIT_SCHEME, commitFile, commitOf } from './changes.ts';
import { COMMANDS, CONTEXT } from './ids.ts';
import type { ReviewComments } from './review/comments.ts';
import type { Runs, ShownRun } from './runs.ts';

/** A file as a task's attempt left it. */
export interface ResultFile {
  /** The repository's root. */
  readonly root: string;
  readonly run: string;
  readonly task: string;
  /** Of the attempt's result. */
  readonly commit: string;
  readonly path: string;
}

/** A person's words at a line of it. */
export type KeptComment = ResultFile & ReviewComment;

const KEPT = 'review.comments';

/**
 * Comments on results, kept with the workspace until the task is sent back with them. What shows them is a bundle of its
 * own, loaded when a result is first looked at.
 */
export class Review implements vscode.Disposable {
  readonly #memento: vscode.Memento;
  readonly #runs: Runs;
  readonly #disposables: readonly vscode.Disposable[];
  #loaded: Promise<ReviewComments> | undefined;

  constructor(memento: vscode.Memento, runs: Runs, log: vscode.LogOutputChannel) {
    this.#memento = memento;
    this.#runs = runs;
    const look = ({ uri }: vscode.TextDocument): void => {
      if (uri.scheme === COMMIT_SCHEME && this.#loaded === undefined)
        this.#load().catch((error: unknown) => log.error(error as Error));
    };
    const on = (command: string, act: (given: never) => unknown): vscode.Disposable =>
      vscode.commands.registerCommand(command, act);
    this.#disposables = [
      vscode.workspace.onDidOpenTextDocument(look),
      on(COMMANDS.addReviewComment, async (reply: vscode.CommentReply) => (await this.#load()).add(reply)),
      on(COMMANDS.deleteReviewComment, async (comment: vscode.Comment) => (await this.#load()).remove(comment)),
      on(COMMANDS.sendReview, (of: vscode.CommentThread | vscode.Uri | undefined) => this.#send(of)),
    ];
    this.#tell();
    vscode.workspace.textDocuments.forEach(look);
    this.dropRemoved().catch((error: unknown) => log.error(error as Error));
  }

  /** What was said of a task of the run that is shown, and is not sent yet. */
  commentsOn(task: string): readonly ReviewComment[] {
    const own = this.#keptOfShown().filter((comment) => comment.task === task);
    return own.map(({ path, line, text }) => ({ path, line, text }));
  }

  /** The task has been sent back with them. */
  async sent({ root, state }: ShownRun, task: string, comments: readonly ReviewComment[]): Promise<void> {
    if (comments.length > 0) (await this.#load()).dropOf({ root, run: state.spec.id, task }, comments);
  }

  /** Of runs that are not there any more. */
  async dropRemoved(): Promise<void> {
    const isGone = ({ root, run }: ResultFile): boolean => existsSync(root) && !existsSync(runDir(root, run));
    if (this.#kept().some(isGone)) (await this.#load()).drop(isGone);
  }

  dispose(): void {
    void this.#loaded?.then((comments) => comments.dispose());
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #load(): Promise<ReviewComments> {
    return (this.#loaded ??= import('./review/comments.ts').then(
      ({ ReviewComments: Shown }) =>
        new Shown(
          {
            resultAt: (uri) => this.#resultAt(uri),
            uriOf: ({ root, commit, path }) => commitFile(root, commit, path),
            keep: (comments) => void this.#memento.update(KEPT, comments).then(() => this.#tell()),
          },
          this.#kept(),
        ),
    ));
  }

  /** The task of a thread, or of the only one that something was said of. */
  async #send(of: vscode.CommentThread | vscode.Uri | undefined): Promise<void> {
    const uri = of === undefined || of instanceof vscode.Uri ? of : of.uri;
    const own = this.#keptOfShown();
    const tasks = [...new Set(own.map(({ task }) => task))];
    const at = uri && (this.#resultAt(uri) ?? this.#keptAt(uri));
    if (at === undefined ? tasks.length === 0 : !this.#isOfShown(at)) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Orca: Your comments are on another run. Open it in the history to send them.'),
      );
      return;
    }
    const id = at?.task ?? (tasks.length > 1 ? await vscode.window.showQuickPick(tasks, TASK) : tasks[0]);
    if (id !== undefined) await vscode.commands.executeCommand(COMMANDS.sendBack, { id });
  }

  /** Of the last result of a task only: another attempt would not go on from an older one. */
  #resultAt(uri: vscode.Uri): ResultFile | undefined {
    const shown = this.#runs.shown;
    if (shown === undefined || uri.scheme !== COMMIT_SCHEME) return undefined;
    const { commit, path } = commitOf(uri);
    const { graph, tasks, spec } = shown.state;
    const i = tasks.findIndex(
      ({ attempts }) =>
        attempts.findLast(({ snapshot }) => snapshot?.commit !== undefined)?.snapshot?.commit === commit,
    );
    const task = graph.nodes[i]?.id;
    return task === undefined ? undefined : { root: shown.root, run: spec.id, task, commit, path };
  }

  /** What was said in a document, whatever has become of its task since. */
  #keptAt(uri: vscode.Uri): ResultFile | undefined {
    return this.#kept().find(({ root, commit, path }) => commitFile(root, commit, path).toString() === uri.toString());
  }

  /** An id of a run is of one repository. */
  #isOfShown({ root, run }: ResultFile): boolean {
    const shown = this.#runs.shown;
    return shown?.root === root && shown.state.spec.id === run;
  }

  #keptOfShown(): readonly KeptComment[] {
    return this.#kept().filter((comment) => this.#isOfShown(comment));
  }

  #kept(): readonly KeptComment[] {
    return this.#memento.get<readonly KeptComment[]>(KEPT) ?? [];
  }

  #tell(): void {
    void vscode.commands.executeCommand('setContext', CONTEXT.reviewComments, this.#kept().length > 0);
  }
}

const TASK = {
  title: vscode.l10n.t('Orca: send back'),
  placeHolder: vscode.l10n.t('Which task is to be sent back with your comments?'),
};
