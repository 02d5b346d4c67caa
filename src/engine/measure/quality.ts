import { count } from '../../core/view/print.ts';
import type { Measure } from '../../core/gate/gate.ts';
import { judgeFindings } from '../../core/gate/judge/findings.ts';
import { codeFindings, judgeCode, type CodeFinding, type MeasuredFunction } from '../../core/gate/judge/functions.ts';
import { merged, type Measured } from '../../core/gate/judge/measured.ts';
import { isSource, isTestFile } from '../../core/gate/test-files.ts';
import { duplicatesIn, type Duplicate, type DuplicatePlace } from '../../core/gate/syntax/duplication.ts';
import { functionsIn, parsed, pathsBefore, pathsNow, unmeasured } from './code.ts';
import { toolFindings, WANTS_BEFORE } from './findings.ts';
import type { MeasureAnswer, MeasureRequest } from './request.ts';
import type { LazyParser } from './code.ts';
import type { Work } from './work.ts';

type Quality = Extract<Measure, { kind: 'quality' }>;

/** Complexity, length and duplication of what the work changed, and what the project's linters say of it. */
export async function measureQuality(
  request: MeasureRequest,
  measure: Quality,
  work: Work,
  parser: LazyParser,
): Promise<MeasureAnswer> {
  const { matcher, failOn, limits } = measure;
  const parts: Measured[] = [await codeOf(work, parser, limits)];
  if (limits.duplicatedLines !== undefined) parts.push(await duplication(work, limits.duplicatedLines));
  if (request.now.ran.length > 0) {
    const tools = await toolFindings(request, matcher, work);
    if (tools === 'wants before') return WANTS_BEFORE;
    parts.push(merged([{ checks: tools.checks, findings: [] }, judgeFindings(tools.sources, failOn)]));
  }
  return merged(parts);
}

async function codeOf(work: Work, parser: LazyParser, limits: Quality['limits']): Promise<Measured> {
  const paths = pathsNow(work).filter(isSource);
  const now = await parsed(parser, work, 'now', paths);
  const old = await parsed(parser, work, 'before', pathsBefore(work).filter(isSource));
  const touched = functionsIn(now).filter(({ path, startLine, endLine }) => {
    const lines = work.linesOf(path);
    for (let line = startLine; line <= endLine; line++) if (lines.has(line)) return true;
    return false;
  });
  const files = await Promise.all(
    paths.map(async (path) => ({
      path,
      lines: lineCount(await work.now(path)),
      before: Math.max(lineCount(await work.before(path)), lineCount(await work.start(path))),
    })),
  );
  // Tests are told case by case in functions without end, and nobody reads them as one.
  const functions = touched.filter(({ path }) => !isTestFile(path));
  const over = (before: readonly MeasuredFunction[]): CodeFinding[] =>
    codeFindings({ functions, before, files, limits });
  const sinceRun = over(functionsIn(old));
  // What another task of the run has written is not this one's, either.
  const sinceStart = async (): Promise<CodeFinding[]> =>
    over([...functionsIn(old), ...functionsIn(await parsed(parser, work, 'start', paths))]);
  const findings = await work.own(sinceRun.length === 0 ? [] : await sinceStart());
  return { checks: [...judgeCode(findings, { functions, files }), ...unmeasured('complexity', now)], findings };
}

function lineCount(text: string | undefined): number {
  return text === undefined ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** More files are not compared: nobody waits that long. */
const MOST_FILES = 5000;

/** Blocks of the work's own lines that stand elsewhere, too. */
async function duplication(work: Work, limit: number): Promise<Measured> {
  const changed = new Set(pathsNow(work).filter((path) => isSource(path) && !isTestFile(path)));
  const others = [...work.files].filter((path) => isSource(path) && !isTestFile(path) && !changed.has(path));
  const label = 'duplication';
  if (changed.size === 0) return { checks: [{ label, verdict: 'passed', note: 'no code was changed' }], findings: [] };
  // What was there comes first, so that the work's own block is the second of a pair.
  const paths = [...others.slice(0, MOST_FILES), ...changed];
  work.load('now', paths);
  const files = await Promise.all(paths.map(async (path) => ({ path, text: (await work.now(path)) ?? '' })));
  const pairs = duplicatesIn(files).flatMap((pair) => ownPair(pair, work, changed) ?? []);
  const found = await work.own(
    pairs.map(({ own, other, lines: n }) => ({
      rule: 'duplication',
      severity: 'warning',
      message: `${count(n, 'line')} here are the same as in ${other.path}:${other.startLine}.`,
      path: own.path,
      line: own.startLine,
      endLine: own.endLine,
      related: [{ message: 'the same lines', path: other.path, line: other.startLine }],
    })),
  );
  // Those that are accepted count no more.
  const left = new Set(found.map(({ path, line }) => `${path ?? ''}:${line ?? 0}`));
  const lines = pairs.reduce(
    (sum, pair) => sum + (left.has(`${pair.own.path}:${pair.own.startLine}`) ? pair.lines : 0),
    0,
  );
  const within = others.length > MOST_FILES ? `, compared with the first ${MOST_FILES} other files` : '';
  const verdict = lines > limit ? 'failed' : 'passed';
  const note = `${count(lines, 'duplicated line')} added (limit ${limit})${within}`;
  // Below the limit a block is worth a word, and no more.
  const told = verdict === 'failed' ? found : found.map((one) => ({ ...one, severity: 'information' as const }));
  return { checks: [{ label, verdict, note }], findings: told };
}

/** The place that the work wrote, at least half of it; undefined: it wrote neither. */
function ownPair(
  { first, second, lines }: Duplicate,
  work: Work,
  changed: ReadonlySet<string>,
): { readonly own: DuplicatePlace; readonly other: DuplicatePlace; readonly lines: number } | undefined {
  const isOwn = ({ path, startLine, endLine }: DuplicatePlace): boolean => {
    if (!changed.has(path)) return false;
    const own = work.linesOf(path);
    let mine = 0;
    for (let line = startLine; line <= endLine; line++) if (own.has(line)) mine++;
    return 2 * mine >= endLine - startLine + 1;
  };
  if (isOwn(second)) return { own: second, other: first, lines };
  return isOwn(first) ? { own: first, other: second, lines } : undefined;
}
