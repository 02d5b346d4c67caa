import { describe, expect, it } from 'vitest';
import { definitionsAt, occurrencesAt, referencesAt, taskAt } from '../../../src/core/language/references.ts';
import { edited, renameEdits, renameTarget } from '../../../src/core/language/rename.ts';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import { sourceOf, type PlanSource } from '../../../src/core/plan/source.ts';
import { SHOP, SPEC_KIT, TASK_MASTER, withCursor } from './reading.ts';

/** The places, as what stands there and in which line. */
function told(text: string, spans: readonly { readonly start: number; readonly end: number }[]): string[] {
  return spans.map(({ start, end }) => `${text.slice(0, start).split('\n').length}: ${text.slice(start, end)}`);
}

/** A text with the cursor inside of the nth place of a word. */
function at(text: string, word: string, nth = 1): { readonly text: string; readonly offset: number } {
  let offset = -1;
  for (let left = nth; left > 0; left -= 1) offset = text.indexOf(word, offset + 1);
  return { text, offset: offset + 1 };
}

describe('where a task is named', () => {
  it.each([
    ['its heading', at(SHOP, 'schema:'), ['8: schema'], ['23: schema']],
    ['a reference', at(SHOP, 'schema, '), ['8: schema'], ['23: schema']],
    ['a reference in code marks', at(SHOP, 'docs`'), ['16: docs'], ['23: docs']],
    ['a reference with its title', at(SHOP, 'API: the'), ['22: api'], ['28: API: the service']],
    ['a checkbox', at(SPEC_KIT, 'T001'), ['5: T001'], ['10: T001']],
    ['a reference in parentheses', at(SPEC_KIT, 'T002)'), ['6: T002'], ['10: T002']],
    ['an id in JSON', at(TASK_MASTER, '"id": 2', 1), [], []],
    ['prose', at(SHOP, 'Write'), [], []],
  ])('%s', (_, { text, offset }, definitions, references) => {
    const plan = parsePlan(text);
    expect(told(text, definitionsAt(plan, offset))).toEqual(definitions);
    expect(told(text, referencesAt(plan, offset, false))).toEqual(references);
    expect(told(text, referencesAt(plan, offset, true))).toEqual(
      [...definitions, ...references].sort((a, b) => parseInt(a) - parseInt(b)),
    );
  });

  it('is told of an offset just behind it, too', () => {
    const { text, offset } = withCursor('### a: A\n- Depends on: none\n\n### b: B\n- Depends on: a¦\n');
    expect(occurrencesAt(parsePlan(text), offset).map(({ id }) => id)).toEqual(['a']);
    expect(taskAt(parsePlan(text), text.length)?.id).toBe('b');
    expect(taskAt(parsePlan(text), 0)?.id).toBe('a');
    expect(taskAt(parsePlan(`# T\n\n${text}`), 0)).toBeUndefined();
  });

  it('is told in JSON, whether as a number or as a string', () => {
    const plan = parsePlan(TASK_MASTER);
    const first = plan.tasks[0]?.idSpan.start ?? 0;
    expect(referencesAt(plan, first, true)).toHaveLength(3);
    expect(referencesAt(plan, plan.tasks[2]?.idSpan.start ?? 0, true)).toHaveLength(1);
  });
});

const read = (source: PlanSource) => parsePlan(source);

function renamed(text: string, id: string, name: string): string {
  const plan = parsePlan(text);
  const result = renameEdits(plan, { text }, { id, name, read });
  return 'problem' in result ? `no: ${result.problem}` : edited({ text }, result.edits).text;
}

describe('a rename', () => {
  it('changes every place where the id stands, and no other', () => {
    expect(renamed(SHOP, 'api', 'service.v2')).toBe(
      SHOP.replace('### api:', '### service.v2:').replace('API: the service', 'service.v2: the service'),
    );
    expect(renamed(SHOP, 'schema', 'tables')).toBe(
      SHOP.replace('### schema:', '### tables:').replace('schema, `docs`', 'tables, `docs`'),
    );
    expect(renamed(SPEC_KIT, 'T002', 'T012')).toBe(SPEC_KIT.replaceAll('T002', 'T012'));
    expect(renamed(SHOP, 'api', 'API')).toContain('### API:');
  });

  it('writes ids in JSON as what they can be', () => {
    const after = (id: string, name: string) => {
      const { tasks } = (
        JSON.parse(renamed(TASK_MASTER, id, name)) as { master: { tasks: { id: unknown; dependencies: unknown[] }[] } }
      ).master;
      return tasks.map((task) => [task.id, task.dependencies]);
    };
    expect(after('1', '7')).toEqual([
      [7, []],
      [2, [7]],
      ['3', ['2', 7]],
    ]);
    expect(after('2', '8')).toEqual([
      [1, []],
      [8, [1]],
      ['3', ['8', 1]],
    ]);
  });

  it.each([
    ['a taken id', SHOP, 'api', 'Docs', 'The id `Docs` is taken.'],
    [
      'what is no id',
      SHOP,
      'api',
      'the api',
      'An id is letters, digits, `-`, `_` and `.`, 100 at most, and starts with a letter or a digit.',
    ],
    [
      'an id that its kind cannot have',
      SPEC_KIT,
      'T002',
      'lint',
      'With the id `lint` this plan would be read in another way: ids of its kind have a form of their own.',
    ],
    [
      'a derived id',
      '### Task 1: Make it\n- Estimate: 5 min\n',
      'make-it',
      'x',
      'The id of this task is made from its title: change the title.',
    ],
    ['no task', SHOP, 'nothing', 'x', 'No task has the id `nothing`.'],
  ])('is refused for %s', (_, text, id, name, problem) => {
    expect(renamed(text, id, name)).toBe(`no: ${problem}`);
  });

  it('is offered where the id stands', () => {
    const target = (text: string, word: string) => renameTarget(parsePlan(text), text, text.indexOf(word) + 1);
    expect(target(SHOP, 'API: the')).toEqual({
      id: 'api',
      span: { start: SHOP.indexOf('API: the'), end: SHOP.indexOf('API: the') + 3 },
    });
    expect(target(SHOP, 'Write')).toEqual({ problem: 'The id of a task can be renamed, and there is none here.' });
    const titled = '### a: Make it\n- Estimate: 5 min\n\n### b: B\n- Depends on: Make it\n';
    expect(target(titled, 'Make it\n')).toEqual({
      problem: 'The id of a task can be renamed, and there is none here.',
    });
    expect(renameTarget(parsePlan(titled), titled, titled.lastIndexOf('Make') + 1)).toEqual({
      problem: 'This names the task by its title: rename it where its id stands.',
    });
  });

  it('of a plan of several files changes each of them', () => {
    const source = sourceOf([
      { path: 'backlog/tasks/a.md', text: '---\nid: task-1\ntitle: One\nstatus: To Do\n---\nDo it.\n' },
      {
        path: 'backlog/tasks/b.md',
        text: '---\nid: task-2\ntitle: Two\nstatus: To Do\ndependencies: [task-1]\n---\nDo it.\n',
      },
    ]);
    const plan = parsePlan(source);
    const result = renameEdits(plan, source, { id: 'task-1', name: 'task-100', read });
    if ('problem' in result) throw new Error(result.problem);
    const after = edited(source, result.edits);
    expect(after.parts?.map(({ span }) => after.text.slice(span.start, span.end))).toEqual([
      '---\nid: task-100\ntitle: One\nstatus: To Do\n---\nDo it.\n',
      '---\nid: task-2\ntitle: Two\nstatus: To Do\ndependencies: [task-100]\n---\nDo it.\n',
    ]);
  });
});
