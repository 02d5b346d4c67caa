import type { TaskGraph } from '../graph/task-graph.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Plan, PlanTask } from './plan.ts';
import { sharedFiles } from '../schedule/shared-files.ts';
import { levelOf, readinessOf, type TaskReadiness } from './readiness.ts';

/** A plan with what its graph and its tasks' texts give cause to say, beside what reading it found. */
export function withRemarks(plan: Plan, graph: TaskGraph): Plan {
  const diagnostics = [...plan.diagnostics, ...sharedFileRemarks(plan, graph), ...readinessRemarks(plan)];
  return { ...plan, diagnostics: diagnostics.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end) };
}

function sharedFileRemarks(plan: Plan, graph: TaskGraph): Diagnostic[] {
  const told = new Set<PlanTask>();
  return sharedFiles(graph).flatMap(({ first, second, files: [one, other] }): Diagnostic[] => {
    const task = plan.tasks[second];
    const before = plan.tasks[first];
    // One remark a task is enough: when it is mended, the next is told.
    if (task === undefined || before === undefined || task.done || before.done || told.has(task)) return [];
    told.add(task);
    const same = one === other;
    const what = same ? `both write \`${one}\`` : `\`${other}\` and \`${one}\` may be the same file`;
    return [
      {
        code: 'shared-file',
        severity: same ? 'warning' : 'information',
        message: `\`${task.id}\` may run at the same time as \`${before.id}\`, and ${what}. Orca lets one wait for the other; a dependency would say which.`,
        span: task.parallel ?? task.idSpan,
        related: [{ message: `\`${before.id}\` is here.`, span: before.idSpan }],
      },
    ];
  });
}

function readinessRemarks(plan: Plan): Diagnostic[] {
  const tasks = new Map(plan.tasks.map((task) => [task.id, task]));
  return readinessOf(plan).tasks.flatMap(({ id, lacks }): Diagnostic[] => {
    const span = tasks.get(id)?.idSpan;
    if (span === undefined) return [];
    // That an estimate is missing has a remark of its own.
    const said = lacks.filter(({ lack }) => lack !== 'too-large' && lack !== 'no-estimate');
    const large = lacks.find(({ lack }) => lack === 'too-large');
    const severity = levelOf(said.map(({ lack }) => lack)) === 'attention' ? 'information' : 'hint';
    return [
      ...(large === undefined
        ? []
        : [{ code: 'large-task', severity: 'information', message: large.message, span } as const]),
      ...(said.length === 0 ? [] : [{ code: 'not-ready', severity, message: messageOf(said), span } as const]),
    ];
  });
}

const MOST_SAID = 2;

function messageOf(lacks: TaskReadiness['lacks']): string {
  const more = lacks.length - MOST_SAID;
  const said = lacks.slice(0, MOST_SAID).map(({ message }) => message);
  return `Not ready for an agent that knows only this text. ${said.join(' ')}${more > 0 ? ` (${more} more)` : ''}`;
}
