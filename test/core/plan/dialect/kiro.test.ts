import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../../src/core/plan/parse.ts';
import { said } from '../reading.ts';
import { ticked, told } from './told.ts';

function check(text: string, ...expected: readonly string[]): void {
  expect(told(text)).toEqual(expected);
}

const PLAN = `# Implementation Plan: Shop

## Overview

A small shop.

## Tasks

- [x] 1. Set up the project
  - Create the folders of \`design.md\`
  - _Requirements: 1.1, 2.3_

- [ ]* 1.1 Write a smoke test

- [ ] 2. Build the cart
  - The cart lives in the session
  - [ ] 2.1 Model in \`src/cart.ts\`
    - Items with a count
      - never below one
    - _Requirements: 3.1_
  - [ ]* 2.2 Property test
    - **Validates: Requirements 3.2**

- [ ] 3. Checkpoint - Ensure all tests pass
  - Ensure all tests pass, ask the user if questions arise.

- [ ] 4. Show it
  - [ ] A step without a number

## Notes

- Tasks marked with \`*\` are optional
`;

describe('a Kiro plan', () => {
  it('has its numbered checkboxes that hold no others as tasks, from top to bottom', () => {
    check(PLAN, 'kiro, sequence', '1 x L1', '1.1 * L1', '2.1 L2', '2.2 * L2', '4 L3');
  });

  it('gives an agent what stands under a task, and what stands under those that hold it', () => {
    const { title, context, tasks, groups } = parsePlan(PLAN);
    const [setup, , model, property, show] = tasks;
    expect(title).toBe('Shop');
    expect(context).toBe('## Overview\n\nA small shop.\n\n## Notes\n\n- Tasks marked with `*` are optional');
    expect(setup).toMatchObject({
      title: 'Set up the project',
      prompt: 'Set up the project\n\n- Create the folders of `design.md`',
      requirements: ['1.1', '2.3'],
    });
    expect(model).toMatchObject({
      files: ['src/cart.ts'],
      prompt:
        'Model in `src/cart.ts`\n\n- Items with a count\n  - never below one\n\n' +
        'Part of 2: Build the cart\n\n- The cart lives in the session',
      requirements: ['3.1'],
    });
    expect(property).toMatchObject({ requirements: ['3.2'], optional: true });
    expect(show?.prompt).toBe('Show it\n\n- [ ] A step without a number');
    expect(groups).toMatchObject([{ id: '2', tasks: ['2.1', '2.2'], done: false }]);
  });

  it('is ticked at a task and at a group', () => {
    const text = '- [ ] 1. A\n  - [-] 1.1 B\n- [ ] 2. C\n';
    expect(ticked(text, '1.1')).toBe('- [ ] 1. A\n  - [x] 1.1 B\n- [ ] 2. C\n');
    expect(ticked(text, '1', '2')).toBe('- [x] 1. A\n  - [-] 1.1 B\n- [x] 2. C\n');
  });

  it('may be written in other ways', () => {
    check(
      '- [ ] 1. A\n- [ ] 1.1 B\n  - text\n- [ ] 1.2 C\n- [x] 2. D\n',
      'kiro, sequence',
      '1.1 L1',
      '1.2 L1',
      '2 x L2',
    );
    check('1. [ ] 1. A\n2. [ ] 2. B\n', 'kiro, sequence', '1', '2');
    check('- [ ] **1. A**\n- [ ] **1.1** B\n- [ ] **1.2: C**\n', 'kiro, sequence', '1.1 L1', '1.2 L1');
    check('- [~] Task 1: A\n- [ ] Task 2: B\n', 'kiro, sequence', '1', '2');
    check(
      '- [ ] 1. A\n  - [ ] 1.1. B\n    - [ ] 1.1.1 C\n    - [ ] 1.1.2* D\n',
      'kiro, sequence',
      '1.1.1 L1',
      '1.1.2 * L1',
    );
    check('# Tasks\r\n\r\n- [ ] 1. A\r\n- [ ] 2. B\r\n', 'kiro, sequence', '1', '2');
    check(
      '## 1. API\n- [ ] 1.1 A\n- [ ] 1.2 B\n## 2. UI\n- [ ] 2.1 C\n',
      'kiro, sequence',
      '1.1 L1',
      '1.2 L1',
      '2.1 L2',
    );
    check(
      '## Phase 1: A\n- [ ] 1. A\n- [ ] 2. B\n## Phase 2: B\n- [ ] 1. C\n',
      ...['kiro, sequence', '1 L1', '2 L1', '1-2 L2'],
    );
  });

  it('holds a task whose own work has only optional ones under it', () => {
    check('- [ ] 1. A\n  - Do it\n  - [ ]* 1.1 Test\n', 'kiro, sequence', '1 L1', '1.1 * L1');
    check('- [ ] 1. A\n  - _Requirements: 1_\n  - [ ]* 1.1 Test\n', 'kiro, sequence', '1.1 * L1');
    check('- [ ]* 1. A\n  - [ ] 1.1 Test\n', 'kiro, sequence', '1.1 * L1');
  });

  it('knows a checkpoint by its words', () => {
    const tasks = [
      'Checkpoint',
      'Final checkpoint: all',
      'Phase 1 Checkpoint - all',
      'チェックポイント',
      'Checkpoint (all)',
    ];
    for (const title of tasks) check(`- [ ] 1. A\n- [ ] 2. ${title}\n`, 'kiro, sequence', '1');
    check('- [ ] 1. Checkpoint saving\n- [ ] 2. Write the checkpoint file\n', 'kiro, sequence', '1', '2');
  });

  it('finds no task in other checkboxes', () => {
    for (const text of [
      '- [ ] 3 tests pass\n- [ ] 95% are covered\n',
      '## Acceptance Criteria\n- [ ] 1. It works\n',
      '## Definition of Done\n### Code\n- [ ] 1.1 It works\n',
      '```\n- [ ] 1. A\n```\n',
      '    - [ ] 1. A\n',
      '- 1. A\n- 1.1 B\n',
    ])
      check(text, 'orca, stated, with errors');
    check('### a: A\n- Acceptance:\n  - [ ] 1. It works\n### b: B\n- [ ] 2. A step\n', 'orca, stated', 'a', 'b');
    check('### Task 3: Build\n- [ ] 3.1 A step\n- [ ] 3.2 Another\n', 'orca, stated', 'build');
  });
});

describe('the dependency graph of a Kiro plan', () => {
  const tasks = '- [ ] 1. A\n  - [ ] 1.1 B\n  - [ ] 1.2 C\n- [ ] 2. D\n- [ ] 3. Checkpoint\n- [ ] 4. E\n';
  const graph = (text: string, lang = 'json') =>
    `${tasks}\n## Task Dependency Graph\n\n\`\`\`${lang}\n${text}\n\`\`\`\n`;
  const WAVES = ['kiro, layers', '1.1 L1', '1.2 L2', '2 L2', '4 L3'];
  const STATED = ['kiro, stated', '1.1', '1.2 < 1.1', '2 < 1.1', '4 < 1.2, 2'].map((line, i) =>
    i === 0 ? line : line.replace(/^(\S+)/, i < 3 ? '$1 L1' : '$1 L2'),
  );

  it('may be waves, in lists of several shapes', () => {
    for (const text of [
      '{"waves":[{"id":0,"tasks":["1.1"]},{"id":1,"tasks":["1.2","2"]},{"id":2,"tasks":["3"]},{"id":3,"tasks":["4"]}]}',
      '{"waves":[["1.1"],["1.2","2"],["4"]]}',
      '[["1.1"],["1.2",2],[4]]',
      '{"waves":{"1":["1.1"],"2":["1.2","2"],"3":["4"]}}',
      '{ // waves\n"layers":[{"wave":1,"tasks":[{"id":"1.1"}]},{"wave":2,"tasks":[{"id":"1.2"},{"id":"2"}]},{"tasks":["Task 4"]},]}',
    ])
      check(graph(text), ...WAVES);
  });

  it('gives a task that no wave names a wave of its own, behind the task before it', () => {
    check(graph('{"waves":[["1.2"],["4"]]}'), 'kiro, layers', '1.1 L1', '1.2 L2', '2 L3', '4 L4');
    check(graph('{"waves":[["1"],["2"],["4"]]}'), 'kiro, layers', '1.1 L1', '1.2 L2', '2 L3', '4 L4');
  });

  it('may be tasks with what they wait for, in lists, maps and edges', () => {
    for (const text of [
      '{"tasks":[{"id":"1.1"},{"id":"1.2","depends_on":["1.1"]},{"id":2,"dependsOn":["1.1"]},{"id":4,"dependencies":["1.2","2"]}]}',
      '[{"id":"1.1","deps":[]},{"id":"1.2","deps":["1.1"]},{"id":"2","deps":["1.1"]},{"id":"4","deps":["1.2","2"]}]',
      '{"1.1":[],"1.2":["1.1"],"2":["1.1"],"4":["1.2","2"]}',
      '{"dependencies":{"1.2":["1.1"],"2":"1.1","4":["1.2","2"]}}',
      '{"tasks":{"1.1":{},"1.2":{"depends_on":["1.1"]},"2":{"depends_on":["1.1"]},"4":{"depends_on":["1.2","2"]}}}',
      '{"edges":[["1.1","1.2"],{"from":"1.1","to":"2"},{"from":"1.2","to":"4"},{"source":"2","target":"4"}]}',
    ])
      check(graph(text), ...STATED);
  });

  it('may be arrows', () => {
    for (const text of [
      '1.1 --> 1.2\n1.1 -> 2\n1.2, 2 → 4',
      'graph TD\n  T11[Task 1.1: B] --> T12[Task 1.2: C]\n  T11 --> T2\n  T12 & T2 --> T4\n',
      'A["1.1 B"] --> B["1.2 C"]\nA --> C["2 D"]\nB --> D["4 E"]\nC --> D',
      'Task 1.1 (first)\n  → Task 1.2\n\nTask 1.1 → Task 2\nTask 1.2 + Task 2\n  → Task 4\n',
    ])
      check(graph(text, 'mermaid'), ...STATED);
    check(`${tasks}\n## Dependencies\n\n- 1.2 and 2 depend on 1.1\n- 4 after 1.2, 2\n`, ...STATED);
  });

  it('means by a checkpoint the tasks since the one before, and by a group its tasks', () => {
    check(
      graph('{"1.2":["1.1"],"2":["1"],"4":["3"]}'),
      ...[...['kiro, stated', '1.1 L1', '1.2 L1 < 1.1', '2 L2 < 1.1, 1.2', '4 L2 < 1.1, 1.2, 2']],
    );
    check(
      graph('{"1":["2"],"2":[],"4":["1"]}'),
      ...[...['kiro, sequence', '1.1 L1 < 2', '1.2 L1 < 1.1', '2 L2', '4 L2 < 1.1, 1.2']],
    );
  });

  it('leaves the order to the text where it does not name every task', () => {
    check(graph('{"4":["1.1"]}'), 'kiro, sequence', '1.1 L1', '1.2 L1', '2 L2', '4 L2 < 1.1');
  });

  it('tells a task that it does not know, at its place', () => {
    expect(said(graph('{"1.2":["1.3"]}'), ['unknown-dependency'])).toEqual([
      'error 11:10 "1.3": No task has the id `1.3`. Did you mean `1.1`?',
    ]);
  });

  it('is nothing elsewhere, and nothing where it cannot be read', () => {
    check(`${tasks}\n\`\`\`\n1.2 -> 1.1\n\`\`\`\n`, 'kiro, sequence', '1.1 L1', '1.2 L1', '2 L2', '4 L2');
    for (const text of ['{"waves": ', '{}', '[]', '[1, [2]]', 'no arrows', '├── 1.1 → 1.2'])
      expect(told(graph(text))[0]).toBe('kiro, sequence');
  });
});
