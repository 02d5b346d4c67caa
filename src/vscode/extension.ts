import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { RunState } from '../core/run/state.ts';
import { parsePlan } from '../core/plan/parse.ts';
import { filterText, isFiltering } from '../core/view/tree-filter.ts';
import { gatesIn } from '../engine/gate/declared.ts';
import { openRepository } from '../engine/git/preflight.ts';
import { readRun } from '../engine/open-run.ts';
import { COMMIT_SCHEME, openChanges, registerCommitFiles } from './changes.ts';
import { BlameHover } from './blame-hover.ts';
import { PlanLenses } from './code-lens.ts';
import { registerChat } from './chat.ts';
import { registerCommands } from './commands.ts';
import { registerFilter } from './filter.ts';
import { COMMANDS, CONTEXT, VIEWS } from './ids.ts';
import { registerForeseenFiles } from './foreseen-files.ts';
import { GateDiagnostics } from './gate-diagnostics.ts';
import { GateReports } from './gate-report.ts';
import { GateTests } from './gate-tests.ts';
import { handOverWhenReady } from './hand-over.ts';
import { announceAsks } from './inbox.ts';
import type { LanguageHost } from './language/plan-document.ts';
import { LanguageModels } from './language-model.ts';
import { registerTools } from './lm-tools.ts';
import { Panel } from './panel.ts';
import { PastRuns } from './past-runs.ts';
import { loadPlanLanguage } from './plan-language.ts';
import { PLAN_LANGUAGES, editIn, locationOf, offsetIn, Plans } from './plans.ts';
import { GateQuickFixes } from './quick-fixes.ts';
import { Engines } from './engines.ts';
import { Review } from './review.ts';
import { Runs, workspaceFolders, type ShownRun } from './runs.ts';
import { ValidationReports } from './validate.ts';
import { WindowExtras } from './window.ts';
import { TaskTree, calibrationOf, defaultChoice, planPanel, shownPanel, shownRows, updateStatusBar } from './views.ts';

/** Elapsed times in the tree and the status bar. */
const CLOCK_MS = 5000;

let runs: Runs | undefined;
let models: LanguageModels | undefined;

/** The composition root: everything is made here, wired, and disposed with the extension. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Orca', { log: true });
  const manifest = context.extension.packageJSON as { readonly version: string };
  const plans = new Plans(context.workspaceState);
  models = new LanguageModels(log);
  const engines = new Engines({ programs: context.asAbsolutePath('dist'), version: manifest.version, models });
  runs = new Runs(engines, log);
  const past = new PastRuns();
  const panel = new Panel(context, plans, runs, past, log);
  const reports = new GateReports(runs);
  const validations = new ValidationReports(plans);
  const findings = new GateDiagnostics(runs, log);
  const extras = new WindowExtras({
    plans,
    runs,
    panel,
    past,
    log,
    extensionUri: context.extensionUri,
    openRepository,
    openChanges,
    gatesIn,
    readState,
    runsRemoved: async () => {
      await Promise.all([runs?.lookAgain(), review.dropRemoved()]);
    },
  });
  const review = new Review(context.workspaceState, runs, log);
  const lenses = new PlanLenses(plans, runs);
  const tree = new TaskTree();
  const view = vscode.window.createTreeView(VIEWS.tasks, { treeDataProvider: tree, showCollapseAll: true });
  const status = vscode.window.createStatusBarItem('orca.status', vscode.StatusBarAlignment.Left, 50);
  status.name = 'Orca';
  status.command = `${VIEWS.tasks}.focus`;

  let updates = 0;
  let lookedAt: vscode.Uri | undefined;
  const update = async (current: Runs): Promise<void> => {
    const own = ++updates;
    const running = shownPanel(current);
    const shown = running ?? (await workspacePlanPanel(plans, lookedAt));
    // A run was found while the plan was looked for.
    if (own !== updates) return;
    tree.update(shown, running && current.now());
    const isFiltered = isFiltering(tree.filter);
    view.message = isFiltered && tree.isEmpty ? vscode.l10n.t('No task fits the filter.') : '';
    setContext(CONTEXT.filtered, isFiltered);
    const attention = updateStatusBar(status, running);
    view.badge =
      attention === 0 ? undefined : { value: attention, tooltip: vscode.l10n.t('{0} waiting for you', attention) };
    const filter = isFiltered ? [filterText(tree.filter)] : [];
    const folders = vscode.workspace.workspaceFolders ?? [];
    // A plan is named with its folder where there are several.
    const where = running !== undefined && folders.length > 1 ? [basename(current.shown?.root ?? '')] : [];
    view.description = [running?.run?.id ?? shown?.planName ?? '', ...where, ...filter].join(' · ');
    // A run whose driver is gone waits like a paused one.
    const left = running?.run?.state === 'running' && current.shown?.hold.kind === 'resting';
    setContext(CONTEXT.run, left ? 'paused' : (running?.run?.state ?? 'none'));
    setContext(CONTEXT.ours, running !== undefined && !running.run?.readOnly);
    setContext(CONTEXT.plan, shown !== undefined && shown.layers.length > 0);
  };
  const refresh = (): void => {
    if (runs !== undefined) update(runs).catch((error: unknown) => log.error(error as Error));
  };
  const clock = setInterval(() => {
    if (runs?.shown !== undefined && runs.shown.hold.kind !== 'resting') refresh();
  }, CLOCK_MS);

  // A folder is made a repository while it is open.
  const born = vscode.workspace.createFileSystemWatcher('**/.git/HEAD', false, true, true);

  context.subscriptions.push(
    log,
    plans,
    models,
    runs,
    panel,
    lenses,
    tree,
    view,
    status,
    { dispose: () => clearInterval(clock) },
    reports,
    validations,
    findings,
    review,
    new GateTests(runs, log),
    extras,
    registerFilter(tree, refresh),
    registerForeseenFiles(runs),
    registerCommands({ plans, runs, panel, reports, validations, extras, review, log }),
    registerCommitFiles(),
    registerTools({ plans, runs, panel }),
    registerChat({ plans, runs, panel, log, icon: vscode.Uri.joinPath(context.extensionUri, 'media/icon.png') }),
    vscode.languages.registerCodeActionsProvider(
      [{ scheme: 'file' }, { scheme: COMMIT_SCHEME }],
      new GateQuickFixes(runs, findings),
      GateQuickFixes.metadata,
    ),
    vscode.languages.registerHoverProvider({ scheme: 'file' }, new BlameHover(runs)),
    vscode.languages.registerCodeLensProvider(PLAN_LANGUAGES, lenses),
    loadPlanLanguage(languageHost(context, plans, runs, past), log),
    runs.onDidChange(refresh),
    plans.onDidChange(refresh),
    vscode.window.onDidChangeActiveTextEditor((editor) => {
      if (editor === undefined || !plans.isPlan(editor.document)) return;
      lookedAt = plans.get(editor.document).uri;
      refresh();
    }),
    vscode.workspace.onDidSaveTextDocument((document) => {
      if (plans.isPlan(document)) refresh();
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(() => {
      void lookForRepository().then(refresh);
      runs?.lookAgain().catch((error: unknown) => log.error(error as Error));
    }),
    born,
    born.onDidCreate(() => {
      void lookForRepository();
      extras.lookForRepositories();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      void lookForRepository().then(refresh);
      runs?.restore().catch((error: unknown) => log.error(error as Error));
    }),
    announceEnd(runs, log),
    handOverWhenReady({ runs }, log),
    announceAsks(runs),
  );
  void lookForRepository();
  refresh();
  runs.restore().catch((error: unknown) => log.error(error as Error));
}

function languageHost({ extensionUri }: vscode.ExtensionContext, plans: Plans, of: Runs, past: PastRuns): LanguageHost {
  return {
    plans,
    runs: of,
    media: vscode.Uri.joinPath(extensionUri, 'media'),
    locationOf,
    offsetIn,
    editIn,
    read: (source, uri) => parsePlan(source, plans.namesFor(uri)),
    choice: defaultChoice,
    calibration: async (open, schedule) => calibrationOf(open, schedule, await past.samples(open.uri)),
    rows: (open) => shownRows(of, open.uri),
  };
}

/** Lets go of the run: its agents go on, and the next window finds them. */
export async function deactivate(): Promise<void> {
  // First of all: with the window, its models end their answers anywhere.
  models?.dispose();
  await runs?.close();
}

async function readState(dir: string): Promise<RunState | undefined> {
  const read = await readRun(dir);
  return read.kind === 'read' ? read.state : undefined;
}

/** Of the plan that a person looked at last, else of the first that there is. */
async function workspacePlanPanel(
  plans: Plans,
  lookedAt: vscode.Uri | undefined,
): Promise<ReturnType<typeof planPanel> | undefined> {
  const found = await plans.find();
  const uri = found.find((one) => one.toString() === lookedAt?.toString()) ?? found[0];
  if (uri === undefined) return undefined;
  const open = await plans.open(uri);
  return open.plan.tasks.length === 0 ? undefined : planPanel(open, defaultChoice(open));
}

async function lookForRepository(): Promise<void> {
  if (!vscode.workspace.isTrusted) return;
  const opened = await Promise.all(workspaceFolders().map((folder) => openRepository(folder)));
  setContext(CONTEXT.repository, opened.some(({ ok }) => ok) ? 'yes' : 'no');
}

/** One notification when a run ends that was going on in this window. */
function announceEnd(of: Runs, log: vscode.LogOutputChannel): vscode.Disposable {
  let going: string | undefined;
  return of.onDidChange(() => {
    const run = of.shown;
    if (run?.state.status.kind !== 'finished') {
      going = run?.dir;
      return;
    }
    if (going !== run.dir) return;
    going = undefined;
    const { outcome } = run.state.status;
    // A plan that was made is handed over instead.
    if (run.state.spec.planning !== undefined && outcome === 'succeeded') return;
    announce(of, run, outcome).catch((error: unknown) => {
      log.error(error as Error);
      void vscode.window.showErrorMessage(`Orca: ${(error as Error).message}`);
    });
  });
}

/** It stays until it is answered, when another run may be shown: its buttons are about its own. */
async function announce(
  of: Runs,
  { root, state }: ShownRun,
  outcome: 'succeeded' | 'failed' | 'cancelled',
): Promise<void> {
  const { id } = state.spec;
  const summary = vscode.l10n.t('Show Summary');
  const apply = vscode.l10n.t('Apply…');
  const picked =
    outcome === 'succeeded'
      ? await vscode.window.showInformationMessage(vscode.l10n.t('Orca: {0} is done.', id), apply, summary)
      : await vscode.window.showWarningMessage(
          outcome === 'failed'
            ? vscode.l10n.t('Orca: {0} ended with tasks that did not get done.', id)
            : vscode.l10n.t('Orca: {0} was cancelled.', id),
          summary,
        );
  if (picked === summary) await vscode.commands.executeCommand(COMMANDS.runSummary, { run: { root, id } });
  if (picked !== apply) return;
  if (await of.look(root, id)) await vscode.commands.executeCommand(COMMANDS.apply);
  else
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Orca: Another run is going on in this window. Apply {0} when that has finished.', id),
    );
}

function setContext(key: string, value: unknown): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
