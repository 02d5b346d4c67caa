import { expect } from 'vitest';
import { hasErrors } from '../../../../src/core/plan/diagnostic.ts';
import { parsePlan } from '../../../../src/core/plan/parse.ts';
import { ruleOf } from '../../../../src/core/graph/build.ts';
import { spansOf } from '../reading.ts';

/**
 * What a text is read as: its dialect and order, then each task as `id x * P L1 < a, b`: done, optional, parallel, its
 * layer (where there are any), what it depends on.
 */
export function told(text: string): string[] {
  const plan = parsePlan(text);
  for (const { start, end } of spansOf(plan)) expect(start >= 0 && start <= end && end <= text.length).toBe(true);
  const tasks = plan.tasks.map(({ id, done, optional, parallel, layer, dependsOn }) =>
    [
      id,
      ...(done ? ['x'] : []),
      ...(optional ? ['*'] : []),
      ...(parallel === undefined ? [] : ['P']),
      ...(layer === undefined ? [] : [`L${layer + 1}`]),
      ...(dependsOn.length === 0 ? [] : [`< ${dependsOn.map((reference) => reference.id).join(', ')}`]),
    ].join(' '),
  );
  return [`${plan.dialect}, ${ruleOf(plan)}${hasErrors(plan.diagnostics) ? ', with errors' : ''}`, ...tasks];
}

/** Each mark's place ticked, as a writer does it, for the tasks and groups that are named. */
export function ticked(text: string, ...ids: readonly string[]): string {
  const { tasks, groups = [] } = parsePlan(text);
  return [...tasks, ...groups]
    .filter(({ id }) => ids.includes(id))
    .flatMap(({ marks = [] }) => marks)
    .sort((a, b) => b.span.start - a.span.start)
    .reduce((written, { span, done }) => written.slice(0, span.start) + done + written.slice(span.end), text);
}
