import type { Dialect } from './dialect.ts';
import { itemFields } from './item-fields.ts';
import { numberedIn, ownLines } from './numbered.ts';
import { numberedDraft } from './numbered-draft.ts';

/**
 * cc-sdd's `tasks.md`: Kiro's with `(P)` behind the number of a task that runs beside its neighbours, and with
 * `_Depends: 1.2_` and `_Boundary: file_` under it. Groups run in order, and in a group the tasks, but those in a row
 * that have a `(P)` run together.
 */
export const ccSdd: Dialect = {
  name: 'cc-sdd',
  read(document, _known, report) {
    const nodes = numberedIn(document);
    const isOwn = nodes.some(
      (node) =>
        node.parallel !== undefined ||
        itemFields(document, ownLines(node)).some(({ name }) => name === 'boundary' || name === 'depends'),
    );
    return numberedDraft(document, isOwn ? nodes : [], 'marks', report);
  },
};
