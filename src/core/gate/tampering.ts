import type { ChangedFile } from '../run/event.ts';
import { filesOverlap } from '../schedule/overlap.ts';
import { readHunks } from './changed-lines.ts';
import type { Finding } from './gate.ts';
import { isSource, isTestFile } from './test-files.ts';

/** The gate name under which changes to what judges the work are reported. */
export const INTEGRITY = 'integrity';

/** Files that decide how tests and checks run. A change to one is the plan's to ask for. */
const JUDGES = [
  /^\.orca\//,
  /(^|\/)(vitest|jest|karma|playwright|cypress|ava|nyc|c8)\.(config|conf)\.[a-z]+$/,
  /(^|\/)\.(nycrc|c8rc|mocharc|taprc|coveragerc)[^/]*$/,
  /(^|\/)(pytest\.ini|tox\.ini|conftest\.py|\.npmrc)$/,
  /(^|\/)(eslint\.config\.[a-z]+|\.eslintrc[^/]*|\.eslintignore|biome\.jsonc?|\.?ruff\.toml|\.flake8|\.pylintrc|\.bandit|\.golangci\.[a-z]+|\.semgrepignore|\.gitleaks\.toml|\.secretlintrc[^/]*)$/,
  /(^|\/)(coverage|\.nyc_output)\//,
  /(^|\/)(lcov\.info|coverage\.xml|junit\.xml)$/,
];

/** Parts of files that are otherwise the work's own: text that decides how checks run. */
const PARTS: readonly { readonly path: RegExp; readonly rule: string; readonly of: (text: string) => string }[] = [
  { path: /^package\.json$/, rule: 'changes-scripts', of: scriptsOf },
  { path: /(^|\/)(pyproject\.toml|setup\.cfg)$/, rule: 'changes-judge', of: toolSections },
];

/** Comments that tell a tool to look away. Each tool reads its own, so what they hide is nowhere reported. */
const EXCUSES =
  /eslint-disable|biome-ignore|@ts-(?:ignore|nocheck)|#\s*noqa\b|#\s*nosec\b|#\s*type:\s*ignore|\/\/\s*nolint\b|#nosec\b|nosemgrep|secretlint-disable|gitleaks:allow|(?:c8|istanbul|v8)\s+ignore|pragma:\s*no cover|pylint:\s*disable|coverage:ignore|NOSONAR|trivy:ignore|lgtm\s*\[/i;

/** What takes a test out of the run, leaves all others out, or ends the run early. */
const SKIPS =
  /\b(?:it|test|describe|suite|context)\s*\.\s*(?:skip|todo|only)\b|\b(?:xit|xtest|xdescribe|fit|fdescribe)\s*\(|@(?:pytest\.mark\.(?:skip|skipif|xfail)|unittest\.skip\w*|Disabled|Ignore)\b|\b(?:pytest\.skip|self\.skipTest)\s*\(|\bt\.Skip(?:f|Now)?\(|\{\s*skip\s*:\s*(?:true|['"`])|#\[ignore\]|\b(?:process\.exit|sys\.exit|os\._exit|os\.Exit)\s*\(/;

const ASSERTION =
  /\b(?:expect|assert\w*|should|t\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow|is|equal|deepEqual|ok)|require\.\w+|verify)\b|\bassert!|\bassert_eq!/g;

/** A file's text before and after an attempt; absent where it was or is not there. */
export interface Texts {
  readonly before?: string;
  readonly after?: string;
}

export interface Tampering {
  readonly files: readonly ChangedFile[];
  /** Globs of files that the plan lets the task write: what they cover is the plan's wish. */
  readonly asked: readonly string[];
  /** Of those files that `readsText` asks for. */
  readonly texts: ReadonlyMap<string, Texts>;
  /** The attempt's change, as `diff -U0` says it. */
  readonly diff: string;
}

/** Whether it has to be known what stands in a file. */
export function readsText({ path, status }: ChangedFile): boolean {
  return status !== 'added' && (isTestFile(path) || PARTS.some((part) => part.path.test(path)));
}

/**
 * What an attempt did to what judges it. A changed configuration of checks and deleted tests are excused where the plan
 * lets the task write the file. Tests that were there and are now skipped, cut short or emptied of assertions, and
 * comments that tell a tool to look away, are not: writing a file is not a leave to do that.
 */
export function tampering({ files, asked, texts, diff }: Tampering): Finding[] {
  const findings: Finding[] = [];
  const report = (rule: string, path: string, message: string, line?: number): void => {
    findings.push({ gate: INTEGRITY, rule, severity: 'error', message, path, ...(line !== undefined && { line }) });
  };
  for (const { path, status } of files) {
    const isAsked = filesOverlap([path], asked);
    const { before, after } = texts.get(path) ?? {};
    if (!isAsked && JUDGES.some((pattern) => pattern.test(path)))
      report(
        'changes-judge',
        path,
        `${path} decides how work is checked, and the task does not declare it under Files.`,
      );
    else if (!isAsked && status === 'deleted' && isTestFile(path))
      report('removes-tests', path, `${path} is a test, it was deleted, and the task does not declare it under Files.`);
    const part = isAsked ? undefined : PARTS.find((one) => one.path.test(path));
    if (part !== undefined && before !== undefined && part.of(before) !== part.of(after ?? ''))
      report(
        part.rule,
        path,
        part.rule === 'changes-scripts'
          ? 'The scripts of package.json were changed, and the task does not declare package.json under Files.'
          : `What ${path} says of tools that check the work was changed, and the task does not declare it under Files.`,
      );
    const [had, has] = [assertions(before ?? ''), assertions(after ?? '')];
    // Tests may be told anew where the plan says that they are written, yet not without asserting anything.
    if (isTestFile(path) && after !== undefined && (isAsked ? has === 0 && had > 0 : has < had))
      report('empties-tests', path, `${path} asserts less than before: ${has} instead of ${had} assertions.`);
  }
  for (const { path, line, text } of addedLines(diff)) {
    if (isSource(path) && EXCUSES.test(text))
      report('excuses-itself', path, `This comment tells a check to look away: ${excuseIn(text)}.`, line);
    // A new file of tests may have some that are to come.
    const wasThere = files.some((file) => file.path === path && file.status === 'modified');
    if (wasThere && isTestFile(path) && SKIPS.test(text))
      report('skips-tests', path, 'Tests that were run before are left out by this.', line);
  }
  return findings;
}

function addedLines(diff: string): { readonly path: string; readonly line: number; readonly text: string }[] {
  const found: { path: string; line: number; text: string }[] = [];
  for (const [path, hunks] of readHunks(diff, true))
    for (const { newStart, added = [] } of hunks)
      added.forEach((text, i) => {
        found.push({ path, line: newStart + i, text });
      });
  return found;
}

function excuseIn(text: string): string {
  return EXCUSES.exec(text)?.[0] ?? '';
}

function assertions(text: string): number {
  return text.match(ASSERTION)?.length ?? 0;
}

function scriptsOf(text: string): string {
  try {
    const { scripts } = JSON.parse(text) as { scripts?: unknown };
    return JSON.stringify(scripts ?? {});
  } catch {
    return 'unreadable';
  }
}

/** Lines below `[tool.pytest…]`, `[tool:pytest]`, `[coverage:…]`, `[mypy]` and the like. */
function toolSections(text: string): string {
  let isIn = false;
  return text
    .split(/\r?\n/)
    .filter((line) => {
      const section = /^\s*\[+\s*"?([^\]"]+)/.exec(line)?.[1];
      if (section !== undefined)
        isIn =
          /^(tool[.:](pytest|coverage|ruff|mypy|pylint|flake8|bandit|tox|black|hatch\.envs|pdm\.scripts|poe)|coverage|mypy|flake8|pylint|tox)/.test(
            section,
          );
      return isIn && line.trim() !== '';
    })
    .join('\n');
}
