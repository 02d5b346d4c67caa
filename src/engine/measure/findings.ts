import { readFile } from 'node:fs/promises';
import { list } from '../../core/view/print.ts';
import type { Measure } from '../../core/gate/gate.ts';
import { crashes, judgeFindings, type Source } from '../../core/gate/judge/findings.ts';
import { isSource, isTestFile } from '../../core/gate/test-files.ts';
import { matchProblems } from '../../core/gate/read/matcher.ts';
import type { RawFinding, Read } from '../../core/gate/read/report.ts';
import { hasSecurityRules, securityFindings } from '../../core/gate/syntax/rules.ts';
import { languageOf } from '../../core/gate/syntax/tree.ts';
import { parsed, pathsBefore, pathsNow } from './code.ts';
import { findingsTold, placerOf } from './reports.ts';
import type { MeasureAnswer, MeasureRequest, Run } from './request.ts';
import { secretsIn } from './secrets.ts';
import type { LazyParser } from './code.ts';
import type { Work } from './work.ts';

/** Secrets, the built-in rules, and what the project's own tools report. */
export async function measureFindings(
  request: MeasureRequest,
  { secrets, rules, failOn }: Extract<Measure, { kind: 'security' }>,
  work: Work,
  parser: LazyParser,
): Promise<MeasureAnswer> {
  const tools = await toolFindings(request, undefined, work);
  if ('answer' in tools) return tools.answer;
  const sources: Source[] = [
    ...(secrets ? [await secretsSource(work)] : []),
    ...(rules ? [await rulesSource(work, parser)] : []),
    ...tools.sources,
  ];
  return judgeFindings(sources, failOn);
}

async function secretsSource(work: Work): Promise<Source> {
  const look = async (side: 'now' | 'before', paths: readonly string[]): Promise<RawFinding[]> => {
    work.load(side, paths);
    const found: RawFinding[] = [];
    for (const path of paths) {
      const text = await work[side](path);
      if (text !== undefined) found.push(...(await secretsIn(path, text)));
    }
    return found;
  };
  const now = await look('now', pathsNow(work));
  const before = now.length === 0 ? [] : await look('before', pathsBefore(work));
  return { name: 'secrets', all: { ok: true, value: now }, fresh: await work.fresh(now, before) };
}

async function rulesSource(work: Work, parser: LazyParser): Promise<Source> {
  const look = async (side: 'now' | 'before', paths: readonly string[]) => {
    const { files, unread } = await parsed(
      parser,
      work,
      side,
      paths.filter((path) => isSource(path) && !isTestFile(path)),
    );
    const found = files.flatMap(({ path, tree, language }) =>
      securityFindings(tree, language).map((finding) => ({ ...finding, path })),
    );
    return { found, unread };
  };
  const sources = pathsNow(work).filter((path) => isSource(path) && !isTestFile(path));
  const without = sources.filter((path) => !isRuled(path));
  const name = 'built-in rules';
  if (without.length > 0 && without.length === sources.length)
    return { name, all: { ok: false, problem: `there are none for ${list(without)}` }, fresh: [], advisory: true };
  const now = await look('now', pathsNow(work));
  const before = now.found.length === 0 ? [] : (await look('before', pathsBefore(work))).found;
  const fresh = await work.fresh(now.found, before);
  const all: Read<RawFinding[]> =
    now.unread.length === 0 ? { ok: true, value: now.found } : { ok: false, problem: `not read: ${list(now.unread)}` };
  const caveat = without.length === 0 ? {} : { caveat: `none for ${list(without)}` };
  return { name, all, fresh, ...caveat };
}

function isRuled(path: string): boolean {
  const language = languageOf(path);
  return language !== undefined && hasSecurityRules(language);
}

/** A source for each report of the gate's commands, or one for what they print. */
export async function toolFindings(
  request: MeasureRequest,
  matcher: Extract<Measure, { kind: 'quality' }>['matcher'],
  work: Work,
): Promise<{ readonly sources: readonly Source[] } | { readonly answer: MeasureAnswer }> {
  const { now, before } = request;
  if (now.ran.length === 0) return { sources: [] };
  const told = await toldBy(now, matcher, work);
  const reported = told.reduce((sum, { read }) => sum + (read.ok ? read.value.length : 0), 0);
  const crashed = crashes(now.ran, reported);
  if (crashed.length > 0) return { answer: { checks: crashed, findings: [] } };
  // Exit codes that a report explains are its own; without a report or matcher they are all there is.
  const sources: Source[] = [];
  const known = before === undefined || 'problem' in before ? undefined : await toldBy(before, matcher, work);
  for (const [i, { name, read }] of told.entries()) {
    if (!read.ok) {
      sources.push({ name, all: read, fresh: [] });
      continue;
    }
    const old = known?.[i]?.read;
    const fresh = await work.fresh(read.value, read.value.length === 0 ? [] : old?.ok === true ? old.value : undefined);
    if (before === undefined && read.value.length > 0)
      return { answer: { checks: [], findings: [], wantsBefore: true } };
    const caveat = old?.ok === true || read.value.length === 0 ? undefined : caveatOf(before, old);
    sources.push({ name, all: read, fresh, ...(caveat !== undefined && { caveat }) });
  }
  return { sources };
}

function caveatOf(before: MeasureRequest['before'], old: Read<unknown> | undefined): string {
  const why =
    before !== undefined && 'problem' in before ? before.problem : old?.ok === false ? old.problem : 'no report';
  return `of changed lines only, as it did not run at the base of the run: ${why}`;
}

interface ToolReport {
  readonly name: string;
  readonly read: Read<readonly RawFinding[]>;
}

async function toldBy(
  run: Run,
  matcher: Extract<Measure, { kind: 'quality' }>['matcher'],
  work: Work,
): Promise<ToolReport[]> {
  const place = placerOf(run, [...work.files, ...work.sinceBase.map(({ path }) => path)]);
  const told: ToolReport[] = await findingsTold(run.reports);
  if (matcher !== undefined) {
    const logs = await Promise.all(run.ran.map(({ log }) => readFile(log, 'utf8')));
    told.push({ name: run.ran.map(({ label }) => label).join(', '), read: matchProblems(logs.join('\n'), matcher) });
  }
  return told.map(({ name, read }) => ({
    name,
    read: read.ok ? { ok: true, value: read.value.flatMap((finding) => placedFinding(finding, place)) } : read,
  }));
}

/** What is in no file of the repository (a dependency's code) is nobody's work here. */
function placedFinding(
  { path, related, ...finding }: RawFinding,
  place: (path: string) => string | undefined,
): RawFinding[] {
  const placed = path === undefined ? undefined : place(path);
  if (path !== undefined && placed === undefined) return [];
  const others = related?.flatMap((other) => {
    const at = place(other.path);
    return at === undefined ? [] : [{ ...other, path: at }];
  });
  return [
    { ...finding, ...(placed !== undefined && { path: placed }), ...(others !== undefined && { related: others }) },
  ];
}
