import { askedIn } from '../run/questions.ts';
import type { RunState } from '../run/state.ts';
import type { Decision } from './decisions.ts';

/** What was asked in a run and decided, in the plan's order. */
export function decisionsOf({ graph, tasks }: Pick<RunState, 'graph' | 'tasks'>): Decision[] {
  return graph.nodes.flatMap((node, i) =>
    (tasks[i]?.attempts ?? []).flatMap((attempt) => {
      const asked = askedIn(attempt);
      return (attempt.answers ?? []).flatMap(({ id, answer, by }) => {
        const question = asked.find((one) => one.id === id);
        return question === undefined ? [] : [{ step: node.id, question, answer, by }];
      });
    }),
  );
}
