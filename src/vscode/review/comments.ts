import * as vscode from 'vscode';
import type { ReviewComment } from '../../core/run/command.ts';
import { COMMENTS } from '../ids.ts';
import type { ResultFile, KeptComment } from '../review.ts';

export interface ReviewHost {
  /** Whose result a document is; undefined: it is none that can be commented on. */
  readonly resultAt: (uri: vscode.Uri) => ResultFile | undefined;
  readonly uriOf: (file: ResultFile) => vscode.Uri;
  /** Hears of every change, with all that is there. */
  readonly keep: (comments: readonly KeptComment[]) => void;
}

/** What a person says at the lines of results, as the editor's own comments. */
export class ReviewComments implements vscode.Disposable {
  readonly #host: ReviewHost;
  readonly #controller = vscode.comments.createCommentController(COMMENTS.review, vscode.l10n.t('Orca Review'));
  /** Those in which something was said. */
  readonly #threads = new Map<vscode.CommentThread, ResultFile>();

  /** Where a box may be open, though its task has a later result by now, or another run is shown. */
  readonly #offered = new Map<string, ResultFile>();

  constructor(host: ReviewHost, kept: readonly KeptComment[]) {
    this.#host = host;
    this.#controller.options = {
      prompt: vscode.l10n.t('Say what is to be changed'),
      placeHolder: vscode.l10n.t('What is to be changed here?'),
    };
    this.#controller.commentingRangeProvider = {
      provideCommentingRanges: ({ uri, lineCount }) => {
        const file = host.resultAt(uri);
        if (file === undefined) return [];
        this.#offered.set(uri.toString(), file);
        return [new vscode.Range(0, 0, Math.max(0, lineCount - 1), 0)];
      },
    };
    for (const comment of kept) this.#restore(comment);
  }

  /** What was written into a thread's box. */
  add({ thread, text }: vscode.CommentReply): void {
    const file =
      this.#threads.get(thread) ?? this.#host.resultAt(thread.uri) ?? this.#offered.get(thread.uri.toString());
    if (file === undefined || text.trim() === '') return;
    this.#say(thread, file, text.trim());
    this.#changed();
  }

  remove(comment: vscode.Comment): void {
    for (const thread of [...this.#threads.keys()]) {
      const left = thread.comments.filter((one) => one !== comment);
      if (left.length === thread.comments.length) continue;
      thread.comments = left;
      if (left.length === 0) this.#drop(thread);
    }
    this.#changed();
  }

  /** They have gone their way. */
  dropOf(of: Pick<ResultFile, 'root' | 'run' | 'task'>, sent: readonly ReviewComment[]): void {
    for (const [thread, file] of [...this.#threads]) {
      if (file.root !== of.root || file.run !== of.run || file.task !== of.task) continue;
      const isSent = (text: string): boolean =>
        sent.some((one) => one.path === file.path && one.line === lineOf(thread) && one.text === text);
      const left = thread.comments.filter(({ body }) => !isSent(textOf(body)));
      if (left.length === 0) this.#drop(thread);
      else thread.comments = left;
    }
    this.#changed();
  }

  /** Of files that are not to be looked at any more. */
  drop(isGone: (file: ResultFile) => boolean): void {
    for (const [thread, file] of [...this.#threads]) if (isGone(file)) this.#drop(thread);
    this.#changed();
  }

  dispose(): void {
    this.#controller.dispose();
  }

  #restore({ line, text, ...file }: KeptComment): void {
    const uri = this.#host.uriOf(file);
    const known = [...this.#threads.keys()].find(
      (thread) => thread.uri.toString() === uri.toString() && lineOf(thread) === line,
    );
    const range = new vscode.Range(line - 1, 0, line - 1, 0);
    this.#say(known ?? this.#controller.createCommentThread(uri, range, []), file, text);
  }

  #say(thread: vscode.CommentThread, file: ResultFile, body: string): void {
    this.#threads.set(thread, file);
    thread.label = vscode.l10n.t('To {0}, when it is sent back', file.task);
    thread.contextValue = COMMENTS.review;
    thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    thread.comments = [
      ...thread.comments,
      {
        body,
        mode: vscode.CommentMode.Preview,
        author: { name: vscode.l10n.t('You') },
        contextValue: COMMENTS.comment,
      },
    ];
  }

  #drop(thread: vscode.CommentThread): void {
    this.#threads.delete(thread);
    thread.dispose();
  }

  #changed(): void {
    const all = [...this.#threads].flatMap(([thread, file]) =>
      thread.comments.map(({ body }) => ({
        ...file,
        line: lineOf(thread),
        text: textOf(body),
      })),
    );
    this.#host.keep(all.sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1)));
  }
}

function textOf(body: vscode.Comment['body']): string {
  return typeof body === 'string' ? body : body.value;
}

function lineOf({ range }: vscode.CommentThread): number {
  return (range?.start.line ?? 0) + 1;
}
