import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../../src/core/plan/parse.ts';
import { marks, remarks, rows } from './rows.ts';

interface TaskJson {
  readonly id: string | number;
  readonly [key: string]: unknown;
}
const json = (value: unknown): string => JSON.stringify(value, undefined, 2);
const task = (id: string | number, more: object = {}): TaskJson => ({
  id,
  title: `Task ${id}`,
  status: 'pending',
  ...more,
});
const plan = (...tasks: readonly TaskJson[]): string => json({ master: { tasks } });

describe('tasks.json of Task Master', () => {
  const table: [name: string, text: string, rows: string[]][] = [
    [
      'in the old form',
      json({ meta: { projectName: 'Shop' }, tasks: [task(1), task(2, { dependencies: [1] })] }),
      ['1: Task 1', '2: Task 2 <- 1'],
    ],
    [
      'with ids and dependencies as strings or numbers',
      plan(task('1'), task(2, { dependencies: ['1'] }), task('3', { dependencies: [1, '2'] })),
      ['1: Task 1', '2: Task 2 <- 1', '3: Task 3 <- 1, 2'],
    ],
    [
      'with states',
      plan(
        task(1, { status: 'done' }),
        task(2, { status: 'cancelled' }),
        task(3, { status: 'deferred' }),
        task(4, { status: 'in-progress' }),
        task(5, { status: 'review' }),
        task(6, { status: 'blocked' }),
        { id: 7, title: 'No state' },
      ),
      ['x 1: Task 1', 'x 2: Task 2', 'x 3: Task 3', '4: Task 4', '5: Task 5', '6: Task 6', '7: No state'],
    ],
    [
      'with subtasks, whose dependencies are local',
      plan(
        task(1),
        task(2, {
          dependencies: [1],
          subtasks: [task(1), task(2, { dependencies: [1] }), task(3, { dependencies: ['1'] })],
        }),
        task(3, { dependencies: [2] }),
      ),
      ['1: Task 1', '2.1: Task 1 <- 1', '2.2: Task 2 <- 2.1', '2.3: Task 3 <- 2.1', '3: Task 3 <- 2.2, 2.3'],
    ],
    [
      'with dependencies on a subtask of another task',
      plan(
        task(1, { subtasks: [task(1), task(2)] }),
        task(2, { dependencies: ['1.2'] }),
        task(3, { subtasks: [task(1, { dependencies: ['1.1'] })] }),
      ),
      ['1.1: Task 1', '1.2: Task 2', '2: Task 2 <- 1.2', '3.1: Task 1 <- 1.1'],
    ],
    [
      'with subtasks of a task that is done',
      plan(task(1, { status: 'done', subtasks: [task(1), task(2)] })),
      ['x 1.1: Task 1', 'x 1.2: Task 2'],
    ],
    [
      'with an id that is no number',
      plan(task('1.10', {}), task('1.1', { dependencies: ['1.10'] })),
      ['1.10: Task 1.10', '1.1: Task 1.1 <- 1.10'],
    ],
    ['with comments and a comma too much', '{ // all\n"tasks": [{"id": 1, "title": "A"},] }', ['1: A']],
    ['without a title', json({ tasks: [{ id: 1 }, { id: 2, title: ' ' }] }), ['1: 1', '2: 2']],
  ];
  it.each(table)('%s', (_, text, expected) => {
    expect(rows(text)).toEqual(expected);
    expect(remarks(text)).toEqual([]);
    expect(parsePlan(text).dialect).toBe('task-master');
  });

  it('is read by its tag `master`, or the first with something to do', () => {
    const open = { tasks: [task(1)] };
    const done = { tasks: [task(2, { status: 'done' })] };
    const read = (tags: object) => [rows(json(tags)).join(), remarks(json(tags)).join(), parsePlan(json(tags)).title];
    expect(read({ api: open })).toEqual(['1: Task 1', '', 'api']);
    expect(read({ done, api: open })).toEqual(['1: Task 1', 'other-tags "["', 'api']);
    expect(read({ api: { tasks: [task(3)] }, master: open })).toEqual(['1: Task 1', 'other-tags "["', 'master']);
    expect(read({ api: open, master: done })).toEqual(['1: Task 1', 'other-tags "["', 'api']);
    expect(read({ api: done, master: done })).toEqual(['x 2: Task 2', 'other-tags "["', 'api']);
    expect(parsePlan(json({ done, api: open })).diagnostics[0]?.message).toBe(
      'The tasks of the tag `api` are read; those of `done` are left out.',
    );
  });

  it('says what an agent is asked, and when it is met', () => {
    const text = plan(
      task(1, {
        description: 'Why.',
        details: 'Write `src/a.ts`.',
        testStrategy: '`npm test` passes',
        relevantFiles: [
          { path: './src/a.ts', action: 'create' },
          { path: 'src/b.ts', action: 'reference' },
        ],
      }),
      task(2, {
        description: 'All of it.',
        subtasks: [task(1, { details: 'The first part.', testStrategy: 'It\n works.' })],
      }),
    );
    const [first, second] = parsePlan(text).tasks;
    expect(first?.prompt).toBe('Task 1\n\nWhy.\n\nWrite `src/a.ts`.');
    expect(first?.files).toEqual(['src/a.ts']);
    expect(first?.acceptance.map(({ text: said, command }) => [said, command])).toEqual([
      ['`npm test` passes', 'npm test'],
    ]);
    expect(second?.prompt).toBe('Task 1\n\nThe first part.\n\nThis is a part of: Task 2\n\nAll of it.');
    expect(second?.acceptance.map(({ text: said, command }) => [said, command])).toEqual([['It works.', undefined]]);
  });

  it('takes the names of other writers', () => {
    const [first, second] = parsePlan(
      plan(
        task(1, { test_strategy: '`make` passes', acceptanceCriteria: ['A', 'B'], estimatedTime: '2 hours' }),
        task(2, { acceptance_criteria: 'C', estimatedHours: 0.5, testStrategy: '' }),
      ),
    ).tasks;
    expect(first?.acceptance.map(({ text }) => text)).toEqual(['A', 'B', '`make` passes']);
    expect(second?.acceptance.map(({ text }) => text)).toEqual(['C']);
    expect([first?.estimate?.minutes, second?.estimate?.minutes]).toEqual([120, 30]);
  });

  it('has its states as marks, and groups of its subtasks', () => {
    const text = plan(task(1), task(2, { subtasks: [task(1), task(2)] }), { id: 3, title: 'No state' });
    expect(marks(text)).toEqual([['"pending" -> "done"'], ['"pending" -> "done"'], ['"pending" -> "done"'], []]);
    const [group] = parsePlan(text).groups ?? [];
    expect(group).toMatchObject({ id: '2', tasks: ['2.1', '2.2'], done: false });
    expect(text.slice(group?.marks[0]?.span.start, group?.marks[0]?.span.end)).toBe('"pending"');
  });

  const faults: [name: string, text: string, remarks: string[]][] = [
    [
      'a dependency that is not there',
      plan(task(1, { dependencies: [7, '8'] })),
      ['unknown-dependency "7"', 'unknown-dependency "8"'],
    ],
    [
      'one of a group, once',
      plan(task(1, { dependencies: [9], subtasks: [task(1), task(2)] })),
      ['unknown-dependency "9"'],
    ],
    ['a local one', plan(task(1), task(2, { subtasks: [task(1, { dependencies: [5] })] })), ['unknown-dependency "5"']],
    ['itself', plan(task(1, { dependencies: ['1'] })), ['self-dependency "1"']],
    ['a cycle', plan(task(1, { dependencies: [2] }), task(2, { dependencies: [1] })), ['cycle "2"']],
    ['an id twice', plan(task(1), task(1)), ['duplicate-id "1"']],
    ['another JSON', '{"name": "orca", "tasks": {"build": "tsc"}}', ['no-tasks "{"']],
    ['no tasks', plan(), ['no-tasks "{"']],
    ['an empty object', ' {}', ['no-tasks "{"']],
    ['a broken JSON', '{"tasks": [{"id": 1, "title": "A"}', ['invalid-json "}"']],
    ['a JSON broken before its tasks', '{"tasks" [', ['invalid-json "["']],
    ['a JSON too deep', `{"tasks": ${'['.repeat(1000)}`, ['invalid-json "["']],
  ];
  it.each(faults)('tells of %s', (_, text, expected) => {
    expect(remarks(text)).toEqual(expected);
  });

  it('tells the full id of a local dependency', () => {
    const text = plan(task(3, { subtasks: [task(1), task(2, { dependencies: [4] })] }));
    const told = parsePlan(text).diagnostics.find(({ code }) => code === 'unknown-dependency');
    expect(told?.message).toBe('No task has the id `3.4`. Did you mean `3.1`?');
  });

  it('is no Markdown that starts with a brace', () => {
    expect(rows('{% raw %}\n### a: A\n- Estimate: 5 min\n')).toEqual(['a: A']);
  });
});
