import type { Dialect, Draft, FolderDialect, Known, Report, TaskFile } from './dialect/dialect.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Document } from './text/document.ts';
import type { FrontMatter } from './text/front-matter.ts';
import type { DialectName, Plan, PlanOrder, PlanPart } from './plan.ts';
import type { PlanSource } from './source.ts';
import { checkTasks } from './check.ts';
import { LineMap } from './diagnostic.ts';
import { readDocument } from './text/document.ts';
import { hasKey, readFrontEntries } from './text/front-entries.ts';
import { readFrontMatter } from './text/front-matter.ts';
import { readJson } from './text/json.ts';
import { backlog } from './dialect/backlog.ts';
import { ccSdd } from './dialect/cc-sdd.ts';
import { checklist } from './dialect/checklist.ts';
import { issues } from './dialect/issues.ts';
import { kiro } from './dialect/kiro.ts';
import { orca } from './dialect/orca.ts';
import { preview } from './dialect/preview.ts';
import { specKit } from './dialect/spec-kit.ts';
import { specKitty } from './dialect/spec-kitty.ts';
import { superpowers } from './dialect/superpowers.ts';
import { table } from './dialect/table.ts';
import { taskFiles } from './dialect/task-files.ts';
import { taskMaster } from './dialect/task-master.ts';
import { upstream } from './dialect/upstream.ts';

/**
 * In the order in which they are tried: the first that finds a task reads the plan. The ones with marks of their own
 * go before Orca's, which takes any heading with fields.
 */
const DIALECTS: readonly Dialect[] = [
  specKit,
  superpowers,
  ccSdd,
  kiro,
  upstream,
  table,
  issues,
  orca,
  preview,
  checklist,
];

/** These go before the others, which would take what is inside of a task for tasks. */
const FOLDER_DIALECTS: readonly FolderDialect[] = [specKitty, backlog, taskFiles];

const NO_TASKS =
  'No task found. Orca looks for headings such as `### setup: Project structure`, for checkboxes with an id ' +
  '(`- [ ] T001 …`, `- [ ] 1.2 …`, `- [ ] #33 …`) or under a heading such as `## Tasks`, for a table with a column ' +
  '`Task`, for a `tasks.json`, and for the tree of layers that a preview prints.';

/** A text with what it was read as, from which it is read again where it has changed a little. */
export interface Reading {
  /** As Markdown reads it, and of the same length as what was written. */
  readonly text: string;
  readonly lines: LineMap;
  readonly known: Known;
  readonly dialect: DialectName;
  readonly front: FrontMatter;
  readonly parts?: readonly PlanPart[];
  readonly draft: Draft;
  /** What reading the draft found; what its tasks are to each other is not in it. */
  readonly said: readonly Diagnostic[];
  readonly plan: Plan;
}

/**
 * Reads a plan from any text: the best plan that it can be read as, and what is wrong with it. Never throws; linear in
 * the length of the text.
 */
export function parsePlan(source: string | PlanSource, known: Known = {}): Plan {
  return readPlan(source, known).plan;
}

export function readPlan(source: string | PlanSource, known: Known = {}): Reading {
  const { text: written, parts } = typeof source === 'string' ? { text: source } : source;
  const text = written.replaceAll('\0', '\uFFFD');
  const lines = new LineMap(text);
  const said: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic): number => said.push(diagnostic);
  const read = readDraft(text, lines, parts, known, report);
  return checked({ text, lines, known, ...read, ...(parts !== undefined && { parts }), said });
}

/** A plan of 10,000 tasks has some 3 million. What is longer is no plan that anybody wrote, and would hold up the editor. */
export const MOST_TEXT = 4_000_000;

function readDraft(
  text: string,
  lines: LineMap,
  parts: readonly PlanPart[] | undefined,
  known: Known,
  report: Report,
): Pick<Reading, 'front' | 'dialect' | 'draft'> {
  if (text.length > MOST_TEXT) return tooLarge(text, report);
  if (!looksLikeJson(text)) return readFiles(filesOf(text, lines, parts, report), known, report);
  return { front: { settings: {} }, dialect: taskMaster.name, draft: readJsonPlan(text, report) };
}

function tooLarge(text: string, report: Report): Pick<Reading, 'front' | 'dialect' | 'draft'> {
  const message = `This text has more than ${MOST_TEXT / 1_000_000} million characters, which is too large for a plan: it is not read. Split it.`;
  const end = text.slice(0, 100).search(/[\r\n]|$/);
  report({ code: 'too-large', severity: 'error', message, span: { start: 0, end } });
  return { front: { settings: {} }, dialect: 'orca', draft: { title: '', context: '', layers: [], tasks: [] } };
}

/** The plan of a draft. */
export function checked(reading: Omit<Reading, 'plan'>): Reading {
  const { text, known, dialect, front, parts, draft, said } = reading;
  const diagnostics = [...said];
  const { layers, tasks, groups } = checkTasks(text, draft, (diagnostic) => diagnostics.push(diagnostic));
  const order = orderOf(front, known, draft);
  const plan: Plan = {
    dialect,
    title: front.title ?? draft.title,
    context: draft.context,
    settings: front.settings,
    ...(order !== undefined && { order }),
    ...(parts !== undefined && { parts }),
    layers,
    tasks,
    ...(groups !== undefined && { groups }),
    diagnostics: diagnostics.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end),
  };
  return { ...reading, plan };
}

/** A line of Markdown may start with a brace, but not with this. */
function looksLikeJson(text: string): boolean {
  return /^\uFEFF?\s*\{\s*(?:"|\}|\/[/*])/.test(text);
}

function readJsonPlan(text: string, report: Report): Draft {
  const { json, error } = readJson(text, { start: 0, end: text.length });
  const draft = taskMaster.read(text, json, report);
  if (error !== undefined) {
    const message = `This is no JSON: ${error.message}.`;
    report({ code: 'invalid-json', severity: 'error', message, span: error.span });
  } else if (draft.tasks.length === 0) {
    const start = Math.max(0, text.search(/[^\s\uFEFF]/));
    report({ code: 'no-tasks', severity: 'error', message: NO_TASKS, span: { start, end: start + 1 } });
  }
  return draft;
}

function filesOf(text: string, map: LineMap, parts: readonly PlanPart[] = [], report: Report): TaskFile[] {
  const read = (from: number, to: number): Omit<TaskFile, 'path'> => {
    const front = readFrontEntries(text, map, from, to, report);
    return { front, document: readDocument(text, map, front.bodyLine, to) };
  };
  if (parts.length === 0) return [read(0, map.lineCount)];
  const starts = parts.map(({ span }) => map.position(span.start).line);
  return parts.map(({ path }, i) => ({ path, ...read(starts[i] ?? 0, starts[i + 1] ?? map.lineCount) }));
}

function readFiles(
  files: readonly TaskFile[],
  known: Known,
  report: Report,
): { front: FrontMatter; dialect: DialectName; draft: Draft } {
  const [first] = files;
  if (first === undefined) throw new Error('a plan has a text');
  const isPlans =
    !hasKey(first.front, 'work_package_id') && !(hasKey(first.front, 'id') && hasKey(first.front, 'title'));
  const front = isPlans ? readFrontMatter(first.front, known, report) : { settings: {} };
  for (const dialect of FOLDER_DIALECTS) {
    const own: Diagnostic[] = [];
    const draft = dialect.read(files, known, (diagnostic) => own.push(diagnostic));
    if (draft.tasks.length === 0) continue;
    own.forEach(report);
    return { front, dialect: dialect.name, draft };
  }
  return { front, ...readDialect(first.document, known, report) };
}

function readDialect(document: Document, known: Known, report: Report): { dialect: DialectName; draft: Draft } {
  for (const dialect of DIALECTS) {
    const own: Diagnostic[] = [];
    const draft = dialect.read(document, known, (diagnostic) => own.push(diagnostic));
    if (draft.tasks.length === 0) continue;
    own.forEach(report);
    return { dialect: dialect.name, draft };
  }
  report({ code: 'no-tasks', severity: 'error', message: NO_TASKS, span: document.lineSpan(0) });
  return { dialect: 'orca', draft: orca.read(document, known, () => undefined) };
}

/** The rule for tasks that say nothing of their order. */
function orderOf(front: FrontMatter, known: Known, draft: Draft): PlanOrder | undefined {
  if (front.settings.order !== undefined) return { rule: front.settings.order, by: 'plan' };
  if (known.order !== undefined) return { rule: known.order, by: 'settings' };
  return draft.order === undefined ? undefined : { rule: draft.order, by: 'dialect' };
}
