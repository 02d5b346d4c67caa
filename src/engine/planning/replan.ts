import { join } from 'node:path';
import { parsePlan } from '../../core/plan/parse.ts';
import { stepsAfter } from '../../core/planning/replan.ts';
import type { PlanningRequest } from '../../core/planning/request.ts';
import { artefactPath, DELIVERED, STEPS, type Artefact, type StepId } from '../../core/planning/steps.ts';
import type { RunState } from '../../core/run/state.ts';
import { listRuns, type ListedRun } from '../open-run.ts';
import { runDir } from '../run-files.ts';
import { deliveredText, textAt } from './deliver.ts';

/** What planning anew would come to. */
export type Replan =
  | {
      readonly kind: 'ready';
      /** As asked for before, with the steps that are to be done again. */
      readonly request: PlanningRequest & { readonly only: readonly StepId[] };
      /** What the user has changed, or taken away, since it was handed over. */
      readonly changed: readonly Artefact[];
      /** Tasks of the plan that are done: they stay. */
      readonly finished: readonly string[];
    }
  | { readonly kind: 'nothing'; readonly message: string };

/** Looks for what was edited since the artefacts were handed over, and for the steps that depend on it. Changes nothing. */
export async function findReplan(root: string): Promise<Replan> {
  const runs = await listRuns(root);
  const plannings = runs.filter(({ state }) => state?.delivered !== undefined);
  const last = plannings[0]?.state?.spec.planning;
  if (last === undefined)
    return { kind: 'nothing', message: 'No plan was made here by Orca yet: begin with Orca: Start (`orca start`).' };
  const changed: Artefact[] = [];
  const gone: Artefact[] = [];
  for (const name of DELIVERED) {
    const given = await lastDelivered(root, plannings, name);
    if (given === undefined) continue;
    const now = await textAt(join(root, artefactPath(last.folder, name)));
    if (now === undefined) gone.push(name);
    else if (now.replaceAll('\r\n', '\n') !== given.replaceAll('\r\n', '\n')) changed.push(name);
  }
  // The plan is what is made anew in any case: what was edited in it is shown before it is replaced.
  const upstream = [...changed, ...gone].filter((name) => name !== 'plan.md');
  const again = new Set([...stepsAfter(upstream), ...writersOf(gone)]);
  if (again.size > 0) again.add('startup');
  const only = STEPS.flatMap(({ id }) => (again.has(id) ? [id] : []));
  if (only.length === 0)
    return {
      kind: 'nothing',
      message:
        changed.length === 0
          ? 'No artefact was edited since it was made: the plan is as it would be.'
          : `Nothing depends on ${changed.join(' and ')}: edit what the plan is made from, or the plan itself.`,
    };
  const finished = await finishedTasks(root, last.folder, runs);
  return { kind: 'ready', request: { ...last, only }, changed: [...changed, ...gone], finished };
}

async function lastDelivered(root: string, runs: readonly ListedRun[], name: Artefact): Promise<string | undefined> {
  for (const { id } of runs) {
    const text = await deliveredText(runDir(root, id), name);
    if (text !== undefined) return text;
  }
  return undefined;
}

function writersOf(names: readonly Artefact[]): StepId[] {
  return STEPS.filter(({ writes }) => writes.some((name) => names.includes(name))).map(({ id }) => id);
}

/** Tasks that are ticked in the plan, or merged in the newest run of it. */
async function finishedTasks(root: string, folder: string, runs: readonly ListedRun[]): Promise<string[]> {
  const path = artefactPath(folder, 'plan.md');
  const text = await textAt(join(root, path));
  const ticked = text === undefined ? [] : parsePlan(text).tasks.flatMap(({ id, done }) => (done ? [id] : []));
  const run = runs.find(({ state }) => state?.spec.planPath === path)?.state;
  return [...new Set([...ticked, ...(run === undefined ? [] : mergedIn(run))])];
}

function mergedIn({ graph, tasks }: RunState): string[] {
  return graph.nodes.flatMap(({ id }, i) => (tasks[i]?.phase.kind === 'merged' ? [id] : []));
}
