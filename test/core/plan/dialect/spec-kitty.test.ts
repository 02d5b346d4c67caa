import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../../src/core/plan/parse.ts';
import { folder, marks, remarks, rows } from './rows.ts';

const section = (
  id: string,
  depends: readonly string[],
  steps: readonly string[] = ['- [ ] T001 [P] Write `a.py`'],
): string =>
  [
    `## Work Package ${id}: About ${id} (Priority: P1)`,
    '',
    `**Prompt**: \`tasks/${id}.md\``,
    '**Independent Test**: It runs.',
    '',
    '### Included Subtasks',
    ...steps,
    '',
    '### Dependencies',
    ...depends,
    '',
    '### Risks',
    '- None; WP09 is far.',
    '',
    '---',
    '',
  ].join('\n');
const list = (...sections: readonly string[]): string => `# Work Packages: Shop\n\nFor all.\n\n${sections.join('\n')}`;
const file = (id: string, more: readonly string[] = [], body = '# Prompt\n\nDo it.\n'): string =>
  ['---', `work_package_id: "${id}"`, `title: File ${id}`, ...more, '---', '', body].join('\n');

describe('work packages of spec-kitty', () => {
  it('are the sections of tasks.md; what is in them are steps', () => {
    const text = list(
      section('WP01', ['- None (before WP02)'], ['- [x] T001 One', '- [X] T002 [P] Two']),
      section('WP02', ['- Depends on WP01 (as WP03 does)'], ['- [x] T003 One', '- [ ] T004 Two', '- [ ] all good']),
      section('WP03', ['- Depends on WP01 and WP02', '- Blocks WP04']),
    );
    expect(rows(text)).toEqual(['x WP01: About WP01', 'WP02: About WP02 <- WP01', 'WP03: About WP03 <- WP01, WP02']);
    expect(remarks(text)).toEqual([]);
    expect(marks(text)).toEqual([['x -> x', 'X -> x'], ['x -> x', '  -> x'], ['  -> x']]);
    const { dialect, title, context, order, tasks } = parsePlan(text);
    expect([dialect, title, context, order?.rule]).toEqual(['spec-kitty', 'Shop', 'For all.', 'stated']);
    expect(tasks[1]?.acceptance.map(({ text: said }) => said)).toEqual(['It runs.']);
    expect(tasks[1]?.prompt).toContain('T004 Two');
    expect(tasks[1]?.prompt).not.toContain('WP03:');
  });

  const written: [line: string, rows: string[]][] = [
    ['**Dependencies**: WP01', ['WP01: A', 'WP02: B <- WP01']],
    ['- **Depends on**: WP01 (all)', ['WP01: A', 'WP02: B <- WP01']],
    ['**Dependencies**: None. Enables WP01.', ['WP01: A', 'WP02: B']],
    ['**Dependencies**: WP01. Blocks WP09.', ['WP01: A', 'WP02: B <- WP01']],
    ['### Dependencies\n- Depends on outputs of WP01–WP01.', ['WP01: A', 'WP02: B <- WP01']],
    ['### Dependencies\n- None. Runs in parallel with WP01.', ['WP01: A', 'WP02: B']],
    ['### Dependencies\n- Depends on WP01 (x), and benefits from WP09.', ['WP01: A', 'WP02: B <- WP01']],
    ['### Parallel\n- Beside WP09\n\n**Dependencies**: WP01.', ['WP01: A', 'WP02: B <- WP01']],
    ['', ['WP01: A', 'WP02: B']],
  ];
  it.each(written)('are read with the line %j', (line, expected) => {
    const text = `## WP01: A\n\n- [ ] T001 x\n\n## WP02 – B 🎯 MVP\n\n${line}\n`;
    expect(rows(text)).toEqual(expected);
    expect(parsePlan(text).order?.rule).toBe(line === '' ? 'sequence' : 'stated');
  });

  it('may stand under phases, and name a range, their files and requirements', () => {
    const text = [
      '# Tasks: Parts\n\n## Work Packages\n\n### Setup\n\n#### WP01: A [Priority: P1] ✅\n**Goal**: x\n',
      '**Subtasks**:\n- [X] T001: a\n\n**Dependencies**: None (all)\n\n#### WP02: B [Priority: P2] [P]\n- [ ] T002: b\n',
      '**Dependencies**: WP01\n**Owned Files**: src/a.ts, `src/b.ts`\n**Requirement Refs**: FR-1, NFR-2\n\n',
      '### Polish\n\n#### WP03: C\n- [ ] T003: c\n\n**Dependencies**: WP01-WP02 (all before)\n\n## Notes\n\n- WP09 later\n',
    ].join('');
    expect(rows(text)).toEqual(['x WP01: A', 'WP02: B <- WP01', 'WP03: C <- WP01, WP02']);
    expect(remarks(text)).toEqual([]);
    const { title, tasks } = parsePlan(text);
    expect([title, tasks[1]?.files, tasks[1]?.requirements]).toEqual([
      'Parts',
      ['src/a.ts', 'src/b.ts'],
      ['FR-1', 'NFR-2'],
    ]);
  });

  it('are files with front matter', () => {
    const source = folder({
      'tasks/WP01.md': file('WP01', ['lane: "done"', 'dependencies: []']),
      'tasks/WP02.md': file(
        'WP02',
        [
          'lane: "planned"',
          'subtasks: [T001]',
          'dependencies:',
          '- "WP01"',
          'owned_files:',
          '- src/**',
          '- ./a.py',
          '- ../b.py',
          'history:',
          '- lane: done',
        ],
        '# Prompt\n\nDo it.\n\n## Definition of Done Checklist\n\n- [ ] Tests pass\n',
      ),
      'tasks/README.md': '# Tasks\n\n- [ ] T001 no\n',
    });
    expect(rows(source)).toEqual(['x WP01: File WP01', 'WP02: File WP02 <- WP01']);
    expect(remarks(source)).toEqual(['path-outside-workspace "../b.py"']);
    expect(marks(source)).toEqual([['"done" -> "done"'], ['"planned" -> "done"']]);
    const task = parsePlan(source).tasks[1];
    expect(task?.files).toEqual(['src/**', 'a.py']);
    expect(task?.acceptance.map(({ text }) => text)).toEqual(['Tests pass']);
    expect(task?.prompt).toContain('File WP02\n\n# Prompt\n\nDo it.');
  });

  it('of tasks.md and of a file are one task', () => {
    const source = folder({
      'tasks.md': list(section('WP01', ['- None'], ['- [x] T001 One']), section('WP02', ['- Depends on WP01'])),
      'tasks/WP01.md': file('wp01', ['lane: doing']),
      'tasks/WP03.md': file('WP03', ['dependencies: [WP02]']),
    });
    expect(rows(source)).toEqual(['wp01: File wp01', 'WP02: About WP02 <- wp01', 'WP03: File WP03 <- WP02']);
    expect(marks(source)).toEqual([['x -> x', 'doing -> done'], ['  -> x'], []]);
    expect(parsePlan(source).tasks[0]?.prompt).toContain('Do it.');
  });

  it('tell of a package that is not there, and of one that is there twice', () => {
    expect(remarks(list(section('WP01', ['- Depends on WP07']), section('WP01', ['- None'])))).toEqual([
      'unknown-dependency "WP07"',
      'duplicate-id "WP01"',
    ]);
  });
});
