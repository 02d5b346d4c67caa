import type { OrderRule, Plan } from '../plan/plan.ts';
import type { Edit } from '../plan/edit/edits.ts';
import { ruleOf } from '../graph/build.ts';
import { lineEndOf } from '../plan/edit/edits.ts';
import { ORDER_WORDS } from '../view/order.ts';

/** `phases, [P] together`: what orders the tasks of a plan that say nothing of it. */
export function orderTitle(plan: Plan): string {
  return ORDER_WORDS[ruleOf(plan)].label;
}

/** One edit that makes a plan in Markdown say its rule in its front matter; undefined where its text cannot say it. */
export function orderEdit(plan: Plan, text: string, rule: OrderRule): Edit | undefined {
  if (plan.parts !== undefined || plan.dialect === 'task-master') return undefined;
  const end = lineEndOf(text);
  const start = text.startsWith('\uFEFF') ? 1 : 0;
  const open = /^---[ \t]*(\r?\n)/.exec(text.slice(start, start + 40));
  const close = open === null ? -1 : text.slice(start + open[0].length).search(/^(?:---|\.\.\.)[ \t]*\r?$/m);
  if (open === null || close === -1)
    return { span: { start, end: start }, text: ['---', `order: ${rule}`, '---', ''].join(end) };
  const from = start + open[0].length;
  const stated = /^order:[ \t]*([^\r\n#]*?)[ \t]*(?:#.*)?\r?$/m.exec(text.slice(from, from + close));
  if (stated === null) return { span: { start: from + close, end: from + close }, text: `order: ${rule}${end}` };
  const at = from + stated.index + stated[0].indexOf(stated[1] ?? '', 'order:'.length);
  return stated[1] === ''
    ? { span: { start: from + stated.index, end: from + stated.index + 'order:'.length }, text: `order: ${rule}` }
    : { span: { start: at, end: at + (stated[1] ?? '').length }, text: rule };
}
