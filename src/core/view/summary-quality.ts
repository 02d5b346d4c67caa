import { sortedFindings } from '../gate/new-findings.ts';
import type { RunState } from '../run/state.ts';
import { criteriaOf } from './criteria.ts';
import { openFindings } from './findings.ts';
import { currentReports } from './measure.ts';
import { measured, significant } from './metrics.ts';
import { count, markdownCode, markdownText, NOT_MEASURED } from './print.ts';
import { qualityOf, wholePercent } from './quality.ts';

/** More are in the run's quality reports. */
const MOST_FINDINGS = 20;

/** What the gates came to, what they found and nobody has mended, and which criteria nothing has shown. */
export function qualitySection(state: RunState): string[] {
  return [
    '## Quality Metrics',
    ...gateLines(state),
    '',
    ...titled('### Findings That Stay', findingLines(state)),
    ...titled('### Acceptance Not Shown', criteriaLines(state)),
  ];
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines, ''];
}

/** A line for each gate: the mean of its scores, how many of its runs passed, and what the last of them measured. */
function gateLines(state: RunState): string[] {
  const reports = currentReports(state);
  const lines = [...new Set(reports.map((report) => report.gate))].map((gate) => {
    const own = reports.filter((report) => report.gate === gate);
    const mean = qualityOf(own.map((report) => ({ ...report, weight: 1 }))).score;
    const passed = own.filter((report) => report.verdict === 'passed').length;
    const figures = (own.at(-1)?.figures ?? []).map(({ name, value, unit = '' }) => {
      const text = `${significant(value)}${unit === '%' || unit === '' ? unit : ` ${unit}`}`;
      return `, ${markdownText(name)} ${markdownText(text)}`;
    });
    const runs = `${passed} of ${count(own.length, 'run')} passed`;
    return `- **${markdownText(gate)}**: ${measured(mean, (score) => `${wholePercent(score)}%`)} (${runs})${figures.join('')}`;
  });
  return lines.length > 0 ? lines : [`- ${NOT_MEASURED}: no gate ran`];
}

function findingLines(state: RunState): string[] {
  const all = sortedFindings(openFindings(state).map(({ finding }) => finding));
  const more = all.length - MOST_FINDINGS;
  return [
    ...all.slice(0, MOST_FINDINGS).map(({ path, line, severity, gate, rule, message, task }) => {
      const at = path === undefined ? '' : `${markdownCode(`${path}${line === undefined ? '' : `:${line}`}`)} `;
      const of = task === undefined ? '' : `, ${markdownText(task)}`;
      return `- ${at}${severity}: ${markdownText(message)} (${markdownText(gate)}, ${markdownText(rule)}${of})`;
    }),
    ...(more > 0 ? [`- and ${count(more, 'finding')} more`] : []),
  ];
}

/** Criteria of merged tasks that nothing speaks for, or something against. */
function criteriaLines(state: RunState): string[] {
  return state.graph.nodes.flatMap(({ id }, i) => {
    if (state.tasks[i]?.phase.kind !== 'merged') return [];
    const open = criteriaOf(state, id).filter(({ standing }) => standing !== 'met');
    return open.map(({ criterion, standing }) => {
      const how = standing === 'unmet' ? 'not met' : 'not shown';
      return `- ${markdownText(id)}: ${markdownText(criterion)} (${how})`;
    });
  });
}
