import type { Check, Finding, GateKind, GateReport } from '../gate/gate.ts';
import { sortedFindings } from '../gate/new-findings.ts';
import type { GateScope } from '../run/event.ts';
import { layerOf } from '../run/evolve.ts';
import type { RunState } from '../run/state.ts';
import { criteriaOf, type CriterionStanding } from './criteria.ts';
import { formatMs } from './duration.ts';
import { attemptReports } from './findings.ts';

import { brief, count, heading, oneLine, NOT_MEASURED } from './print.ts';
import { qualityOf, scoreText, wholePercent } from './quality.ts';

/** What the gates of a layer, of the end or of an attempt came to, as text. */
export function gateReportText(state: RunState, scope: GateScope): string {
  const reports = reportsOf(state, scope);
  return [
    gateReportsText(scopeName(state, scope), reports),
    ...(scope.kind === 'task' ? criteriaLines(criteriaOf(state, scope.task)) : taskLines(state, scope)),
  ].join('\n');
}

/** Reports with all their checks and findings, and the overall score. */
export function gateReportsText(
  title: string,
  reports: readonly (GateReport & { readonly all?: readonly Finding[] })[],
): string {
  return [
    ...heading(`🛡️ Quality Gate Results - ${title}`),
    ...reports.flatMap((report) => ['', ...reportLines(report, report.all ?? report.findings)]),
    '',
    reports.length === 0 ? NOT_MEASURED : `📊 Overall quality score: ${scoreText(qualityOf(reports))}`,
  ].join('\n');
}

function reportsOf(state: RunState, scope: GateScope): readonly GateReport[] {
  if (scope.kind !== 'task') return layerOf(state, scope).gates;
  const task = state.tasks[state.index.get(scope.task) ?? -1];
  const attempt = task?.attempts.find(({ number }) => number === scope.attempt);
  return attempt === undefined ? [] : attemptReports(attempt, scope.task);
}

function scopeName(state: RunState, scope: GateScope): string {
  if (scope.kind === 'task') return `${scope.task}, attempt ${scope.attempt}`;
  if (scope.kind === 'end') return 'the whole run';
  const name = state.graph.layers[scope.layer - 1]?.name ?? '';
  return `Layer ${scope.layer}${name && `: ${name}`}`;
}

const TITLES: Readonly<Record<GateKind, string>> = {
  tests: 'Tests',
  tdd: 'TDD Compliance',
  security: 'Security Validation',
  performance: 'Performance Check',
  quality: 'Code Quality',
  artefacts: 'Planning Artefacts',
  review: 'Review',
  acceptance: 'Acceptance',
  command: '',
};

/** `TDD Compliance`, with the gate's name where that says more. */
export function gateTitle({ gate, kind = 'command' }: Pick<GateReport, 'gate' | 'kind'>): string {
  const title = TITLES[kind];
  if (title === '') return oneLine(gate);
  return gate === kind ? title : `${title} (${oneLine(gate)})`;
}

/** ✅ passed, ❌ held back, ⚠️ did not pass and holds nothing back, ❔ did not run. */
export function gateIcon({ verdict, blocking }: Pick<GateReport, 'verdict' | 'blocking'>): string {
  if (verdict === 'passed') return '✅';
  if (blocking) return '❌';
  return verdict === 'failed' ? '⚠️' : '❔';
}

const CHECK: Readonly<Record<Check['verdict'], string>> = { passed: '', failed: '✗ ', 'not-run': 'not run: ' };

function reportLines(report: GateReport, findings: readonly Finding[]): string[] {
  const score = report.score === undefined ? `${NOT_MEASURED}, it did not run` : `${wholePercent(report.score)}%`;
  return [
    `${gateIcon(report)} ${gateTitle(report)}:`,
    ...report.checks.flatMap(checkLines),
    ...sortedFindings(findings).map((finding) => `  ${findingText(finding)}`),
    ...(report.more !== undefined && findings === report.findings
      ? [`  … and ${count(report.more, 'finding')} more, in the quality reports of the run`]
      : []),
    `- Score: ${score}, ${formatMs(report.durationMs)}`,
  ];
}

/** With the end of what it printed, where it did not pass. */
function checkLines({ label, verdict, note, output = '' }: Check): string[] {
  const shown =
    verdict === 'passed'
      ? []
      : output
          .split('\n')
          .filter((line) => line.trim() !== '')
          .slice(-SHOWN_LINES);
  return [`- ${CHECK[verdict]}${brief(label)}: ${brief(note, 300)}`, ...shown.map((line) => `    ${brief(line)}`)];
}

const SHOWN_LINES = 8;

function findingText({ path, line, severity, rule, message, task }: Finding): string {
  const at = path === undefined ? '' : `${oneLine(path)}${line === undefined ? '' : `:${line}`} `;
  return `${at}${severity} ${oneLine(rule)}: ${brief(message)}${task === undefined ? '' : ` [${oneLine(task)}]`}`;
}

/** The gates of a layer's tasks, a line each: their own reports say more. */
function taskLines(state: RunState, scope: Exclude<GateScope, { kind: 'task' }>): string[] {
  const layers = scope.kind === 'layer' ? state.graph.layers.slice(scope.layer - 1, scope.layer) : state.graph.layers;
  const lines = layers
    .flatMap((layer) => layer.tasks)
    .flatMap((i) => {
      const reports = state.tasks[i]?.attempts.at(-1)?.gates ?? [];
      const told = reports.map((report) => {
        const score = report.score === undefined ? 'not run' : `${wholePercent(report.score)}%`;
        return `${gateIcon(report)} ${oneLine(report.gate)} ${score}`;
      });
      return told.length === 0 ? [] : [`- ${state.graph.nodes[i]?.id ?? ''}: ${told.join(', ')}`];
    });
  return lines.length === 0 ? [] : ['', 'Gates of the tasks:', ...lines];
}

const STANDING: Readonly<Record<CriterionStanding['standing'], string>> = {
  met: '✅',
  unmet: '❌',
  'not-shown': '❔',
};

function criteriaLines(criteria: readonly CriterionStanding[]): string[] {
  if (criteria.length === 0) return [];
  return [
    '',
    'Acceptance:',
    ...criteria.map(({ criterion, standing, evidence }) => {
      const shown = standing === 'not-shown' ? 'not shown' : standing === 'met' ? 'met' : 'not met';
      return `- ${STANDING[standing]} ${brief(criterion)}: ${[shown, ...evidence.map((text) => brief(text))].join(', ')}`;
    }),
  ];
}
