import { describe, expect, it } from 'vitest';
import { filesOfFolder, planFolderOf } from '../../../src/core/plan/plan-files.ts';

describe('the plan that a folder is', () => {
  const table: [name: string, names: string[], files: string[]][] = [
    ['a plan among other files', ['notes.md', 'plan.md', 'tasks.md', 'tasks/a.md'], ['plan.md']],
    ['a list of tasks', ['spec.md', 'plan.txt', 'tasks.md', 'research.md'], ['tasks.md']],
    ['JSON of Task Master', ['config.json', 'tasks/tasks.json', 'tasks/task_001.txt'], ['tasks/tasks.json']],
    [
      'packages with their list',
      ['spec.md', 'tasks.md', 'tasks/WP10-b.md', 'tasks/README.md', 'tasks/WP02-a.md'],
      ['tasks.md', 'tasks/WP02-a.md', 'tasks/WP10-b.md'],
    ],
    ['packages alone', ['tasks/WP01.md'], ['tasks/WP01.md']],
    [
      'Backlog.md',
      ['config.yml', 'tasks/task-10 - b.md', 'tasks/task-9 - a.md', 'completed/task-1.md', 'tasks/README.md'],
      ['tasks/task-9 - a.md', 'tasks/task-10 - b.md', 'completed/task-1.md'],
    ],
    ['issues beside their spec', ['spec.md', 'issues/02-b.md', 'issues/01-a.md'], ['issues/01-a.md', 'issues/02-b.md']],
    ['files of tasks', ['10-c.md', '2-b.md', '1-a.md', 'README.md', 'x.txt'], ['1-a.md', '2-b.md', '10-c.md']],
    ['nothing', ['main.ts', 'README.md'], []],
  ];
  it.each(table)('%s', (_, names, files) => {
    expect(filesOfFolder(names)).toEqual(files);
    expect(filesOfFolder(names.toReversed())).toEqual(files);
  });

  const folders: [path: string, folder: string | undefined][] = [
    ['backlog/tasks/task-1 - a.md', 'backlog'],
    ['/home/me/app/backlog/tasks', '/home/me/app/backlog'],
    ['backlog/completed/task-1.md', 'backlog'],
    ['backlog/docs/a.md', undefined],
    ['kitty-specs/001-a/tasks.md', 'kitty-specs/001-a'],
    ['app/kitty-specs/001-a/tasks/WP01.md', 'app/kitty-specs/001-a'],
    ['kitty-specs/001-a/spec.md', undefined],
    ['specs/001/tasks.md', undefined],
    ['plan.md', undefined],
  ];
  it.each(folders)('%s', (path, folder) => {
    expect(planFolderOf(path)).toBe(folder);
  });
});
