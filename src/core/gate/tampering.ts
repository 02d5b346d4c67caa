import type { ChangedFile } from '../run/event.ts';
import { filesOverlap } from '../schedule/overlap.ts';
import type { Finding } from './gate.ts';

/** The gate name under which changes to what judges the work are reported. */
export const INTEGRITY = 'integrity';

/** Files that decide how tests and checks run. A change to one is the plan's to ask for. */
const JUDGES = [
  /^\.orca\//,
  /(^|\/)(vitest|jest|karma|playwright|cypress|ava|nyc|c8)\.(config|conf)\.[a-z]+$/,
  /(^|\/)\.(nycrc|c8rc|mocharc|taprc|coveragerc)[^/]*$/,
  /(^|\/)(pytest\.ini|tox\.ini|conftest\.py|\.npmrc)$/,
  /(^|\/)(coverage|\.nyc_output)\//,
  /(^|\/)(lcov\.info|coverage\.xml|junit\.xml)$/,
];

const TEST = /(^|\/)(tests?|__tests__|spec)\/|[._-](test|spec)\.[a-z]+$|(^|\/)test_[^/]+\.py$|_test\.(go|py)$/;

export interface ScriptsChange {
  /** `package.json` as it was and as it is; absent where there is none. */
  readonly before?: string;
  readonly after?: string;
}

/**
 * What an attempt did to what judges it: a changed check or runner configuration, changed package scripts, deleted
 * tests. `asked` are the globs of files that the plan lets the task write; what they cover is the plan's wish.
 */
export function tampering(files: readonly ChangedFile[], asked: readonly string[], scripts: ScriptsChange): Finding[] {
  const findings: Finding[] = [];
  const report = (rule: string, path: string, message: string): void => {
    if (!filesOverlap([path], asked)) findings.push({ gate: INTEGRITY, rule, severity: 'error', message, path });
  };
  for (const { path, status } of files) {
    if (JUDGES.some((pattern) => pattern.test(path)))
      report(
        'changes-judge',
        path,
        `${path} decides how work is checked, and the task does not declare it under Files.`,
      );
    else if (status === 'deleted' && TEST.test(path))
      report('removes-tests', path, `${path} is a test, it was deleted, and the task does not declare it under Files.`);
  }
  if (scriptsOf(scripts.before) !== undefined && scriptsOf(scripts.before) !== scriptsOf(scripts.after))
    report(
      'changes-scripts',
      'package.json',
      'The scripts of package.json were changed, and the task does not declare package.json under Files.',
    );
  return findings;
}

function scriptsOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    const { scripts } = JSON.parse(text) as { scripts?: unknown };
    return JSON.stringify(scripts ?? {});
  } catch {
    return 'unreadable';
  }
}
