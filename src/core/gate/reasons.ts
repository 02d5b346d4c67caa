import type { GateReport } from './gate.ts';

/** Why a gate did not pass: its checks, and what it found that can have been the reason. */
export function reasonsOf({ checks, findings, more = 0 }: GateReport): string {
  const failed = checks.filter((check) => check.verdict !== 'passed' && check.advisory !== true);
  const grave = findings.filter(({ severity }) => severity === 'error' || severity === 'warning');
  return [
    ...failed.map((c) => `${c.label}: ${c.note}${c.output === undefined ? '' : `\n${c.output}`}`),
    ...grave.map(({ severity, rule, message, path, line }) => {
      const at = path === undefined ? '' : `${path}${line === undefined ? '' : `:${line}`}: `;
      return `${at}${severity}: ${message} (${rule})`;
    }),
    ...(more > 0 ? [`… and ${more} more`] : []),
  ].join('\n');
}
