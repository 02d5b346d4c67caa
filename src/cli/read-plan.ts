import { existsSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import type { TaskGraph } from '../core/graph/task-graph.ts';
import { analyse } from '../core/plan/analysis.ts';
import type { Plan } from '../core/plan/plan.ts';
import type { PlanSource } from '../core/plan/source.ts';
import { knownOf } from '../core/settings/known.ts';
import type { Settings } from '../core/settings/settings.ts';
import { gatesIn } from '../engine/gate/declared.ts';
import { findPlans, readPlanSource } from '../engine/plan-source.ts';
import { complain, type Options } from './command-line.ts';

export interface PlanFile {
  /** Of the plan's file or folder. */
  readonly path: string;
  readonly source: PlanSource;
  readonly plan: Plan;
  readonly graph: TaskGraph;
}

/**
 * Reads a plan: a file, or a folder of files. Undefined, and said why, where there is none. Where none is named it is the
 * one of the folder. `base`: what the files of a folder are named relative to.
 */
export async function readPlan(
  name: string | undefined,
  settings: Settings,
  { folder }: Options,
  base = folder,
): Promise<PlanFile | undefined> {
  const path = name === undefined ? await onlyPlan(folder) : placeOf(name, folder);
  if (path === undefined) return undefined;
  const reading = await readPlanSource(path, base);
  if (!reading.ok) {
    complain(`${name ?? relative(folder, path)} cannot be read: ${reading.message}`);
    return undefined;
  }
  const { source } = reading;
  const { plan, graph } = analyse(source, knownOf(settings, gatesIn(folder).gates));
  return { path: reading.path, source, plan, graph };
}

function placeOf(name: string, folder: string): string {
  if (isAbsolute(name)) return name;
  return existsSync(name) ? join(process.cwd(), name) : join(folder, name);
}

/** `plan.md`, or what else there is; undefined, and said why, where it has to be chosen. */
async function onlyPlan(folder: string): Promise<string | undefined> {
  const plan = join(folder, 'plan.md');
  if (existsSync(plan)) return plan;
  const found = await findPlans(folder);
  const names = found.map((path) => relative(folder, path).replaceAll('\\', '/'));
  const [first] = found;
  if (first === undefined) {
    complain(
      'There is no plan here: no plan.md, and none of another kind at its usual place. Name its file or folder.',
    );
    return undefined;
  }
  if (found.length > 1) {
    complain(`There are several plans; name one of them:\n${names.map((name) => `  ${name}`).join('\n')}`);
    return undefined;
  }
  complain(`reading ${names.join('')}`);
  return first;
}
