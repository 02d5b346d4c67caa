import { existsSync, statSync } from 'node:fs';
import * as vscode from 'vscode';
import type { RunState } from '../core/run/state.ts';
import { blameMarkdown, type BlameRow } from '../core/view/blame.ts';
import { blameFile } from '../engine/blame-file.ts';
import { openRepository } from '../engine/git/preflight.ts';
import { pathIn } from '../engine/inside.ts';
import { readRun } from '../engine/open-run.ts';
import { executionsDir, journalPath, runDir } from '../engine/run-files.ts';
import { COMMANDS } from './ids.ts';
import { workspaceFolders, type Runs } from './runs.ts';

/** On a line of a file: which task and attempt it came from, and what its gates said. Says nothing of other lines. */
export class BlameHover implements vscode.HoverProvider {
  readonly #runs: Runs;
  readonly #known = new WeakMap<vscode.TextDocument, Known>();
  /** Journals that were read, by their folder; `size` tells whether they have grown. */
  readonly #journals = new Map<string, { readonly size: number; readonly state: Promise<RunState | undefined> }>();

  constructor(runs: Runs) {
    this.#runs = runs;
  }

  async provideHover(document: vscode.TextDocument, { line }: vscode.Position): Promise<vscode.Hover | undefined> {
    const folder = workspaceFolders().find((one) => document.uri.fsPath.startsWith(one));
    // A folder may be below the root of its repository, where the runs are.
    if (folder === undefined || !vscode.workspace.isTrusted || document.uri.path.includes('/.orca/')) return undefined;
    const row = await this.#row(document, folder, line + 1);
    if (row?.origin === undefined) return undefined;
    const link = `command:${COMMANDS.openTask}?${encodeURIComponent(JSON.stringify([{ id: row.origin.task }]))}`;
    const text = new vscode.MarkdownString(blameMarkdown(row.origin, link, (ms) => new Date(ms).toLocaleString()));
    text.isTrusted = { enabledCommands: [COMMANDS.openTask] };
    return new vscode.Hover(text);
  }

  #row(document: vscode.TextDocument, folder: string, line: number): Row {
    const { version } = document;
    const known = this.#known.get(document);
    const isFresh = known?.version === version && Date.now() < known.until;
    const current = isFresh ? known : { version, until: Date.now() + FRESH_MS, lines: new Map<number, Row>() };
    this.#known.set(document, current);
    const row = current.lines.get(line) ?? this.#blame(document, folder, line);
    current.lines.set(line, row);
    return row;
  }

  async #blame(document: vscode.TextDocument, folder: string, line: number): Row {
    const opened = await openRepository(folder);
    if (!opened.ok || !existsSync(executionsDir(opened.repository.root))) return undefined;
    const { repository } = opened;
    const path = pathIn(repository.root, document.uri.fsPath);
    if (path === undefined) return undefined;
    const options = { lines: [line], ...(document.isDirty && { text: document.getText() }) };
    const rows = await blameFile(repository, path, (id) => this.#run(runDir(repository.root, id)), options);
    return rows?.[0];
  }

  #run(dir: string): Promise<RunState | undefined> {
    const shown = this.#runs.shown;
    if (shown?.dir === dir) return Promise.resolve(shown.state);
    const size = statSync(journalPath(dir), { throwIfNoEntry: false })?.size ?? 0;
    const known = this.#journals.get(dir);
    if (known?.size === size) return known.state;
    const state = readRun(dir).then((read) => (read.kind === 'read' ? read.state : undefined));
    this.#journals.set(dir, { size, state });
    return state;
  }
}

type Row = Promise<BlameRow | undefined>;

/** Of a version of a document, by line. */
interface Known {
  readonly version: number;
  readonly until: number;
  readonly lines: Map<number, Row>;
}

/** A commit changes whose a line is, and no document. */
const FRESH_MS = 30_000;
