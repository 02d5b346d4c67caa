import { buildGraph, rebuildGraph } from '../graph/build.ts';
import type { TaskGraph } from '../graph/task-graph.ts';
import type { Known } from './dialect/dialect.ts';
import { readPlan, type Reading } from './parse.ts';
import type { Plan } from './plan.ts';
import { withRemarks } from './remarks.ts';
import { rereadPlan } from './reread.ts';
import type { PlanSource } from './source.ts';

/** A plan with its graph, and with all that there is to say of it. */
export interface Analysis {
  /** Its diagnostics are those of its text, of its graph, and of what its tasks lack for an agent. */
  readonly plan: Plan;
  readonly graph: TaskGraph;
  readonly reading: Reading;
}

/** `before`: of the same plan, from which what has not changed is taken over. */
export function analyse(source: string | PlanSource, known: Known = {}, before?: Analysis): Analysis {
  const isKnown = before?.reading.known === known;
  const reading = isKnown ? rereadPlan(before.reading, source) : readPlan(source, known);
  const graph = isKnown
    ? rebuildGraph(reading.plan, { plan: before.reading.plan, graph: before.graph })
    : buildGraph(reading.plan);
  return { plan: withRemarks(reading.plan, graph), graph, reading };
}
