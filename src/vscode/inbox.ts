import * as vscode from 'vscode';
import type { Answer, Ask } from '../core/agent/ask.ts';
import { askText, openAsks, openQuestions } from '../core/view/asks.ts';
import { oneLine } from '../core/view/print.ts';
import { COMMANDS } from './ids.ts';
import type { Runs, ShownRun } from './runs.ts';

/** One question of one agent. */
export interface Asked {
  readonly task: string;
  readonly id: string;
  readonly ask: Ask;
}

/** What all agents of a run ask, in the plan's order. */
export function inbox(run: ShownRun): Asked[] {
  return run.state.tasks.flatMap((task, i) =>
    openAsks(task).map(({ id, ask }) => ({ task: run.state.graph.nodes[i]?.id ?? '', id, ask })),
  );
}

/** Lets a person choose a question where there are several; undefined where they leave, or nobody asks. */
export async function pickAsked(asked: readonly Asked[]): Promise<Asked | undefined> {
  if (asked.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Orca: No agent asks anything.'));
    return undefined;
  }
  if (asked.length === 1) return asked[0];
  const picked = await vscode.window.showQuickPick(
    asked.map((one) => ({ label: one.task, detail: askText(one.ask), one })),
    { title: vscode.l10n.t('Orca: Answer Agent'), placeHolder: vscode.l10n.t('Which question?'), matchOnDetail: true },
  );
  return picked?.one;
}

/** Asks the person; undefined where they leave. */
export async function answerFor({ task, ask }: Asked): Promise<Answer | undefined> {
  const title = vscode.l10n.t('Orca: {0} asks', task);
  if (ask.kind === 'permission') {
    const picked = await vscode.window.showQuickPick(
      [
        { label: vscode.l10n.t('$(check) Allow once'), answer: { kind: 'allow', scope: 'once' } as const },
        {
          label: vscode.l10n.t('$(check-all) Allow for this task'),
          description: vscode.l10n.t('every use of {0}', ask.tool),
          answer: { kind: 'allow', scope: 'task' } as const,
        },
        { label: vscode.l10n.t('$(circle-slash) Deny with a reason…'), answer: undefined },
      ],
      { title, placeHolder: `${ask.tool}: ${ask.input}`.slice(0, 300), ignoreFocusOut: true },
    );
    if (picked === undefined) return undefined;
    return picked.answer ?? deny({ task, ask });
  }
  const other = vscode.l10n.t('$(edit) Another answer…');
  const picked =
    ask.options.length === 0
      ? other
      : await vscode.window.showQuickPick([...ask.options, other], {
          title,
          placeHolder: ask.text,
          ignoreFocusOut: true,
        });
  if (picked === undefined) return undefined;
  if (picked !== other) return { kind: 'reply', text: picked };
  const text = await vscode.window.showInputBox({ title, prompt: ask.text, ignoreFocusOut: true });
  return text === undefined ? undefined : { kind: 'reply', text };
}

/** With a reason, which the agent is told. */
export async function deny({ task, ask }: Pick<Asked, 'task' | 'ask'>): Promise<Answer | undefined> {
  const reason = await vscode.window.showInputBox({
    title: vscode.l10n.t('Orca: deny {0}', task),
    prompt: vscode.l10n.t('What is the agent to do instead? It is told so.'),
    placeHolder: askText(ask),
    ignoreFocusOut: true,
  });
  return reason === undefined ? undefined : { kind: 'deny', reason: reason === '' ? 'The user said no.' : reason };
}

/**
 * One notification when agents begin to ask, however many they are; none beside it while what it tells of still waits. One
 * that is not looked at goes into the bell, and says no more.
 */
export function announceAsks(runs: Runs): vscode.Disposable {
  const told = new Set<string>();
  /** What the notification tells of that is open. */
  let open: ReadonlySet<string> = new Set();
  const look = (): void => {
    const run = runs.shown;
    if (run === undefined || run.hold.kind === 'resting') return;
    const asked = askedIn(run);
    if (asked.some(({ key }) => open.has(key))) return;
    const fresh = asked.filter(({ key }) => !told.has(key));
    for (const { key } of fresh) told.add(key);
    const [first] = fresh;
    if (first === undefined) return;
    const own = new Set(asked.map(({ key }) => key));
    open = own;
    const text = asked.length === 1 ? first.text : vscode.l10n.t('{0} questions of agents wait for you.', asked.length);
    const answer = vscode.l10n.t('Answer…');
    void vscode.window.showInformationMessage(`Orca: ${text}`, answer).then((picked) => {
      if (open === own) open = new Set();
      if (picked !== answer) look();
      else if (runs.shown?.dir === run.dir) void vscode.commands.executeCommand(COMMANDS.answer);
      else
        void vscode.window.showInformationMessage(
          vscode.l10n.t('Orca: {0} asks, and another run is shown now. Open it in the history.', run.state.spec.id),
        );
    });
  };
  return runs.onDidChange(look);
}

/** What all agents and steps of a run ask, each with a name of its own. */
function askedIn(run: ShownRun): { readonly key: string; readonly text: string }[] {
  return [
    ...inbox(run).map(({ task, id, ask }) => ({ key: `${run.dir} ${task}/${id}`, text: `${task} ${askText(ask)}` })),
    ...openQuestions(run.state).flatMap(({ task, questions }) =>
      questions.map(({ question }) => ({
        key: `${run.dir} ${task}: ${question}`,
        text: `${task} asks: ${oneLine(question)}`,
      })),
    ),
  ];
}
