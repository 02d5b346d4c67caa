import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { remaining } from '../../../src/core/plan/remaining.ts';

const plan: Plan = (() => {
  const text = [
    '### [x] a: A',
    '### b: B',
    '- Depends on: a',
    '### c: C',
    '### d: D',
    '- Depends on: c',
    '### e: E',
    '- Depends on: b',
  ];
  const read = parsePlan(text.map((line) => `${line}\n`).join(''));
  return {
    ...read,
    tasks: read.tasks.map((task) => ('ce'.includes(task.id) ? { ...task, optional: true as const } : task)),
  };
})();

describe('what is still to run', () => {
  const table: [name: string, options: Parameters<typeof remaining>[1], left: string][] = [
    ['everything that is not done', {}, 'b c d<-c e<-b'],
    ['without optional tasks that nothing waits for', { skipOptional: true }, 'b c d<-c'],
    ['one task and what it waits for', { only: 'd' }, 'c d<-c'],
    ['an optional task that is asked for', { only: 'e', skipOptional: true }, 'b e<-b'],
    ['nothing of a task that is done', { only: 'a' }, ''],
  ];
  it.each(table)('is %s', (_, options, left) => {
    const tasks = remaining(plan, options).tasks.map(({ id, dependsOn }) =>
      [id, ...dependsOn.map((reference) => `<-${reference.id}`)].join(''),
    );
    expect(tasks.join(' ')).toBe(left);
  });
});
