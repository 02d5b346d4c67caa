import * as vscode from 'vscode';
import type { Plan, PlanTask } from '../../core/plan/plan.ts';
import type { TaskRow, TaskStatus } from '../../core/view/model.ts';
import { PlanDocument, type LanguageHost } from './plan-document.ts';

/** The icons of `media/states`, which tell states apart by their shape as well as by their colour. */
const ICON_OF: Readonly<Record<TaskStatus, string>> = {
  planned: 'waiting',
  waiting: 'waiting',
  blocked: 'blocked',
  held: 'waiting',
  working: 'working',
  asking: 'asking',
  taken: 'taken',
  checking: 'working',
  merging: 'working',
  merged: 'done',
  unchanged: 'done',
  conflict: 'failed',
  failed: 'failed',
  skipped: 'skipped',
  cancelled: 'skipped',
  'rolled-back': 'skipped',
};

const THROTTLE_MS = 200;

/** In the editors of a plan: the state of each task of the run that is shown, and its critical path where it is asked for. */
export class PlanDecorations implements vscode.Disposable {
  readonly #host: LanguageHost;
  readonly #states: ReadonlyMap<string, vscode.TextEditorDecorationType>;
  readonly #critical: vscode.TextEditorDecorationType;
  readonly #disposables: readonly { dispose(): unknown }[];
  #timer: NodeJS.Timeout | undefined;
  #showsCritical = false;

  constructor(host: LanguageHost) {
    this.#host = host;
    const icon = (name: string, kind: string): vscode.Uri =>
      vscode.Uri.joinPath(host.media, 'states', `${name}-${kind}.svg`);
    this.#states = new Map(
      [...new Set(Object.values(ICON_OF))].map((name) => [
        name,
        vscode.window.createTextEditorDecorationType({
          gutterIconSize: 'contain',
          light: { gutterIconPath: icon(name, 'light') },
          dark: { gutterIconPath: icon(name, 'dark') },
        }),
      ]),
    );
    this.#critical = vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      // The colour of the path in the panel, as a tint: a border would stand on the first letter of each line.
      light: { backgroundColor: 'rgba(191, 136, 3, 0.13)' },
      dark: { backgroundColor: 'rgba(204, 167, 0, 0.13)' },
      overviewRulerColor: new vscode.ThemeColor('charts.yellow'),
      overviewRulerLane: vscode.OverviewRulerLane.Left,
    });
    const soon = (): void => this.#soon();
    this.#disposables = [
      ...this.#states.values(),
      this.#critical,
      host.runs.onDidChange(soon),
      host.plans.onDidChange(soon),
      vscode.window.onDidChangeVisibleTextEditors(soon),
    ];
    this.#draw();
  }

  /** Says whether the path is shown now. */
  toggleCriticalPath(): boolean {
    this.#showsCritical = !this.#showsCritical;
    this.#draw();
    return this.#showsCritical;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  /** Runs tell of every step, and keys come fast: the first change is waited for, not the last. */
  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#draw();
    }, THROTTLE_MS);
  }

  #draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const here = PlanDocument.of(this.#host, editor.document);
      if (here !== undefined) this.#decorate(editor, here);
    }
  }

  #decorate(editor: vscode.TextEditor, here: PlanDocument): void {
    const { plan, graph, rows } = here.facts();
    const states = new Map<string, vscode.Range[]>([...this.#states.keys()].map((name) => [name, []]));
    for (const { task, row } of statesOf(plan, rows)) {
      const range = here.range({ start: task.idSpan.start, end: task.idSpan.start });
      if (range !== undefined) states.get(ICON_OF[row.status])?.push(range);
    }
    for (const [name, type] of this.#states) editor.setDecorations(type, states.get(name) ?? []);
    const critical = this.#showsCritical ? graph.criticalPath.flatMap((i) => plan.tasks[i] ?? []) : [];
    editor.setDecorations(
      this.#critical,
      critical.flatMap(({ span }) => here.range(span) ?? []),
    );
  }
}

function statesOf(
  { tasks }: Plan,
  rows: ReadonlyMap<string, TaskRow> | undefined,
): { readonly task: PlanTask; readonly row: TaskRow }[] {
  return tasks.flatMap((task) => {
    const row = rows?.get(task.id);
    return row === undefined ? [] : [{ task, row }];
  });
}
