import * as vscode from 'vscode';
import { canAccept, canRetry } from '../core/run/decide.ts';
import type { PlacedFinding } from '../core/view/findings.ts';
import type { GateReference } from './gate-commands.ts';
import type { GateDiagnostics } from './gate-diagnostics.ts';
import { COMMANDS } from './ids.ts';
import type { Runs, ShownRun } from './runs.ts';

/** What can be done about a gate's finding, at its line. */
export class GateQuickFixes implements vscode.CodeActionProvider {
  static readonly metadata: vscode.CodeActionProviderMetadata = {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  };
  readonly #runs: Runs;
  readonly #diagnostics: GateDiagnostics;

  constructor(runs: Runs, diagnostics: GateDiagnostics) {
    this.#runs = runs;
    this.#diagnostics = diagnostics;
  }

  provideCodeActions(
    { uri }: vscode.TextDocument,
    _: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const run = this.#runs.shown;
    if (run === undefined) return [];
    const found = this.#diagnostics.at(uri, diagnostics);
    return found.flatMap(({ diagnostic, placed }) => {
      // Of several findings at a line it has to be said which is meant.
      const which = found.length > 1 ? `: ${placed.finding.rule}` : '';
      return actionsFor(run, placed).map(({ title, command, argument }) => {
        const action = new vscode.CodeAction(`${title}${which}`, vscode.CodeActionKind.QuickFix);
        action.diagnostics = [diagnostic];
        action.command = { title, command, arguments: [argument] };
        return action;
      });
    });
  }
}

interface Action {
  readonly title: string;
  readonly command: string;
  readonly argument: GateReference | PlacedFinding | { readonly id: string };
}

function actionsFor(run: ShownRun, placed: PlacedFinding): Action[] {
  const { finding, report, scope } = placed;
  const isOurs = run.hold.kind !== 'watching' && vscode.workspace.isTrusted;
  const task = finding.task ?? (scope.kind === 'task' ? scope.task : undefined);
  const owner = scope.kind === 'task' ? run.state.tasks[run.state.index.get(scope.task) ?? -1] : undefined;
  const reference = referenceTo(placed);
  const actions: Action[] = [];
  if (isOurs && scope.kind === 'task' && owner !== undefined && canRetry(owner))
    actions.push({
      title: vscode.l10n.t('Mend with the Agent'),
      command: COMMANDS.retry,
      argument: { id: scope.task },
    });
  if (isOurs && scope.kind !== 'task' && report.verdict !== 'passed')
    actions.push({ title: vscode.l10n.t('Mend with the Agent'), command: COMMANDS.mendGate, argument: reference });
  if (finding.fingerprint !== undefined)
    actions.push({ title: vscode.l10n.t('Ignore Here…'), command: COMMANDS.ignoreFinding, argument: placed });
  if (task !== undefined)
    actions.push({ title: vscode.l10n.t('Open Task in Plan'), command: COMMANDS.openTask, argument: { id: task } });
  actions.push({ title: vscode.l10n.t('Show Evidence'), command: COMMANDS.gateReport, argument: reference });
  return actions;
}

/** What settles this finding's gate in this run as it is, where something can. */
export function acceptance(run: ShownRun, { report, scope, finding }: PlacedFinding): (Action & object) | undefined {
  if (run.hold.kind === 'watching') return undefined;
  if (scope.kind === 'task') {
    const owner = run.state.tasks[run.state.index.get(scope.task) ?? -1];
    return owner !== undefined && canAccept(owner)
      ? { title: vscode.l10n.t('Accept Result as It Is'), command: COMMANDS.accept, argument: { id: scope.task } }
      : undefined;
  }
  return report.blocking && report.verdict !== 'passed'
    ? {
        title: vscode.l10n.t('Accept Gate as It Is'),
        command: COMMANDS.waiveGate,
        argument: referenceTo({ report, scope, finding }),
      }
    : undefined;
}

function referenceTo({ report, scope }: Pick<PlacedFinding, 'report' | 'scope' | 'finding'>): GateReference {
  return {
    gate: report.gate,
    ...(scope.kind === 'layer' && { layer: scope.layer }),
    ...(scope.kind === 'task' && { task: scope.task, attempt: scope.attempt }),
  };
}
