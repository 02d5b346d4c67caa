import type { Dialect, Draft, Known, Report } from './dialect.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Document } from './document.ts';
import type { Plan } from './plan.ts';
import { checkTasks } from './check.ts';
import { LineMap } from './diagnostic.ts';
import { readDocument } from './document.ts';
import { readFrontMatter } from './front-matter.ts';
import { orca } from './orca.ts';
import { preview } from './preview.ts';

/** In the order in which they are tried: the first that finds a task reads the plan. */
const DIALECTS: readonly [Dialect, ...Dialect[]] = [orca, preview];

/**
 * Reads a plan from any text: the best plan that it can be read as, and what is wrong with it. Never throws; linear in
 * the length of the text.
 */
export function parsePlan(written: string, known: Known = {}): Plan {
  // As Markdown reads it, and of the same length.
  const text = written.replaceAll('\0', '\uFFFD');
  const map = new LineMap(text);
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic): number => diagnostics.push(diagnostic);
  const front = readFrontMatter(text, map, known, report);
  const document = readDocument(text, map, front.bodyLine);
  const { dialect, draft } = readDialect(document, known, report);
  const { layers, tasks } = checkTasks(text, draft, report);
  return {
    dialect,
    title: front.title ?? draft.title,
    context: draft.context,
    settings: front.settings,
    layers,
    tasks,
    diagnostics: diagnostics.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end),
  };
}

function readDialect(document: Document, known: Known, report: Report): { dialect: Plan['dialect']; draft: Draft } {
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
