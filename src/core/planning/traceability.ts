import { parsePlan } from '../plan/parse.ts';
import type { Plan } from '../plan/plan.ts';
import { markdownText } from '../view/print.ts';
import { sectionsOf, type MarkdownSection } from './sections.ts';

/** A requirement as its heading says it: `### FR-1: title`. */
export interface Requirement {
  /** `FR-1`, `NFR-2`. */
  readonly id: string;
  readonly title: string;
  /** 1-based; of the heading. */
  readonly line: number;
  readonly acceptance: readonly string[];
}

/** Which tasks meet which requirement. */
export interface Traceability {
  readonly rows: readonly TraceabilityRow[];
  /** Tasks that name no requirement that there is. */
  readonly orphans: readonly string[];
}

export interface TraceabilityRow {
  readonly id: string;
  readonly title: string;
  /** Ids, in the plan's order. */
  readonly tasks: readonly string[];
}

const HEADING = /^(N?FR)[- ]?(\d{1,6})\s*[:.–—-]\s*(\S.*)$/i;

/** The requirements of a text in its order; an id may stand there twice. Never throws. */
export function requirementsIn(text: string): Requirement[] {
  return sectionsOf(text).flatMap((section) => {
    const requirement = requirementOf(section);
    return requirement === undefined ? [] : [requirement];
  });
}

export function requirementOf({ level, title, line, content }: MarkdownSection): Requirement | undefined {
  const heading = level === 3 ? HEADING.exec(title) : null;
  if (heading === null) return undefined;
  const [, kind = '', number = '', words = ''] = heading;
  return { id: `${kind.toUpperCase()}-${Number(number)}`, title: words, line, acceptance: acceptanceIn(content) };
}

/** The spelling under which ids are compared: `fr 1` and `FR-01` are `FR-1`. */
export function requirementId(written: string): string {
  const [, kind, number] = /^(N?FR)[- ]?(\d{1,6})$/i.exec(written.trim()) ?? [];
  return kind === undefined ? written.trim().toUpperCase() : `${kind.toUpperCase()}-${Number(number)}`;
}

export function traceability(requirements: string, plan: string): Traceability {
  return trace(requirementsIn(requirements), parsePlan(plan));
}

/** Of several requirements with one id the first counts. */
export function trace(requirements: readonly Requirement[], plan: Pick<Plan, 'tasks'>): Traceability {
  const tasksOf = new Map<string, string[]>();
  const titles = new Map<string, string>();
  for (const { id, title } of requirements) {
    if (titles.has(id)) continue;
    titles.set(id, title);
    tasksOf.set(id, []);
  }
  const orphans: string[] = [];
  for (const task of plan.tasks) {
    const met = [...new Set((task.requirements ?? []).map(requirementId))].filter((id) => titles.has(id));
    for (const id of met) tasksOf.get(id)?.push(task.id);
    if (met.length === 0) orphans.push(task.id);
  }
  return { rows: [...titles].map(([id, title]) => ({ id, title, tasks: tasksOf.get(id) ?? [] })), orphans };
}

/** As a table in Markdown, without an end of line. */
export function traceabilityTable({ rows, orphans }: Traceability): string {
  const ids = (tasks: readonly string[]): string => tasks.map((id) => markdownText(id)).join(', ');
  return [
    '| Requirement | | Tasks |',
    '| --- | --- | --- |',
    ...rows.map(({ id, title, tasks }) => `| ${id} | ${markdownText(title)} | ${ids(tasks) || '**none**'} |`),
    ...(orphans.length === 0 ? [] : [`| **none** | | ${ids(orphans)} |`]),
  ].join('\n');
}

const LABEL = /^\s*(?:[-*+]\s+)?(?:#{4,6}\s+)?[*_`]*acceptance(?: criteria)?[*_`]*\s*(?::[*_`]*\s*(.*))?$/i;
const ITEM = /^\s*(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?(\S.*)$/;

/** What stands behind `Acceptance:` and in the list under it. */
function acceptanceIn(content: string): string[] {
  const lines = content.split(/\r\n|\n|\r/);
  const at = lines.findIndex((line) => LABEL.test(line));
  if (at === -1) return [];
  const found: string[] = [];
  const own = LABEL.exec(lines[at] ?? '')?.[1]?.trim() ?? '';
  if (own !== '') found.push(own);
  for (const line of lines.slice(at + 1)) {
    const item = ITEM.exec(line)?.[1]?.trim();
    if (item !== undefined) found.push(item);
    // A line further in belongs to the item above it.
    else if (line.trim() !== '' && !/^\s/.test(line)) break;
  }
  return found;
}
