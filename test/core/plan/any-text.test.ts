import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanSource } from '../../../src/core/plan/source.ts';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import { sourceOf } from '../../../src/core/plan/source.ts';
import { spansOf } from './reading.ts';

function check(source: string | PlanSource): void {
  const { text } = typeof source === 'string' ? { text: source } : source;
  const plan = parsePlan(source, { agents: ['claude'], gates: [] });
  for (const { start, end } of spansOf(plan)) {
    expect(start).toBeGreaterThanOrEqual(0);
    expect(end).toBeGreaterThanOrEqual(start);
    expect(end).toBeLessThanOrEqual(text.length);
  }
  const ids = new Set(plan.tasks.map(({ id }) => id));
  expect(ids.size).toBe(plan.tasks.length);
  for (const { id, layer, dependsOn, estimate } of plan.tasks) {
    expect(id).not.toBe('');
    if (layer !== undefined) expect(plan.layers[layer]).toBeDefined();
    if (estimate !== undefined) expect(estimate.minutes).toBeGreaterThan(0);
    for (const reference of dependsOn) {
      expect(reference.id).not.toBe(id);
      expect(ids).toContain(reference.id);
    }
  }
  const saysNone = plan.diagnostics.some(({ code }) => code === 'no-tasks');
  if (plan.tasks.length > 0) expect(saysNone).toBe(false);
  else expect(saysNone || plan.diagnostics.some(({ code }) => code === 'invalid-json')).toBe(true);
  const starts = plan.diagnostics.map(({ span }) => span.start);
  expect(starts).toEqual([...starts].sort((a, b) => a - b));
}

/** Pieces of which plans, and what is nearly a plan, are made. */
const piece = fc.oneof(
  fc.constantFrom(
    ...['---', '...', '# ', '## ', '### ', '###### ', '#', 'Layer 1', 'Phase 2: x', '(sequential)', 'a', 'b', 'c', ':'],
    ...[
      'a: A',
      'b: B',
      'Task 1: x',
      '- ',
      '* ',
      '1. ',
      '+ ',
      '> ',
      '[x] ',
      '[ ] ',
      '**',
      '_',
      '`',
      '```',
      '```sh run',
      '~~~',
    ],
    ...[
      'Estimate',
      'Depends on',
      'Files',
      'Agent',
      'Gates',
      'Resources',
      'Reads',
      'Requirements',
      'Acceptance',
      'Status',
      '- Estimate: 5 min',
    ],
    ...[
      '- Depends on: ',
      '**Files**: ',
      '- Acceptance:',
      '  - ',
      '    ',
      '25 min',
      '2-3 h',
      '0',
      'none',
      ' and ',
      ', ',
      '|',
    ],
    ...[
      '../',
      '/',
      'C:\\',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '"',
      "'",
      '\\',
      '├── ',
      '└── ',
      '│',
      '(25 min)',
      '===',
      '<!--',
      '-->',
    ],
    ...[
      '- [ ] T001 [P] ',
      '- [ ] **T002** (depends on T001, T003)',
      'T001 → T002, T001-T003',
      '- [ ] 1. ',
      '  - [ ]* 1.1 (P) ',
      '- [ ] 2. Checkpoint - ',
      '  - _Depends: 1.1, 2_',
      '_Boundary: a.ts, B_',
      '_Requirements: 1.1_',
      '## Task Dependency Graph',
      '```json\n',
      '{"waves": [["1", "1.1"]]}',
      '{"dependencies": ["1.1", "Task 1"], "task_id": "x"}',
      '{"1.1": [1, "T1"]}',
      '1.1 --> 2',
      '### Task 1: ',
      '**Files:**\n- Create: `a.ts:1-2`',
      '- [ ] **Step 1: x**',
      '**Task ID**: `x`',
      '1. **Task 1: x** (2 days)',
      '## Tasks',
      '# TODO',
      '- [ ] #33: x (blocked by #34)',
      '- [x] o/r#35',
      '## #33: x',
      '### Blocked by',
      '| Wave | Task | Owns | Depends on |\n|---|---|---|---|\n',
      '| 1 | **T1** — x | `a.ts` | T2 |\n',
      '| T2 | ',
      '## T1 — x',
    ],
    ...[
      'agents: ',
      'id: task-1',
      'title: x',
      'status: To Do',
      'dependencies: [',
      'work_package_id: WP01',
      '## Work Package WP02: x',
      '### Dependencies',
      '- Depends on WP01',
      '# 04 — x',
      '**Blocked by:** 04, 3',
      '- [ ] T001 x',
      'strategy: hybrid',
      'gates: [',
      '&a',
      '*a',
      '!',
      '? ',
      '%',
      '\0',
      '\uFEFF',
      '\t',
      ' ',
      '\u2028',
      '😀',
      '\uD800',
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const text = fc
  .array(fc.tuple(piece, fc.constantFrom('', '', ' ', '\n', '\n', '\n\n', '\r\n', '\r')), { maxLength: 60 })
  .map((parts) => parts.flat().join(''));

describe('any text', () => {
  it('is read without a fault, with its spans inside', () => {
    fc.assert(fc.property(text, check), { numRuns: 1000 });
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), check));
  }, 120_000);

  it('is read after front matter', () => {
    fc.assert(
      fc.property(text, text, (yaml, body) => check(`---\n${yaml}\n---\n${body}`)),
      { numRuns: 300 },
    );
  }, 120_000);

  it('of several files is read', () => {
    const file = fc.record({ path: fc.constantFrom('a.md', 'x/04-b.md'), text });
    fc.assert(
      fc.property(fc.array(file, { maxLength: 4 }), (files) => check(sourceOf(files))),
      { numRuns: 500 },
    );
  }, 120_000);

  it('is read as JSON', () => {
    const json = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '\\',
        '"tasks": [',
        '"master": {"tasks": [',
        '"id": ',
        '1',
        '"2"',
        '"1.1"',
      ],
      ...[
        '"title": "x"',
        '"dependencies": [1, "2"]',
        '"status": "pending"',
        '"subtasks": [',
        '\n',
        '//',
        '/*',
        'null',
        '\0',
      ],
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(json, piece), { maxLength: 60 }), (parts) => check(`{"tasks": [${parts.join('')}`)),
      { numRuns: 1000 },
    );
  }, 120_000);

  it('of one thing over and over is read in linear time', () => {
    const things = [
      '`',
      '|',
      'a: |',
      '**',
      '(',
      '[',
      '{',
      '#',
      ' ',
      '\t',
      '- ',
      '> ',
      ' and ',
      ',',
      '../',
      '1.',
      '_',
      ':',
      '\n',
      '\r',
      '\0',
      '-',
      '=',
      '├── ',
      '- [ ] 1.1 ',
      '- [ ] T001 ',
      '- [ ] #1 ',
      'T001, ',
      'T001 → ',
      '1.1 --> ',
      '| T1 ',
      '_Depends: ',
      '(depends on ',
      '**Task 1: ',
      '(1 h) ',
    ];
    for (const thing of things) {
      const long = thing.repeat(20_000);
      check(long);
      check(`### ${long}\n`);
      check(`{"tasks": [{"id": ${long}`);
      check(`{"tasks": [{"id": "${long}`);
      check(`---\nid: a-1\ntitle: x\nstatus: ${long}\n---\n## ${long}\n`);
      check(`## WP01: ${long}\n**Dependencies**: ${long}\n`);
      check(`# 04 - ${long}\n**Blocked by**: ${long}\n`);
      check(`---\ntitle: ${long}\n---\n`);
      check(`Layer 1: ${long}\n├── ${long} (5 min)\n├── a (${long})\n`);
      const fields = ['Depends on', 'Files', 'Estimate', 'Acceptance', 'Gates', 'Agent', 'Status'];
      check(`### a: ${long}\n${fields.map((field) => `- ${field}: ${long}\n`).join('')}- [x] ${long}\n\n${long}\n`);
    }
  }, 120_000);

  it('with very long lists is read', () => {
    check(`### a: A\n- Acceptance:\n${'  - [ ] x\n'.repeat(150_000)}`);
    check(`### a: A\n- Files: ${'x, '.repeat(150_000)}`);
  }, 120_000);

  it('of groups that wait for each other is read, or told to be too large', () => {
    const tasks = (count: number, ...lists: readonly number[]) =>
      JSON.stringify({
        tasks: Array.from({ length: count }, (_, i) => ({
          id: i,
          title: 'x',
          dependencies: Array.from({ length: lists[0] ?? 0 }, (__, n) => n).filter((n) => n < i),
          subtasks: Array.from({ length: lists[1] ?? 0 }, (__, n) => ({ id: n, title: 'x' })),
        })),
      });
    const codes = (text: string) =>
      parsePlan(text).diagnostics.flatMap(({ code, severity }) => (severity === 'error' ? [code] : []));
    expect(codes(tasks(20, 20, 10))).toEqual([]);
    expect(new Set(codes(tasks(2, 1, 5000)))).toEqual(new Set(['too-large']));
    expect(new Set(codes(tasks(210, 200, 300)))).toEqual(new Set(['too-large']));
  }, 120_000);

  it('of 10,000 tasks is read, in a chain, in a cycle, and with nothing but mistakes', () => {
    const plan = (dependsOn: (index: number) => string) =>
      Array.from(
        { length: 10_000 },
        (_, index) =>
          `### task-${index}: Title ${index}\n- Estimate: 25 min\n- Depends on: ${dependsOn(index)}\n\nText.\n\n`,
      ).join('');
    const count = (dependsOn: (index: number) => string) => {
      const { tasks, diagnostics } = parsePlan(plan(dependsOn));
      expect(tasks).toHaveLength(10_000);
      return diagnostics.length;
    };
    expect(count((index) => (index === 0 ? 'none' : `task-${index - 1}`))).toBe(0);
    expect(count((index) => `task-${(index + 1) % 10_000}`)).toBe(1);
    expect(count((index) => `tusk-${index}`)).toBe(10_000);
  }, 120_000);
});
