import * as vscode from 'vscode';
import type { Answer } from '../core/agent/ask.ts';
import type { UserCommand } from '../core/run/command.ts';
import { applyRun, forecastApply } from '../engine/git/apply.ts';
import { openQuestions } from '../core/view/asks.ts';
import { openRepository } from '../engine/git/preflight.ts';
import { agentDir, attemptLog, planningSummaryPath, summaryPath } from '../engine/run-files.ts';
import { showChanges } from './changes.ts';
import { checkAgents } from './check-agents.ts';
import { execute, runTask } from './execute.ts';
import { gateHandlers } from './gate-commands.ts';
import { setUpGates } from './set-up-gates.ts';
import type { GateReports } from './gate-report.ts';
import type { PanelMessage } from '../protocol/messages.ts';
import { COMMANDS } from './ids.ts';
import { answerFor, inbox, pickAsked, type Asked } from './inbox.ts';
import type { Panel } from './panel.ts';
import { PLAN_LANGUAGES, locationOf, type Plans } from './plans.ts';
import { showPrompt } from './prompt.ts';
import type { Runs, ShownRun } from './runs.ts';
import { handOver } from './hand-over.ts';
import { reviewHandlers } from './review-commands.ts';
import type { Review } from './review.ts';
import { replan, startPlan, type StartGiven } from './start.ts';
import { openTakenOver } from './take-over.ts';
import { finishedIn } from '../engine/tick-plan.ts';
import { tickFinished } from './tick.ts';
import { terminalOf } from './terminals.ts';
import type { ValidationReports } from './validate.ts';
import type { Choice } from './views.ts';
import type { WindowExtras } from './window.ts';

/** What a tree item, a lens or the panel hands to a task's command. */
interface TaskReference {
  readonly id: string;
  readonly plan?: vscode.Uri;
}

/** What the panel or a notification hands over to answer: one question, or whole forms. */
type AnswerReference = Partial<TaskReference & Asked> & {
  readonly answer?: Answer;
  readonly forms?: Extract<PanelMessage, { type: 'answer-questions' }>['forms'];
};

/** Asks a run for something; false: it was not taken, and the user has been told why. */
export type Ask = (command: UserCommand, run: ShownRun | undefined) => Promise<boolean>;

/** How long the status bar says what went well. */
const SAID_MS = 8000;

interface Parts {
  readonly plans: Plans;
  readonly runs: Runs;
  readonly panel: Panel;
  readonly reports: GateReports;
  readonly validations: ValidationReports;
  readonly extras: WindowExtras;
  readonly review: Review;
  readonly log: vscode.LogOutputChannel;
}

/** Registers every command. Each checks for itself whether it can work, whatever the menus show. */
export function registerCommands(parts: Parts): vscode.Disposable {
  const { plans, runs, panel, validations, log } = parts;
  const ask: Ask = async (command, run) => {
    if (run === undefined) {
      void vscode.window.showInformationMessage(vscode.l10n.t('Orca: There is no run.'));
      return false;
    }
    const decision = await runs.dispatch(command, run);
    if ('rejected' in decision) void vscode.window.showWarningMessage(`Orca: ${decision.rejected}`);
    return 'events' in decision;
  };
  const withTask =
    (act: (run: ShownRun, id: string) => unknown, title: string, fits: (kind: string) => boolean) =>
    async (reference?: TaskReference): Promise<void> => {
      const run = runs.shown;
      if (run === undefined) return void vscode.window.showInformationMessage(vscode.l10n.t('Orca: There is no run.'));
      const id = reference?.id ?? (await pickTask(run, title, fits));
      if (id !== undefined) await act(run, id);
    };
  const any = (): boolean => true;
  const started = (kind: string): boolean => kind !== 'waiting';
  const handlers: Record<string, (...args: never[]) => unknown> = {
    [COMMANDS.preview]: async (uri?: vscode.Uri) => {
      const plan = await plans.pick(asUri(uri));
      if (plan !== undefined) panel.showPlan(plan);
    },
    [COMMANDS.validate]: async (uri?: vscode.Uri) => {
      const plan = await plans.pick(asUri(uri));
      if (plan !== undefined) await validations.show(plan);
    },
    [COMMANDS.treatAsPlan]: (uri?: vscode.Uri) => declare(plans, asUri(uri), true),
    [COMMANDS.treatAsNoPlan]: (uri?: vscode.Uri) => declare(plans, asUri(uri), false),
    [COMMANDS.execute]: (uri?: vscode.Uri, choice?: Choice) => execute(parts, asUri(uri), choice),
    [COMMANDS.runTask]: (reference?: TaskReference) => runTask(parts, reference),
    [COMMANDS.pause]: () => ask({ type: 'pause' }, runs.shown),
    [COMMANDS.resume]: () => ask({ type: 'resume' }, runs.shown),
    [COMMANDS.cancel]: async () => {
      const run = runs.shown;
      const stop = vscode.l10n.t('Cancel Run');
      const answer = await vscode.window.showWarningMessage(
        vscode.l10n.t('Cancel the run? Agents at work are stopped. What is merged stays in the integration branch.'),
        { modal: true },
        stop,
      );
      if (answer === stop) await ask({ type: 'cancel' }, run);
    },
    [COMMANDS.retry]: withTask(
      (run, task) => ask({ type: 'retry', task }, run),
      vscode.l10n.t('Retry which task?'),
      (kind) => ['failed', 'conflict', 'skipped', 'cancelled', 'rolled-back'].includes(kind),
    ),
    [COMMANDS.skip]: withTask(
      (run, task) => ask({ type: 'skip', task }, run),
      vscode.l10n.t('Skip which task?'),
      (kind) => kind !== 'merged' && kind !== 'skipped',
    ),
    [COMMANDS.accept]: withTask(
      (run, task) => ask({ type: 'accept', task }, run),
      vscode.l10n.t('Accept the result of which task?'),
      (kind) => kind === 'failed',
    ),
    [COMMANDS.answer]: (reference?: AnswerReference) => answer(parts, reference ?? {}, ask),
    [COMMANDS.takeOver]: withTask(
      async (run, task) => {
        await ask({ type: 'take-over', task }, run);
        await openTakenOver(parts, run, task);
      },
      vscode.l10n.t('Take over which task?'),
      (kind) => !['waiting', 'merging', 'merged'].includes(kind),
    ),
    [COMMANDS.handBack]: withTask(
      (run, task) => ask({ type: 'hand-back', task }, run),
      vscode.l10n.t('Hand back which task?'),
      (kind) => kind === 'taken',
    ),
    [COMMANDS.prompt]: (reference?: TaskReference) => showPrompt(parts, reference),
    [COMMANDS.checkAgents]: () => checkAgents(runs),
    [COMMANDS.terminal]: withTask(showTerminal, vscode.l10n.t('Show the terminal of which task?'), started),
    [COMMANDS.log]: withTask(openLog, vscode.l10n.t('Open the log of which task?'), started),
    [COMMANDS.changes]: withTask(
      async (run, id) => {
        const attempt = taskOf(run, id)?.attempts.findLast((a) => a.snapshot?.commit !== undefined);
        if (attempt === undefined)
          void vscode.window.showInformationMessage(vscode.l10n.t('Orca: {0} has no committed changes yet.', id));
        else await showChanges(run.root, id, attempt);
      },
      vscode.l10n.t('Show the changes of which task?'),
      started,
    ),
    [COMMANDS.start]: (given?: StartGiven) => startPlan(parts, given),
    [COMMANDS.replan]: () => replan(parts),
    [COMMANDS.apply]: () => (runs.shown?.state.spec.planning === undefined ? apply(runs) : handOver(parts, runs.shown)),
    [COMMANDS.summary]: () => showSummary(runs),
    [COMMANDS.openTask]: withTaskOrPlan(parts, any),
    [COMMANDS.setUpGates]: () => setUpGates(runs),
    [COMMANDS.showOutput]: () => log.show(),
    ...gateHandlers(parts, ask),
    ...parts.extras.handlers,
    ...reviewHandlers(parts, ask),
  };
  return vscode.Disposable.from(
    ...Object.entries(handlers).map(([id, handler]) =>
      vscode.commands.registerCommand(id, async (...args: never[]) => {
        try {
          await handler(...args);
        } catch (error) {
          log.error(error as Error);
          const show = vscode.l10n.t('Show Output');
          const answer = await vscode.window.showErrorMessage(`Orca: ${(error as Error).message}`, show);
          if (answer === show) log.show();
        }
      }),
    ),
  );
}

/**
 * Answers one question: the one that is named, or one of the task's, or one of all. What tasks ask instead of a result is
 * answered in the panel's form, and given as a whole.
 */
async function answer({ runs, panel }: Parts, reference: AnswerReference, ask: Ask): Promise<void> {
  const run = runs.shown;
  if (reference.forms !== undefined) {
    for (const form of reference.forms) await ask({ type: 'answer-questions', ...form }, run);
    return;
  }
  // A tree item's id is its task.
  const task = reference.task ?? reference.id;
  const asked = run === undefined ? [] : inbox(run).filter((one) => task === undefined || one.task === task);
  if (asked.length === 0 && run !== undefined && openQuestions(run.state).length > 0) {
    panel.showRun();
    return;
  }
  const one = reference.task === undefined ? await pickAsked(asked) : asked.find(({ id }) => id === reference.id);
  if (one === undefined) {
    // Answered elsewhere, or not asked any more.
    if (reference.task !== undefined)
      void vscode.window.showInformationMessage(vscode.l10n.t('Orca: {0} does not ask that any more.', reference.task));
    return;
  }
  const given = reference.answer ?? (await answerFor(one));
  if (given !== undefined) await ask({ type: 'answer', task: one.task, id: one.id, answer: given }, run);
}

function asUri(value: unknown): vscode.Uri | undefined {
  return value instanceof vscode.Uri ? value : undefined;
}

function taskOf(run: ShownRun, id: string): ShownRun['state']['tasks'][number] | undefined {
  return run.state.tasks[run.state.index.get(id) ?? -1];
}

async function pickTask(run: ShownRun, title: string, fits: (kind: string) => boolean): Promise<string | undefined> {
  const items = run.state.graph.nodes.flatMap((node, i) => {
    const kind = run.state.tasks[i]?.phase.kind ?? 'waiting';
    return fits(kind) ? [{ label: node.id, description: kind, detail: node.title }] : [];
  });
  if (items.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Orca: No task of the run is in a state for that.'));
    return undefined;
  }
  return (await vscode.window.showQuickPick(items, { title: 'Orca', placeHolder: title }))?.label;
}

/** Opens a task's heading in the plan as it is now; the run's own copy where the task is no longer there. */
function withTaskOrPlan({ plans, runs }: Parts, fits: () => boolean): (reference?: TaskReference) => Promise<void> {
  return async (reference) => {
    const run = runs.shown;
    const id = reference?.id ?? (run && (await pickTask(run, vscode.l10n.t('Open which task?'), fits)));
    if (id === undefined) return;
    const planPath = run?.state.spec.planPath;
    // A plan is asked for only where none of the run is there.
    const places = [
      () => reference?.plan,
      () => run && planPath !== undefined && vscode.Uri.joinPath(vscode.Uri.file(run.root), planPath),
      () => run && vscode.Uri.joinPath(vscode.Uri.file(run.dir), 'plan.md'),
      () => plans.pick(undefined),
    ];
    for (const place of places) {
      const uri = await place();
      if (uri === undefined || uri === false) continue;
      const open = await plans.open(uri).then(
        (plan) => plan,
        () => undefined,
      );
      const task = open?.plan.tasks.find((t) => t.id === id);
      if (open === undefined || task === undefined) continue;
      const { uri: file, range } = locationOf(open, task.idSpan);
      const editor = await vscode.window.showTextDocument(file, { viewColumn: besidePanel(), preserveFocus: false });
      const at = new vscode.Range(range.start, range.start);
      editor.selection = new vscode.Selection(at.start, at.end);
      editor.revealRange(at, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      return;
    }
  };
}

/** The plan opens beside the panel rather than over it. */
function besidePanel(): vscode.ViewColumn {
  const active = vscode.window.tabGroups.activeTabGroup;
  return active.activeTab?.input instanceof vscode.TabInputWebview ? vscode.ViewColumn.Beside : active.viewColumn;
}

async function showTerminal(run: ShownRun, id: string): Promise<void> {
  const agent = taskOf(run, id)?.attempts.at(-1)?.agent;
  const address = agent === undefined ? undefined : run.state.agents[agent]?.address;
  const terminal =
    agent === undefined || address === undefined ? undefined : await terminalOf(agentDir(run.dir, agent, address));
  if (terminal !== undefined) terminal.show();
  else await openLog(run, id);
}

async function openLog(run: ShownRun, id: string): Promise<void> {
  const attempt = taskOf(run, id)?.attempts.at(-1);
  if (attempt === undefined)
    return void vscode.window.showInformationMessage(vscode.l10n.t('Orca: {0} has not run yet.', id));
  const uri = vscode.Uri.file(attemptLog(run.dir, id, attempt.number));
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    return void vscode.window.showInformationMessage(vscode.l10n.t('Orca: {0} has printed nothing.', id));
  }
  await vscode.window.showTextDocument(uri, { preview: true });
}

async function declare(plans: Plans, given: vscode.Uri | undefined, isPlan: boolean): Promise<void> {
  const uri = given ?? vscode.window.activeTextEditor?.document.uri;
  if (uri === undefined) return void vscode.window.showInformationMessage(vscode.l10n.t('Orca: Open the file first.'));
  const { languageId } = await vscode.workspace.openTextDocument(uri);
  if (isPlan && !PLAN_LANGUAGES.includes(languageId))
    return void vscode.window.showInformationMessage(vscode.l10n.t('Orca: A plan is Markdown or JSON.'));
  await plans.declare(uri, isPlan);
}

async function apply(runs: Runs): Promise<void> {
  const run = runs.shown;
  if (run?.state.status.kind !== 'finished') {
    void vscode.window.showInformationMessage(vscode.l10n.t('Orca: There is no finished run to apply.'));
    return;
  }
  const { id } = run.state.spec;
  const opened = await openRepository(run.root);
  if (!opened.ok) throw new Error(`${opened.problem.message} ${opened.problem.fix}`);
  const forecast = await forecastApply(opened.repository, id);
  if (forecast.kind === 'up-to-date') {
    const finished = finishedIn(run.state, run.dir);
    // It was merged by hand.
    if (run.state.applied === undefined)
      await runs.note(run, { type: 'applied', branch: forecast.branch, commit: forecast.head });
    const ticked = await tickFinished(run.root, finished);
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Orca: Your branch already has everything of this run.{0}', ticked),
    );
    return;
  }
  if (forecast.kind === 'blocked') {
    void vscode.window.showErrorMessage(`Orca: ${forecast.problem.message} ${forecast.problem.fix}`);
    return;
  }
  if (forecast.kind === 'conflict') {
    void vscode.window.showErrorMessage(
      vscode.l10n.t(
        'Orca: {0} and the run have both changed {1}. Nothing was changed. Merge the branch orca/{2}/integration by hand, or bring your branch to what the run started from.',
        forecast.branch,
        forecast.files.join(', '),
        id,
      ),
    );
    return;
  }
  const merge = vscode.l10n.t('Apply');
  const done = run.state.tasks.filter((task) => task.phase.kind === 'merged').length;
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('Merge {0} of {1} tasks into {2}?', done, run.state.tasks.length, forecast.branch),
    {
      modal: true,
      detail: vscode.l10n.t(
        '{0} files in {1} commits, from orca/{2}/integration.',
        forecast.files.length,
        forecast.ahead,
        id,
      ),
    },
    merge,
  );
  if (answer !== merge) return;
  const applied = await applyRun(opened.repository, id);
  if (!applied.ok) {
    void vscode.window.showErrorMessage(
      vscode.l10n.t('Orca: Not applied, and nothing was changed: {0}', applied.message),
    );
    return;
  }
  const finished = finishedIn(run.state, run.dir);
  await runs.note(run, { type: 'applied', branch: applied.branch, commit: applied.commit });
  const ticked = await tickFinished(run.root, finished);
  const text = vscode.l10n.t('Orca: {0} is now in {1}.{2}', id, applied.branch, ticked);
  // What was asked for and went well is no news; files that were changed beside it are.
  if (ticked === '') vscode.window.setStatusBarMessage(text, SAID_MS);
  else void vscode.window.showInformationMessage(text);
}

async function showSummary(runs: Runs): Promise<void> {
  const run = runs.shown;
  if (run === undefined) return;
  const { spec, delivered } = run.state;
  const isPlanned = spec.planning !== undefined && delivered !== undefined;
  const uri = vscode.Uri.file(isPlanned ? planningSummaryPath(run.dir) : summaryPath(run.dir));
  try {
    await vscode.workspace.fs.stat(uri);
  } catch {
    void vscode.window.showInformationMessage(vscode.l10n.t('Orca: The summary is written when the run has finished.'));
    return;
  }
  await vscode.commands.executeCommand('markdown.showPreview', uri);
}
