import { inherited, type Opportunity } from '../../schedule/opportunities.ts';
import type { Fix } from './fixes.ts';
import type { Plan } from '../plan.ts';
import { estimateFix } from './fixes.ts';
import { removeReference, replaceReference } from './reference-edits.ts';
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
      const on = plan.tasks.find(({ id }) => id === opportunity.on);
      if (reference === undefined || on === undefined) return undefined;
      // A title or a group says more than this one task.
      if (text.slice(reference.span.start, reference.span.end) !== on.id) return undefined;
      const ids = inherited(task, on).map(({ id }) => id);
      return ids.length === 0
        ? { title: `Remove the Dependency on \`${on.id}\``, edits: [removeReference(text, reference.span)] }
        : {
            title: `Depend on What \`${on.id}\` Depends on Instead`,
            edits: [replaceReference(text, reference.span, ids)],
          };
    }
  }
}
