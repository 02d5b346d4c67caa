import { realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { PlanningRequest } from '../../core/planning/request.ts';
import { isArtefactFolder } from '../../core/planning/steps.ts';
import { limitsOf, policyOf } from '../../core/settings/run-settings.ts';
import type { Settings } from '../../core/settings/settings.ts';
import type { Engine } from '../engine.ts';
import type { Opened } from '../open-run.ts';
import { startRun } from '../start-run.ts';

/** Agents at once: no more steps than these ever stand side by side. */
const WIDEST = 3;

const FOLDER_PROBLEM =
  "Artefacts stand in a folder of the repository, neither git's nor Orca's own, whose name a plan can hold: set `planning.folder` to one, or to nothing for the root.";

export interface PlanningRun {
  readonly settings: Settings;
  readonly agent: string;
  /** The agent was named for this run: the settings name no other for a step. */
  readonly named: boolean;
  /** Tasks of the plan before that are done. */
  readonly finished?: readonly string[];
}

/** Where artefacts stand, relative to the repository: in the folder that is planned in, or where the settings say below it. */
export async function planningFolder(
  root: string,
  folder: string,
  settings: Pick<Settings, 'planning.folder'>,
): Promise<string> {
  return relative(root, join(await realpath(folder), settings['planning.folder'])).replaceAll('\\', '/');
}

/** Starts a run that makes a plan. It begins from the work as it is, committed or not: that is what is planned for. */
export async function startPlanning(
  engine: Engine,
  request: PlanningRequest,
  { settings, agent, named, finished = [] }: PlanningRun,
): Promise<Opened> {
  const problems = [
    ...(request.goal.trim() === '' ? ['A goal is needed: say in a sentence what is to be there in the end.'] : []),
    ...(isArtefactFolder(request.folder) ? [] : [`"${request.folder}": ${FOLDER_PROBLEM}`]),
  ];
  if (problems.length > 0) return { kind: 'refused', problems };
  const { planningPlan } = await import('../../core/planning/planning-plan.ts');
  // A worktree that is planned in needs nothing installed, and who plans is chosen before: the pool is for what is built.
  const { setup, pool, ...policy } = policyOf(settings, { named });
  return startRun(engine, {
    agent,
    limits: limitsOf(settings),
    policy,
    source: { text: planningPlan(request) },
    strategy: 'aggressive',
    agents: WIDEST,
    uncommitted: true,
    planning: { request, finished },
  });
}
