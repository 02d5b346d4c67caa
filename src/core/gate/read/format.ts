import { fields, list, text as textIn } from '../../agent/cli/json.ts';
import { readJson } from './document.ts';

export type ReportFormat =
  'junit' | 'tap' | 'lcov' | 'cobertura' | 'istanbul' | 'jacoco' | 'go-cover' | 'sarif' | 'npm-audit';

/**
 * The format of a report, by its content; else by its name, so that its reader can say what is damaged; undefined: it
 * cannot be told. The name may have folders.
 */
export function formatOf(name: string, text: string): ReportFormat | undefined {
  const start = text.replace(/^\ufeff/, '').trimStart();
  const byContent = start.startsWith('<')
    ? formatOfXml(start)
    : start.startsWith('{')
      ? formatOfJson(start)
      : formatOfLines(start);
  return byContent ?? NAMES.find(([pattern]) => pattern.test(name.replaceAll('\\', '/')))?.[1];
}

const NAMES: readonly (readonly [RegExp, ReportFormat])[] = [
  [/\.sarif(?:\.json)?$/i, 'sarif'],
  [/\.tap$/i, 'tap'],
  [/(?:lcov[^/]*|\.lcov|\/?coverage\.info)$/i, 'lcov'],
  [/coverage-final\.json$/i, 'istanbul'],
  [/jacoco[^/]*\.xml$/i, 'jacoco'],
  [/cobertura[^/]*\.xml$|(?:^|\/)coverage\.xml$/i, 'cobertura'],
  [/junit[^/]*\.xml$|(?:^|\/)TEST-[^/]*\.xml$/i, 'junit'],
  [/cover(?:age)?\.out$|\.coverprofile$/i, 'go-cover'],
  [/audit[^/]*\.json$/i, 'npm-audit'],
];

/** Characters within which the root of an XML document begins. */
const PROLOG = 10_000;

function formatOfXml(text: string): ReportFormat | undefined {
  const prolog = text.slice(0, PROLOG).replace(/<!--[\s\S]*?-->|<!DOCTYPE[^>]*>/gi, '');
  const root = /<([A-Za-z][\w.-]*)/.exec(prolog)?.[1];
  if (root === 'testsuites' || root === 'testsuite') return 'junit';
  // Clover's root has the same name, and no packages of its own.
  if (root === 'coverage') return /<packages[\s/>]/.test(text) ? 'cobertura' : undefined;
  return root === 'report' && /-\/\/JACOCO\/\/|<(?:sessioninfo|group|package|counter)[\s/>]/.test(text)
    ? 'jacoco'
    : undefined;
}

function formatOfJson(text: string): ReportFormat | undefined {
  const root = readJson(text);
  if (!root.ok) return undefined;
  const { version, runs, $schema, auditReportVersion, error } = root.value;
  if (Array.isArray(runs) && (typeof version === 'string' || /sarif/i.test(textIn($schema) ?? ''))) return 'sarif';
  if (auditReportVersion !== undefined || fields(error)?.summary !== undefined) return 'npm-audit';
  const entry = list(Object.values(root.value))[0];
  const file = fields(entry?.data) ?? entry;
  const isSummary = fields(fields(root.value.total)?.lines) !== undefined;
  return isSummary || fields(file?.statementMap) !== undefined ? 'istanbul' : undefined;
}

function formatOfLines(text: string): ReportFormat | undefined {
  const line = /^.*/.exec(text)?.[0].trimEnd() ?? '';
  if (/^mode: (?:set|count|atomic)$/.test(line)) return 'go-cover';
  if (/^(?:TN|SF):/.test(line)) return 'lcov';
  return /^(?:TAP version \d+|1\.\.\d+\b|(?:not )?ok \d)/m.test(text) ? 'tap' : undefined;
}
