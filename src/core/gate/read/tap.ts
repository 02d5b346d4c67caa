import { parse } from 'yaml';
import { fields, number, text as textIn, type Fields } from '../../agent/cli/json.ts';
import { failurePlace, headline, type Place } from './failure.ts';
import type { Read, TestCase, TestResults } from './report.ts';

/**
 * Reads TAP 13 and 14, with subtests by indentation or in braces; a test that only sums up its subtests is not counted.
 * Several documents may follow each other. What is damaged or cut off is told by the plan, which every document and
 * every subtest has.
 */
export function readTap(text: string): Read<TestResults> {
  const tests: TestCase[] = [];
  const documents = text
    .replace(/^\ufeff/, '')
    .split(/^(?=TAP version )/m)
    .filter((document) => document.trim() !== '');
  if (documents.length === 0) return { ok: false, problem: 'it is empty' };
  for (const document of documents) {
    const lines = document.split(/\r\n|\r|\n/).map(lineOf);
    const block = blockAt({ lines, at: 0 }, 0, []);
    if (!block.ok) return block;
    tests.push(...block.value);
  }
  return { ok: true, value: { tests } };
}

interface Line {
  readonly indent: number;
  readonly text: string;
}

interface Cursor {
  readonly lines: readonly Line[];
  at: number;
}

interface Point {
  readonly isOk: boolean;
  readonly id?: number;
  readonly name: string;
  readonly directive?: 'skip' | 'todo';
  readonly opensBraces: boolean;
}

const STEP = 4;
const POINT = /^(not )?ok\b(?:\s+(\d+))?(?:\s+-)?(.*)$/;
const PLAN = /^1\.\.(\d+)\s*(?:#.*)?$/;
const BAIL = /^Bail out!\s*(.*)$/i;
const DIRECTIVE = /(?:^|[^\\])#\s*(skip|todo)\S*/i;
const SUBTEST = /^# Subtest\b/;

function lineOf(line: string): Line {
  const text = line.trimStart();
  return { indent: line.length - text.length, text: text.trimEnd() };
}

/** The tests from the cursor on that are at least as deep as `indent`; behind them is the cursor then. */
function blockAt(cursor: Cursor, indent: number, suites: readonly string[]): Read<TestCase[]> {
  const tests: TestCase[] = [];
  const ids = new Set<number>();
  let points = 0;
  let plan: number | undefined;
  /** Subtests whose own result is still to come. */
  let open: readonly TestCase[] | undefined;
  for (; cursor.at < cursor.lines.length; cursor.at++) {
    const line = cursor.lines[cursor.at] ?? { indent: 0, text: '' };
    if (line.text === '') continue;
    const bail = BAIL.exec(line.text);
    if (bail !== null)
      return { ok: false, problem: `it bailed out: ${bail[1] === '' ? 'no reason' : (bail[1] ?? '')}` };
    if (line.indent < indent) break;
    if (line.indent >= indent + STEP && isBlockStart(line.text)) {
      const inner = blockAt(cursor, line.indent, [...suites, nextName(cursor, indent)]);
      if (!inner.ok) return inner;
      open = inner.value;
      cursor.at--;
      continue;
    }
    if (line.indent !== indent) continue;
    const planned = PLAN.exec(line.text);
    if (planned !== null) {
      if (plan !== undefined) return { ok: false, problem: 'it has two plans' };
      plan = Number(planned[1]);
      continue;
    }
    const point = pointOf(line.text);
    if (point === undefined) continue;
    points++;
    const id = point.id ?? points;
    if (ids.has(id)) return { ok: false, problem: `test ${id} is there twice` };
    ids.add(id);
    const told = diagnosticAt(cursor, indent);
    const bracesFollow = cursor.lines[cursor.at + 1]?.text === '{';
    if (point.opensBraces || bracesFollow) {
      cursor.at += bracesFollow ? 2 : 1;
      const inner = blockAt(cursor, indent + STEP, [...suites, point.name]);
      if (!inner.ok) return inner;
      if (cursor.lines[cursor.at]?.text !== '}')
        return { ok: false, problem: `it is cut off: the subtests of "${point.name}" have no end` };
      open = inner.value;
    }
    tests.push(...withSubtests(point, open, told, suites));
    open = undefined;
  }
  const where = suites.length === 0 ? '' : ` of "${suites.join(' › ')}"`;
  if (open !== undefined) return { ok: false, problem: `it is cut off: the subtests${where} have no result` };
  if (plan === undefined) {
    const problem =
      points === 0 && suites.length === 0
        ? 'it is no TAP: it has no test'
        : `the tests${where} have no plan: it is cut off`;
    return { ok: false, problem };
  }
  if (plan !== points) return { ok: false, problem: `the plan${where} is ${plan}, the tests are ${points}` };
  return { ok: true, value: tests };
}

function isBlockStart(text: string): boolean {
  return POINT.test(text) || PLAN.test(text);
}

/** Of the test that sums up the subtests at the cursor: it comes after them. */
function nextName(cursor: Cursor, indent: number): string {
  for (let at = cursor.at; at < cursor.lines.length; at++) {
    const line = cursor.lines[at];
    const point = line === undefined || line.indent > indent ? undefined : pointOf(line.text);
    if (point !== undefined) return point.name;
  }
  return '';
}

function pointOf(text: string): Point | undefined {
  const [whole, not, id, rest = ''] = POINT.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const directive = DIRECTIVE.exec(rest);
  const opensBraces = /(?:^|\s)\{$/.test(rest);
  const name = (directive === null ? rest : rest.slice(0, directive.index + 1))
    .replace(/\s*\{$/, '')
    .replace(/\s#\s*time=\S+$/, '')
    .replace(/#$/, directive === null ? '#' : '')
    .replace(/\\([\\#])/g, '$1')
    .trim();
  return {
    isOk: not === undefined,
    ...(id !== undefined && { id: Number(id) }),
    name,
    ...(directive?.[1] !== undefined && { directive: directive[1].toLowerCase() === 'skip' ? 'skip' : 'todo' }),
    opensBraces,
  };
}

interface Told {
  readonly fields: Fields;
  /** As it is written, without its indentation. */
  readonly text: string;
}

/** What follows a test: a block of YAML, or (Perl) comments. The cursor goes on to its last line. */
function diagnosticAt(cursor: Cursor, indent: number): Told {
  const next = cursor.lines[cursor.at + 1];
  if (next?.text === '---' && next.indent > indent) {
    let end = cursor.at + 2;
    const isEnd = (line: Line | undefined): boolean =>
      line === undefined || (line.text === '...' && line.indent === next.indent);
    while (!isEnd(cursor.lines[end])) end++;
    if (end < cursor.lines.length) {
      const text = cursor.lines
        .slice(cursor.at + 2, end)
        .map((line) => ' '.repeat(Math.max(0, line.indent - next.indent)) + line.text)
        .join('\n');
      cursor.at = end;
      return { fields: yamlOf(text), text };
    }
  }
  const comments: string[] = [];
  for (let at = cursor.at + 1; at < cursor.lines.length; at++) {
    const { text = '' } = cursor.lines[at] ?? {};
    if (!text.startsWith('#') || SUBTEST.test(text)) break;
    comments.push(text.slice(1).trimStart());
  }
  const text = comments.join('\n');
  return { fields: { message: text }, text };
}

/** Aliases are refused: with them a few lines are a large document, or an endless one. */
function yamlOf(text: string): Fields {
  try {
    return fields(parse(text, { logLevel: 'error', maxAliasCount: 0 })) ?? {};
  } catch {
    return {};
  }
}

/** A test with subtests counts by them, but for a failure that none of them explains: of a hook, or of its plan. */
function withSubtests(
  point: Point,
  subtests: readonly TestCase[] | undefined,
  told: Told,
  suites: readonly string[],
): readonly TestCase[] {
  const isSuite = subtests !== undefined || told.fields.type === 'suite';
  if (!isSuite) return [testOf(point, told, suites)];
  const inner = subtests ?? [];
  const isExplained = point.isOk || point.directive !== undefined || inner.some((test) => test.outcome === 'failed');
  return isExplained ? inner : [...inner, testOf(point, told, suites)];
}

function testOf({ isOk, name, directive }: Point, told: Told, suites: readonly string[]): TestCase {
  const outcome = directive !== undefined ? 'skipped' : isOk ? 'passed' : 'failed';
  const milliseconds = number(told.fields.duration_ms);
  const path = declaredPlace(told.fields);
  const failed = outcome === 'failed' ? failurePlace(told.text, { path: path?.path }) : undefined;
  const place = failed ?? path;
  const message = outcome === 'failed' ? messageOf(told.fields) : undefined;
  return {
    name,
    suites,
    outcome,
    ...(place !== undefined && { path: place.path, line: place.line }),
    ...(message !== undefined && { message }),
    ...(outcome === 'failed' && told.text.trim() !== '' && { details: told.text.trim() }),
    ...(milliseconds !== undefined && { seconds: milliseconds / 1000 }),
  };
}

/** `location` or `at`, in words (Node, tape) or as fields (node-tap, TAP 14). */
function declaredPlace({ at, location, file: ownFile, line: ownLine }: Fields): Place | undefined {
  const parts = fields(at) ?? fields(location) ?? { file: ownFile, line: ownLine };
  const path = textIn(parts.fileName) ?? textIn(parts.file);
  const line = number(parts.lineNumber) ?? number(parts.line);
  if (path !== undefined && line !== undefined) return { path, line };
  return failurePlace(textIn(location) ?? textIn(at) ?? '', {});
}

function messageOf(told: Fields): string | undefined {
  const said = textIn(told.error) ?? textIn(told.message);
  const wanted = told.expected ?? told.wanted;
  const found = told.actual ?? told.found;
  const difference = wanted === undefined ? undefined : `expected ${print(wanted)}, actual ${print(found)}`;
  return headline(said ?? difference ?? '') || undefined;
}

function print(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
