import { realpath } from 'node:fs/promises';
import { relative } from 'node:path';
import * as vscode from 'vscode';
import { readLink, type Link } from '../../core/view/link.ts';
import { COMMANDS } from '../ids.ts';
import type { History } from './history.ts';
import type { WindowHost } from './host.ts';
import { openRun } from './run-commands.ts';

/** Does what a link asks for, once a person has seen what that is. Nothing runs by a link. */
export async function openLink(host: WindowHost, history: History, { path, query }: vscode.Uri): Promise<void> {
  const link = readLink(path, [...new URLSearchParams(query)]);
  if (typeof link === 'string') throw new Error(vscode.l10n.t('This link cannot be opened. {0}', link));
  if (link.kind !== 'open' && !vscode.workspace.isTrusted)
    throw new Error(
      vscode.l10n.t('In a workspace that is not trusted a link can open the preview of a plan, and nothing else.'),
    );
  switch (link.kind) {
    case 'open': {
      const plan = await planAt(link);
      const detail = vscode.l10n.t(
        '{0}\n\nThe plan is read and shown. Nothing is run.',
        vscode.workspace.asRelativePath(plan),
      );
      if (await confirm(vscode.l10n.t('A link asks to preview a plan.'), detail, vscode.l10n.t('Preview Plan')))
        host.panel.showPlan(plan);
      return;
    }
    case 'start': {
      const detail = vscode.l10n.t(
        '{0}\n\nYou are asked for everything else, and can change the goal, before anything runs.',
        link.goal,
      );
      if (await confirm(vscode.l10n.t('A link asks to plan from this goal.'), detail, vscode.l10n.t('Fill In')))
        await vscode.commands.executeCommand(COMMANDS.start, { goal: link.goal });
      return;
    }
    case 'run': {
      const run = await host.past.find(link.id);
      if (run === undefined) throw new Error(vscode.l10n.t('This workspace has no run {0}.', link.id));
      const detail = vscode.l10n.t('{0}\n\nThe run is shown as it stands. Nothing is run.', link.id);
      if (await confirm(vscode.l10n.t('A link asks to show a run.'), detail, vscode.l10n.t('Show Run')))
        await openRun(host, history, [{ run }, []]);
    }
  }
}

async function confirm(message: string, detail: string, button: string): Promise<boolean> {
  return (await vscode.window.showInformationMessage(message, { modal: true, detail }, button)) === button;
}

/** The file, where it is really inside of a folder of the workspace. */
async function planAt({ plan }: Extract<Link, { kind: 'open' }>): Promise<vscode.Uri> {
  for (const { uri: folder } of vscode.workspace.workspaceFolders ?? []) {
    const uri = vscode.Uri.joinPath(folder, plan);
    const isThere = await vscode.workspace.fs.stat(uri).then(
      () => true,
      () => false,
    );
    if (isThere && (await isReallyIn(folder, uri))) return uri;
  }
  throw new Error(vscode.l10n.t('There is no {0} in this workspace.', plan));
}

async function isReallyIn(folder: vscode.Uri, { scheme, fsPath }: vscode.Uri): Promise<boolean> {
  if (scheme !== 'file') return false;
  const way = relative(await realpath(folder.fsPath), await realpath(fsPath));
  return !/^(?:\.\.|[A-Za-z]:|[\\/])/.test(way);
}
