import type { OrderRule } from '../plan/plan.ts';

/** What each rule does with tasks that say nothing of their order, in a few words and in a sentence. */
export const ORDER_WORDS: Readonly<Record<OrderRule, { readonly label: string; readonly about: string }>> = {
  stated: { label: 'as stated', about: 'Tasks that state no dependencies may start at once.' },
  layers: {
    label: 'layer by layer',
    about: 'Each layer waits for the layer before; inside one the tasks run together.',
  },
  marks: {
    label: 'phases, [P] together',
    about: 'Layer by layer; inside one in turn, but those marked as parallel together.',
  },
  sequence: { label: 'one after another', about: 'Each task waits for the task before it.' },
};
