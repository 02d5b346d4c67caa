import { isRecord } from './config-values.ts';
import type { Finding } from './gate.ts';

/** Findings that people have accepted, each with why; relative to the repository. */
export const BASELINE_FILE = '.orca/baseline.json';

export interface Accepted {
  readonly gate: string;
  readonly rule: string;
  readonly fingerprint: string;
  /** Where it was, for people: it is known by its fingerprint. */
  readonly path?: string;
  readonly message: string;
  readonly reason: string;
}

export type Baseline = { readonly accepted: readonly Accepted[] } | { readonly problem: string };

/** Reads `.orca/baseline.json`; an absent or empty one accepts nothing. Never throws. */
export function readBaseline(text: string | undefined): Baseline {
  if (text === undefined || text.trim() === '') return { accepted: [] };
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    return { problem: `${BASELINE_FILE}: ${error instanceof Error ? error.message : 'no JSON'}` };
  }
  const entries: unknown = isRecord(root) ? root.accepted : undefined;
  if (!Array.isArray(entries)) return { problem: `${BASELINE_FILE}: expected { "accepted": [ … ] }.` };
  const accepted: Accepted[] = [];
  for (const [i, entry] of entries.entries()) {
    const { gate, rule, fingerprint, path, message, reason } = isRecord(entry) ? entry : {};
    if (typeof gate !== 'string' || typeof rule !== 'string' || typeof fingerprint !== 'string')
      return { problem: `${BASELINE_FILE}: entry ${i + 1} needs gate, rule and fingerprint.` };
    if (typeof reason !== 'string' || reason.trim() === '')
      return { problem: `${BASELINE_FILE}: entry ${i + 1} (${gate}, ${rule}) gives no reason.` };
    const said = typeof message === 'string' ? message : '';
    accepted.push({ gate, rule, fingerprint, message: said, reason, ...(typeof path === 'string' && { path }) });
  }
  return { accepted };
}

export function isAccepted({ gate, rule, fingerprint }: Finding, accepted: readonly Accepted[]): boolean {
  return accepted.some((one) => one.gate === gate && one.rule === rule && one.fingerprint === fingerprint);
}

/** The file's new text with one more finding accepted. */
export function withAccepted(
  accepted: readonly Accepted[],
  finding: Finding & { readonly fingerprint: string },
  reason: string,
): string {
  const { gate, rule, fingerprint, path, message } = finding;
  const entry: Accepted = { gate, rule, fingerprint, ...(path !== undefined && { path }), message, reason };
  return `${JSON.stringify({ accepted: [...accepted, entry] }, undefined, 2)}\n`;
}
