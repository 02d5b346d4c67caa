import { LineMap } from '../plan/diagnostic.ts';
import { parsePlan } from '../plan/parse.ts';
import type { Plan, PlanTask } from '../plan/plan.ts';
import type { ArtefactFile } from './artefact-file.ts';

/** An artefact of tasks with the plan that it is. */
export interface TaskText {
  readonly file: ArtefactFile;
  readonly map: LineMap;
  readonly plan: Plan;
}

export function readTaskText(
  file: ArtefactFile,
  known: { gates?: readonly string[]; agents?: readonly string[] } = {},
): TaskText {
  return { file, map: new LineMap(file.text), plan: parsePlan(file.text, known) };
}

/** The 1-based line of an offset. */
export function lineAt({ map }: TaskText, offset: number): number {
  return map.position(offset).line + 1;
}

/** The 1-based line of a task's heading. */
export function headingLine(text: TaskText, task: PlanTask): number {
  return lineAt(text, task.idSpan.start);
}

/** Where a field of a task stands, as an offset; else its heading. `label`: one of the field's names, a plural included. */
export function fieldStart({ file }: TaskText, task: PlanTask, label: RegExp): number {
  const field = new RegExp(`^(?:[^\\n\\r:]*\\|)?[ \\t*_\`+-]*(?:${label.source})[*_\`]* ?:`, 'im');
  const at = field.exec(file.text.slice(task.idSpan.end, task.span.end));
  return at === null ? task.idSpan.start : task.idSpan.end + at.index;
}
