import type { Severity } from '../plan/diagnostic.ts';
import type { Finding } from './gate.ts';

/**
 * The findings that were not there before. The same finding is known by its fingerprint, in a file that was moved, too;
 * of several that are alike as many count as are more than before, those in files where there were none first.
 */
export function newFindings<T extends Pick<Finding, 'fingerprint' | 'path'>>(
  now: readonly T[],
  before: readonly Pick<Finding, 'fingerprint' | 'path'>[],
): T[] {
  const known = new Map<string, number>();
  const add = (key: string, by: number): void => void known.set(key, (known.get(key) ?? 0) + by);
  for (const { fingerprint, path } of before) add(keyOf(fingerprint, path), 1);
  const unmatched: T[] = [];
  for (const finding of now) {
    const key = keyOf(finding.fingerprint, finding.path);
    if ((known.get(key) ?? 0) > 0) add(key, -1);
    else unmatched.push(finding);
  }
  // What is left of the findings before is no longer where it was: it may have moved.
  const moved = new Map<string, number>();
  for (const [key, count] of known) {
    const fingerprint = key.slice(0, key.indexOf('\0'));
    moved.set(fingerprint, (moved.get(fingerprint) ?? 0) + count);
  }
  return unmatched.filter(({ fingerprint = '' }) => {
    const left = moved.get(fingerprint) ?? 0;
    if (left === 0) return true;
    moved.set(fingerprint, left - 1);
    return false;
  });
}

function keyOf(fingerprint: string | undefined, path: string | undefined): string {
  return `${fingerprint ?? ''}\0${path ?? ''}`;
}

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, information: 2, hint: 3 };

/** Whether a finding is bad enough. */
export function isAtLeast(severity: Severity, floor: Severity): boolean {
  return RANK[severity] <= RANK[floor];
}

/** The worst first, then by place. */
export function sortedFindings(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      RANK[a.severity] - RANK[b.severity] ||
      compare(a.path ?? '', b.path ?? '') ||
      (a.line ?? 0) - (b.line ?? 0) ||
      compare(a.rule, b.rule),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
