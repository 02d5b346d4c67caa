import { expect } from 'vitest';
import type { Diagnostic, DiagnosticCode } from '../../../src/core/plan/diagnostic.ts';
import type { Known } from '../../../src/core/plan/dialect/dialect.ts';
import type { Plan, PlanTask } from '../../../src/core/plan/plan.ts';
import { LineMap } from '../../../src/core/plan/diagnostic.ts';
import { parsePlan } from '../../../src/core/plan/parse.ts';

/** The only task of a plan. */
export function onlyTask(text: string): PlanTask {
  const { tasks } = parsePlan(text);
  expect(tasks).toHaveLength(1);
  const [task] = tasks;
  if (task === undefined) throw new Error('no task');
  return task;
}

/** A task with these lines under its heading. */
export function taskOf(...lines: readonly string[]): PlanTask {
  return onlyTask(['### a: A', ...lines].join('\n'));
}

/** What a plan's diagnostics of some codes say, as `severity 3:7 "the text they mark": message`. */
export function said(text: string, codes: readonly DiagnosticCode[], known?: Known): string[] {
  const map = new LineMap(text);
  const tell = ({ severity, span, message }: Diagnostic) => {
    const { line, column } = map.position(span.start);
    return `${severity} ${line + 1}:${column + 1} "${text.slice(span.start, span.end)}": ${message}`;
  };
  return parsePlan(text, known)
    .diagnostics.filter(({ code }) => codes.includes(code))
    .map(tell);
}

/** Every span that a plan holds. */
export function spansOf(plan: Plan) {
  return [
    ...plan.layers.map(({ span }) => span),
    ...plan.diagnostics.flatMap(({ span, related = [] }) => [span, ...related.map((other) => other.span)]),
    ...(plan.groups ?? []).flatMap(({ marks }) => marks.map((mark) => mark.span)),
    ...plan.tasks.flatMap(({ span, idSpan, estimate, dependsOn, acceptance, parallel, marks = [] }) => [
      span,
      idSpan,
      ...(estimate === undefined ? [] : [estimate.span]),
      ...(parallel === undefined ? [] : [parallel]),
      ...marks.map((mark) => mark.span),
      ...dependsOn.map((reference) => reference.span),
      ...acceptance.map((criterion) => criterion.span),
    ]),
  ];
}
