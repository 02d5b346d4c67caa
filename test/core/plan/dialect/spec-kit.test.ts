import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../../src/core/graph/build.ts';
import { parsePlan } from '../../../../src/core/plan/parse.ts';
import { simulate } from '../../../../src/core/schedule/simulate.ts';
import { said } from '../reading.ts';
import { ticked, told } from './told.ts';

function check(text: string, ...expected: readonly string[]): void {
  expect(told(text)).toEqual(expected);
}

const PLAN = `# Tasks: Shop

**Input**: Design documents from \`/specs/001-shop/\`

## Execution Flow (main)
\`\`\`
1. Load plan.md: T001 is first
\`\`\`

## Format: \`[ID] [P?] [Story] Description\`

- **[P]**: Can run in parallel

## Phase 1: Setup

**Purpose**: Structure

- [x] T001 Create the structure: src/index.ts, tests/
- [ ] T002 [P] Configure linting in .eslintrc.json

---

## Phase 3.2: User Story 1 - Cart (Priority: P1)

### Tests for User Story 1

- [ ] T003 [P] [US1] Contract test in tests/cart.test.ts
- [ ] T004 [US1] [P] Integration test in tests/flow.test.ts

### Implementation

- [ ] T005 [US1] Model in src/cart.ts (depends on T003, T004)
  - Items with a count
- [ ] T006 [US1, US2] Service

**Checkpoint**: works

## Dependencies & Execution Order

- T001 before T002
- T099 before T001

### Parallel Opportunities

- T003, T004 can run in parallel
\`\`\`bash
Task: "T003 Contract test"
\`\`\`
`;

describe('a spec-kit plan', () => {
  it('has its phases, its parallel marks and what its tasks and its section on dependencies state', () => {
    check(
      PLAN,
      'spec-kit, marks',
      ...['T001 x L1', 'T002 P L1 < T001', 'T003 P L2', 'T004 P L2', 'T005 L2 < T003, T004', 'T006 L2'],
    );
  });

  it('has titles, files, stories and prompts', () => {
    const { title, context, layers, tasks } = parsePlan(PLAN);
    expect(title).toBe('Shop');
    expect(context).toBe('**Input**: Design documents from `/specs/001-shop/`');
    expect(layers.map(({ name }) => name)).toEqual(['Setup', 'User Story 1 - Cart (Priority: P1)']);
    expect(tasks[0]).toMatchObject({
      title: 'Create the structure: src/index.ts, tests/',
      files: ['src/index.ts', 'tests/**'],
    });
    expect(tasks[4]).toMatchObject({
      prompt: 'Model in src/cart.ts (depends on T003, T004)\n\n- Items with a count',
      requirements: ['US1'],
    });
    expect(tasks[5]?.requirements).toEqual(['US1', 'US2']);
  });

  it('runs tasks that are marked as parallel and write one file in turn, all the same', () => {
    const tests = ['T013', 'T014', 'T015', 'T016'].map(
      (id) => `- [ ] ${id} [P] [US1] Write a test in tests/test_routes.py`,
    );
    const graph = buildGraph(parsePlan(['## Phase 3: Story', '', ...tests, '- [ ] T017 Implement it'].join('\n')));
    expect(graph.nodes.slice(0, 4).map(({ dependsOn }) => dependsOn)).toEqual([[], [], [], []]);
    const { entries, minutes } = simulate(graph, { strategy: 'hybrid', agents: 4 });
    expect(entries.slice(0, 4).map(({ start }) => start)).toEqual([0, 30, 60, 90]);
    expect(minutes).toBe(150);
  });

  it('is ticked at its checkbox', () => {
    expect(ticked(PLAN, 'T001', 'T005')).toBe(PLAN.replace('[ ] T005', '[x] T005'));
  });

  it('may write a task in other ways', () => {
    const cases: [line: string, id: string, title: string][] = [
      ['- [ ] **T001** Write it', 'T001', 'Write it'],
      ['- [ ] **T001:** Write it', 'T001', 'Write it'],
      ['- [ ] **T001**: Write it', 'T001', 'Write it'],
      ['- [ ] **T001 Write it**', 'T001', 'Write it'],
      ['- [ ] **T001** · Write it', 'T001', 'Write it'],
      ['- [ ] T001: Write it', 'T001', 'Write it'],
      ['- [ ] T001. Write it', 'T001', 'Write it'],
      ['- [ ] T001 — Write it', 'T001', 'Write it'],
      ['- [ ] [T001] Write it', 'T001', 'Write it'],
      ['- [ ] `T001` Write it', 'T001', 'Write it'],
      ['- [ ] ~~T001 Write it~~', 'T001', 'Write it'],
      ['* [ ] T1 Write it', 'T1', 'Write it'],
      ['1. [ ] T001a Write it', 'T001a', 'Write it'],
      ['- [ ] T1.2 Write it', 'T1.2', 'Write it'],
      ['- [ ] TASK-001 Write it', 'TASK-001', 'Write it'],
      ['- [ ] T001', 'T001', 'T001'],
      ['- [ ] T001 Write it,\n  and more', 'T001', 'Write it, and more'],
      ['- [ ] T001 Write it\n  - **Path**: `a.ts`', 'T001', 'Write it'],
    ];
    for (const [line, id, title] of cases) expect(parsePlan(`${line}\n`).tasks, line).toMatchObject([{ id, title }]);
  });

  it('knows a parallel mark wherever it stands', () => {
    for (const line of [
      'T001 [P] A',
      '**T001** `[api] [P]` A',
      'T001 [US1] [P] A',
      'T001 **[P]** A',
      'T001 (P) A',
      'T001 A [P]',
    ])
      check(`- [ ] ${line}\n`, 'spec-kit, marks', 'T001 P');
  });

  it('may have no checkboxes', () => {
    check(
      '# Tasks\n## Phase 1: Setup\n- T001 A\n- T002 [P] B\n  - T003 is next\n## Phase 2: Core\n1. **T003** C\n## Dependencies\n- T001 before T003\n- T004 is none\n',
      ...['spec-kit, marks', 'T001 L1', 'T002 P L1', 'T003 L2 < T001'],
    );
    check('## Phase 3.1: Setup\nT001 A\nT002 [P] B\n', 'spec-kit, marks', 'T001 L1', 'T002 P L1');
    expect(told('The bug T001 is old.\n\n- T001 is old\n')[0]).toBe('orca, stated, with errors');
  });

  it('has the headings over its tasks as layers where it has no phases', () => {
    check('# T\n## Setup\n- [ ] T001 [P] A\n## Core\n- [ ] T002 [P] B\n', 'spec-kit, marks', 'T001 P L1', 'T002 P L2');
    check(
      '## Phase 1: Core (Week 1)\n### Phase 1.1: Setup\n- [ ] T001 A\n### Phase 1.2: Rest\n- [ ] T002 B\n',
      ...['spec-kit, marks', 'T001 L1', 'T002 L2'],
    );
  });

  it('takes at its word what is stated, in several forms', () => {
    const of = (line: string) => told(`- [ ] T001 A\n- [ ] T002 B\n- [ ] T003 C\n- [ ] T004 ${line}\n`)[4];
    for (const line of [
      'D (depends on T001, T003)',
      'D (Depends on: T001 and T003)',
      'D (after T001, T003)',
      'D — requires T001, T003',
      'D — depends on T001/T003',
      'D `needs:T001, T003`',
      'D\n  - Depends on: T001, T003',
      'D\n  - **Dependencies**: T001, T003',
      'D\n  Dependencies: T001, T003',
    ])
      expect(of(line), line).toBe('T004 < T001, T003');
    expect(of('D (depends on T001-T003)')).toBe('T004 < T001, T002, T003');
    expect(of('D (depends on nothing)\n  - Dependencies: None')).toBe('T004');
    expect(of('D as T001 and T002 do')).toBe('T004');
    expect(of('D (blocks T001)')).toBe('T004');
    expect(said('- [ ] T001 A\n- [ ] T002 B (depends on T009)\n', ['unknown-dependency'])).toEqual([
      'error 2:26 "T009": No task has the id `T009`. Did you mean `T001`?',
    ]);
  });

  it('reads a section on dependencies where it is plain', () => {
    const tasks = Array.from({ length: 6 }, (_, i) => `- [ ] T00${i + 1} A\n`).join('');
    const edges = (line: string) =>
      told(`${tasks}\n## Dependencies\n\n${line}\n`)
        .slice(1)
        .flatMap((task) =>
          task
            .split(' < ')
            .slice(1)
            .map((on) => `${task.split(' ')[0]} < ${on}`),
        );
    const cases: [line: string, ...expected: string[]][] = [
      ['- T001 before T002', 'T002 < T001'],
      [
        '- **Setup**: T001 before T002/T003 (same project); T004 after T003.',
        'T002 < T001',
        'T003 < T001',
        'T004 < T003',
      ],
      ['- T001 → T002 → T003 (chain)', 'T002 < T001', 'T003 < T002'],
      ['T001 -> T002, T003', 'T002 < T001', 'T003 < T001'],
      ['```\nT001 [US1] --> T002\n```', 'T002 < T001'],
      ['- T004 blocks T005, T006', 'T005 < T004', 'T006 < T004'],
      ['- T003 depends on T001 and T002', 'T003 < T001, T002'],
      ['- T004-T006 each depend on T003', 'T004 < T003', 'T005 < T003', 'T006 < T003'],
      ['- T002 and T003 must both complete before T004', 'T004 < T002, T003'],
      ['- Tasks T005, T006 can run after T001-T003', 'T005 < T001, T002, T003', 'T006 < T001, T002, T003'],
      ['- T004 (needs T001), T005', 'T004 < T001'],
      ['- T003 and T004; T005 depends on T001,\n  T002 and T003', 'T005 < T001, T002, T003'],
      // It stands the other way round, or speaks of something else.
      ['- T005 before T002'],
      ['- T002 does not depend on T001'],
      ['- T002 and T003 can run in parallel with T001'],
      ['- T001 is independent, T002 too'],
      ['- T009 before T001, and T002 after US1'],
      ['T001 ─┐\n      ├→ T003\nT002 ─┘'],
      ['- Setup (T001-T002) before implementation (T003-T006)'],
    ];
    for (const [line, ...expected] of cases) expect(edges(line), line).toEqual(expected);
  });

  it('finds no task in what is told of them elsewhere', () => {
    check(
      `${PLAN}\n## Parallel Example\n\n- [ ] T003 again\n\n## Acceptance Criteria\n\n- [ ] T001 is right\n`,
      ...told(PLAN),
    );
    for (const text of ['- [ ] T003-T005 are done\n', '- [ ] CHK001 Is it clear?\n', '- [ ] The T001 sensor\n'])
      expect(told(text)[0]).not.toContain('spec-kit');
  });
});
