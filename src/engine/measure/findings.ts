import { readFile } from 'node:fs/promises';
import { list } from '../../core/view/print.ts';
import type { Check, Measure } from '../../core/gate/gate.ts';
import { crashes, judgeFindings, type Source } from '../../core/gate/judge/findings.ts';
import { merged } from '../../core/gate/judge/measured.ts';
import { isSource, isTestFile } from '../../core/gate/test-files.ts';
import { matchProblems } from '../../core/gate/read/matcher.ts';
import type { RawFinding, Read } from '../../core/gate/read/report.ts';
import { hasSecurityRules, securityFindings } from '../../core/gate/syntax/rules.ts';
import { languageOf } from '../../core/gate/syntax/tree.ts';
import { checkOf } from '../../core/gate/verdict.ts';
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
  if (tools === 'wants before') return WANTS_BEFORE;
  const sources: Source[] = [
    ...(secrets ? [await secretsSource(work)] : []),
    ...(rules ? [await rulesSource(work, parser)] : []),
    ...tools.sources,
  ];
  return merged([judgeFindings(sources, failOn), { checks: tools.checks, findings: [] }]);
}

/** The commands have to be run at the base first. */
export const WANTS_BEFORE: MeasureAnswer = { checks: [], findings: [], wantsBefore: true };

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

/** What the project's own tools tell. */
export interface ToolFindings {
  readonly sources: readonly Source[];
  /** Of commands that have nothing to tell but their end, and of those that did not come to one. */
  readonly checks: readonly Check[];
}

/** A source for each report of the gate's commands, or one for what they print. */
export async function toolFindings(
  request: MeasureRequest,
  matcher: Extract<Measure, { kind: 'quality' }>['matcher'],
  work: Work,
): Promise<ToolFindings | 'wants before'> {
  const { now, before } = request;
  const told = await toldBy(now, matcher, work);
  // Without anything that says more, exit codes are all there is.
  if (told.length === 0) return { sources: [], checks: now.ran.map(({ label, outcome }) => checkOf(label, outcome)) };
  const crashed = crashes(now.ran, reportedIn(told));
  if (crashed.length > 0) return { sources: [], checks: crashed };
  const sources: Source[] = [];
  const known = before === undefined ? undefined : await toldBefore(before, matcher, work);
  for (const { name, read } of told) {
    if (!read.ok) {
      sources.push({ name, all: read, fresh: [] });
      continue;
    }
    if (known === undefined && read.value.length > 0) return 'wants before';
    const old: Read<readonly RawFinding[]> =
      read.value.length === 0 || known === undefined
        ? { ok: true, value: [] }
        : known.ok
          ? (known.value.find((one) => one.name === name)?.read ?? { ok: false, problem: 'no report' })
          : known;
    const fresh = await work.fresh(read.value, old.ok ? old.value : undefined);
    const caveat = old.ok
      ? {}
      : { caveat: `of changed lines only, as it did not run at the base of the run: ${old.problem}` };
    sources.push({ name, all: read, fresh, ...caveat });
  }
  return { sources, checks: [] };
}

/** What was told at the base; of a tool that crashed there, nothing is known. */
async function toldBefore(
  before: Exclude<MeasureRequest['before'], undefined>,
  matcher: Extract<Measure, { kind: 'quality' }>['matcher'],
  work: Work,
): Promise<Read<readonly ToolReport[]>> {
  if ('problem' in before) return { ok: false, problem: before.problem };
  const told = await toldBy(before, matcher, work);
  const [crash] = crashes(before.ran, reportedIn(told));
  return crash === undefined ? { ok: true, value: told } : { ok: false, problem: `${crash.label}: ${crash.note}` };
}

function reportedIn(told: readonly ToolReport[]): number {
  return told.reduce((sum, { reported }) => sum + reported, 0);
}

interface ToolReport {
  readonly name: string;
  readonly read: Read<readonly RawFinding[]>;
  /** How many findings it holds, those in no file of the repository among them. */
  readonly reported: number;
}

async function toldBy(
  run: Run,
  matcher: Extract<Measure, { kind: 'quality' }>['matcher'],
  work: Work,
): Promise<ToolReport[]> {
  const files = new Set([...work.files, ...work.sinceBase.map(({ path }) => path)]);
  const placed = placerOf(run, files);
  const place = (path: string): Placed => placed(path) ?? (isOneOfMany(path, files) ? ONE_OF_MANY : undefined);
  const told = await findingsTold(run.reports);
  if (matcher !== undefined) {
    const logs = await Promise.all(run.ran.map(({ log }) => readFile(log, 'utf8')));
    told.push({ name: run.ran.map(({ label }) => label).join(', '), read: matchProblems(logs.join('\n'), matcher) });
  }
  return told.map(({ name, read }) => ({
    name,
    read: read.ok ? { ok: true, value: read.value.flatMap((finding) => placedFinding(finding, place)) } : read,
    reported: read.ok ? read.value.length : 0,
  }));
}

/** A path of the repository, or that several can be meant; undefined: it is in none. */
type Placed = string | typeof ONE_OF_MANY | undefined;
const ONE_OF_MANY = Symbol('one of many');

/** Whether a path may be that of several files: it is written from a folder that the tool does not name. */
function isOneOfMany(path: string, files: ReadonlySet<string>): boolean {
  const end = path.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '');
  return !/^\/|^[a-z]:|(?:^|\/)node_modules\//i.test(end) && [...files].some((file) => file.endsWith(`/${end}`));
}

/**
 * What is in no file of the repository (a dependency's code) is nobody's work here. What is in one of several stays, at
 * no place.
 */
function placedFinding({ path, related, ...finding }: RawFinding, place: (path: string) => Placed): RawFinding[] {
  const placed = path === undefined ? undefined : place(path);
  if (path !== undefined && placed === undefined) return [];
  if (placed === ONE_OF_MANY) {
    const { rule, severity, message, helpUri } = finding;
    return [{ rule, severity, message: `${path ?? ''}: ${message}`, ...(helpUri !== undefined && { helpUri }) }];
  }
  const others = related?.flatMap((other) => {
    const at = place(other.path);
    return at === undefined || at === ONE_OF_MANY ? [] : [{ ...other, path: at }];
  });
  return [
    { ...finding, ...(placed !== undefined && { path: placed }), ...(others !== undefined && { related: others }) },
  ];
}
