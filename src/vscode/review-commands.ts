import * as vscode from 'vscode';
import type { ReviewComment, UserCommand } from '../core/run/command.ts';
import { isHeld } from '../core/run/held.ts';
import { begunAgain, dependentsIn } from '../core/run/review.ts';
import type { TaskAction } from '../core/view/model.ts';
import { count } from '../core/view/print.ts';
import { COMMANDS } from './ids.ts';
import type { Runs, ShownRun } from './runs.ts';
import { shownPanel } from './views.ts';

/** What a tree item, the panel or comments in an editor hand over. */
interface ReviewReference {
  readonly id: string;
  readonly comments?: readonly ReviewComment[];
  readonly note?: string;
}

type Ask = (command: UserCommand) => Promise<void>;

/** The commands about work that is there, by their ids. */
export function reviewHandlers(runs: Runs, ask: Ask): Record<string, (...args: never[]) => unknown> {
  const withTask =
    (action: TaskAction, title: string, act: (reference: ReviewReference, run: ShownRun) => unknown) =>
    async (reference?: ReviewReference): Promise<void> => {
      const run = runs.shown;
      if (run === undefined) return void vscode.window.showInformationMessage('Orca: There is no run.');
      const meant = reference ?? (await pickTask(runs, action, title));
      if (meant !== undefined) await act(meant, run);
    };
  return {
    [COMMANDS.markRead]: withTask('read', 'Mark which task as read?', ({ id: task }) =>
      ask({ type: 'mark-read', task }),
    ),
    [COMMANDS.sendBack]: withTask('send-back', 'Send back which task?', async ({ id, comments = [], note }) => {
      const asked = note ?? (comments.length > 0 ? '' : await askedOf(id));
      if (asked !== undefined) await ask({ type: 'send-back', task: id, comments, note: asked });
    }),
    [COMMANDS.rollBack]: withTask('roll-back', 'Roll back which task?', async ({ id }, run) => {
      if (await confirmed(run, id)) await ask({ type: 'roll-back', task: id });
    }),
    [COMMANDS.hold]: withTask('hold', 'Hold which task?', ({ id: task }) => ask({ type: 'hold', task })),
  };
}

async function pickTask(runs: Runs, action: TaskAction, placeHolder: string): Promise<ReviewReference | undefined> {
  const rows = shownPanel(runs)?.layers.flatMap(({ tasks }) => tasks) ?? [];
  const items = rows
    .filter(({ actions }) => actions.includes(action))
    .map(({ id, status, title }) => ({ label: id, description: status, detail: title, id }));
  if (items.length > 0) return vscode.window.showQuickPick(items, { title: 'Orca', placeHolder });
  void vscode.window.showInformationMessage('Orca: No task of the run is in a state for that.');
  return undefined;
}

/** Undefined: the person has thought better of it. */
async function askedOf(id: string): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: `Send back ${id}`,
    prompt: 'What is to be changed? Its agent is told.',
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? 'Say what is to be changed.' : undefined),
  });
}

async function confirmed({ state }: ShownRun, id: string): Promise<boolean> {
  const atWork = dependentsIn(state, id).flatMap(({ i, task }) =>
    isHeld(task) ? (state.graph.nodes[i]?.id ?? []) : [],
  );
  const also = [...new Set([...begunAgain(state, id), ...atWork])];
  const applied = state.applied === undefined ? [] : [`What was applied to ${state.applied.branch} stays there.`];
  const rollBack = 'Roll Back';
  const answer = await vscode.window.showWarningMessage(
    `Roll back ${id}?`,
    {
      modal: true,
      detail: [
        `What was merged of it is taken back from the run's branch, and ${id} stops until you retry or skip it.`,
        ...(also.length === 0
          ? []
          : [`${count(also.length, 'task')} built upon it begin again after that:`, also.join(', ')]),
        ...applied,
      ].join('\n'),
    },
    rollBack,
  );
  return answer === rollBack;
}
