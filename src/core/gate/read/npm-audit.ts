import { fields, list, text as textIn, type Fields } from '../../agent/cli/json.ts';
import { readJson } from './document.ts';
import type { RawFinding, Read } from './report.ts';

/**
 * Reads `npm audit --json` of npm 7 and later: a finding an advisory. It is about package.json where that names the
 * package, else about the lock file; neither has a line. Packages that only bring in others are not told again.
 */
export function readNpmAudit(text: string): Read<readonly RawFinding[]> {
  const root = readJson(text);
  if (!root.ok) return root;
  const { error, message, auditReportVersion, advisories } = root.value;
  const failure = textIn(message) ?? textIn(fields(error)?.summary) ?? textIn(fields(error)?.code);
  if (error !== undefined) return { ok: false, problem: `npm audit failed: ${failure ?? 'it does not say why'}` };
  if (advisories !== undefined)
    return { ok: false, problem: 'it is of npm 6 or of another package manager; npm 7 and later are read' };
  const vulnerabilities = fields(root.value.vulnerabilities);
  if (auditReportVersion !== 2 || vulnerabilities === undefined) return { ok: false, problem: 'it is no audit of npm' };
  const findings: RawFinding[] = [];
  for (const [name, value] of Object.entries(vulnerabilities)) {
    const vulnerability = fields(value);
    if (vulnerability === undefined || !Array.isArray(vulnerability.via))
      return { ok: false, problem: `it is damaged: ${name} has no advisory` };
    findings.push(...list(vulnerability.via).map((advisory) => findingOf(advisory, vulnerability, name)));
  }
  return { ok: true, value: findings };
}

const SEVERITIES = new Map<string, RawFinding['severity']>([
  ['info', 'information'],
  ['low', 'information'],
  ['moderate', 'warning'],
  ['high', 'error'],
  ['critical', 'error'],
]);

function findingOf(advisory: Fields, vulnerability: Fields, name: string): RawFinding {
  const url = textIn(advisory.url);
  const source = advisory.source;
  const id = url?.split('/').at(-1) ?? (typeof source === 'number' ? `npm-${source}` : 'npm-audit');
  const range = textIn(advisory.range) ?? textIn(vulnerability.range) ?? '';
  const effects = Array.isArray(vulnerability.effects) ? vulnerability.effects.flatMap((one) => textIn(one) ?? []) : [];
  const through = effects.length === 0 ? '' : `, brought in by ${effects.join(', ')}`;
  const severity = textIn(advisory.severity) ?? '';
  return {
    rule: id,
    severity: SEVERITIES.get(severity) ?? 'warning',
    message: `${textIn(advisory.title) ?? 'An advisory'} (${severity}): ${`${name} ${range}`.trim()}${through}. ${wayOut(vulnerability.fixAvailable)}`,
    path: vulnerability.isDirect === true ? 'package.json' : 'package-lock.json',
    ...(url?.startsWith('https://') === true && { helpUri: url }),
  };
}

function wayOut(fix: unknown): string {
  if (fix === true) return 'There is a version without it.';
  const { name, version, isSemVerMajor } = fields(fix) ?? {};
  const [package_, to] = [textIn(name), textIn(version)];
  if (package_ === undefined || to === undefined) return 'There is no version without it.';
  return `${package_} ${to} is without it${isSemVerMajor === true ? ', with changes that break' : ''}.`;
}
