import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../../src/core/plan/parse.ts';
import { said } from '../reading.ts';
import { ticked, told } from './told.ts';

function check(text: string, ...expected: readonly string[]): void {
  expect(told(text)).toEqual(expected);
}

const PLAN = `# Tasks: clear the advisory

**Issue:** #568

## Plan

| Wave | Task | Owns (exclusively) | Depends on |
|---|---|---|---|
| 1 | **T1** — bump \`js\` | \`docs/lock.json\` | — |
| 1 | **T2** — log findings | \`.github/ci.yml\`, \`SECURITY.md\` | none |
| 2 | **T3** — release | | T1, T2 |

No two tasks own a file.

---

## T1 — Bump \`js\` in the lockfile

**Status:** [ ] Open
**Owns:** \`docs/lock.json\`

### Description

Run it.

### Acceptance criteria

- [x] \`npm test\` passes
- [ ] One entry

## T2 — Log the findings

**Status:** [x] Complete — verified

### Description

Add a step.

## Out of scope

| Item | Owned by |
|---|---|
| Narrow it | T9 |
`;

describe('a table of tasks', () => {
  it('has a task a row, which a heading with its id goes on with', () => {
    check(PLAN, 'table, layers', 'T1 L1', 'T2 x L1', 'T3 L2 < T1, T2');
    const { title, context, tasks } = parsePlan(PLAN);
    expect(title).toBe('clear the advisory');
    expect(context).toContain('No two tasks own a file.');
    expect(context).not.toContain('Run it.');
    expect(tasks).toMatchObject([
      {
        title: 'Bump `js` in the lockfile',
        files: ['docs/lock.json'],
        prompt: '### Description\n\nRun it.',
        acceptance: [{ command: 'npm test', done: true }, { text: 'One entry' }],
      },
      { title: 'Log the findings', files: ['.github/ci.yml', 'SECURITY.md'] },
      { title: 'release', prompt: 'release', files: [] },
    ]);
    expect(ticked(PLAN, 'T1')).toBe(PLAN.replace('[ ] Open', '[x] Open'));
  });

  it('may have its columns by other names, and in any order', () => {
    const text = `| ID | Title | Blocked by | Estimate | Agent | Status | Notes |
| :-- | --- | --- | ---: | --- | --- | --- |
| a-1 | Model |  | 2 h | codex | Done | x |
| a-2 | [Service](#a) | \`a-1\` | 30 min | — | In Progress | with \\| care |
| 3 | Page | a-1 - a-2 | - | | ⬜ | |
`;
    check(text, 'table, stated', 'a-1 x', 'a-2 < a-1', '3 < a-1, a-2');
    expect(parsePlan(text).tasks).toMatchObject([
      { title: 'Model', estimate: { minutes: 120 }, agent: 'codex' },
      { title: 'Service', estimate: { minutes: 30 }, prompt: 'Service\n\nNotes: with \\| care' },
      { title: 'Page' },
    ]);
    expect(ticked(text, 'a-2', '3')).toBe(text.replace('In Progress', 'Done').replace('⬜', '✅'));
  });

  it('may have titles for ids, no outer pipes, and waves as headings', () => {
    check(
      'Task | Files | Depends on\n--- | --- | ---\nBuild it | a.ts | -\nTest it | b.ts | Build it\n',
      ...['table, stated', 'build-it', 'test-it < build-it'],
    );
    check(
      '## Wave 1\n| Task | Files |\n|---|---|\n| Task 1: A | a.ts |\n## Wave 2\n| Task | Files |\n|---|---|\n| Task 2: B | b.ts |\n',
      ...['table, layers', 'task-1 L1', 'task-2 L2'],
    );
    check('| Task | Files |\n|---|---|\n| A | a.ts |\n| B | b.ts |\n', 'table, sequence', 'a', 'b');
    check(
      '| Phase | Task | Needs |\n|---|---|---|\n| B | 1. A | Phase A |\n| A | 2. B | |\n',
      'table, layers',
      '1 L1',
      '2 L2',
    );
  });

  it('tells an unknown dependency', () => {
    expect(said(PLAN.replace('| T1, T2 |', '| T1, T9 |'), ['unknown-dependency'])).toEqual([
      'error 11:32 "T9": No task has the id `T9`. Did you mean `T1`?',
    ]);
  });

  it('is none where a table lists something else, or only some of the tasks', () => {
    for (const head of [
      'File | Action',
      'Phase | Tasks',
      'ID | Requirement | Depends on',
      'Task | Owner',
      'Name | Files',
    ])
      expect(told(`| ${head} |\n|---|---|\n| A | B | C |\n`)[0], head).toBe('orca, stated, with errors');
    expect(told('## Requirements\n| Task | Files |\n|---|---|\n| A | a.ts |\n')[0]).toBe('orca, stated, with errors');
    check(
      '| Task | Depends on |\n|---|---|\n| a | |\n\n### a: A\n- Estimate: 5 min\n### b: B\n- Estimate: 5 min\n',
      ...['orca, stated', 'a', 'b'],
    );
    check(
      '| Task | Depends on |\n|---|---|\n| a: A | |\n| b: B | A |\n\n### a: A\n- Estimate: 5 min\n### b: B\n- Estimate: 5 min\n',
      ...['table, stated', 'a', 'b < a'],
    );
  });
});
