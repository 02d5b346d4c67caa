import { count, list } from '../../core/view/print.ts';
import type { Check, Measure } from '../../core/gate/gate.ts';
import { judgeFindings } from '../../core/gate/judge/findings.ts';
import { judgeCode } from '../../core/gate/judge/functions.ts';
import { merged, type Measured } from '../../core/gate/judge/measured.ts';
import { isSource, isTestFile } from '../../core/gate/test-files.ts';
import { duplicatesIn, type Duplicate, type DuplicatePlace } from '../../core/gate/syntax/duplication.ts';
import { checkOf } from '../../core/gate/verdict.ts';
import { functionsIn, parsed, pathsBefore, pathsNow } from './code.ts';
import { toolFindings } from './findings.ts';
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
  const { matcher, reports, failOn, limits } = measure;
  const parts: Measured[] = [await codeOf(work, parser, limits)];
  if (limits.duplicatedLines !== undefined) parts.push(await duplication(work, limits.duplicatedLines));
  if (request.now.ran.length > 0) {
    const tools = await toolFindings(request, matcher, work);
    if ('answer' in tools) {
      if (tools.answer.wantsBefore === true) return tools.answer;
      parts.push(tools.answer);
    } else if (reports.length === 0 && matcher === undefined)
      parts.push({ checks: request.now.ran.map(({ label, outcome }) => checkOf(label, outcome)), findings: [] });
    else parts.push(judgeFindings(tools.sources, failOn));
  }
  return merged(parts);
}

async function codeOf(work: Work, parser: LazyParser, limits: Quality['limits']): Promise<Measured> {
  const paths = pathsNow(work).filter(isSource);
  const now = await parsed(parser, work, 'now', paths);
  const before = await parsed(parser, work, 'before', pathsBefore(work).filter(isSource));
  const touched = functionsIn(now).filter(({ path, startLine, endLine }) => {
    const lines = work.linesOf(path);
    for (let line = startLine; line <= endLine; line++) if (lines.has(line)) return true;
    return false;
  });
  const files = await Promise.all(
    paths.map(async (path) => ({
      path,
      lines: lineCount(await work.now(path)),
      before: lineCount(await work.before(path)),
    })),
  );
  // Tests are told case by case in functions without end, and nobody reads them as one.
  const functions = touched.filter(({ path }) => !isTestFile(path));
  const judged = judgeCode({ functions, before: functionsIn(before), files, limits });
  const findings = await work.fresh(
    judged.findings.map((finding) => ({ ...finding, identity: finding.message.replace(/\d+/g, '') })),
    [],
  );
  const unread: Check[] =
    now.unread.length === 0 ? [] : [{ label: 'syntax', verdict: 'not-run', note: `not read: ${list(now.unread)}` }];
  return { checks: [...judged.checks, ...unread], findings };
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
  const lines = pairs.reduce((sum, pair) => sum + pair.lines, 0);
  const findings = await work.fresh(
    pairs.map(({ own, other, lines: n }) => ({
      rule: 'duplication',
      severity: 'warning',
      message: `${count(n, 'line')} here are the same as in ${other.path}:${other.startLine}.`,
      path: own.path,
      line: own.startLine,
      endLine: own.endLine,
      related: [{ message: 'the same lines', path: other.path, line: other.startLine }],
    })),
    [],
  );
  const left = others.length > MOST_FILES ? `, compared with the first ${MOST_FILES} other files` : '';
  const verdict = lines > limit ? 'failed' : 'passed';
  const note = `${count(lines, 'duplicated line')} added (limit ${limit})${left}`;
  // Below the limit a block is worth a word, and no more.
  const told = verdict === 'failed' ? findings : findings.map((one) => ({ ...one, severity: 'information' as const }));
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
