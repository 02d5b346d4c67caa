import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Coverage, RawFinding, Read, TestCase, TestResults } from '../../../../src/core/gate/read/report.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');

/** A tool's report: `node/junit.xml`. */
export function fixture(name: string): string {
  return readFileSync(join(FIXTURES, name), 'utf8');
}

/** One line a test: `failed total › adds up @ src/a.test.js:3 – message`. */
export function showTests(read: Read<TestResults>): string[] {
  return read.ok ? read.value.tests.map(showTest) : [`problem: ${read.problem}`];
}

function showTest({ outcome, suites, name, path, line, message }: TestCase): string {
  const place = path === undefined ? '' : ` @ ${path}${line === undefined ? '' : `:${line}`}`;
  return `${outcome} ${[...suites, name].join(' › ')}${place}${message === undefined ? '' : ` – ${message}`}`;
}

/** One line a file: `src/a.js 1:3 2:0`. */
export function showCoverage(read: Read<Coverage>): string[] {
  if (!read.ok) return [`problem: ${read.problem}`];
  return [...read.value].map(([path, lines]) =>
    [path, ...[...lines].sort(([a], [b]) => a - b).map(([line, hits]) => `${line}:${hits}`)].join(' '),
  );
}

/** One line a finding: `error no-eval src/a.js:3:5-3:9 message`. */
export function showFindings(read: Read<readonly RawFinding[]>): string[] {
  return read.ok ? read.value.map(showFinding) : [`problem: ${read.problem}`];
}

function showFinding({ severity, rule, path, line, column, endLine, endColumn, message }: RawFinding): string {
  const start = [path, line, column].filter((part) => part !== undefined).join(':');
  const end = [endLine, endColumn].filter((part) => part !== undefined).join(':');
  return `${severity} ${rule} ${start}${end === '' ? '' : `-${end}`} ${message}`;
}
