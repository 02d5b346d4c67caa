import type { Severity } from '../plan/diagnostic.ts';
import { GATES_FILE } from './config.ts';
import type { Finding, GateReport } from './gate.ts';

/** A gate's report with all that it found. */
export interface GateFindings {
  readonly report: Pick<GateReport, 'gate' | 'verdict'>;
  readonly findings: readonly Omit<Finding, 'gate'>[];
}

const LEVEL: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

/**
 * SARIF 2.1.0, one run a gate, as code scanning services take it: each result has a place (that of its gate, where it has
 * none of its own), and a fingerprint.
 */
export function sarifOf(gates: readonly GateFindings[], version: string): object {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: gates.map(({ report, findings }) => runOf(report, findings, version)),
  };
}

function runOf(report: GateFindings['report'], findings: GateFindings['findings'], version: string): object {
  const seen = new Map<string, number>();
  /** Services take two results of one fingerprint for the same: of those that are alike each has its number. */
  const nth = ({ rule, path = '', fingerprint = '' }: Omit<Finding, 'gate'>): number => {
    const key = JSON.stringify([rule, path, fingerprint]);
    seen.set(key, (seen.get(key) ?? 0) + 1);
    return seen.get(key) ?? 1;
  };
  const rules = [...new Map(findings.map((finding) => [finding.rule, finding])).values()];
  return {
    tool: {
      driver: {
        name: `Orca ${report.gate}`,
        semanticVersion: version,
        rules: rules.map(({ rule, message, helpUri }) => ({
          id: rule,
          shortDescription: { text: helpUri === undefined ? message : rule },
          ...(helpUri !== undefined && { helpUri }),
        })),
      },
    },
    automationDetails: { id: `orca/${report.gate}/` },
    originalUriBaseIds: { SRCROOT: { description: { text: 'The top of the repository.' } } },
    invocations: [{ executionSuccessful: report.verdict !== 'not-run' }],
    columnKind: 'utf16CodeUnits',
    results: findings.map((finding) => ({
      ruleId: finding.rule,
      ruleIndex: rules.findIndex(({ rule }) => rule === finding.rule),
      level: LEVEL[finding.severity],
      message: { text: finding.message },
      locations: [{ physicalLocation: placeOf(finding) }],
      ...(finding.related !== undefined && {
        relatedLocations: finding.related.map((place, id) => ({
          id,
          message: { text: place.message },
          physicalLocation: placeOf(place),
        })),
      }),
      ...(finding.fingerprint !== undefined && {
        partialFingerprints: { primaryLocationLineHash: `${finding.fingerprint}:${nth(finding)}` },
      }),
      properties: { gate: report.gate, ...(finding.task !== undefined && { task: finding.task }) },
    })),
  };
}

type Place = Pick<Finding, 'path' | 'line' | 'column' | 'endLine' | 'endColumn'>;

function placeOf({ path = GATES_FILE, line = 1, column, endLine, endColumn }: Place): object {
  return {
    artifactLocation: { uri: path.split('/').map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' },
    region: {
      startLine: line,
      ...(column !== undefined && { startColumn: column }),
      ...(endLine !== undefined && { endLine }),
      ...(endColumn !== undefined && { endColumn }),
    },
  };
}
