import * as vscode from 'vscode';
import type { ReviewComment } from '../core/run/command.ts';
import { isHeld } from '../core/run/held.ts';
import { begunAgain, dependentsIn } from '../core/run/review.ts';
import type { TaskAction } from '../core/view/model.ts';
import { count } from '../core/view/print.ts';
import type { Ask } from './commands.ts';
import { COMMANDS } from './ids.ts';
import type { Review } from './review.ts';
import type { Runs, ShownRun } from './runs.ts';
import { shownPanel } from './views.ts';

/** What a tree item, the panel or comments in an editor hand over. */
interface ReviewReference {
  readonly id: string;
  readonly comments?: readonly ReviewComment[];
  readonly note?: string;
}

interface Parts {
  readonly runs: Runs;
  readonly review: Review;
}

/** The commands about work that is there, by their ids. */
export function reviewHandlers({ runs, review }: Parts, ask: Ask): Record<string, (...args: never[]) => unknown> {
  const withTask =
    (action: TaskAction, title: string, act: (reference: ReviewReference, run: ShownRun) => unknown) =>
    async (reference?: ReviewReference): Promise<void> => {
      const run = runs.shown;
      if (run === undefined) return void vscode.window.showInformationMessage(vscode.l10n.t('Orca: There is no run.'));
      const meant = reference === undefined ? await pickTasks(runs, action, title) : [reference];
      for (const one of meant) await act(one, run);
    };
  return {
    [COMMANDS.markRead]: withTask('read', vscode.l10n.t('Mark which tasks as read?'), ({ id: task }, run) =>
      ask({ type: 'mark-read', task }, run),
    ),
    [COMMANDS.sendBack]: withTask(
      'send-back',
      vscode.l10n.t('Send back which task?'),
      async ({ id, comments = [], note }, run) => {
        const asked = note ?? (await askedOf(id, comments.length + review.commentsOn(id).length));
        if (asked === undefined) return;
        // More may have been said while the box was open.
        const all = [...comments, ...review.commentsOn(id)];
        if (await ask({ type: 'send-back', task: id, comments: all, note: asked }, run))
          await review.sent(run, id, all);
      },
    ),
    [COMMANDS.rollBack]: withTask('roll-back', vscode.l10n.t('Roll back which task?'), async ({ id }, run) => {
      if (await confirmed(run, id)) await ask({ type: 'roll-back', task: id }, run);
    }),
    [COMMANDS.hold]: withTask('hold', vscode.l10n.t('Hold which task?'), ({ id: task }, run) =>
      ask({ type: 'hold', task }, run),
    ),
  };
}

/** One; or as many as were read. */
async function pickTasks(runs: Runs, action: TaskAction, placeHolder: string): Promise<readonly ReviewReference[]> {
  const rows = shownPanel(runs)?.layers.flatMap(({ tasks }) => tasks) ?? [];
  const items = rows
    .filter(({ actions }) => actions.includes(action))
    .map(({ id, status, title }) => ({ label: id, description: status, detail: title, id }));
  const options = { title: 'Orca', placeHolder };
  if (items.length === 0)
    void vscode.window.showInformationMessage(vscode.l10n.t('Orca: No task of the run is in a state for that.'));
  else if (action === 'read')
    return (await vscode.window.showQuickPick(items, { ...options, canPickMany: true })) ?? [];
  else return [await vscode.window.showQuickPick(items, options)].flatMap((item) => item ?? []);
  return [];
}

/** Undefined: the person has thought better of it. */
async function askedOf(id: string, comments: number): Promise<string | undefined> {
  const isEnough = comments > 0;
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Send back {0}', id),
    prompt: isEnough
      ? vscode.l10n.t('Its agent is told your {0}, and what you add here.', count(comments, 'comment'))
      : vscode.l10n.t('What is to be changed? Its agent is told.'),
    ignoreFocusOut: true,
    validateInput: (text) => (isEnough || text.trim() !== '' ? undefined : vscode.l10n.t('Say what is to be changed.')),
  });
}

async function confirmed({ state }: ShownRun, id: string): Promise<boolean> {
  const atWork = dependentsIn(state, id).flatMap(({ i, task }) =>
    isHeld(task) ? (state.graph.nodes[i]?.id ?? []) : [],
  );
  const also = [...new Set([...begunAgain(state, id), ...atWork])];
  const applied =
    state.applied === undefined ? [] : [vscode.l10n.t('What was applied to {0} stays there.', state.applied.branch)];
  const rollBack = vscode.l10n.t('Roll Back');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Roll back {0}?', id),
    {
      modal: true,
      detail: [
        vscode.l10n.t(
          "What was merged of it is taken back from the run's branch, and {0} stops until you retry or skip it.",
          id,
        ),
        ...(also.length === 0
          ? []
          : [vscode.l10n.t('{0} built upon it begin again after that:', count(also.length, 'task')), also.join(', ')]),
        ...applied,
      ].join('\n'),
    },
    rollBack,
  );
  return answer === rollBack;
}
