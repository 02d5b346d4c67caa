import * as vscode from 'vscode';
import { COMMANDS } from '../ids.ts';
import { PlanActions } from './actions.ts';
import { changeOrder, convert, formatPlan } from './commands.ts';
import { PlanCompletions, TRIGGERS } from './completion.ts';
import { PlanDecorations } from './decorations.ts';
import { PlanNavigation } from './navigation.ts';
import { PlanOutline } from './outline.ts';
import type { LanguageHost } from './plan-document.ts';

export interface PlanLanguage {
  dispose(): void;
  /** Runs a command on a plan. */
  run(command: LanguageCommand, plan: vscode.Uri): Promise<void>;
}

/** The commands that are the language's own. */
export type LanguageCommand = (typeof COMMANDS)['changeOrder' | 'formatEstimates' | 'convert' | 'criticalPath'];

// Which of these documents are plans may change with a setting, or by a command: each provider looks for itself.
const SELECTOR = ['markdown', 'json', 'jsonc'];

/** All that the editor knows of plans. */
export function registerPlanLanguage(host: LanguageHost): PlanLanguage {
  const navigation = new PlanNavigation(host);
  const outline = new PlanOutline(host);
  const decorations = new PlanDecorations(host);
  const { languages } = vscode;
  const registered: readonly { dispose(): unknown }[] = [
    languages.registerCompletionItemProvider(SELECTOR, new PlanCompletions(host), ...TRIGGERS),
    languages.registerHoverProvider(SELECTOR, navigation),
    languages.registerDefinitionProvider(SELECTOR, navigation),
    languages.registerReferenceProvider(SELECTOR, navigation),
    languages.registerRenameProvider(SELECTOR, navigation),
    languages.registerDocumentSymbolProvider(SELECTOR, outline, { label: 'Plan' }),
    languages.registerFoldingRangeProvider(SELECTOR, outline),
    languages.registerDocumentLinkProvider(SELECTOR, outline),
    languages.registerInlayHintsProvider(SELECTOR, outline),
    languages.registerCodeActionsProvider(SELECTOR, new PlanActions(host), PlanActions.metadata),
    // Hints of one document follow what stands in others.
    host.plans.onDidChange(() => outline.refresh()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('orca')) outline.refresh();
    }),
    decorations,
    outline,
  ];
  return {
    dispose: () => {
      for (const disposable of registered) disposable.dispose();
    },
    run: async (command, uri) => {
      const open = await host.plans.open(uri);
      switch (command) {
        case COMMANDS.changeOrder:
          return changeOrder(host, open);
        case COMMANDS.formatEstimates:
          return formatPlan(host, open);
        case COMMANDS.convert:
          return convert(host, open);
        case COMMANDS.criticalPath:
          decorations.toggleCriticalPath();
      }
    },
  };
}
