import { readFile } from 'node:fs/promises';
import { formatOf, type ReportFormat } from '../../core/gate/read/format.ts';
import { readCobertura } from '../../core/gate/read/cobertura.ts';
import { readGoCover } from '../../core/gate/read/go-cover.ts';
import { readIstanbul } from '../../core/gate/read/istanbul.ts';
import { readJaCoCo } from '../../core/gate/read/jacoco.ts';
import { readJUnit } from '../../core/gate/read/junit.ts';
import { readLcov } from '../../core/gate/read/lcov.ts';
import { readNpmAudit } from '../../core/gate/read/npm-audit.ts';
import { fileIndex, placeIn } from '../../core/gate/read/place.ts';
import type { Coverage, RawFinding, Read, TestResults } from '../../core/gate/read/report.ts';
import { readSarif } from '../../core/gate/read/sarif.ts';
import { readTap } from '../../core/gate/read/tap.ts';
import type { Collected, Run } from './request.ts';

type Format<T> = Readonly<Partial<Record<ReportFormat, (text: string) => Read<T>>>>;

const TESTS: Format<TestResults> = { junit: readJUnit, tap: readTap };
const COVERAGE: Format<Coverage> = {
  lcov: readLcov,
  cobertura: readCobertura,
  istanbul: readIstanbul,
  jacoco: readJaCoCo,
  'go-cover': readGoCover,
};
const FINDINGS: Format<readonly RawFinding[]> = {
  sarif: (text) => {
    const read = readSarif(text);
    return read.ok ? { ok: true, value: read.value.findings } : read;
  },
  'npm-audit': readNpmAudit,
};

/** Of one kind of thing that reports tell; `name` for people. */
export interface Told<T> {
  readonly name: string;
  readonly read: Read<T>;
}

/** Where the paths in a run's reports are in the repository. */
export type Placer = (path: string) => string | undefined;

export function placerOf({ folder }: Pick<Run, 'folder'>, files: Iterable<string>): Placer {
  const index = fileIndex(files);
  return (path) => placeIn(index, folder, path);
}

/** All reports as tests. */
export function testsTold(reports: readonly Collected[]): Promise<Told<TestResults>[]> {
  return told(reports, TESTS, 'results of tests (JUnit, TAP)');
}

export function findingsTold(reports: readonly Collected[]): Promise<Told<readonly RawFinding[]>[]> {
  return told(reports, FINDINGS, 'findings (SARIF, npm audit)');
}

/** Reports of which some are coverage and others tests. */
export async function coverageTold(
  reports: readonly Collected[],
): Promise<{ readonly tests: Told<TestResults>[]; readonly coverage: Told<Coverage>[] }> {
  const tests: Collected[] = [];
  const others: Collected[] = [];
  for (const report of reports) {
    const format = report.file === undefined ? undefined : formatOf(report.name, await textOf(report.file));
    (format !== undefined && format in TESTS ? tests : others).push(report);
  }
  return { tests: await testsTold(tests), coverage: await told(others, COVERAGE, 'coverage') };
}

async function told<T>(reports: readonly Collected[], formats: Format<T>, what: string): Promise<Told<T>[]> {
  return Promise.all(
    reports.map(async (report) => ({ name: report.name, read: await readOne(report, formats, what) })),
  );
}

async function readOne<T>(
  { name, file, problem = 'was not written' }: Collected,
  formats: Format<T>,
  what: string,
): Promise<Read<T>> {
  if (file === undefined) return { ok: false, problem: `${name} ${problem}` };
  const text = await textOf(file);
  const format = formatOf(name, text);
  const reader = format === undefined ? undefined : formats[format];
  if (reader === undefined)
    return { ok: false, problem: format === undefined ? `${name} is no ${what}` : `${name} is ${format}, no ${what}` };
  const read = reader(text);
  return read.ok ? read : { ok: false, problem: `${name}: ${read.problem}` };
}

function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8');
}
