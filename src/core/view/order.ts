import type { OrderRule } from '../plan/plan.ts';

/** What each rule does with tasks that say nothing of their order, for people. */
export const ORDER_TEXTS: Readonly<Record<OrderRule, string>> = {
  stated: 'tasks that state no dependencies may start at once',
  layers: 'each layer waits for the layer before, and its tasks run together',
  marks: 'each layer waits for the layer before; inside one, tasks run in turn, and those marked as parallel together',
  sequence: 'each task waits for the one before it in the text',
};
