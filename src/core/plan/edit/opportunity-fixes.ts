import type { Opportunity } from '../../schedule/opportunities.ts';
import type { Fix } from './fixes.ts';
import type { Plan } from '../plan.ts';
import { estimateFix } from './fixes.ts';
import { removeReference } from './reference-edits.ts';
import { splitBeside } from './split-task.ts';

/** What does it in the plan's text; undefined where that is a matter of thought, or its dialect has no place for it. */
export function opportunityFix(plan: Plan, text: string, opportunity: Opportunity): Fix | undefined {
  if (opportunity.kind === 'barrier' || opportunity.kind === 'file') return undefined;
  const task = plan.tasks.find(({ id }) => id === opportunity.task);
  if (task === undefined) return undefined;
  switch (opportunity.kind) {
    case 'split':
      return splitBeside(plan, text, task);
    case 'estimate':
      return estimateFix(plan, text, task);
    case 'dependency': {
      const reference = task.dependsOn.find(({ id }) => id === opportunity.on);
      return (
        reference && {
          title: `Remove the Dependency on \`${opportunity.on}\``,
          edits: [removeReference(text, reference.span)],
        }
      );
    }
  }
}
