import { readLayerLine } from './layer-line.ts';

const ASIDE =
  /acceptance|criteria|definition of (?:done|ready)|\bdod\b|^(?:\S+ )?(?:non-?)?(?:functional )?requirements?\b|\bgoals?\b|\brisks?\b|out of scope|^non-goals|checklist\b|open questions|\bblocked by\b|完成条件|受け入れ|验收/i;

/** A heading over what is to be true, to be known or to be asked: checkboxes under it are no tasks. */
export function isAside(heading: string): boolean {
  return heading.length < 200 && ASIDE.test(heading) && readLayerLine(heading) === undefined;
}

const LIST =
  /^(?:\d+\.? )?(?:(?:implementation|development|engineering|project|remaining|open|action|work|my|the|sub-?) ?)*(?:tasks?|to-?dos?|plan|action items?|work items?|task list|to-?do list|task breakdown|work breakdown|steps|backlog|タスク|任务)(?: list| breakdown)?(?:\s*[:–—-].*)?$/i;

/** A heading that says of what stands under it that it is to be done. */
export function isTaskList(heading: string): boolean {
  return heading.length < 200 && LIST.test(heading.replace(/[^\p{L}\p{N}\s.:–—-]/gu, '').trim());
}
