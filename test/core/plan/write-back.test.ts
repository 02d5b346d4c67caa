import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../src/core/plan/edit/edits.ts';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { sourceOf, type PlanFile, type PlanSource } from '../../../src/core/plan/source.ts';
import { editsByFile, stillThere, ticking, unticking } from '../../../src/core/plan/edit/write-back.ts';

function tick(text: string, ...ids: readonly string[]): string {
  return applyEdits(text, ticking(parsePlan(text), new Set(ids), text).edits);
}

describe('a finished task is ticked', () => {
  const table: [name: string, ids: string[], before: string, after: string][] = [
    ['at its checkbox', ['T001'], '- [ ] T001 [P] a\n- [ ] T002 b\n', '- [x] T001 [P] a\n- [ ] T002 b\n'],
    ['in its heading', ['a'], '### [ ] a: A\n- Estimate: 5 min\n', '### [x] a: A\n- Estimate: 5 min\n'],
    [
      'by its state',
      ['a'],
      '### a: A\n- Status: open\n- Estimate: 5 min\n',
      '### a: A\n- Status: done\n- Estimate: 5 min\n',
    ],
    ['nowhere, where it has no place for it', ['a'], '### a: A\n- Estimate: 5 min\n', '### a: A\n- Estimate: 5 min\n'],
    ['not again', ['T001'], '- [X] T001 a\n', '- [X] T001 a\n'],
    [
      'with its group, when that is done',
      ['2.2'],
      '- [ ] 2. G\n  - [x] 2.1 a\n  - [ ] 2.2 b\n- [ ] 3. c\n',
      '- [x] 2. G\n  - [x] 2.1 a\n  - [x] 2.2 b\n- [ ] 3. c\n',
    ],
    [
      'without its group, when that is not',
      ['2.2'],
      '- [ ] 2. G\n  - [ ] 2.1 a\n  - [ ] 2.2 b\n- [ ] 3. c\n',
      '- [ ] 2. G\n  - [ ] 2.1 a\n  - [x] 2.2 b\n- [ ] 3. c\n',
    ],
    [
      'not where a group of others waits to be ticked',
      ['3'],
      '- [ ] 2. G\n  - [x] 2.1 a\n- [ ] 3. c\n',
      '- [ ] 2. G\n  - [x] 2.1 a\n- [x] 3. c\n',
    ],
    [
      'in JSON, byte by byte',
      ['1'],
      '{"tasks":[ {"id":1,"title":"A",  "status" : "in-progress"}]}',
      '{"tasks":[ {"id":1,"title":"A",  "status" : "done"}]}',
    ],
    ['not when the plan does not know it', ['T009'], '- [ ] T001 a\n', '- [ ] T001 a\n'],
  ];
  it.each(table)('%s', (_, ids, before, after) => {
    expect(tick(before, ...ids)).toBe(after);
    expect(tick(before.replaceAll('\n', '\r\n'), ...ids)).toBe(after.replaceAll('\n', '\r\n'));
    expect(tick(`\uFEFF${before}`, ...ids)).toBe(`\uFEFF${after}`);
  });

  it('and named, with the groups that are done by that', () => {
    const text = '- [ ] 2. G\n  - [x] 2.1 a\n  - [ ] 2.2 b\n- [x] 3. c\n';
    expect(ticking(parsePlan(text), new Set(['2.2', '3']), text).changed).toEqual(['2.2', '2']);
  });
});

describe('a plan that has changed since', () => {
  const then = parsePlan('# P\n\n### [ ] a: A\n- Estimate: 5 min\n### [ ] b: B\n');
  const table: [name: string, now: string, found: string[]][] = [
    [
      'has its tasks where they are now',
      '# P\n\n### [ ] c: C\n- Estimate: 5 min\n### [ ] b: B\n### [ ] a: Other\n',
      ['b', 'a'],
    ],
    ['may lack one', '# P\n\n### [ ] b: B\n- Estimate: 5 min\n', ['b']],
    [
      'under another title has those that are named as before',
      '# Q\n\n### [ ] a: Other\n- Estimate: 5 min\n### [ ] b: B\n',
      ['b'],
    ],
  ];
  it.each(table)('%s', (_, now, found) => {
    expect([...stillThere(parsePlan(now), then, new Set(['a', 'b']))]).toEqual(found);
  });

  it('of another tag has other tasks with the same numbers', () => {
    const tags = (...names: readonly string[]): string =>
      JSON.stringify(
        Object.fromEntries(names.map((tag) => [tag, { tasks: [{ id: 1, title: `Of ${tag}`, status: 'pending' }] }])),
      );
    expect([...stillThere(parsePlan(tags('master', 'api')), parsePlan(tags('api')), new Set(['1']))]).toEqual([]);
  });
});

interface Made {
  readonly done: boolean;
  /** Which of the tasks before it waits for, if any. */
  readonly after: number | undefined;
}

const box = (done: boolean): string => (done ? '[x]' : '[ ]');
const after = (task: Made, name: (index: number) => string, write: (id: string) => string): string =>
  task.after === undefined ? '' : write(name(task.after));
const many = (tasks: readonly Made[], write: (task: Made, i: number) => string): string => tasks.map(write).join('');
const T = (i: number): string => `T00${i + 1}`;
const WP = (i: number): string => `WP0${i + 1}`;

/** Plans of each way of writing, with some tasks done. */
const WAYS: Readonly<Record<string, (tasks: readonly Made[]) => PlanFile[]>> = {
  orca: (tasks) => [
    {
      path: 'plan.md',
      text: `# P\n\n${many(
        tasks,
        (task, i) =>
          `### ${box(task.done)} t${i}: Task ${i}\n- Estimate: 5 min\n${after(
            task,
            (n) => `t${n}`,
            (id) => `- Depends on: ${id}\n`,
          )}\nText.\n\n- [ ] a step\n`,
      )}`,
    },
  ],
  'orca states': (tasks) => [
    {
      path: 'plan.md',
      text: `# P\n\n${many(
        tasks,
        (task, i) =>
          `### t${i}: Task ${i}\n- Status: ${task.done ? 'Done' : 'in progress'}\n${after(
            task,
            (n) => `t${n}`,
            (id) => `- Depends on: ${id}\n`,
          )}\nText.\n\n`,
      )}`,
    },
  ],
  'spec-kit': (tasks) => [
    {
      path: 'tasks.md',
      text: `# Tasks: P\n\n## Phase 1: A\n\n${many(tasks, (task, i) => `- ${box(task.done)} ${T(i)} [P] Write a${i}.ts${after(task, T, (id) => ` (depends on ${id})`)}\n`)}`,
    },
  ],
  kiro: (tasks) => [
    {
      path: 'tasks.md',
      text: `# Implementation Plan\n\n${many(tasks, (task, i) => `${i % 3 === 0 ? `- [ ] ${i / 3 + 1}. Group\n` : ''}  - ${box(task.done)} ${Math.floor(i / 3) + 1}.${(i % 3) + 1} Task ${i}\n    - more\n    - _Requirements: 1.${i}_\n`)}`,
    },
  ],
  'cc-sdd': (tasks) => [
    {
      path: 'tasks.md',
      text: `# Implementation Plan\n\n${many(tasks, (task, i) => `${i % 3 === 0 ? `- [ ] ${i / 3 + 1}. Group\n` : ''}- ${box(task.done)} ${Math.floor(i / 3) + 1}.${(i % 3) + 1} (P) Task ${i}\n  - more\n  - _Requirements: 1.${i}_\n`)}`,
    },
  ],
  superpowers: (tasks) => [
    {
      path: 'plan.md',
      text: `# P — Implementation Plan\n\n${many(tasks, (task, i) => `### Task ${i + 1}: Do ${i}\n\n**Files:**\n- Create: \`src/a${i}.ts\`\n\n- ${box(task.done)} **Step 1: Write**\n\n- ${box(task.done)} **Step 2: Commit**\n\n`)}`,
    },
  ],
  table: (tasks) => [
    {
      path: 'plan.md',
      text: `# P\n\n| ID | Task | Depends on | Status |\n|---|---|---|---|\n${many(
        tasks,
        (task, i) =>
          `| t-${i} | Task ${i} | ${
            after(
              task,
              (n) => `t-${n}`,
              (id) => id,
            ) || '—'
          } | ${task.done ? 'Done' : 'In Progress'} |\n`,
      )}`,
    },
  ],
  checklist: (tasks) => [
    {
      path: 'plan.md',
      text: `# P\n\n## Tasks\n\n${many(
        tasks,
        (task, i) =>
          `- ${box(task.done)} #${i + 30}: Task ${i}${after(
            task,
            (n) => `#${n + 30}`,
            (id) => ` (blocked by ${id})`,
          )}\n`,
      )}`,
    },
  ],
  'spec-kitty': (tasks) => [
    {
      path: 'k/tasks.md',
      text: `# Work Packages: P\n\n${many(tasks, (task, i) => `## Work Package ${WP(i)}: Task ${i}\n\n- ${box(task.done)} T0${i}1 a\n- ${box(task.done)} T0${i}2 b\n\n### Dependencies\n- ${after(task, WP, (id) => `Depends on ${id} (x)`) || 'None'}\n\n`)}`,
    },
  ],
  'spec-kitty files': (tasks) =>
    tasks.map((task, i) => ({
      path: `k/tasks/${WP(i)}.md`,
      text: `---\nwork_package_id: "${WP(i)}"\ntitle: Task ${i}\nlane: ${task.done ? '"done"' : '"planned"'}\ndependencies: [${after(task, WP, (id) => id)}]\n---\n# Prompt\n\nText.`,
    })),
  'task-master': (tasks) => [
    {
      path: 'tasks.json',
      text: JSON.stringify(
        {
          tasks: tasks.map((task, i) => {
            const more = {
              status: task.done ? 'done' : 'pending',
              dependencies: task.after === undefined ? [] : [task.after],
            };
            return i % 3 === 2
              ? {
                  id: i,
                  title: `Task ${i}`,
                  ...more,
                  subtasks: [
                    { id: 1, title: 'a', status: more.status },
                    { id: '2', title: 'b', dependencies: [1], status: more.status },
                  ],
                }
              : { id: i, title: `Task ${i}`, ...more };
          }),
        },
        undefined,
        2,
      ),
    },
  ],
  backlog: (tasks) =>
    tasks.map((task, i) => ({
      path: `backlog/tasks/task-${i}.md`,
      text: `---\nid: task-${i}\ntitle: Task ${i}\nstatus: ${task.done ? 'Done' : "'In Progress'"}\ndependencies: [${after(
        task,
        (n) => `BACK-0${n}`,
        (id) => id,
      )}]\n---\n\n## Acceptance Criteria\n- [ ] #1 a\n`,
    })),
  'task-files': (tasks) =>
    tasks.map((task, i) => ({
      path: `issues/0${i + 1}-a.md`,
      text: `# 0${i + 1} — Task ${i}\n\n**Blocked by:** ${
        after(
          task,
          (n) => `0${n + 1}`,
          (id) => id,
        ) || 'None'
      }\n\n**Status:** ${task.done ? 'done' : 'ready'}\n\n- [ ] a\n`,
    })),
};

describe('a task that was rolled back has again what it had', () => {
  it.each<[name: string, ids: string[], then: string, now: string, after: string]>([
    ['at its checkbox', ['T001'], '- [ ] T001 a\n', '- [ ] T009 new\n- [x] T001 a\n', '- [ ] T009 new\n- [ ] T001 a\n'],
    [
      'by its state',
      ['a'],
      '### a: A\n- Status: in progress\n',
      '### a: A\n- Status: done\n',
      '### a: A\n- Status: in progress\n',
    ],
    [
      'with its group',
      ['2.2'],
      '- [ ] 2. G\n  - [x] 2.1 a\n  - [ ] 2.2 b\n- [ ] 3. c\n',
      '- [x] 2. G\n  - [x] 2.1 a\n  - [x] 2.2 b\n- [x] 3. c\n',
      '- [ ] 2. G\n  - [x] 2.1 a\n  - [ ] 2.2 b\n- [x] 3. c\n',
    ],
    ['not where it was ticked even then', ['T001'], '- [x] T001 a\n', '- [X] T001 a\n', '- [X] T001 a\n'],
    ['not where it is not ticked now', ['T001'], '- [ ] T001 a\n', '- [-] T001 a\n', '- [-] T001 a\n'],
    ['not where it is unknown to the run', ['T002'], '- [ ] T001 a\n', '- [x] T002 b\n', '- [x] T002 b\n'],
  ])('%s', (_, ids, then, now, after) => {
    const { edits, changed } = unticking(parsePlan(now), new Set(ids), now, { plan: parsePlan(then), text: then });
    expect(applyEdits(now, edits)).toBe(after);
    expect(changed.length > 0).toBe(now !== after);
  });
});

/** What stays as it is when tasks are ticked, with their state. */
function state({ dialect, tasks, groups = [] }: Plan): unknown {
  return {
    dialect,
    tasks: tasks.map(({ id, title, done, dependsOn, acceptance }) => ({
      id,
      title,
      done,
      dependsOn: dependsOn.map((reference) => reference.id),
      acceptance: acceptance.map(({ text }) => text),
    })),
    groups: groups.map(({ id, tasks: own, done }) => ({ id, tasks: own, done })),
  };
}

describe('a plan whose finished tasks are ticked', () => {
  const made = fc
    .array(fc.record({ done: fc.boolean(), after: fc.option(fc.nat(6), { nil: undefined }) }), {
      minLength: 2,
      maxLength: 7,
    })
    .map((tasks): Made[] =>
      tasks.map(({ done, after: other }, i) => ({
        done,
        after: other === undefined || i === 0 ? undefined : other % i,
      })),
    );
  const form = fc.record({ crlf: fc.boolean(), bom: fc.boolean() });

  it.each(Object.entries(WAYS))('is the same plan with these done: %s', (name, write) => {
    fc.assert(
      fc.property(made, form, fc.infiniteStream(fc.boolean()), (tasks, { crlf, bom }, chosen) => {
        const files = write(tasks).map(({ path, text }) => ({
          path,
          text: `${bom ? '\uFEFF' : ''}${crlf ? text.replaceAll('\n', '\r\n') : text}`,
        }));
        const read = (own: readonly PlanFile[]): PlanSource =>
          own.length === 1 ? { text: own[0]?.text ?? '' } : sourceOf(own);
        const source = read(files);
        const plan = parsePlan(source);
        expect(plan.dialect).toBe(name.split(' ')[0]);
        expect(plan.tasks.length).toBeGreaterThanOrEqual(tasks.length);
        const ids = new Set(plan.tasks.flatMap(({ id }) => (chosen.next().value ? [id] : [])));
        const { edits } = ticking(plan, ids, source.text);

        const byFile = editsByFile(source, edits);
        const written = files.map(({ path, text }) => ({
          path,
          text: applyEdits(text, byFile.get(files.length === 1 ? '' : path) ?? []),
        }));
        const now = parsePlan(read(written));
        const isDone = (id: string): boolean => now.tasks.some((task) => task.id === id && task.done);
        expect(state(now)).toEqual(
          state({
            ...plan,
            tasks: plan.tasks.map((task) => ({ ...task, done: task.done || ids.has(task.id) })),
            groups: (plan.groups ?? []).map((group) => ({
              ...group,
              done: group.done || (group.tasks.every(isDone) && group.tasks.some((id) => ids.has(id))),
            })),
          }),
        );
        // All that was edited were the tasks' marks, and there is nothing left to do.
        const marked = [...plan.tasks, ...(plan.groups ?? [])].flatMap(({ marks = [] }) =>
          marks.map(({ span }) => span),
        );
        for (const { span } of edits) expect(marked).toContainEqual(span);
        expect(ticking(now, ids, read(written).text).edits).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
