import * as vscode from 'vscode';
import { COMMANDS, CONTEXT } from './ids.ts';
import type { LanguageHost } from './language/plan-document.ts';
import type { LanguageCommand, PlanLanguage } from './language/register.ts';

/** The commands that the language answers; it is loaded with the first plan, or the first of these. */
const LANGUAGE_COMMANDS: readonly LanguageCommand[] = [
  COMMANDS.changeOrder,
  COMMANDS.formatEstimates,
  COMMANDS.convert,
  COMMANDS.criticalPath,
];

/** What the editor knows of plans is a bundle of its own: most windows never show a plan. */
export function loadPlanLanguage(host: LanguageHost, log: vscode.LogOutputChannel): vscode.Disposable {
  let loaded: Promise<PlanLanguage> | undefined;
  const load = (): Promise<PlanLanguage> =>
    (loaded ??= import('./language/register.ts').then(({ registerPlanLanguage }) => registerPlanLanguage(host)));
  const look = (document: vscode.TextDocument): void => {
    if (loaded === undefined && host.plans.isPlan(document))
      load().catch((error: unknown) => log.error(error as Error));
  };
  const commands = LANGUAGE_COMMANDS.map((command) =>
    vscode.commands.registerCommand(command, async (given?: unknown) => {
      const plan = await host.plans.pick(given instanceof vscode.Uri ? given : undefined);
      if (plan !== undefined) await (await load()).run(command, plan);
    }),
  );
  const lookAround = (): void => {
    for (const document of vscode.workspace.textDocuments) look(document);
    const active = vscode.window.activeTextEditor?.document;
    const isPlan = active !== undefined && host.plans.isPlan(active);
    void vscode.commands.executeCommand('setContext', CONTEXT.planEditor, isPlan);
  };
  lookAround();
  return vscode.Disposable.from(
    ...commands,
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.window.onDidChangeActiveTextEditor(lookAround),
    host.plans.onDidChange(lookAround),
    {
      dispose: () =>
        void loaded?.then((language) => {
          language.dispose();
        }),
    },
  );
}
