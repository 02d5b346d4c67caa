import type { RawFinding } from '../gate/read/report.ts';
import type { PlanTask } from '../plan/plan.ts';
import { fault, type ArtefactFile } from './artefact-file.ts';
import { REMOVED_TASKS } from './forms.ts';
import { isPlaceholder } from './placeholder.ts';
import { sectionsOf } from './sections.ts';
import { fieldStart, headingLine, lineAt, type TaskText } from './task-text.ts';
import { requirementId, requirementsIn, trace } from './traceability.ts';

/** What reading the tasks has to say, whatever its weight: a plan that is made is made without a blemish. */
export function checkReading(text: TaskText): RawFinding[] {
  const { file, plan } = text;
  if (plan.dialect === 'preview') {
    const message =
      'This is the tree that a preview prints: write each task as a heading `### <id>: <title>` with its fields.';
    return [fault(file, 'plan/format', headingLine(text, plan.tasks[0] ?? NOWHERE), message)];
  }
  return plan.diagnostics.map(({ code, message, span, related = [] }) => {
    const places = related.map((one) => ({
      message: one.message,
      path: file.path,
      line: lineAt(text, one.span.start),
    }));
    const { line, column } = text.map.position(span.start);
    return { ...fault(file, `plan/${code}`, line + 1, message, places), column: column + 1 };
  });
}

const NOWHERE = { idSpan: { start: 0, end: 0 } } as PlanTask;

/** Whether each task has what an agent needs to do it alone. Estimates are told of by reading. */
export function checkFields(text: TaskText, tasks: readonly PlanTask[], needsFiles: boolean): RawFinding[] {
  const { file } = text;
  return tasks.flatMap((task) => {
    const tell = (rule: string, message: string): RawFinding => fault(file, rule, headingLine(text, task), message);
    const { id, acceptance, prompt, script, files } = task;
    const findings: RawFinding[] = [];
    if (acceptance.every((criterion) => isPlaceholder(criterion.text))) {
      const way = 'add a field `- Acceptance:` and under it a list of criteria that can be checked.';
      findings.push(tell('plan/no-acceptance', `Nothing says when \`${id}\` is done: ${way}`));
    }
    if (script === undefined && prompt.split('\n').every((line) => line.trim() === '' || isPlaceholder(line))) {
      const message = `\`${id}\` does not say what to do: write it under its fields.`;
      findings.push(tell('plan/no-text', message));
    }
    if (needsFiles && files.length === 0) {
      const message = `\`${id}\` does not say what it writes: add \`- Files: …\` with each file in backticks.`;
      findings.push(tell('plan/no-files', message));
    }
    return findings;
  });
}

/** Whether every requirement is met by a task, and every task meets one that there is. `open`: those still to be done. */
export function checkTraceability(
  text: TaskText,
  open: readonly PlanTask[],
  requirements: ArtefactFile | undefined,
): RawFinding[] {
  const { file, plan } = text;
  const all = requirements === undefined ? undefined : requirementsIn(requirements.text);
  const known = new Set(all?.map(({ id }) => id));
  const ofTasks = open.flatMap((task) => {
    const named = task.requirements ?? [];
    if (named.length === 0) {
      const message = `\`${task.id}\` meets no requirement: add \`- Requirements: FR-1\` with those that it meets, or remove the task.`;
      return [fault(file, 'traceability/no-requirement', headingLine(text, task), message)];
    }
    if (all === undefined) return [];
    const unknown = named.filter((id) => !known.has(requirementId(id)));
    const line = lineAt(text, fieldStart(text, task, /requirements?/));
    return unknown.map((id) => {
      const message = `There is no requirement \`${id}\`: name those of requirements.md, each by its id, parted by commas.`;
      return fault(file, 'traceability/unknown-requirement', line, message);
    });
  });
  const met = new Map(trace(all ?? [], plan).rows.map(({ id, tasks }) => [id, tasks]));
  const unmet = (all ?? []).filter(({ id }) => met.get(id)?.length === 0);
  const ofRequirements = unmet.map(({ id, title, line }) => {
    const related = [{ message: `${id} stands here.`, path: requirements?.path ?? '', line }];
    const message = `No task meets ${id} (${title}): add it to \`Requirements\` of the task that does, or add a task.`;
    return fault(file, 'traceability/unreached', 1, message, related);
  });
  return [...ofTasks, ...ofRequirements];
}

/** Whether the tasks of an earlier artefact are all there. `removed`: ids of those that are accounted for otherwise. */
export function checkKept(text: TaskText, before: TaskText, removed: ReadonlySet<string> = new Set()): RawFinding[] {
  const here = new Set(text.plan.tasks.map(({ id }) => id.toLowerCase()));
  const gone = before.plan.tasks.filter(({ id }) => !here.has(id.toLowerCase()) && !removed.has(id.toLowerCase()));
  return gone.map((task) => {
    const way =
      text.file.name === 'task_review.md'
        ? `keep it under its id, or list it under \`## ${REMOVED_TASKS}\` as \`- \`${task.id}\`: reason\``
        : 'keep it under its id';
    const place = { message: 'It stands here.', path: before.file.path, line: headingLine(before, task) };
    const message = `The task \`${task.id}\` of ${before.file.name} is missing: ${way}.`;
    return fault(text.file, 'plan/dropped-task', 1, message, [place]);
  });
}

/** Whether tasks that are done already are still in the plan. */
export function checkFinished(text: TaskText, finished: readonly string[]): RawFinding[] {
  const here = new Set(text.plan.tasks.map(({ id }) => id.toLowerCase()));
  return finished
    .filter((id) => !here.has(id.toLowerCase()))
    .map((id) => {
      const message = `The task \`${id}\` is done already: keep it, with its section as it was in the plan before (\`git show HEAD:${text.file.path}\`).`;
      return fault(text.file, 'plan/finished-task', 1, message);
    });
}

/** What task_review.md lists as removed: `- `id`: reason`. */
export function readRemoved({ file }: TaskText): {
  readonly ids: ReadonlySet<string>;
  readonly findings: RawFinding[];
} {
  const section = sectionsOf(file.text).find(
    ({ level, title }) => level === 2 && title.toLowerCase() === REMOVED_TASKS.toLowerCase(),
  );
  const ids = new Set<string>();
  const findings: RawFinding[] = [];
  for (const [index, line] of section?.content.split(/\r\n|\n|\r/).entries() ?? []) {
    const [, id, rest = ''] =
      /^\s*[-*+]\s+[*_`]*([\p{L}\p{N}][\p{L}\p{N}._-]*?)[*_`]*(?:(?=[\s:–—(])(.*))?$/u.exec(line) ?? [];
    if (section === undefined || id === undefined) continue;
    ids.add(id.toLowerCase());
    if (/[\p{L}\p{N}]/u.test(rest) && !isPlaceholder(rest.replace(/^[\s:–—(-]+/, ''))) continue;
    const message = `Nothing says why \`${id}\` is removed: write the reason behind it.`;
    findings.push(fault(file, 'review/no-reason', section.line + 1 + index, message));
  }
  return { ids, findings };
}
