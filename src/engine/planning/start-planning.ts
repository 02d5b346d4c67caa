import type { PlanningRequest } from '../../core/planning/request.ts';
import { isArtefactFolder } from '../../core/planning/steps.ts';
import type { Engine } from '../engine.ts';
import type { Opened } from '../open-run.ts';
import { startRun, type RunRequest } from '../start-run.ts';

/** Agents at once: no more steps than these ever stand side by side. */
const WIDEST = 3;

const FOLDER_PROBLEM =
  "Artefacts stand in a folder of the repository, neither git's nor Orca's own, whose name a plan can hold: set `planning.folder` to one, or to nothing for the root.";

/**
 * Starts a run that makes a plan. It begins from the work as it is, committed or not, since that is what is planned for.
 * `finished`: tasks of the plan before that are done.
 */
export async function startPlanning(
  engine: Engine,
  request: PlanningRequest,
  run: Pick<RunRequest, 'agent' | 'limits' | 'policy'>,
  finished: readonly string[] = [],
): Promise<Opened> {
  const problems = [
    ...(request.goal.trim() === '' ? ['A goal is needed: say in a sentence what is to be there in the end.'] : []),
    ...(isArtefactFolder(request.folder) ? [] : [`"${request.folder}": ${FOLDER_PROBLEM}`]),
  ];
  if (problems.length > 0) return { kind: 'refused', problems };
  const { planningPlan } = await import('../../core/planning/planning-plan.ts');
  return startRun(engine, {
    ...run,
    planText: planningPlan(request),
    strategy: 'aggressive',
    agents: WIDEST,
    uncommitted: true,
    planning: { request, finished },
  });
}
