import * as vscode from 'vscode';
import type { PanelModel, RunAction, TaskStatus } from '../core/view/model.ts';
import { panelMarkdown } from '../core/view/panel-markdown.ts';
import { COMMANDS, PARTICIPANT, VIEWS } from './ids.ts';
import { executed, openPlan, readyPlan, type ToolParts } from './lm-tools.ts';
import type { OpenPlan } from './plans.ts';
import { defaultChoice, planPanel, shownPanel, taskIcon } from './views.ts';

interface ChatParts extends ToolParts {
  readonly icon: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
}

type Stream = vscode.ChatResponseStream;

/** `@orca` in the Chat view. It needs no model: it shows what every other view shows, and opens what commands open. */
export function registerChat(parts: ChatParts): vscode.Disposable {
  const participant = vscode.chat.createChatParticipant(PARTICIPANT, async (request, _, stream) => {
    try {
      await reply(parts, request, stream);
    } catch (error) {
      parts.log.error(error as Error);
      stream.markdown(new vscode.MarkdownString().appendText((error as Error).message));
    }
  });
  participant.iconPath = parts.icon;
  participant.followupProvider = { provideFollowups: () => followups(parts) };
  return vscode.Disposable.from(participant);
}

async function reply(parts: ChatParts, request: vscode.ChatRequest, stream: Stream): Promise<void> {
  const { runs, plans } = parts;
  switch (request.command) {
    case 'start':
      start(parts, request.prompt.trim(), stream);
      return;
    case 'preview': {
      const open = await openPlan(plans, planNamed(request));
      await vscode.commands.executeCommand(COMMANDS.preview, open.uri);
      showPlan(open, stream);
      return;
    }
    case 'execute': {
      const open = await readyPlan(parts, planNamed(request));
      stream.progress(vscode.l10n.t('You are asked for the strategy and the number of agents'));
      if (await executed(parts, open.uri, undefined)) showRun(parts, stream);
      else stream.markdown(vscode.l10n.t('No run was started.'));
      return;
    }
    case 'status':
      if (runs.shown === undefined) stream.markdown(vscode.l10n.t('There is no run in this workspace yet.'));
      else showRun(parts, stream);
      return;
    default:
      await introduce(parts, stream);
  }
}

/** Its dialogue is the command's, which asks for the rest. */
function start({ log }: ChatParts, goal: string, stream: Stream): void {
  if (goal === '') {
    stream.markdown(
      vscode.l10n.t('Say in a sentence what is to be made, e.g. `@orca /start A REST API for a book shop`.'),
    );
    return;
  }
  vscode.commands
    .executeCommand(COMMANDS.start, { goal })
    .then(undefined, (error: unknown) => log.error(error as Error));
  stream.markdown(
    vscode.l10n.t('**Orca: Start** is open, with your goal filled in. It asks for what else it has to know.'),
  );
}

function showPlan(open: OpenPlan, stream: Stream): void {
  stream.reference(open.uri);
  stream.markdown(drawn(planPanel(open, defaultChoice(open))));
  stream.button({ command: COMMANDS.execute, title: vscode.l10n.t('Execute Plan…'), arguments: [open.uri] });
}

function showRun({ runs }: ChatParts, stream: Stream): void {
  const panel = shownPanel(runs);
  if (panel?.run === undefined) return;
  stream.markdown(drawn(panel, runs.now()));
  if (panel.needs.some((need) => 'ask' in need || 'forms' in need))
    stream.button({ command: COMMANDS.answer, title: vscode.l10n.t('Answer…') });
  for (const action of panel.run.actions) stream.button(BUTTONS[action]);
  stream.button({ command: `${VIEWS.tasks}.focus`, title: vscode.l10n.t('Show Tasks') });
}

/** With the icons of the tree. */
function drawn(panel: PanelModel, now?: number): vscode.MarkdownString {
  const signOf = (status: TaskStatus): string => `$(${taskIcon(status)})`;
  return new vscode.MarkdownString(panelMarkdown(panel, { signOf, ...(now !== undefined && { now }) }), true);
}

const BUTTONS: Readonly<Record<RunAction, vscode.Command>> = {
  pause: { command: COMMANDS.pause, title: vscode.l10n.t('Pause') },
  resume: { command: COMMANDS.resume, title: vscode.l10n.t('Resume') },
  cancel: { command: COMMANDS.cancel, title: vscode.l10n.t('Cancel…') },
  apply: { command: COMMANDS.apply, title: vscode.l10n.t('Apply…') },
  summary: { command: COMMANDS.summary, title: vscode.l10n.t('Show Summary') },
};

async function introduce(parts: ChatParts, stream: Stream): Promise<void> {
  stream.markdown(
    [
      vscode.l10n.t('Orca turns a plan into finished, checked, merged work by running coding agents in parallel.'),
      vscode.l10n.t('- `/start` *goal*: from a sentence to a plan'),
      vscode.l10n.t('- `/preview`: layers, critical path and time of the plan'),
      vscode.l10n.t('- `/execute`: runs it, once you have confirmed strategy and agents'),
      vscode.l10n.t('- `/status`: how the run is'),
    ].join('\n'),
  );
  const { state } = parts.runs.shown ?? {};
  if (state !== undefined) {
    stream.markdown('\n\n');
    showRun(parts, stream);
    return;
  }
  const open = await openPlan(parts.plans, undefined).catch(() => undefined);
  stream.markdown(
    open === undefined
      ? vscode.l10n.t('\n\nThere is no plan in this workspace yet.')
      : vscode.l10n.t('\n\nThere is a plan:'),
  );
  if (open === undefined) return;
  stream.anchor(open.uri);
  stream.button({ command: COMMANDS.preview, title: vscode.l10n.t('Preview Plan'), arguments: [open.uri] });
}

async function followups({ plans, runs }: ChatParts): Promise<vscode.ChatFollowup[]> {
  const kind = runs.shown?.state.status.kind;
  if (kind !== undefined && kind !== 'finished') return [{ prompt: '', command: 'status', label: 'How is the run?' }];
  const open = await openPlan(plans, undefined).catch(() => undefined);
  if (open === undefined) return [];
  return [
    { prompt: '', command: 'preview', label: 'Preview the plan' },
    { prompt: '', command: 'execute', label: 'Execute the plan' },
  ];
}

/** A plan that is attached to the request, else what its text names. */
function planNamed({ references, prompt }: vscode.ChatRequest): string | undefined {
  for (const { value } of references) {
    const uri = value instanceof vscode.Location ? value.uri : value;
    if (uri instanceof vscode.Uri && uri.path.endsWith('.md')) return uri.fsPath;
  }
  const text = prompt.trim();
  return text === '' ? undefined : text;
}
