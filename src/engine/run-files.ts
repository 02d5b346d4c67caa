import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { GateScope } from '../core/run/event.ts';

/** Where a run keeps what. One place: nobody else joins these names. */
export const executionsDir = (root: string): string => join(root, '.orca', 'executions');
export const runDir = (root: string, id: string): string => join(executionsDir(root), id);

export const journalPath = (dir: string): string => join(dir, 'journal.jsonl');
export const planPath = (dir: string): string => join(dir, 'plan.md');
export const ownerDir = (dir: string): string => join(dir, 'owner');
export const summaryPath = (dir: string): string => join(dir, 'execution_summary.md');
export const resultsPath = (dir: string): string => join(dir, 'execution_results.json');
export const agentDir = (dir: string, agent: number, address: string): string =>
  join(dir, 'agents', `${agent + 1}`, address);
export const attemptDir = (dir: string, task: string, attempt: number): string =>
  join(dir, 'tasks', fileSlug(task), `${attempt}`);
export const attemptLog = (dir: string, task: string, attempt: number): string =>
  join(attemptDir(dir, task, attempt), 'output.log');
/** Of a gate's run; `json` for Orca, `sarif` for other programs. */
/** The account of a run that made a plan. */
export const planningSummaryPath = (dir: string): string => join(dir, 'planning_summary.md');
export const reportPath = (
  dir: string,
  scope: GateScope,
  gate: string,
  run: number,
  format: 'json' | 'sarif',
): string => join(dir, 'quality_reports', `${scopeName(scope)}-${fileSlug(gate)}-${run + 1}.${format}`);
/** What the folder of a slot was last made ready for, of the slots that gates have. */
export const slotPath = (dir: string, slot: number): string => join(dir, 'agents', `slot-${slot + 1}`);
/** What was measured of a gate where the run began, for all its runs. */
export const keptPath = (dir: string, gate: string): string =>
  join(dir, 'quality_reports', 'base', `${fileSlug(gate)}.json`);

/** Folder of a gate's run, under the attempt it judges or under the run; `run` tells one run from the next. */
export function gateDir(dir: string, scope: GateScope, gate: string, run: number): string {
  if (scope.kind === 'task')
    return join(
      attemptDir(dir, scope.task, scope.attempt),
      'gates',
      `${fileSlug(gate)}${run === 0 ? '' : `-${run + 1}`}`,
    );
  return join(dir, 'quality_reports', scopeName(scope), `${fileSlug(gate)}-${run + 1}`);
}

/** `layer-2`, `end`, `setup-1`: a scope as part of a file name. */
export function scopeName(scope: GateScope): string {
  switch (scope.kind) {
    case 'task':
      return `${fileSlug(scope.task)}-${scope.attempt}`;
    case 'layer':
      return `layer-${scope.layer}`;
    case 'end':
      return 'end';
  }
}

/**
 * A name from a plan as a file name on every system: what is not a letter, digit, `-`, `_` or a dot within becomes `-`,
 * and a changed, long or reserved name gets a hash, so that two names never share a file.
 */
export function fileSlug(name: string): string {
  const slug = name
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+|[.-]+$/g, '')
    .slice(0, 60);
  const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(slug);
  // File systems that ignore case would take `A` and `a` for one: only lower case names stand as they are.
  if (slug === name && slug !== '' && !reserved && slug === slug.toLowerCase()) return slug;
  return `${slug === '' ? 'x' : slug}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}
