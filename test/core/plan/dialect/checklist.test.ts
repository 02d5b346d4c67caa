import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../../src/core/plan/parse.ts';
import { said } from '../reading.ts';
import { ticked, told } from './told.ts';

function check(text: string, ...expected: readonly string[]): void {
  expect(told(text)).toEqual(expected);
}

const none = (text: string) => expect(told(text)[0], text).toBe('orca, stated, with errors');

const EPIC = `# Epic: shop

About it.

### Backend
- [x] #33: Model in \`src/model.ts\`
- [ ] #34 Service (blocked by #33) - 3 hours
  - Blocked by #36
- [ ] owner/web#35: Page [depends on #33 and #34]
- [ ] [#36](https://example.com/o/r/issues/36) Cache
- [ ] Release notes (#37)
- [ ] https://example.com/o/r/issues/38
- [ ] Tell everyone

## Acceptance criteria
- [ ] #33: is closed
`;

describe('a task list of issues', () => {
  it('has an issue a task, which says what it waits for', () => {
    check(EPIC, ...['checklist, stated', '33 x', '34 < 33, 36', 'web-35 < 33, 34', '36', '37', '38', 'tell-everyone']);
    const { title, context, tasks } = parsePlan(EPIC);
    expect(title).toBe('Epic: shop');
    expect(context).toMatch(/^About it\./);
    expect(tasks).toMatchObject([
      { title: 'Model in `src/model.ts`', files: ['src/model.ts'] },
      { title: 'Service', estimate: { minutes: 180 }, prompt: 'Service\n\n- Blocked by #36' },
      { title: 'Page' },
      { title: 'Cache' },
      { title: 'Release notes' },
      { title: 'Issue #38' },
      { title: 'Tell everyone' },
    ]);
    expect(ticked(EPIC, '34', 'web-35')).toBe(EPIC.replace('[ ] #34', '[x] #34').replace('[ ] owner', '[x] owner'));
  });

  it('goes on with sections of its issues', () => {
    const text = `- [ ] #1: First
- [ ] #2: Second

## #1: First

Do it.

- [ ] a step

## #2: Second

Then that.

### Blocked by
- #1

## #3 — Third

**Blocked by:** #1, #2
`;
    check(text, 'checklist, stated', '1', '2 < 1', '3 < 1, 2');
    expect(parsePlan(text).tasks).toMatchObject([
      { title: 'First', prompt: 'First\n\nDo it.\n\n- [ ] a step' },
      { prompt: 'Second\n\nThen that.\n\n### Blocked by\n- #1' },
      { title: 'Third' },
    ]);
  });

  it('may say it elsewhere, or not at all', () => {
    check(
      '- [ ] #1: A\n- [ ] #2: B\n\n## Dependencies\n\n- #2 depends on #1\n- #9 → #1\n',
      'checklist, stated',
      '1',
      '2 < 1',
    );
    check('- [ ] #1: A\n- [ ] #2: B (see #1, #9)\n', 'checklist, sequence', '1', '2');
    expect(said('- [ ] #1: A (blocked by #9)\n', ['unknown-dependency'])).toEqual([
      'error 1:25 "#9": No task has the id `#9`.',
    ]);
  });

  it('is none where issues are only named', () => {
    none('- [ ] Look at #3 and others\n');
    none('## Blocked by\n- [ ] #3\n- [ ] #4\n');
    none('## #1: Be careful\n\nText.\n\n## #2: Be quick\n');
    check('### a: A\n- Estimate: 5 min\n- [ ] #3: a step\n', 'orca, stated', 'a');
  });
});

describe('a list of what is to be done', () => {
  it('has its checkboxes as tasks, one after another', () => {
    const text =
      '# Notes\n\n## Tasks\n- [x] Set up `src/a.ts` (30 min)\n- [ ] **Build** it\n  - [ ] a step\n\n### More\n- [ ] Build it\n';
    check(text, 'checklist, sequence', 'set-up-src-a-ts x', 'build-it', 'build-it-2');
    expect(parsePlan(text).tasks).toMatchObject([
      { title: 'Set up `src/a.ts`', estimate: { minutes: 30 }, files: ['src/a.ts'] },
      { title: 'Build it', prompt: 'Build it\n\n- [ ] a step' },
      { title: 'Build it' },
    ]);
    expect(ticked(text, 'build-it')).toBe(text.replace('[ ] **Build', '[x] **Build'));
  });

  it('is told by its heading, or one above', () => {
    for (const heading of [
      '# TODO',
      '## To-do list',
      '## Implementation plan',
      '# Implementation Plan: Shop',
      '## Action items',
      '## 3. Tasks',
      '## ✅ Tasks',
    ])
      check(`${heading}\n- [ ] A\n`, 'checklist, sequence', 'a');
    check('# TODO\n## Phase 1: A\n- [ ] B\n## Phase 2: C\n- [ ] D\n', 'checklist, sequence', 'b L1', 'd L2');
  });

  it('is none where the checkboxes are to be true, or known', () => {
    for (const heading of [
      ...['Acceptance criteria', 'Definition of Done', 'Goals', 'Non-goals', 'Requirements', 'Functional Requirements'],
      ...['Risks', 'Success criteria', 'Review checklist', 'Verification', 'Open questions', 'Prerequisites', 'Notes'],
    ]) {
      none(`## ${heading}\n- [ ] A\n`);
      none(`# Tasks\n## ${heading}\n- [ ] A\n`);
    }
    none('- [ ] A\n');
    none('# Shop\n- [ ] A\n');
    none('## Tasks\n```\n- [ ] A\n```\n');
    check('## Tasks\n### a: A\n- [ ] a step\n', 'orca, stated', 'a');
  });
});
