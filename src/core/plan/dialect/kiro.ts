import type { Dialect } from './dialect.ts';
import { numberedIn } from './numbered.ts';
import { numberedDraft } from './numbered-draft.ts';

/**
 * Kiro's `tasks.md`: checkboxes with numbers, `- [ ] 2.1 Title`; `- [ ]*` may be left out. One that holds others is a
 * group, and done when they are; its text goes to each of its tasks. What stands under a task without a checkbox of its
 * own number is what is asked. A checkpoint ("ensure all tests pass, ask the user") is a pause and not a task: Orca's
 * gates are that for each task. Kiro works from top to bottom; where the text has a dependency graph, that orders the
 * tasks: waves wait for each other as layers do, other graphs state what waits for what.
 */
export const kiro: Dialect = {
  name: 'kiro',
  read(document, _known, report) {
    return numberedDraft(document, numberedIn(document), 'sequence', report);
  },
};
