import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildGraph, rebuildGraph } from '../../../src/core/graph/build.ts';
import { parsePlan, readPlan } from '../../../src/core/plan/parse.ts';
import { rereadPlan } from '../../../src/core/plan/reread.ts';

const known = { agents: ['claude', 'codex'], gates: ['tests'] };

const ORCA = `---
strategy: hybrid
---
# A plan

Context for all.

## Layer 1: Foundation
Gates: tests

### set-up: Set it up
- Estimate: 25 min
- Depends on: none
- Files: \`src/a.ts\`, src/b.ts
- Acceptance:
  - [ ] \`npm test\` passes
  - [x] It is there

Make the folders, and what is in them.

#### Notes

1. First
2. Second

\`\`\`sh run
mkdir -p src
\`\`\`

## Backend

### build: Build it
**Estimate**: 1-2 h | **Depends on**: \`set-up\`

As it says.

### check-it: Check it
- Depends on: build, set-up
- Agent: codex
- Status: done
`;

const KIT = `# Tasks: App

Input: the design

## Phase 1: Setup

- [x] T001 Create the project in src/
- [ ] T002 [P] Write a in src/a.ts
  with more of it
  - a detail
- [ ] T003 [P] [US1] Write b in src/b.ts (depends on T001)

## Phase 2: Polish

- [ ] T004 Clean up src/a.ts and src/b.ts
`;

const TREE = `Layer 1:
├── a (5 min)
└── b (10 min)

Layer 2: More
└── c (1 h)
`;

const put = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      ' ',
      '\n',
      '\n\n',
      'x',
      '- ',
      '  ',
      '# ',
      '### ',
      '#### ',
      '- [ ] ',
      '[x]',
      '\`',
      '\`\`\`',
      '\n\`\`\`\n',
      '---',
      '|',
      ':',
    ],
    ...[
      'Estimate: 5 min',
      '- Depends on: build\n',
      ', set-up',
      'set-up',
      'none',
      '2-3 h',
      '<!-- ',
      '-->',
      '> ',
      '\r\n',
      '\t',
      'T001',
      '[P]',
    ],
    ...[
      '\n- [ ] T001 x\n',
      '\n### new: New\n- Estimate: 5 min\n',
      'Layer 3: x',
      '(depends on T002)',
      'é',
      '\uFFFD',
      '\0',
      '    ',
      '**Files**: x',
      '1. ',
    ],
  ),
  fc.string({ maxLength: 5 }),
);
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.integer({ min: 0, max: 12 }),
  put,
});

describe('a plan that is read again', () => {
  it.each([
    ['headings', ORCA],
    ['a list', KIT],
    ['a tree', TREE],
  ])('is the same as one that is read anew: %s', (_, text) => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        let reading = readPlan(text, known);
        let now = text;
        let shown = { plan: reading.plan, graph: buildGraph(reading.plan) };
        for (const { at, remove, put: more } of edits) {
          const start = Math.floor(at * now.length);
          now = now.slice(0, start) + more + now.slice(start + remove);
          reading = rereadPlan(reading, now);
          const whole = parsePlan(now, known);
          expect(reading.plan).toEqual(whole);
          const graph = buildGraph(whole);
          shown = { plan: reading.plan, graph: rebuildGraph(reading.plan, shown) };
          expect(shown.graph).toEqual(graph);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('costs only the task that was typed in', () => {
    const before = readPlan(ORCA, known);
    for (const [was, is] of [
      ['Make the folders', 'Make all of the folders'],
      ['Estimate: 25 min', 'Estimate: 35 min'],
      ['npm test', 'npm run test'],
    ] as const) {
      const text = ORCA.replace(was, is);
      const after = rereadPlan(before, text);
      expect(after.plan).toEqual(parsePlan(text, known));
      // Only a text that is read anew has its front matter read again.
      expect(after.front).toBe(before.front);
    }
  });
});
