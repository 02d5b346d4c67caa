import type { Finding } from '../gate/gate.ts';
import type { LineMap, Severity } from '../plan/diagnostic.ts';
import { placeAt } from '../plan/place.ts';
import type { Plan } from '../plan/plan.ts';
import { readinessOf, type PlanReadiness, type Readiness, type TaskReadiness } from '../plan/readiness.ts';
import { count, heading, oneLine } from './print.ts';

/** All that can be said of a plan before it is run: a code, a severity and a place each, and how ready its tasks are. */
export interface Validation {
  /** The plan's file, for people. */
  readonly name: string;
  readonly tasks: number;
  readonly done: number;
  readonly remarks: readonly Remark[];
  /** What stands against the repository's gates. */
  readonly gateProblems: readonly string[];
  readonly readiness: Omit<PlanReadiness, 'tasks'> & { readonly tasks: readonly (TaskReadiness & PlacedTask)[] };
}

interface PlacedTask {
  readonly title: string;
  readonly path: string;
  /** 1-based. */
  readonly line: number;
}

/** Lines and columns count from 1; columns in UTF-16 code units. */
export interface Remark {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly related?: readonly Omit<Remark, 'code' | 'severity' | 'related'>[];
}

export function validationOf(
  plan: Plan,
  {
    name,
    lines,
    gateProblems,
  }: { readonly name: string; readonly lines: LineMap; readonly gateProblems: readonly string[] },
): Validation {
  const rangeOf = ({ start, end }: { start: number; end: number }) => {
    const from = placeAt(plan, lines, start);
    const to = placeAt(plan, lines, end);
    return {
      path: from.path ?? name,
      line: from.line + 1,
      column: from.column + 1,
      endLine: to.line + 1,
      endColumn: to.column + 1,
    };
  };
  const readiness = readinessOf(plan);
  const tasks = new Map(plan.tasks.map((task) => [task.id, task]));
  return {
    name,
    tasks: plan.tasks.length,
    done: plan.tasks.filter(({ done }) => done).length,
    remarks: plan.diagnostics.map(({ code, severity, message, span, related }) => ({
      code,
      severity,
      message,
      ...rangeOf(span),
      ...(related !== undefined && {
        related: related.map((other) => ({ message: other.message, ...rangeOf(other.span) })),
      }),
    })),
    gateProblems,
    readiness: {
      ...readiness,
      tasks: readiness.tasks.map((task) => {
        const { title = '', idSpan = { start: 0, end: 0 } } = tasks.get(task.id) ?? {};
        const { path, line } = rangeOf(idSpan);
        return { ...task, title, path, line };
      }),
    },
  };
}

/** How levels read, the worst last. */
const LEVELS: Readonly<Record<Readiness, string>> = {
  ready: 'ready',
  enhancement: 'needs enhancement',
  attention: 'requires attention',
};

/** What reading a plan found, as compilers say it, and how ready it is. */
export function validationText(validation: Validation): string {
  const { remarks, gateProblems } = validation;
  return [
    // What is only a hint is told by how ready a task is.
    ...remarks
      .filter(({ severity }) => severity !== 'hint')
      .map(
        ({ code, severity, message, path, line, column }) =>
          `${oneLine(path)}:${line}:${column}: ${severity}: ${oneLine(message)} [${code}]`,
      ),
    ...gateProblems,
    ...summaryLines(validation),
  ].join('\n');
}

/** The same as a report: the tasks by how ready they are, with what each lacks. */
export function validationReport(validation: Validation): string {
  const { name, remarks, gateProblems, readiness } = validation;
  const lack = ({ lacks }: TaskReadiness): string[] => lacks.map(({ message }) => `    - ${oneLine(message)}`);
  const section = (level: Readiness): string[] => {
    const own = readiness.tasks.filter((task) => task.level === level);
    if (own.length === 0) return [];
    const icon = level === 'ready' ? '✅' : level === 'enhancement' ? '⚠️' : '❌';
    const title = LEVELS[level].replace(/^./, (letter) => letter.toUpperCase());
    return [
      '',
      `${icon} ${title} (${own.length}):`,
      ...own.flatMap((task) => [
        `- ${oneLine(task.id)} (${oneLine(task.path)}:${task.line}): ${oneLine(task.title)}`,
        ...lack(task),
      ]),
    ];
  };
  const shown = remarks.filter(({ code, severity }) => severity !== 'hint' && code !== 'not-ready');
  return [
    ...heading(`📋 Validation: ${name}`),
    ...summaryLines(validation),
    ...(shown.length + gateProblems.length === 0 ? [] : ['', '🔎 Found in the text:']),
    ...shown.map(({ severity, message, path, line }) => `- ${oneLine(path)}:${line} ${severity}: ${oneLine(message)}`),
    ...gateProblems.map((problem) => `- ${oneLine(problem)}`),
    ...section('attention'),
    ...section('enhancement'),
    ...section('ready'),
  ].join('\n');
}

function summaryLines({ tasks, done, remarks, readiness }: Validation): string[] {
  const errors = remarks.filter(({ severity }) => severity === 'error').length;
  const warnings = remarks.filter(({ severity }) => severity === 'warning').length;
  const { ready, enhancement, attention } = readiness.counts;
  const parts = [
    `${ready} ready`,
    ...(enhancement > 0 ? [`${enhancement} ${enhancement === 1 ? 'needs' : 'need'} enhancement`] : []),
    ...(attention > 0 ? [`${attention} ${attention === 1 ? 'requires' : 'require'} attention`] : []),
  ];
  return [
    `${count(tasks, 'task')}${done > 0 ? ` (${done} done)` : ''}, ${count(errors, 'error')}, ${count(warnings, 'warning')}`,
    ...(readiness.tasks.length === 0 ? [] : [`For agents that know only this text: ${parts.join(', ')}`]),
  ];
}

/** The remarks as findings of one more gate, which is what SARIF is written from. */
export function validationFindings({ remarks }: Validation): Omit<Finding, 'gate'>[] {
  return remarks.map(({ code, ...remark }) => ({ rule: code, ...remark }));
}
