import { chmod, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { applyEdits, type Edit } from '../core/plan/edit/edits.ts';
import { parsePlan } from '../core/plan/parse.ts';
import type { Plan } from '../core/plan/plan.ts';
import { editsByFile, stillThere, ticking } from '../core/plan/edit/write-back.ts';
import type { RunState } from '../core/run/state.ts';
import { isInside } from './inside.ts';
import { readPlanSource, type TextOf } from './plan-source.ts';

export interface Ticked {
  /** Ids of tasks, and of groups that are done with them. */
  readonly ticked: readonly string[];
  /** Of the files that were changed, relative to the repository. */
  readonly files: readonly string[];
  /** Why something could not be ticked. */
  readonly problems: readonly string[];
}

/** The files that somebody is working on. */
export interface Editors {
  readonly textOf: TextOf;
  /** Makes the edits in the file; false: nobody has it open. */
  edit(path: string, edits: readonly Edit[]): Promise<boolean>;
}

const NOBODY: Editors = { textOf: () => undefined, edit: () => Promise.resolve(false) };

/** What a run has finished of a plan. */
export interface Finished {
  readonly planPath?: string;
  /** As it was when the run began. */
  readonly plan: Plan;
  readonly ids: ReadonlySet<string>;
}

export function finishedIn({ spec, tasks }: RunState): Finished {
  const merged = spec.plan.tasks.flatMap(({ id }, i) => (tasks[i]?.phase.kind === 'merged' ? [id] : []));
  return {
    ...(spec.planPath !== undefined && { planPath: spec.planPath }),
    plan: spec.plan,
    ids: new Set(merged),
  };
}

/**
 * Ticks what a run has finished in its plan in the user's checkout, as the plan is now: tasks are found by their ids, and
 * one that is no longer there is left. For a run that the user has taken; to do it twice changes nothing.
 */
export async function tickPlan(root: string, finished: Finished, editors = NOBODY): Promise<Ticked> {
  const { planPath, plan: then, ids } = finished;
  if (planPath === undefined || ids.size === 0) return nothing();
  const reading = await readPlanSource(join(root, planPath), root, editors.textOf);
  if (!reading.ok) return nothing(`${planPath} was not ticked: ${reading.message}`);
  const { source } = reading;
  const plan = parsePlan(source);
  const { edits, ticked } = ticking(plan, stillThere(plan, then, ids), source.text);
  const files: string[] = [];
  const problems: string[] = [];
  for (const [name, own] of editsByFile(source, edits)) {
    const file = name === '' ? reading.path : join(root, name);
    const shown = relative(root, file).replaceAll('\\', '/');
    try {
      if (!isInside(root, file)) throw new Error('it is outside of the repository');
      if (!(await editors.edit(file, own))) await editFile(file, own);
      files.push(shown);
    } catch (error) {
      problems.push(`${shown} was not ticked: ${(error as Error).message}`);
    }
  }
  return { ticked: files.length === 0 ? [] : ticked, files, problems };
}

/** `Ticked in plan.md: a, b.` */
export function tickedText({ ticked, files }: Ticked): string | undefined {
  return files.length === 0 ? undefined : `Ticked in ${someOf(files)}: ${someOf(ticked)}.`;
}

const SHOWN = 8;

function someOf(names: readonly string[]): string {
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return `${names.slice(0, SHOWN).join(', ')}${more}`;
}

function nothing(...problems: readonly string[]): Ticked {
  return { ticked: [], files: [], problems };
}

/** Every byte that is not edited stays; a reader finds the old file or the new one, with the mode that it had. */
async function editFile(path: string, edits: readonly Edit[]): Promise<void> {
  // Where it is a link, it stays one.
  const file = await realpath(path);
  const bytes = await readFile(file);
  const text = bytes.toString('utf8');
  if (!Buffer.from(text).equals(bytes)) throw new Error('it is not UTF-8');
  const { mode } = await stat(file);
  const draft = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(draft, applyEdits(text, edits));
    await chmod(draft, mode & 0o7777);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
