import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { GateAction, RunAction, TaskAction } from '../core/view/model.ts';
import type { Fix } from '../core/plan/edit/fixes.ts';
import { comparing } from '../core/schedule/search.ts';
import type { Offer } from '../core/view/opportunities.ts';
import { panelHtml } from '../protocol/panel-html.ts';
import { readPanelMessage } from '../protocol/read.ts';
import type { HostMessage, PanelMessage, PanelState } from '../protocol/messages.ts';
import { isNothing, patchOf } from '../protocol/patch.ts';
import { commitFile } from './changes.ts';
import { COMMANDS, PANEL } from './ids.ts';
import { inTurns } from './in-turns.ts';
import type { PastRuns } from './past-runs.ts';
import { editIn, locationOf, type OpenPlan, type Plans } from './plans.ts';
import type { Runs } from './runs.ts';
import { defaultChoice, MOST_AGENTS, planPanel, shownPanel, type Choice } from './views.ts';

type Source = PanelState['source'];
const SOURCE = 'panel.source';

/** A running bar moves by itself in the page; a fresh model a second keeps figures and forecast right. */
const TICK_MS = 1000;
/** What happens in a run comes in bursts: between two updates there is so much time at least. */
const APART_MS = 250;

/** The one panel: a plan's preview, or the run that this window shows. */
export class Panel implements vscode.Disposable, vscode.WebviewPanelSerializer<PanelState | undefined> {
  readonly #context: vscode.ExtensionContext;
  readonly #plans: Plans;
  readonly #runs: Runs;
  readonly #past: PastRuns;
  readonly #disposables: vscode.Disposable[];
  readonly #tick: NodeJS.Timeout;
  #panel: vscode.WebviewPanel | undefined;
  #source: Source | undefined;
  #choice: Choice | undefined;
  readonly #log: vscode.LogOutputChannel;
  /** What the page shows: undefined until it is there. */
  #sent: HostMessage | undefined;
  #sentAt = 0;
  #soon: NodeJS.Timeout | undefined;
  /** Counts up with each update, so that one that took longer does not come after the next. */
  #turn = 0;

  constructor(
    context: vscode.ExtensionContext,
    plans: Plans,
    runs: Runs,
    past: PastRuns,
    log: vscode.LogOutputChannel,
  ) {
    this.#log = log;
    this.#context = context;
    this.#plans = plans;
    this.#runs = runs;
    this.#past = past;
    this.#disposables = [
      vscode.window.registerWebviewPanelSerializer(PANEL, this),
      plans.onDidChange((uri) => {
        if (this.#source?.kind === 'plan' && this.#source.uri === uri.toString()) this.#update();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#update()),
      runs.onDidChange(() => {
        if (this.#source?.kind === 'run') this.#sendSoon();
      }),
    ];
    this.#tick = setInterval(() => {
      const going = this.#source?.kind === 'run' && this.#runs.shown?.state.status.kind === 'running';
      if (going) this.#update();
    }, TICK_MS);
  }

  /** Shows a plan's preview. */
  showPlan(uri: vscode.Uri): void {
    this.#choice = undefined;
    this.#show({ kind: 'plan', uri: uri.toString() });
  }

  /** Shows the run of this window. */
  showRun(): void {
    const run = this.#runs.shown;
    if (run !== undefined) this.#show({ kind: 'run', folder: run.root, id: run.state.spec.id });
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: PanelState | undefined): Promise<void> {
    // The page remembers what it was first opened with; what it shows now is the host's to know.
    const source = this.#context.workspaceState.get<Source>(SOURCE) ?? state?.source;
    if (this.#panel !== undefined || source === undefined) panel.dispose();
    else {
      this.#source = source;
      this.#adopt(panel, { tab: 'timeline', ...state, source });
    }
    return Promise.resolve();
  }

  dispose(): void {
    clearInterval(this.#tick);
    clearTimeout(this.#soon);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  #show(source: Source): void {
    this.#source = source;
    void this.#context.workspaceState.update(SOURCE, source);
    if (this.#panel !== undefined) {
      this.#panel.reveal();
      this.#update();
      return;
    }
    const panel = vscode.window.createWebviewPanel(PANEL, 'Orca', vscode.ViewColumn.Active, { enableFindWidget: true });
    this.#adopt(panel, { source, tab: 'timeline' });
  }

  #adopt(panel: vscode.WebviewPanel, state: PanelState): void {
    const { extensionUri } = this.#context;
    const file = (...path: string[]): vscode.Uri => vscode.Uri.joinPath(extensionUri, ...path);
    panel.iconPath = file('media', 'icon.svg');
    panel.webview.options = { enableScripts: true, localResourceRoots: [file('dist'), file('media')] };
    panel.webview.onDidReceiveMessage((message: unknown) => {
      const read = readPanelMessage(message);
      if (read === undefined) return;
      this.#receive(read).catch((error: unknown) => {
        this.#log.error(error as Error);
        void vscode.window.showErrorMessage(`Orca: ${(error as Error).message}`);
      });
    });
    panel.onDidChangeViewState(() => {
      if (panel.visible) this.#update();
    });
    panel.onDidDispose(() => {
      this.#panel = undefined;
      this.#sent = undefined;
    });
    const uri = (path: string[]): string => panel.webview.asWebviewUri(file(...path)).toString();
    panel.webview.html = panelHtml({
      scriptUri: uri(['dist', 'panel.js']),
      styleUris: [uri(['dist', 'codicon.css']), uri(['media', 'panel.css'])],
      cspSource: panel.webview.cspSource,
      nonce: randomBytes(16).toString('hex'),
      state,
    });
    this.#panel = panel;
  }

  #sendSoon(): void {
    this.#soon ??= setTimeout(
      () => {
        this.#soon = undefined;
        this.#update();
      },
      Math.max(0, this.#sentAt + APART_MS - performance.now()),
    );
  }

  #update(): void {
    this.#send().catch((error: unknown) => this.#log.error(error as Error));
  }

  /** What is hidden is told when it is seen again. */
  async #send(): Promise<void> {
    if (this.#panel?.visible !== true) return;
    const turn = ++this.#turn;
    const message = await this.#message();
    if (turn !== this.#turn) return;
    const before = this.#sent;
    const update = before === undefined ? message : updateOf(before, message);
    if (update === undefined) return;
    this.#sent = message;
    this.#sentAt = performance.now();
    if (message.type === 'model') this.#panel.title = `Orca: ${message.model.planName}`;
    await this.#panel.webview.postMessage(update);
    if (message.type === 'model' && message.model.run === undefined) await this.#sendWhatTakesLonger(message);
  }

  async #sendWhatTakesLonger(of: Extract<HostMessage, { type: 'model' }>): Promise<void> {
    let sent: HostMessage = of;
    const isWanted = (): boolean => this.#sent === sent && this.#panel !== undefined;
    const open = await this.#openPlan();
    if (open === undefined || !isWanted()) return;
    const choices = await inTurns(comparing(open.graph, MOST_AGENTS), isWanted);
    if (choices === undefined || !isWanted()) return;
    await this.#panel?.webview.postMessage({ type: 'choices', choices } satisfies HostMessage);
    if (!isWanted()) return;
    this.#sent = sent = { ...of, model: { ...of.model, choices } };
    const offers = await this.#offers(open, isWanted);
    if (offers === undefined || !isWanted()) return;
    const rows = offers.map(({ row }) => row);
    await this.#panel?.webview.postMessage({ type: 'opportunities', rows } satisfies HostMessage);
  }

  async #message(): Promise<HostMessage> {
    if (this.#source?.kind === 'run') {
      const model = shownPanel(this.#runs);
      if (model === undefined)
        return { type: 'empty', message: vscode.l10n.t('There is no run to show. Execute a plan to start one.') };
      return { type: 'model', model, time: this.#runs.now() };
    }
    const open = await this.#openPlan();
    if (open === undefined)
      return {
        type: 'empty',
        message: vscode.l10n.t('The plan is gone. Open a plan.md and run "Orca: Preview Plan".'),
      };
    const samples = await this.#past.samples(open.uri);
    return { type: 'model', model: planPanel(open, this.#choice ?? defaultChoice(open), samples) };
  }

  async #openPlan(): Promise<OpenPlan | undefined> {
    if (this.#source?.kind !== 'plan') return undefined;
    try {
      return await this.#plans.open(vscode.Uri.parse(this.#source.uri));
    } catch {
      return undefined;
    }
  }

  /** Of the plan's text, which may be that of several files. */
  async #openLine(line: number): Promise<void> {
    const open = await this.#openPlan();
    if (open === undefined) return;
    const start = open.lines.lineStart(line);
    const { uri, range } = locationOf(open, { start, end: start });
    await vscode.window.showTextDocument(uri, { selection: range, viewColumn: vscode.ViewColumn.Beside });
  }

  /** As it is in the user's folder, if the run is applied there; else as it is on the run's branch. */
  async #openFile(path: string, line = 1): Promise<void> {
    const shown = this.#runs.shown;
    if (this.#source?.kind !== 'run' || shown === undefined) return;
    const { root, state } = shown;
    const own = vscode.Uri.file(join(root, path));
    const isThere =
      state.applied !== undefined &&
      (await vscode.workspace.fs.stat(own).then(
        () => true,
        () => false,
      ));
    const at = new vscode.Position(Math.max(0, line - 1), 0);
    const selection = new vscode.Range(at, at);
    // By VS Code's own way, which knows pictures, too.
    await vscode.commands.executeCommand('vscode.open', isThere ? own : commitFile(root, state.integration, path), {
      selection,
      viewColumn: vscode.ViewColumn.Beside,
    });
  }

  async #receive(message: PanelMessage): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.#sent = undefined;
        await this.#send();
        return;
      case 'layout': {
        const graph = this.#source?.kind === 'run' ? this.#runs.shown?.state.graph : (await this.#openPlan())?.graph;
        if (graph === undefined) return;
        const { layoutGraph } = await import('../core/graph/layout.ts');
        const layout: HostMessage = { type: 'layout', layout: layoutGraph(graph) };
        await this.#panel?.webview.postMessage(layout);
        return;
      }
      case 'summary': {
        const shown = this.#source?.kind === 'run' ? this.#runs.shown : undefined;
        if (shown === undefined) return;
        const { summaryModel } = await import('../core/view/summary.ts');
        const summary: HostMessage = { type: 'summary', summary: summaryModel(shown.state) };
        await this.#panel?.webview.postMessage(summary);
        return;
      }
      case 'open-file':
        await this.#openFile(message.path, message.line);
        return;
      case 'improve': {
        const open = await this.#openPlan();
        const found = open && (await this.#offers(open))?.find(({ row }) => row.title === message.title);
        if (open !== undefined && found?.fix !== undefined) await improve(open, found.fix);
        return;
      }
      case 'choose':
        this.#choice = { strategy: message.strategy, agents: message.agents };
        await this.#send();
        return;
      case 'execute':
        if (this.#source?.kind === 'plan')
          await vscode.commands.executeCommand(COMMANDS.execute, vscode.Uri.parse(this.#source.uri), {
            strategy: message.strategy,
            agents: message.agents,
          });
        return;
      case 'open-task':
        await vscode.commands.executeCommand(COMMANDS.openTask, this.#reference(message.task));
        return;
      case 'open-line':
        await this.#openLine(message.line);
        return;
      case 'task':
        await vscode.commands.executeCommand(TASK_COMMANDS[message.action], this.#reference(message.task));
        return;
      case 'run':
        await vscode.commands.executeCommand(RUN_COMMANDS[message.action]);
        return;
      case 'answer': {
        const { task, id, answer } = message;
        await vscode.commands.executeCommand(COMMANDS.answer, { task, id, answer });
        return;
      }
      case 'answer-questions':
        await vscode.commands.executeCommand(COMMANDS.answer, { forms: message.forms });
        return;
      case 'gate': {
        const { action, gate, layer } = message;
        await vscode.commands.executeCommand(GATE_COMMANDS[action], { gate, layer });
        return;
      }
    }
  }

  async #offers(open: OpenPlan, isWanted = (): boolean => true): Promise<readonly Offer[] | undefined> {
    const { seekingRows } = await import('../core/view/opportunities.ts');
    const { plan, graph, text } = open;
    return inTurns(seekingRows(plan, graph, text, this.#choice ?? defaultChoice(open)), isWanted);
  }

  #reference(id: string): { readonly id: string; readonly plan?: vscode.Uri } {
    return this.#source?.kind === 'plan' ? { id, plan: vscode.Uri.parse(this.#source.uri) } : { id };
  }
}

/** What is to be posted; undefined where nothing has changed. The time alone is no change: the page has a clock. */
function updateOf(before: HostMessage, after: HostMessage): HostMessage | undefined {
  if (before.type !== 'model' || after.type !== 'model')
    return JSON.stringify(before) === JSON.stringify(after) ? undefined : after;
  const patch = patchOf(before.model, after.model);
  if (patch === undefined) return after;
  if (isNothing(patch)) return undefined;
  // Another plan's text may be another plan altogether: what takes longer is asked for anew with a whole model.
  return after.model.run === undefined
    ? after
    : { type: 'patch', patch, ...(after.time !== undefined && { time: after.time }) };
}

/** Changes the plan, and shows where: it is the user's to save. */
async function improve(open: OpenPlan, { edits }: Fix): Promise<void> {
  if (!(await vscode.workspace.applyEdit(editIn(open, edits)))) return;
  const [first] = edits;
  if (first === undefined) return;
  const { uri, range } = locationOf(open, first.span);
  await vscode.window.showTextDocument(uri, {
    selection: range.with({ end: range.start }),
    viewColumn: vscode.ViewColumn.Beside,
  });
}

const TASK_COMMANDS: Record<TaskAction, string> = {
  retry: COMMANDS.retry,
  accept: COMMANDS.accept,
  skip: COMMANDS.skip,
  'take-over': COMMANDS.takeOver,
  'hand-back': COMMANDS.handBack,
  read: COMMANDS.markRead,
  'send-back': COMMANDS.sendBack,
  'roll-back': COMMANDS.rollBack,
  hold: COMMANDS.hold,
  terminal: COMMANDS.terminal,
  log: COMMANDS.log,
  changes: COMMANDS.changes,
};

const RUN_COMMANDS: Record<RunAction, string> = {
  pause: COMMANDS.pause,
  resume: COMMANDS.resume,
  cancel: COMMANDS.cancel,
  apply: COMMANDS.apply,
  summary: COMMANDS.summary,
};

const GATE_COMMANDS: Record<GateAction, string> = {
  mend: COMMANDS.mendGate,
  report: COMMANDS.gateReport,
  retry: COMMANDS.retryGate,
  waive: COMMANDS.waiveGate,
};
