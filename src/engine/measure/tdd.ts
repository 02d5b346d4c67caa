import type { Check, Measure } from '../../core/gate/gate.ts';
import { judgeCoverage } from '../../core/gate/judge/coverage.ts';
import { merged, notRun, type Measured } from '../../core/gate/judge/measured.ts';
import { judgeTestsFirst } from '../../core/gate/judge/tests-first.ts';
import { isProduct, isSource, isTestFile } from '../../core/gate/test-files.ts';
import type { Coverage, FileCoverage } from '../../core/gate/read/report.ts';
import { testFindings, testsOf } from '../../core/gate/syntax/assertions.ts';
import { count } from '../../core/view/print.ts';
import { functionsIn, parsed, pathsNow, unmeasured } from './code.ts';
import { coverageTold, placerOf, type Placer, type Told } from './reports.ts';
import type { MeasureAnswer, MeasureRequest } from './request.ts';
import type { LazyParser } from './code.ts';
import { judgedTests } from './tests.ts';
import type { Work } from './work.ts';

type Tdd = Extract<Measure, { kind: 'tdd' }>;

/** Tests that pass, that were there first, that run what was written, and that assert something. */
export async function measureTdd(
  request: MeasureRequest,
  measure: Tdd,
  work: Work,
  parser: LazyParser,
): Promise<MeasureAnswer> {
  const { now } = request;
  const place = placerOf(now, work.files);
  const told = await coverageTold(now.reports);
  const tests = await judgedTests(now.ran, told.tests, work, place);
  const parts: Measured[] = [tests];
  const coverage = covered(told.coverage, place);
  // What fails may end before it writes its coverage: that it failed says enough.
  const hasFailed = tests.checks.some(({ verdict }) => verdict === 'failed');
  const wantsCoverage = told.coverage.length > 0 && (coverage.ok || !hasFailed);
  const isLimited = measure.changed !== undefined || measure.total !== undefined;
  if (told.coverage.length === 0 && isLimited) parts.push(notRun('coverage', 'no report of the gate has any'));
  if (wantsCoverage)
    parts.push(
      coverage.ok ? await coverageOf(coverage.value, measure, work, parser) : notRun('coverage', coverage.problem),
    );
  if (measure.testsFirst !== 'off') parts.push(await testsFirst(request, measure, work));
  if (measure.assertions) parts.push(await assertions(work, parser));
  return {
    ...merged(parts),
    ...(tests.tests !== undefined && { tests: tests.tests }),
    ...(coverage.ok && wantsCoverage && { coverage: plain(coverage.value) }),
  };
}

/** All reports as one, each line with its best; paths of the repository only. */
function covered(told: readonly Told<Coverage>[], place: Placer): Told<Coverage>['read'] {
  const all = new Map<string, Map<number, number>>();
  for (const { read } of told) {
    if (!read.ok) return read;
    for (const [path, lines] of read.value) {
      const placed = place(path);
      if (placed === undefined) continue;
      const file = all.get(placed) ?? new Map<number, number>();
      for (const [line, hits] of lines) file.set(line, Math.max(hits, file.get(line) ?? 0));
      all.set(placed, file);
    }
  }
  return { ok: true, value: all };
}

function plain(coverage: ReadonlyMap<string, FileCoverage>): MeasureAnswer['coverage'] & object {
  return Object.fromEntries([...coverage].map(([path, lines]) => [path, [...lines]]));
}

async function coverageOf(coverage: Coverage, measure: Tdd, work: Work, parser: LazyParser): Promise<Measured> {
  const paths = pathsNow(work).filter(isProduct);
  const unknown = await parsed(
    parser,
    work,
    'now',
    paths.filter((path) => !coverage.has(path)),
  );
  const runnable = new Map<string, Set<number>>();
  for (const { path, startLine, endLine } of functionsIn(unknown)) {
    const lines = runnable.get(path) ?? new Set<number>();
    for (let line = startLine; line <= endLine; line++) lines.add(line);
    runnable.set(path, lines);
  }
  const judged = judgeCoverage({
    coverage,
    changed: new Map(paths.map((path) => [path, work.linesOf(path)])),
    runnable,
    unknown: unknown.foreign,
    limits: { changed: measure.changed, total: measure.total },
  });
  const unread = unmeasured('coverage of changed lines', { ...unknown, foreign: [] });
  return { ...judged, checks: [...judged.checks, ...unread], findings: await work.own(judged.findings) };
}

async function testsFirst(
  { history, task }: MeasureRequest,
  { testsFirst: asked }: Tdd,
  work: Work,
): Promise<Measured> {
  if (task === undefined) return { checks: [], findings: [] };
  if (history === undefined) {
    const check: Check = { label: 'tests first', verdict: 'not-run', note: 'not known: nobody saw how it was written' };
    return { checks: [{ ...check, ...(asked === 'shown' && { advisory: true }) }], findings: [] };
  }
  const changed = new Map(pathsNow(work).map((path) => [path, Math.min(...work.linesOf(path), Infinity)]));
  const lines = new Map([...changed].map(([path, line]) => [path, Number.isFinite(line) ? line : 1]));
  const judged = judgeTestsFirst(history.steps, new Map(history.trials), lines, asked === 'required');
  return { ...judged, findings: await work.own(judged.findings) };
}

/** Of the tests that the work made or changed. */
async function assertions(work: Work, parser: LazyParser): Promise<Measured> {
  const label = 'tests that assert';
  const paths = pathsNow(work).filter((path) => isTestFile(path) && isSource(path));
  const now = await parsed(parser, work, 'now', paths);
  let tests = 0;
  const raw = now.files.flatMap(({ path, text, tree, language }) => {
    const rows = text.split('\n');
    const lines = [...work.linesOf(path)].filter((line) => rows[line - 1]?.trim() !== '');
    const all = testsOf(tree, language);
    const ends = all.slice(1).map(({ line }) => line);
    const own = all.filter(({ line }, i) => lines.some((one) => one >= line && one < (ends[i] ?? Infinity)));
    tests += own.length;
    return testFindings(own).map((finding) => ({ ...finding, severity: 'error' as const, path }));
  });
  const start = raw.length === 0 ? [] : (await parsed(parser, work, 'start', paths)).files;
  const old = start.flatMap(({ path, tree, language }) =>
    testFindings(testsOf(tree, language)).map((finding) => ({ ...finding, severity: 'error' as const, path })),
  );
  const findings = await work.own(raw, old);
  const verdict = findings.length === 0 ? 'passed' : 'failed';
  const share = tests === 0 ? 1 : (tests - findings.length) / tests;
  const note =
    findings.length === 0
      ? `${count(tests, 'changed test')}, all of them assert`
      : `${findings.length} of ${count(tests, 'changed test')} assert nothing`;
  return {
    checks: [
      { label, verdict, note: tests === 0 ? 'no test was changed' : note, ...(verdict === 'failed' && { share }) },
      ...unmeasured(label, now),
    ],
    findings,
  };
}
