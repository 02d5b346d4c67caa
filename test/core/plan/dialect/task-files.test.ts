import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../../src/core/plan/parse.ts';
import { folder, marks, remarks, rows } from './rows.ts';

const file = (title: string, ...lines: readonly string[]): string => [`# ${title}`, '', ...lines, ''].join('\n');

describe('one file a task', () => {
  const table: [name: string, files: Record<string, string>, rows: string[]][] = [
    [
      'numbers in titles',
      {
        'a.md': file('01 — One', '**Blocked by:** None — can start immediately'),
        'b.md': file('02 — Two', '**Blocked by:** 01'),
      },
      ['01: One', '02: Two <- 01'],
    ],
    [
      'lists of them',
      {
        'a.md': file('1. One', '**Status:** done'),
        'b.md': file('2: Two', '**Status:** ready'),
        'c.md': file('3 - Three', '**Blocked by:** 1, 02', '**Status:** ready'),
      },
      ['x 1: One', '2: Two', '3: Three <- 1, 2'],
    ],
    [
      'links to files',
      {
        'tasks/01-one.md': file('01 — One', 'Text.'),
        'tasks/02-two.md': file('02 — Two', '**Blocked by:** [01 — One](01-one.md)'),
      },
      ['01: One', '02: Two <- 01'],
    ],
    [
      'numbers in names',
      { 'x/issue-04-one.md': file('One', 'Text.'), 'x/issue-05-two.md': file('Two', '**Blocked by:** issue-04-one') },
      ['04: One', '05: Two <- 04'],
    ],
    [
      'numbers with titles',
      {
        '1.md': file('01 — One, and two', '**Status:** done'),
        '2.md': file('02 — Two', '**Status:** done'),
        '3.md': file('03: Three', 'Status: ready', '', '**Blocked by:** 01 — One, and two; 02 (Two).'),
        '4.md': file('Task 004: Four', '**Status:** backlog', '**Blocked By:** 01 and 3', '**Depends On:** 003-three'),
      },
      ['x 01: One, and two', 'x 02: Two', '03: Three <- 01, 02', '004: Four <- 01, 03'],
    ],
    [
      'issues by number',
      { '1.md': file('Task 1: One', '**Status**: open'), '2.md': file('Task 2: Two', '**Blocked by**: #1') },
      ['1: One', '2: Two <- 1'],
    ],
    [
      'names for ids',
      { 'x/setup.md': file('Set up', '- Status: open'), 'x/api.md': file('The API', '- Depends on: setup') },
      ['setup: Set up', 'api: The API <- setup'],
    ],
    [
      'a file beside that is no task',
      { 'README.md': '# About\n\nText.\n', '01-a.md': file('01 — A', 'Text.'), '02-b.md': file('02 — B', 'Text.') },
      ['01: A', '02: B'],
    ],
  ];
  it.each(table)('%s', (_, files, expected) => {
    expect(rows(folder(files))).toEqual(expected);
    expect(remarks(folder(files))).toEqual([]);
    expect(parsePlan(folder(files)).dialect).toBe('task-files');
  });

  it('is read alone', () => {
    const text = file(
      '04 — Rework',
      '**What to build:** all of it',
      'on two lines.',
      '',
      '**Blocked by:** None',
      '',
      '**Status:** ready',
      '',
      '- [ ] `npm test` passes',
      '- [x] It works —',
      '      on both machines',
      '  - [ ] this, too',
      '',
      '## Notes',
      '',
      'Mind the gap.',
    );
    const { tasks } = parsePlan(text);
    expect(rows(text)).toEqual(['04: Rework']);
    expect(tasks[0]?.prompt).toBe('Rework\n\n**What to build:** all of it\non two lines.\n\n## Notes\n\nMind the gap.');
    expect(tasks[0]?.acceptance.map(({ text: said, command, done }) => [said, command, done])).toEqual([
      ['`npm test` passes', 'npm test', false],
      ['It works — on both machines', undefined, true],
      ['this, too', undefined, false],
    ]);
    expect(marks(text)).toEqual([['ready -> done']]);
    expect(marks(text.replace('ready', 'In progress'))).toEqual([['In progress -> Done']]);
    expect(parsePlan(text).title).toBe('Rework');
  });

  it('tells of what is not there', () => {
    expect(
      remarks(
        folder({
          'a.md': file('01 — One', '**Blocked by:** 01, 07'),
          'b.md': file('02 — Two', 'Text.', '**Status:** open'),
        }),
      ),
    ).toEqual(['self-dependency "01"', 'unknown-dependency "07"']);
  });

  it('is no document that only starts with a number', () => {
    expect(parsePlan('# 1. Introduction\n\nText.\n').tasks).toEqual([]);
    expect(parsePlan('# Orca\n\n**Status:** beta\n').dialect).not.toBe('task-files');
  });
});
