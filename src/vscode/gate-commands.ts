import { join } from 'node:path';
import * as vscode from 'vscode';
import { BASELINE_FILE, isAccepted, readBaseline, withAccepted } from '../core/gate/baseline.ts';
import type { GateReport } from '../core/gate/gate.ts';
import { culpritsOf } from '../core/run/decide.ts';
import type { GateScope } from '../core/run/event.ts';
import { layerOf } from '../core/run/evolve.ts';
import type { PlacedFinding } from '../core/view/findings.ts';
import { replaceText } from '../engine/replace-text.ts';
import type { Ask } from './commands.ts';
import { COMMANDS } from './ids.ts';
import type { GateReports } from './gate-report.ts';
import { textAt } from './places.ts';
import { acceptance } from './quick-fixes.ts';
import type { Runs, ShownRun } from './runs.ts';

/** What a tree item, a finding or the panel hands to a gate's command. Neither layer nor task: at the end. */
export interface GateReference {
  readonly gate: string;
  readonly layer?: number;
  readonly task?: string;
  readonly attempt?: number;
}

interface Parts {
  readonly runs: Runs;
  readonly reports: GateReports;
}

/** The commands of gates and of what they found, by their ids. */
export function gateHandlers({ runs, reports }: Parts, ask: Ask): Record<string, (...args: never[]) => unknown> {
  const withGate =
    (
      title: string,
      fits: (report: GateReport, scope: GateScope) => boolean,
      act: (run: ShownRun, gate: Gate) => unknown,
    ) =>
    async (reference?: GateReference): Promise<void> => {
      const run = runs.shown;
      if (run === undefined) return void vscode.window.showInformationMessage(vscode.l10n.t('Orca: There is no run.'));
      const given = reference?.gate === undefined ? undefined : { gate: reference.gate, scope: scopeOf(reference) };
      const gate = given ?? (await pickGate(run, title, fits));
      if (gate !== undefined) await act(run, gate);
    };
  const isOpen = ({ verdict }: GateReport, { kind }: GateScope): boolean => verdict !== 'passed' && kind !== 'task';
  return {
    [COMMANDS.retryGate]: withGate(vscode.l10n.t('Run which gate again?'), isOpen, (run, gate) =>
      ask({ type: 'retry-gate', ...gate }, run),
    ),
    [COMMANDS.waiveGate]: withGate(vscode.l10n.t('Accept which gate?'), isOpen, (run, gate) =>
      ask({ type: 'waive-gate', ...gate }, run),
    ),
    [COMMANDS.mendGate]: withGate(vscode.l10n.t('Have which gate mended?'), isOpen, (run, gate) =>
      mend(run, gate, ask),
    ),
    [COMMANDS.gateReport]: withGate(
      vscode.l10n.t('Show which gate report?'),
      () => true,
      (_, { scope }) => reports.show(scope),
    ),
    [COMMANDS.ignoreFinding]: async (placed?: PlacedFinding) => {
      const run = runs.shown;
      if (run !== undefined && placed !== undefined) await ignore(run, placed);
    },
  };
}

interface Gate {
  readonly gate: string;
  readonly scope: GateScope;
}

function scopeOf({ layer, task, attempt = 1 }: GateReference): GateScope {
  if (task !== undefined) return { kind: 'task', task, attempt };
  return layer === undefined ? { kind: 'end' } : { kind: 'layer', layer };
}

async function pickGate(
  { state }: ShownRun,
  placeHolder: string,
  fits: (report: GateReport, scope: GateScope) => boolean,
): Promise<Gate | undefined> {
  const of = (where: string, scope: GateScope, reports: readonly GateReport[]) =>
    reports
      .filter((report) => fits(report, scope))
      .map(({ gate, verdict }) => ({
        label: gate,
        description: `${where}, ${verdict === 'not-run' ? vscode.l10n.t('did not run') : verdict}`,
        gate: { gate, scope },
      }));
  const items = [
    ...state.layers.flatMap(({ gates }, i) => of(`layer ${i + 1}`, { kind: 'layer', layer: i + 1 }, gates)),
    ...of(vscode.l10n.t('at the end'), { kind: 'end' }, state.end.gates),
    ...state.tasks.flatMap(({ attempts }, i) => {
      const task = state.graph.nodes[i]?.id ?? '';
      const attempt = attempts.at(-1);
      return of(task, { kind: 'task', task, attempt: attempt?.number ?? 1 }, attempt?.gates ?? []);
    }),
  ];
  if (items.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Orca: No gate of the run is in a state for that.'));
    return undefined;
  }
  return (await vscode.window.showQuickPick(items, { title: 'Orca', placeHolder, matchOnDescription: true }))?.gate;
}

/** Where nothing that was found says whose it is, a person names the task. */
async function mend(run: ShownRun, { gate, scope }: Gate, ask: Ask): Promise<unknown> {
  const { state } = run;
  if (scope.kind === 'task') return ask({ type: 'retry', task: scope.task }, run);
  const report = layerOf(state, scope).gates.find((one) => one.gate === gate);
  if (report === undefined || culpritsOf(state, report).length > 0) return ask({ type: 'mend-gate', scope, gate }, run);
  const merged = state.graph.nodes.filter((_, i) => state.tasks[i]?.phase.kind === 'merged');
  const picked = await vscode.window.showQuickPick(
    merged.map(({ id, title }) => ({ label: id, detail: title })),
    {
      title: vscode.l10n.t('Orca: mend what gate {0} found', gate),
      placeHolder: vscode.l10n.t('Nothing says who wrote it. Which task is to mend it?'),
    },
  );
  if (picked !== undefined) await ask({ type: 'mend-gate', scope, gate, task: picked.label }, run);
}

/** Notes a finding as accepted in the user's checkout: a run reads that from the commit that it starts from. */
async function ignore(run: ShownRun, placed: PlacedFinding): Promise<void> {
  const { finding } = placed;
  const { fingerprint, rule, message } = finding;
  if (fingerprint === undefined) return;
  const reason = await vscode.window.showInputBox({
    title: vscode.l10n.t('Orca: ignore {0} here', rule),
    prompt: vscode.l10n.t('Why is it right as it is? The reason is kept in {0}.', BASELINE_FILE),
    placeHolder: message,
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('Say why, for those who read it later.') : undefined),
  });
  if (reason === undefined || reason.trim() === '') return;
  const path = join(run.root, BASELINE_FILE);
  const baseline = readBaseline(await textAt(vscode.Uri.file(path)));
  if ('problem' in baseline) throw new Error(baseline.problem);
  if (!isAccepted(finding, baseline.accepted))
    await replaceText(path, withAccepted(baseline.accepted, { ...finding, fingerprint }, reason.trim()));
  const now = acceptance(run, placed);
  const show = vscode.l10n.t('Show Baseline');
  const picked = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      'Orca: {0} has it now. It counts for runs that start from a commit with it; this one began before.',
      BASELINE_FILE,
    ),
    ...(now === undefined ? [] : [now.title]),
    show,
  );
  if (picked === show) await vscode.window.showTextDocument(vscode.Uri.file(path));
  else if (picked !== undefined && now !== undefined) await vscode.commands.executeCommand(now.command, now.argument);
}
