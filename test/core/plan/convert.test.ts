import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../src/core/graph/build.ts';
import { convertPlan } from '../../../src/core/plan/edit/convert.ts';
import { applyEdits } from '../../../src/core/plan/edit/edits.ts';
import { estimateText, formatEstimates } from '../../../src/core/plan/edit/format.ts';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { SHOP, SPEC_KIT, TASK_MASTER } from '../language/reading.ts';

function converted(text: string): { before: Plan; after: Plan; text: string } {
  const before = parsePlan(text);
  const result = convertPlan(before, buildGraph(before), (other) => parsePlan(other));
  return { before, after: parsePlan(result), text: result };
}

/** All that a run needs to know of a plan. */
function meaning(plan: Plan) {
  const graph = buildGraph(plan);
  return {
    title: plan.title,
    order: graph.order,
    settings: { ...plan.settings, order: undefined },
    layers: plan.layers.map(({ name, sequential, gates, agent }) => ({ name, sequential, gates, agent })),
    tasks: plan.tasks.map((task, i) => ({
      id: task.id,
      title: task.title,
      layer: task.layer,
      minutes: task.estimate?.minutes,
      range: [task.estimate?.low, task.estimate?.high],
      dependsOn: graph.nodes[i]?.dependsOn.map((d) => plan.tasks[d]?.id),
      files: task.files,
      reads: task.reads,
      agent: task.agent,
      gates: task.gates,
      resources: task.resources,
      requirements: task.requirements,
      acceptance: task.acceptance.map(({ text, done, command }) => ({ text, done, command })),
      script: task.script,
      done: task.done,
      // What would be read as fields is quoted.
      prompt: task.prompt.replaceAll(/^> ?/gm, '').replace(/\s+/g, ' ').trim(),
    })),
  };
}

const RICH = [
  '---',
  'strategy: aggressive',
  'agents: 4',
  'agent: "my agent"',
  'gates: [tests, security]',
  '---',
  '# Rich',
  '',
  '## Overview',
  '',
  'What all tasks are told.',
  '',
  '## Layer 1: Ground (sequential)',
  '- Gates: tests',
  '- Agent: codex',
  '',
  '### [x] a: A',
  '- Estimate: 2-3 hours (roughly)',
  '- Resources: postgres, port 80',
  '- Requirements: FR-1, NFR-2',
  '- Acceptance:',
  '  - [x] `npm test` passes',
  '  - [ ] It is quick',
  '',
  '````sh run',
  "cat > x.md <<'EOF'",
  '```',
  'EOF',
  '````',
  '',
  '### b: B **bold** one',
  '- Estimate: 90 minutes',
  '- Files: `src/**`, `a b.md`',
  '',
  '#### How',
  '',
  'Step by step.',
  '',
  '## c: No layer',
  '- Depends on: b',
  '',
].join('\n');

describe('a plan in the format of Orca', () => {
  it.each([
    ['its own', SHOP],
    ['its own, with all that there is', RICH],
    ['layers that wait', '## Layer 1\n### a: A\n- Estimate: 1 h\n## Layer 2: X\n### b: B\n- Estimate: 1 h\n'],
    [
      'layers that do not wait',
      '---\norder: stated\n---\n## Layer 1\n### a: A\n- Estimate: 1 h\n## Layer 2: X\n### b: B\n- Estimate: 1 h\n',
    ],
    ['a sequence', '---\norder: sequence\n---\n### a: A\n- Estimate: 1 h\n### b: B\n- Estimate: 1 h\n'],
    ['spec-kit', SPEC_KIT],
    ['Task Master', TASK_MASTER],
    [
      'a preview',
      'Layer 1 (35 min) - 2 parallel tasks:\n├── a (25 min)\n└── b (35 min)\n\nLayer 2 (25 min) - 2 sequential tasks:\n├── c (20 min)\n└── d (25 min)\n',
    ],
    [
      'Kiro',
      '# Implementation Plan\n\n- [ ] 1. Ground\n  - [x] 1.1 Set up the project\n    - Create package.json\n    - _Requirements: 1.1_\n  - [ ]* 1.2 Write tests\n    - _Requirements: 1.2_\n- [ ] 2. Service\n  - [ ] 2.1 Write src/api.ts\n    - _Requirements: 2.1, 2.2_\n',
    ],
    [
      'cc-sdd',
      '# Implementation Plan\n\n- [ ] 1. Ground\n- [ ] 1.1 (P) Model\n  - Write it\n  - _Requirements: 1.1_\n  - _Boundary: src/model.ts_\n- [ ] 1.2 (P) View\n  - _Requirements: 1.2_\n- [ ] 2. Rest\n- [ ] 2.1 Join\n  - _Requirements: 1.3_\n  - _Depends: 1.1, 1.2_\n',
    ],
    [
      'superpowers',
      '# Search Implementation Plan\n\n**Goal:** Search.\n\n### Task 1: Index\n\n**Files:**\n- Create: `src/index.ts`\n\n- [ ] **Step 1: Write the test**\n\n```ts\ntest();\n```\n\n- [ ] **Step 2: Write it**\n\n### Task 2: Query\n\n**Files:**\n- Modify: `src/query.ts:1-9`\n\n- [ ] **Step 1: Write it**\n',
    ],
    [
      'a table',
      '# Waves\n\n| Wave | Task | Owns | Depends on |\n|---|---|---|---|\n| 1 | T1 Bump | `package.json` | none |\n| 2 | T2 Use | `src/a.ts` | T1 |\n',
    ],
    ['an issue list', '## Tasks\n\n- [x] #33: Make it\n- [ ] #34 Test it [depends on #33]\n'],
    ['a derived id', '### Task 1: Make it\n- Estimate: 5 min\n\n### Task 2: Test it\n- Depends on: Task 1\n'],
  ])('is the same plan: %s', (_, text) => {
    const { before, after, text: result } = converted(text);
    expect(after.dialect).toBe('orca');
    expect(meaning(after)).toEqual(meaning(before));
    expect(after.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    // Once is enough.
    expect(converted(result).text).toBe(result);
  });

  it('quotes a text that has headings and fields of its own', () => {
    const details = '# Notes\n\n- Status: done\n- Depends on: x\n\n### other: Other\n- Estimate: 5 min';
    const json = JSON.stringify({
      tasks: [
        { id: 1, title: 'A', details },
        { id: 2, title: 'B', details: 'Plain.' },
      ],
    });
    const { before, after } = converted(json);
    expect(after.tasks.map(({ id, done }) => [id, done])).toEqual([
      ['1', false],
      ['2', false],
    ]);
    expect(after.tasks[0]?.prompt).toContain('> - Status: done');
    expect(after.tasks[0]?.prompt.replaceAll(/^> ?/gm, '').replace(/\s+/g, ' ')).toBe(
      before.tasks[0]?.prompt.replace(/\s+/g, ' '),
    );
  });

  it('whatever it was read from', () => {
    const piece = fc.constantFrom(
      '# T\n',
      '## Layer 1: X\n',
      '### a: A\n',
      '### b: B\n',
      '- [ ] T001 x\n',
      '- [x] T002 [P] y (depends on T001)\n',
      '- Estimate: 5 min\n',
      '- Depends on: a\n',
      'text\n',
      '\n',
      '```\n',
      '> q\n',
      '- item\n',
      '**Status**: done\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const { before, after } = converted(pieces.join(''));
        if (before.tasks.length === 0) return;
        expect(after.tasks.map(({ id, done }) => [id, done])).toEqual(before.tasks.map(({ id, done }) => [id, done]));
        expect(meaning(after).tasks.map(({ dependsOn }) => dependsOn)).toEqual(
          meaning(before).tasks.map(({ dependsOn }) => dependsOn),
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe('the spelling of an estimate', () => {
  const spelt = (value: string): string => {
    const text = `### a: A\n- Estimate: ${value}\n`;
    const plan = parsePlan(text);
    const after = applyEdits(text, formatEstimates(plan, text));
    const { minutes, low, high } = parsePlan(after).tasks[0]?.estimate ?? {};
    expect({ minutes, low, high }).toEqual({
      minutes: plan.tasks[0]?.estimate?.minutes,
      low: plan.tasks[0]?.estimate?.low,
      high: plan.tasks[0]?.estimate?.high,
    });
    expect(formatEstimates(parsePlan(after), after)).toEqual([]);
    return after.slice('### a: A\n- Estimate: '.length, -1);
  };

  it.each([
    ['35 min', '35 min'],
    ['35m', '35 min'],
    ['90 minutes', '1 h 30 min'],
    ['1.5h', '1 h 30 min'],
    ['2 days', '16 h'],
    ['half a day', '4 h'],
    ['2-3 hours', '2-3 h'],
    ['20 to 40 min', '20-40 min'],
    ['30m - 2h', '30 min - 2 h'],
    ['~45 minutes', '~45 min'],
    ['about 2 hrs (with tests)', 'about 2 h (with tests)'],
    ['7.5 min', '7.5 min'],
    ['soon', 'soon'],
  ])('%s becomes %s', (value, expected) => {
    expect(spelt(value)).toBe(expected);
  });

  it('of any number of minutes is read as it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2400 }), fc.integer({ min: 0, max: 500 }), (low, more) => {
        for (const estimate of [{ minutes: low }, { minutes: low + more / 2, low, high: low + more }]) {
          const [task] = parsePlan(`### a: A\n- Estimate: ${estimateText(estimate)}\n`).tasks;
          expect(task?.estimate).toMatchObject(estimate);
        }
      }),
    );
  });
});
