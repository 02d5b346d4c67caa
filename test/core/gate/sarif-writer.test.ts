import { describe, expect, it } from 'vitest';
import type { Finding, GateReport } from '../../../src/core/gate/gate.ts';
import { readSarif } from '../../../src/core/gate/read/sarif.ts';
import { sarifOf } from '../../../src/core/gate/sarif.ts';

type Found = Omit<Finding, 'gate'>;

const report = (gate: string, verdict: GateReport['verdict'] = 'failed'): GateReport => ({
  gate,
  verdict,
  blocking: true,
  weight: 1,
  checks: [],
  findings: [],
  durationMs: 0,
});
const finding = (more: Partial<Found> = {}): Found => ({ rule: 'r', severity: 'error', message: 'm', ...more });

interface Location {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string };
    readonly region: Readonly<Record<string, number>>;
  };
}
interface Sarif {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly { readonly id: string }[] } };
    readonly automationDetails: { readonly id: string };
    readonly invocations: readonly { readonly executionSuccessful: boolean }[];
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly Location[];
      readonly relatedLocations?: readonly Location[];
      readonly partialFingerprints?: Readonly<Record<string, string>>;
    }[];
  }[];
}

const written = (...gates: readonly (readonly [GateReport, readonly Found[]])[]): Sarif =>
  sarifOf(
    gates.map(([one, findings]) => ({ report: one, findings })),
    '1.2.3',
  ) as Sarif;

const FINDINGS: readonly Found[] = [
  finding({ path: 'src/a b.ts', line: 3, column: 5, endLine: 4, endColumn: 1, fingerprint: 'f', helpUri: 'https://x' }),
  finding({ path: 'src/a b.ts', line: 9, fingerprint: 'f' }),
  finding({ path: 'src/#%?.ts', rule: 's', severity: 'warning', fingerprint: 'f', task: 't' }),
  finding({
    severity: 'information',
    related: [
      { message: 'there', path: 'b.ts', line: 2 },
      { message: 'file', path: 'c.ts' },
    ],
  }),
  finding({ severity: 'hint' }),
];

describe('SARIF', () => {
  it('has what a code scanning service asks of each result', () => {
    const { version, runs } = written([report('g'), FINDINGS], [report('h', 'not-run'), []]);
    expect(version).toBe('2.1.0');
    expect(
      runs.map(({ tool, automationDetails, invocations }) => [tool.driver.name, automationDetails.id, invocations]),
    ).toEqual([
      ['Orca g', 'orca/g/', [{ executionSuccessful: true }]],
      ['Orca h', 'orca/h/', [{ executionSuccessful: false }]],
    ]);
    for (const { tool, results } of runs)
      for (const { ruleId, ruleIndex, level, message, locations, relatedLocations = [] } of results) {
        expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
        expect(['error', 'warning', 'note', 'none']).toContain(level);
        expect(message.text).not.toBe('');
        expect(locations.length).toBe(1);
        for (const { physicalLocation } of [...locations, ...relatedLocations]) {
          const { uri } = physicalLocation.artifactLocation;
          // Relative to the repository, and one that every reader takes apart alike.
          expect(new URL(uri, 'file:///top/').href).toBe(`file:///top/${uri}`);
          for (const number of Object.values(physicalLocation.region)) expect(number).toBeGreaterThanOrEqual(1);
        }
      }
  });

  it.each<[string, Found, string, Readonly<Record<string, number>>]>([
    [
      'its range',
      finding({ path: 'a.ts', line: 3, column: 5, endLine: 4, endColumn: 1 }),
      'a.ts',
      { startLine: 3, startColumn: 5, endLine: 4, endColumn: 1 },
    ],
    ['its line', finding({ path: 'a.ts', line: 3 }), 'a.ts', { startLine: 3 }],
    ['the first line of its file', finding({ path: 'a.ts' }), 'a.ts', { startLine: 1 }],
    ['where its gate is declared', finding(), '.orca/gates.yaml', { startLine: 1 }],
    ['a name that a URI has to spell', finding({ path: 'a b/#ä%.ts' }), 'a%20b/%23%C3%A4%25.ts', { startLine: 1 }],
  ])('has for a place %s', (_, one, uri, region) => {
    const [location] = written([report('g'), [one]]).runs[0]?.results[0]?.locations ?? [];
    expect(location?.physicalLocation).toMatchObject({ artifactLocation: { uri }, region });
    expect(Object.keys(location?.physicalLocation.region ?? {})).toEqual(Object.keys(region));
  });

  it('keeps results that are alike apart, each with the same number the next time', () => {
    const prints = (found: readonly Found[]) =>
      written([report('g'), found]).runs[0]?.results.map((one) => one.partialFingerprints?.primaryLocationLineHash);
    expect(prints(FINDINGS)).toEqual(['f:1', 'f:2', 'f:1', undefined, undefined]);
    expect(prints(FINDINGS)).toEqual(prints(FINDINGS));
  });

  it('has each rule once', () => {
    expect(written([report('g'), FINDINGS]).runs[0]?.tool.driver.rules).toEqual([
      { id: 'r', shortDescription: { text: 'm' } },
      { id: 's', shortDescription: { text: 'm' } },
    ]);
  });

  it('is read back as it was written', () => {
    const read = readSarif(JSON.stringify(written([report('g'), FINDINGS])));
    if (!read.ok) throw new Error(read.problem);
    expect(read.value.findings.map(({ rule, severity, path, line }) => [rule, severity, path, line])).toEqual([
      ['r', 'error', 'src/a b.ts', 3],
      ['r', 'error', 'src/a b.ts', 9],
      ['s', 'warning', 'src/#%?.ts', 1],
      ['r', 'information', '.orca/gates.yaml', 1],
      ['r', 'information', '.orca/gates.yaml', 1],
    ]);
  });
});
