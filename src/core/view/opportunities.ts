import type { TaskGraph } from '../graph/task-graph.ts';
import { opportunityFix } from '../plan/edit/opportunity-fixes.ts';
import type { Fix } from '../plan/edit/fixes.ts';
import type { Plan } from '../plan/plan.ts';
import { seekingOpportunities, type Opportunity } from '../schedule/opportunities.ts';
import type { Choice } from '../schedule/simulate.ts';
import { finish, type Steps } from '../steps.ts';
import { formatMinutes } from './duration.ts';
import type { OpportunityRow } from './model.ts';
import { count, list, oneLine } from './print.ts';

/** What would make a plan shorter, as people read it, each with the edit that does it where there is one. */
export function opportunityRows(plan: Plan, graph: TaskGraph, text: string, choice: Choice): readonly Offer[] {
  return finish(seekingRows(plan, graph, text, choice));
}

export interface Offer {
  readonly row: OpportunityRow;
  readonly fix?: Fix;
}

/** `opportunityRows` in steps. */
export function* seekingRows(plan: Plan, graph: TaskGraph, text: string, choice: Choice): Steps<readonly Offer[]> {
  const found = yield* seekingOpportunities(plan, graph, choice);
  return found.map((opportunity) => {
    const fix = opportunityFix(plan, text, opportunity);
    return {
      row: {
        ...wordsOf(plan, graph, opportunity),
        kind: opportunity.kind,
        minutes: opportunity.minutes,
        ...(fix !== undefined && { fix: fix.title.replaceAll('`', '') }),
      },
      ...(fix !== undefined && { fix }),
    };
  });
}

function wordsOf(
  plan: Plan,
  graph: TaskGraph,
  opportunity: Opportunity,
): Pick<OpportunityRow, 'title' | 'why' | 'task'> {
  const minutesOf = (id: string): string => formatMinutes(graph.nodes.find((node) => node.id === id)?.minutes ?? 0);
  switch (opportunity.kind) {
    case 'split': {
      const { task } = opportunity;
      return {
        task,
        title: `${oneLine(task)} is long, and on the critical path`,
        why: `${minutesOf(task)}; in two halves side by side the plan is shorter`,
      };
    }
    case 'dependency': {
      const { task, on } = opportunity;
      return {
        task,
        title: `${oneLine(task)} may not need ${oneLine(on)}`,
        why: 'They share no file, and its text does not speak of it; all the same it waits for it',
      };
    }
    case 'barrier': {
      const layer = graph.layers[opportunity.layer - 1];
      const name = oneLine(layer?.name ?? '');
      const byPlan = graph.order === 'layers';
      return {
        title: `Layer ${opportunity.layer}${name && `, ${name},`} holds up the next one`,
        why: byPlan
          ? 'The next layer waits for all of it; stated dependencies would let some of it begin'
          : 'The strategy waits for all of it; hybrid waits for dependencies alone',
      };
    }
    case 'file': {
      const { file, tasks } = opportunity;
      return {
        title: `${count(tasks.length, 'task')} take turns at ${oneLine(file)}`,
        why: `${list(tasks.map(oneLine))}; in files of their own they could run at once`,
      };
    }
    case 'estimate': {
      const { task } = opportunity;
      const open = plan.tasks.filter(({ estimate, done }) => estimate === undefined && !done).length;
      return {
        task,
        title: `${oneLine(task)} has no estimate, and decides how long the plan is`,
        why: `${minutesOf(task)} are assumed (${count(open, 'task')} without one in all); if it takes twice that, the plan is longer`,
      };
    }
  }
}
