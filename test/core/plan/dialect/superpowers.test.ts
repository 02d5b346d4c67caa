import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../../src/core/plan/parse.ts';
import { ticked, told } from './told.ts';

function check(text: string, ...expected: readonly string[]): void {
  expect(told(text)).toEqual(expected);
}

const PLAN = `# Search Shortcuts — Implementation Plan

> **For agentic workers:** REQUIRED SUB-SKILL: Use superpowers:executing-plans. Steps use checkbox (\`- [ ]\`) syntax.

**Goal:** Shortcuts.

---

## File Map

| File | Action |
|------|--------|
| \`src/a.ts\` | Modify |

---

### Task 1: Test the \`match\` function

The decision is tested alone.

**Files:**
- Create: \`src/a.test.ts\`
- Modify: \`src/a.ts:12-30\` (its helper is in \`src/b.ts\`)
- Read: \`docs/a.md\`

- [x] **Step 1: Write the test**

\`\`\`md
### Task 9: None
- [ ] **Step 9: None**
\`\`\`

- [x] **Step 2: Commit**

---

### Task 2: Build it

**Files:**

- Test: src/a.test.ts, \`src/c/\`
- Verify all files above.

- [x] Add it to \`src/d.ts\`.
- [ ] **Step 2: Run \`npm test\`**

#### Notes

Careful.

## Self-review

- [ ] No placeholder

### Task 3: Ship
`;

describe('a superpowers plan', () => {
  it('has its task headings, one after another; steps are none', () => {
    check(PLAN, 'superpowers, sequence', 'task-1 x', 'task-2', 'task-3');
    const { title, context, tasks } = parsePlan(PLAN);
    expect(title).toBe('Search Shortcuts');
    expect(context).toBe(
      '**Goal:** Shortcuts.\n\n## File Map\n\n| File | Action |\n|------|--------|\n| `src/a.ts` | Modify |',
    );
    expect(tasks).toMatchObject([
      {
        title: 'Test the `match` function',
        files: ['src/a.test.ts', 'src/a.ts'],
        reads: ['docs/a.md'],
        acceptance: [],
      },
      { title: 'Build it', files: ['src/a.test.ts', 'src/c/**'] },
      { title: 'Ship', files: [] },
    ]);
    expect(tasks[0]?.prompt).toMatch(/^The decision.*\n\n\*\*Files:\*\*[^]*Task 9[^]*Step 2: Commit\*\*$/);
    expect(tasks[1]?.prompt).toMatch(/Careful\.$/);
  });

  it('has all steps of a task ticked when it is done', () => {
    expect(ticked(PLAN, 'task-2', 'task-3')).toBe(PLAN.replace('[ ] **Step 2: Run', '[x] **Step 2: Run'));
  });

  it('may be written in other ways', () => {
    const text = (heading: string) => `${heading}\n\n**Files:**\n- Create: \`a.ts\`\n\n**Step 1: Do it**\n`;
    for (const heading of ['## Task 1: A', '### Task 1 — A', '### Task 1. A', '### [ ] Task 1: A', '### **Task 1: A**'])
      check(text(heading), 'superpowers, sequence', 'task-1');
    for (const heading of ['### ✅ Task 1: A', '### Task 1: A ✅', '### [x] Task 1: A', '### Task 1: A (DONE)'])
      check(text(heading), 'superpowers, sequence', 'task-1 x');
    check(`${text('### Task 1: A')}\n${text('### Task 2.1: B')}`, 'superpowers, sequence', 'task-1', 'task-2.1');
    check(`${text('### Task 1: A')}\n${text('### Task 1: B')}`, 'superpowers, sequence', 'task-1', 'task-1-2');
    check(
      `## Chunk 1: API\n${text('### Task 1: A')}\n## Chunk 2: UI\n${text('### Task 2: B')}`,
      ...['superpowers, sequence', 'task-1 L1', 'task-2 L2'],
    );
    check('> superpowers:executing-plans\n\n### Task 1: A\n\nText\n', 'superpowers, sequence', 'task-1');
  });

  it('may say what depends on what', () => {
    const step = '\n- [ ] **Step 1: Do it**\n\n';
    check(
      `### Task 1: A${step}### Task 2: B${step}### Task 3: C\n\n**Depends on:** Task 1\n${step}`,
      ...['superpowers, sequence', 'task-1', 'task-2', 'task-3 < task-1'],
    );
    check(
      `### Task 1: A${step}### Task 2: B${step}### Task 3: C${step}## Task Dependency Graph\n\n\`\`\`\nTask 1 (first)\n  → Task 3\n\nTask 2 → Task 3\n\`\`\`\n`,
      ...['superpowers, stated', 'task-1', 'task-2', 'task-3 < task-1, task-2'],
    );
  });

  it("is told from Orca's own format by its files and steps", () => {
    check('### Task 1: A\n- Estimate: 5 min\n- Files: a.ts\n### Task 2: B\n', 'orca, stated', 'a', 'b');
    check('### Task 1: A\n- [ ] one\n### Task 2: B\n- [ ] two\n', 'orca, stated', 'a', 'b');
  });
});
