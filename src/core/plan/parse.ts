import type { Dialect, Draft, Known, Report } from './dialect/dialect.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Document } from './document.ts';
import type { FrontMatter } from './front-matter.ts';
import type { DialectName, Plan, PlanOrder } from './plan.ts';
import type { PlanSource } from './source.ts';
import { checkTasks } from './check.ts';
import { LineMap } from './diagnostic.ts';
import { readDocument } from './document.ts';
import { readFrontMatter } from './front-matter.ts';
import { orca } from './dialect/orca.ts';
import { preview } from './dialect/preview.ts';
import { specKit } from './dialect/spec-kit.ts';

/**
 * In the order in which they are tried: the first that finds a task reads the plan. The ones with marks of their own
 * go before Orca's, which takes any heading with fields.
 */
const DIALECTS: readonly Dialect[] = [specKit, orca, preview];

/**
 * Reads a plan from any text: the best plan that it can be read as, and what is wrong with it. Never throws; linear in
 * the length of the text.
 */
export function parsePlan(source: string | PlanSource, known: Known = {}): Plan {
  const { text: written, parts } = typeof source === 'string' ? { text: source } : source;
  // As Markdown reads it, and of the same length.
  const text = written.replaceAll('\0', '\uFFFD');
  const map = new LineMap(text);
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic): number => diagnostics.push(diagnostic);
  const front = readFrontMatter(text, map, known, report);
  const document = readDocument(text, map, front.bodyLine);
  const { dialect, draft } = readDialect(document, known, report);
  const { layers, tasks } = checkTasks(text, draft, report);
  const order = orderOf(front, known, draft);
  return {
    dialect,
    title: front.title ?? draft.title,
    context: draft.context,
    settings: front.settings,
    ...(order !== undefined && { order }),
    ...(parts !== undefined && { parts }),
    layers,
    tasks,
    diagnostics: diagnostics.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end),
  };
}

function readDialect(document: Document, known: Known, report: Report): { dialect: DialectName; draft: Draft } {
  for (const dialect of DIALECTS) {
    const own: Diagnostic[] = [];
    const draft = dialect.read(document, known, (diagnostic) => own.push(diagnostic));
    if (draft.tasks.length === 0) continue;
    own.forEach(report);
    return { dialect: dialect.name, draft };
  }
  const message =
    'No task found. Orca reads headings such as `### setup: Project structure` with fields such as ' +
    '`- Estimate: 25 min` under them, or the tree of layers that a preview prints.';
  report({ code: 'no-tasks', severity: 'error', message, span: document.lineSpan(0) });
  return { dialect: 'orca', draft: orca.read(document, known, () => undefined) };
}

/** The rule for tasks that say nothing of their order. */
function orderOf(front: FrontMatter, known: Known, draft: Draft): PlanOrder | undefined {
  if (front.settings.order !== undefined) return { rule: front.settings.order, by: 'plan' };
  if (known.order !== undefined) return { rule: known.order, by: 'settings' };
  return draft.order === undefined ? undefined : { rule: draft.order, by: 'dialect' };
}
