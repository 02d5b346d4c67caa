import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../../src/core/plan/parse.ts';
import { folder, marks, remarks, rows } from './rows.ts';

const file = (id: string, more: readonly string[] = [], body = ''): string =>
  ['---', `id: ${id}`, `title: 'About ${id}'`, 'status: To Do', ...more, '---', '', body].join('\n');

describe('a folder of Backlog.md', () => {
  const table: [name: string, files: Record<string, string>, rows: string[]][] = [
    [
      'ids by prefix and case',
      { 'a.md': file('BACK-355.01'), 'b.md': file('BACK-355.02', ['dependencies:', '  - task-355.01']) },
      ['BACK-355.01: About BACK-355.01', 'BACK-355.02: About BACK-355.02 <- BACK-355.01'],
    ],
    [
      'ids by zeros',
      { 'a.md': file('task-7'), 'b.md': file('TASK-008', ['dependencies: [TASK-007]']) },
      ['task-7: About task-7', 'TASK-008: About TASK-008 <- task-7'],
    ],
    [
      'ids in quotes and without a prefix',
      { 'a.md': file('"1.10"'), 'b.md': file('1.1', ["dependencies: ['1.10']"]) },
      ['1.10: About "1.10"', '1.1: About 1.1 <- 1.10'],
    ],
    [
      'the same id under two prefixes',
      {
        'a.md': file('web-1'),
        'b.md': file('api-1', ['dependencies: [web-1]']),
        'c.md': file('api-2', ['dependencies: [API-1]']),
      },
      ['web-1: About web-1', 'api-1: About api-1 <- web-1', 'api-2: About api-2 <- api-1'],
    ],
    [
      'other keys',
      {
        'a.md': file('a-1'),
        'b.md': file('a-2', ['depends_on: a-1']),
        'c.md': file('a-3', ['blocked-by: [a-1, a-2]']),
      },
      ['a-1: About a-1', 'a-2: About a-2 <- a-1', 'a-3: About a-3 <- a-1, a-2'],
    ],
    [
      'a file that is no task',
      { 'README.md': '# Tasks\n\n### not: A task\n- Estimate: 5 min\n', 'a.md': file('task-1') },
      ['task-1: About task-1'],
    ],
  ];
  it.each(table)('%s', (_, files, expected) => {
    expect(rows(folder(files))).toEqual(expected);
    expect(remarks(folder(files))).toEqual([]);
    expect(parsePlan(folder(files)).dialect).toBe('backlog');
  });

  it('takes description, criteria and plan, and not what was noted later', () => {
    const body = [
      '## Description',
      '',
      '<!-- SECTION:DESCRIPTION:BEGIN -->',
      'Say hello.',
      '<!-- SECTION:DESCRIPTION:END -->',
      '',
      '## Acceptance Criteria',
      '<!-- AC:BEGIN -->',
      '- [ ] #1 `npm test` passes',
      '- [x] #2 It says hello',
      '<!-- AC:END -->',
      '',
      '## Implementation Plan',
      '',
      '1. One',
      '- [ ] a step',
      '',
      '## Implementation Notes',
      '',
      'Done on Monday.',
      '',
      '## Comments',
      '',
      'No.',
      '---',
      'Yes.',
      '',
    ].join('\n');
    const [task] = parsePlan(file('task-1', ['modified_files:', '  - ./src/a.ts', '  - src/a.ts'], body)).tasks;
    expect(task?.prompt).toBe('About task-1\n\nSay hello.\n\n## Implementation Plan\n\n1. One\n- [ ] a step');
    expect(task?.acceptance.map(({ text, command, done }) => [text, command, done])).toEqual([
      ['`npm test` passes', 'npm test', false],
      ['It says hello', undefined, true],
    ]);
    expect(task?.files).toEqual(['src/a.ts']);
  });

  it('has its state as its mark, as its author writes it', () => {
    const at = (status: string) => marks(file('task-1').replace('To Do', status)).flat().join();
    expect(at('To Do')).toBe('To Do -> Done');
    expect(at("'In Progress'")).toBe("'In Progress' -> 'Done'");
    expect(at('"todo"')).toBe('"todo" -> "done"');
    expect(at('OPEN')).toBe('OPEN -> DONE');
    expect(marks(folder({ 'a.md': file('a-1'), 'b.md': file('a-2').replace('To Do', 'Completed') }))[0]).toEqual([
      'To Do -> Completed',
    ]);
    expect(rows(file('task-1').replace('To Do', 'Done'))).toEqual(['x task-1: About task-1']);
  });

  it('counts each span in the text of all files', () => {
    const source = folder({
      'a.md': `\uFEFF${file('task-1')}`,
      'b.md': file('task-2', ['dependencies: ["task-1", task-9]']),
    });
    expect(parsePlan(source).tasks.map(({ idSpan }) => source.text.slice(idSpan.start, idSpan.end))).toEqual([
      'task-1',
      'task-2',
    ]);
    expect(parsePlan(source).parts?.map(({ path }) => path)).toEqual(['a.md', 'b.md']);
    expect(remarks(source)).toEqual(['unknown-dependency "task-9"']);
  });

  const faults: [name: string, more: string[], remarks: string[]][] = [
    ['a dependency that is not there', ['dependencies: [task-2]'], ['unknown-dependency "task-2"']],
    ['itself, by another prefix', ['dependencies: [back-01]'], ['self-dependency "back-01"']],
    [
      'a file elsewhere',
      ['modified_files: [../x.ts, /etc/passwd, src/a.ts]'],
      ['path-outside-workspace "../x.ts"', 'path-outside-workspace "/etc/passwd"'],
    ],
    ['front matter that is no YAML', ['dependencies: ['], ['no-tasks "---"', 'invalid-front-matter "["']],
  ];
  it.each(faults)('tells of %s', (_, more, expected) => {
    expect(remarks(file('task-1', more))).toEqual(expected);
  });

  it('is no document with a title and a status', () => {
    expect(remarks('---\ntitle: Why\nstatus: accepted\n---\n\n# Why\n')).toEqual(['no-tasks "---"']);
    expect(remarks('---\nid: adr\ntitle: Why\nstatus: accepted\n---\n\n# Why\n')).toEqual(['no-tasks "---"']);
  });
});
