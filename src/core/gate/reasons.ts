import type { Finding, GateReport } from './gate.ts';
import { isAtLeast } from './new-findings.ts';

/** Why a gate did not pass: its checks, and what it found that can have been the reason. */
export function reasonsOf({ checks, findings, more = 0 }: GateReport): string {
  const failed = checks.filter((check) => check.verdict !== 'passed' && check.advisory !== true);
  const grave = findings.filter(({ severity }) => isAtLeast(severity, 'warning'));
  return [
    ...failed.map((c) => `${c.label}: ${c.note}${c.output === undefined ? '' : `\n${c.output}`}`),
    ...findingLines(grave),
    ...(more > 0 ? [`… and ${more} more`] : []),
  ].join('\n');
}

export function findingLines(findings: readonly Finding[]): string[] {
  return findings.map(({ severity, rule, message, path, line }) => {
    const at = path === undefined ? '' : `${path}${line === undefined ? '' : `:${line}`}: `;
    return `${at}${severity}: ${message} (${rule})`;
  });
}
