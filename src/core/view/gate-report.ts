import type { GateReport } from '../gate/gate.ts';
import type { GateScope } from '../run/event.ts';
import { layerOf } from '../run/evolve.ts';
import type { RunState } from '../run/state.ts';
import { formatMs } from './duration.ts';
import { NOT_MEASURED } from './metrics.ts';
import { brief, heading, oneLine } from './print.ts';

/** What the gates of a layer, of the end or of an attempt came to, as text. */
export function gateReportText(state: RunState, scope: GateScope): string {
  const reports = reportsOf(state, scope);
  const lines = [
    ...heading(`🛡️ Quality Gate Results - ${scopeName(state, scope)}`),
    ...reports.flatMap((report) => ['', ...reportLines(report)]),
    ...(reports.length === 0 ? ['', NOT_MEASURED] : []),
  ];
  return lines.join('\n');
}

function reportsOf(state: RunState, scope: GateScope): readonly GateReport[] {
  if (scope.kind !== 'task') return layerOf(state, scope).gates;
  const task = state.tasks[state.index.get(scope.task) ?? -1];
  return task?.attempts.find((attempt) => attempt.number === scope.attempt)?.gates ?? [];
}

function scopeName(state: RunState, scope: GateScope): string {
  if (scope.kind === 'task') return `${scope.task}, attempt ${scope.attempt}`;
  if (scope.kind === 'end') return 'the whole run';
  const name = state.graph.layers[scope.layer - 1]?.name ?? '';
  return `Layer ${scope.layer}${name && `: ${name}`}`;
}

function reportLines(report: GateReport): string[] {
  const icon = report.verdict === 'passed' ? '✅' : report.blocking ? '❌' : '⚠️';
  return [
    `${icon} ${oneLine(report.gate)}:`,
    ...report.checks.map((check) => `- ${brief(check.label)}: ${brief(check.note)}`),
    ...report.findings.map(({ message, path, line }) => {
      const at = path === undefined ? '' : ` (${oneLine(path)}${line === undefined ? '' : `:${line}`})`;
      return `- ${brief(message)}${at}`;
    }),
    `- Score: ${report.score === undefined ? `${NOT_MEASURED}, it did not run` : `${Math.round(report.score)}%`}, ${formatMs(report.durationMs)}`,
  ];
}
