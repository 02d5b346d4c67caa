import { chmod, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { applyEdits, type Edit } from '../core/plan/edit/edits.ts';
import { parsePlan } from '../core/plan/parse.ts';
import type { Plan } from '../core/plan/plan.ts';
import { editsByFile, stillThere, ticking, unticking, type Ticking } from '../core/plan/edit/write-back.ts';
import { isOnBranch } from '../core/run/evolve.ts';
import type { RunState, TaskState } from '../core/run/state.ts';
import { isInside } from './inside.ts';
import { readPlanSource, type TextOf } from './plan-source.ts';
import { planPath as keptPlanPath } from './run-files.ts';

export interface Ticked {
  /** Ids of tasks, and of groups that are done with them. */
  readonly ticked: readonly string[];
  /** The same of what has been rolled back. */
  readonly unticked: readonly string[];
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
  /** The plan and its text when the run began. */
  readonly plan: Plan;
  readonly text: () => Promise<string>;
  readonly ids: ReadonlySet<string>;
  /** What the user had of it, and was then rolled back. */
  readonly undone: ReadonlySet<string>;
}

/** Before it is noted that the run was applied. `dir`: the run's folder. */
export function finishedIn({ spec, tasks }: RunState, dir: string): Finished {
  const idsOf = (is: (task: TaskState) => boolean): ReadonlySet<string> =>
    new Set(spec.plan.tasks.flatMap(({ id }, i) => (tasks[i] !== undefined && is(tasks[i]) ? [id] : [])));
  return {
    ...(spec.planPath !== undefined && { planPath: spec.planPath }),
    plan: spec.plan,
    text: () => readFile(keptPlanPath(dir), 'utf8'),
    ids: idsOf(({ phase }) => phase.kind === 'merged'),
    undone: idsOf((task) => task.applied === true && !isOnBranch(task)),
  };
}

/**
 * Ticks what a run has finished in its plan in the user's checkout, as the plan is now: tasks are found by their ids, and
 * one that is no longer there is left. What was rolled back since it was ticked gets back what it had. For a run that
 * the user has taken; to do it twice changes nothing.
 */
export async function tickPlan(root: string, finished: Finished, editors = NOBODY): Promise<Ticked> {
  const { planPath, plan: then, ids, undone } = finished;
  if (planPath === undefined || ids.size + undone.size === 0) return nothing();
  const reading = await readPlanSource(join(root, planPath), root, editors.textOf);
  if (!reading.ok) return nothing(`${planPath} was not ticked: ${reading.message}`);
  const { source } = reading;
  const plan = parsePlan(source);
  const isUndone = stillThere(plan, then, undone);
  const ticked = ticking(plan, stillThere(plan, then, ids), source.text, isUndone);
  let unticked: Ticking = { edits: [], changed: [] };
  const problems: string[] = [];
  if (isUndone.size > 0)
    try {
      unticked = unticking(plan, isUndone, source.text, { plan: then, text: await finished.text() });
    } catch (error) {
      problems.push(`What was rolled back is still ticked in ${planPath}: ${(error as Error).message}`);
    }
  const edits = [...ticked.edits, ...unticked.edits].sort((a, b) => a.span.start - b.span.start);
  const files: string[] = [];
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
  if (files.length === 0) return nothing(...problems);
  return { ticked: ticked.changed, unticked: unticked.changed, files, problems };
}

/** `Ticked in plan.md: a, b. No longer ticked: c.` */
export function tickedText({ ticked, unticked, files }: Ticked): string | undefined {
  if (files.length === 0) return undefined;
  const where = ` in ${someOf(files)}`;
  return [
    ...(ticked.length > 0 ? [`Ticked${where}: ${someOf(ticked)}.`] : []),
    ...(unticked.length > 0 ? [`No longer ticked${where}: ${someOf(unticked)}.`] : []),
  ].join(' ');
}

const SHOWN = 8;

function someOf(names: readonly string[]): string {
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return `${names.slice(0, SHOWN).join(', ')}${more}`;
}

function nothing(...problems: readonly string[]): Ticked {
  return { ticked: [], unticked: [], files: [], problems };
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
