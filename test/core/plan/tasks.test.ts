import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import { ticked } from './dialect/told.ts';
import { onlyTask, taskOf } from './reading.ts';

const idsOf = (text: string) => parsePlan(text).tasks.map(({ id }) => id);

describe('a task', () => {
  const check = (text: string, expected: readonly string[]) => expect(idsOf(text), text).toEqual(expected);

  it('is a heading that starts with an id', () => {
    check('###### setup: Set up\n### b.2_c-d: At any level\n## 3: Three', ['setup', 'b.2_c-d', '3']);
    check('### `setup`: In code', ['setup']);
    check('### **setup**: Bold', ['setup']);
    check('### **setup: All bold**', ['setup']);
    check('### setup:', ['setup']);
    check('### überprüfung: Prüfen', ['überprüfung']);
    check('### setup: Closed ###', ['setup']);
  });

  it('is a numbered heading, whose id is its title', () => {
    check('### Task 1: Set up\n### Task 2 - Build it\n### TASK 3. `Ship` it!', ['set-up', 'build-it', 'ship-it']);
    check('### Task 7: Set up', ['set-up']);
    check('### Task 7: ✨', ['task-7']);
  });

  it('is a bare title in a layer or a task list that has fields, or stands beside tasks', () => {
    check('## Layer 1\n### Set up\n- Estimate: 5 min', ['set-up']);
    check('## Layer 1\n### 1. Set up\n- Estimate: 5 min\n### Build\nIt.', ['set-up', 'build']);
    check('## Tasks\n### Set up\n- Estimate: 5 min', ['set-up']);
    check('## Implementation plan\n### Set up\n**Estimate**: 5 min', ['set-up']);
    check('## Layer 1\n### a: A\n### Build\n#### Not this', ['a', 'build']);
  });

  it('is no bare title elsewhere', () => {
    check('## Layer 1\n### Set up\n### Build', []);
    check('## Set up\n- Estimate: 5 min', []);
    check('## Goals\n### Fast\n- Time: short', []);
    check('## Layer 1\n### a: A\n## Rollout\n### Canary', ['a']);
  });

  it('is no heading about the plan, unless it has fields', () => {
    for (const words of ['Overview', 'Notes', 'Risks & Mitigations', 'Architecture decisions', 'Success criteria']) {
      check(`## Layer 1\n### a: A\n### ${words}\nText.`, ['a']);
      check(`## Layer 1\n### a: A\n### ${words}\n- Estimate: 5 min`, ['a', words.toLowerCase().replace(/\W+/g, '-')]);
    }
    check('## Note: Read this\n## Goal: Win\n## Step 1: Look\n## Format: `[ID]`\n## Requirements: None', []);
    check('## Risks\n### database: It may fail', []);
    check('## Risks\n### database: Replace it\n- Estimate: 5 min', ['database']);
  });

  it('is no title of the plan', () => {
    check('# Tasks: An app\n# Feature: Login\n**Status**: Draft\n## a: A', ['a']);
    check('# plan: The plan\n- Agent: codex\n## a: A\n- Estimate: 5 min', ['a']);
    check('# a: One task\n- Estimate: 5 min', ['a']);
  });

  it('is no heading inside a fence, a quote, a list or a comment', () => {
    check('### a: A\n```\n### b: B\n```\n~~~md\n### c: C\n```\n~~~\n> ### d: D\n\n- ### e: E\n\n<!--\n### f: F\n-->', [
      'a',
    ]);
  });

  it('keeps its sub-headings, but for tasks with fields', () => {
    check('### a: A\n- Estimate: 5 min\n#### How: like this\n#### Phase 1: look\n#### b: B\n- Estimate: 5 min', [
      'a',
      'b',
    ]);
    check('## api: A heading over tasks\n### a: A\n- Estimate: 5 min\n### b: B\n- Estimate: 5 min', ['a', 'b']);
  });

  it('is no heading of another text, nor a requirement', () => {
    for (const text of [
      '### Class: `Server`',
      '## 3.0.0: Changes',
      '## v1.2: Changes',
      '### FR-1: Log in\n- Acceptance:\n  - it works',
    ])
      expect(parsePlan(text).tasks, text).toEqual([]);
    check('## Tasks\n### Backend: Server', ['Backend']);
    check('### Backend: Server\n- Estimate: 5 min', ['Backend']);
    check('### FR-1: Log in\n- Estimate: 5 min', ['FR-1']);
  });

  it('keeps apart equal titles', () => {
    check('### Task 1: Test\n### Task 2: Test\n### test: Test\n### Task 3: test', [
      'test-2',
      'test-3',
      'test',
      'test-4',
    ]);
  });

  it('is done where its heading or its fields say so', () => {
    const done = (text: string, expected: boolean) => expect(onlyTask(text).done, text).toBe(expected);
    done('### [x] a: A', true);
    done('### [X] a: A', true);
    done('### ✅ a: A', true);
    done('### [ ] a: A', false);
    done('### a: A\n- Status: done', true);
    done('### a: A\n**Status**: ✅ Complete', true);
    done('### a: A\n- Status: [x]', true);
    done('### a: A\n- Status: in progress, not done', false);
    done('### a: A\n- [x] Done\n- Estimate: 5 min', true);
    done('### a: A\n- [ ] Done\n- Estimate: 5 min', false);
    done('### a: A\n- [x] Estimate: 5 min', false);
  });

  it('is ticked where its heading or its fields say whether it is done, and nowhere else', () => {
    const check = (text: string, expected: string) => {
      expect(ticked(text, 'a'), text).toBe(expected);
      expect(ticked(expected, 'a'), expected).toBe(expected);
    };
    check('### [ ] a: A', '### [x] a: A');
    check('### ✅ a: A', '### ✅ a: A');
    check('### a: A\n- Status: todo\n- [ ] one', '### a: A\n- Status: done\n- [ ] one');
    check('### a: A\n**Status**: In Progress | **Owner**: x', '### a: A\n**Status**: Done | **Owner**: x');
    check('### a: A\n- Status: [ ] open', '### a: A\n- Status: [x] open');
    check('### a: A\n- [ ] Done\n- Estimate: 5 min', '### a: A\n- [x] Done\n- Estimate: 5 min');
    check('### a: A\n- Estimate: 5 min\n- [ ] A step', '### a: A\n- Estimate: 5 min\n- [ ] A step');
    check('Layer 1:\n├── [ ] a (5 min)\n└── [ ] b (5 min)', 'Layer 1:\n├── [x] a (5 min)\n└── [ ] b (5 min)');
  });
});

describe('a field', () => {
  const minutes = (lines: readonly string[], expected: number | undefined) =>
    expect(taskOf(...lines).estimate?.minutes, lines.join('\n')).toBe(expected);

  it('is a bullet or a line, in any case, by any of its names', () => {
    for (const label of ['Estimate', 'estimate', 'DURATION', 'Effort', 'Time', 'Estimated time', 'Time Estimate']) {
      minutes([`- ${label}: 5 min`], 5);
      minutes([`* **${label}**: 5 min`], 5);
      minutes([`+ **${label}:** 5 min`], 5);
      minutes([`**${label}**: 5 min`], 5);
      minutes([`**${label}:** 5 min\\`, `**Agent:** codex`], 5);
      minutes([`${label}: 5 min`], 5);
      minutes([`\t- ${label} : 5 min`, ''], undefined);
    }
    minutes(['- _Estimate_: 5 min'], 5);
    minutes(['**Priority**: HIGH | **Duration**: 5 min | **Layer**: 1'], 5);
    minutes(['- Estimate: 5 min | Depends on: none'], 5);
    minutes(['- Estimate: 5 min', '- Estimate: 6 min'], 5);
    minutes(['- Estimate:', '- Duration: 6 min'], 6);
  });

  it('may follow the text of the task', () => {
    minutes(['Do it.', '', '- Estimate: 5 min', '- Priority: high'], 5);
    minutes(['Do it.', '', '**Estimate**: 5 min'], 5);
    minutes(['Do it.', '', '- Depends on: none', '- Time: 5 min'], 5);
  });

  it('is no word of prose', () => {
    minutes(['Sort them.', '', '- Time: 5 min', '- Space: little'], undefined);
    minutes(['Do it.', 'Estimate: 5 min is what they said.'], undefined);
    minutes(['#### How', '- Estimate: 5 min'], undefined);
    minutes(['> - Estimate: 5 min'], undefined);
    minutes(['```', '- Estimate: 5 min', '```'], undefined);
    minutes(['1. Estimate: 5 min'], undefined);
    minutes(['- Estimate:: 5 min'], undefined);
    minutes(['- Look at Estimate: 5 min'], undefined);
  });

  const dependsOn = (value: string, expected: readonly string[]) => {
    const text = `### a: A\n### b.1: Bake and brew\n### Task 3: Cook\n### x: X\n- Depends on: ${value}`;
    const { tasks } = parsePlan(text);
    expect(
      tasks.at(-1)?.dependsOn.map(({ id }) => id),
      value,
    ).toEqual(expected);
    for (const { span } of tasks.at(-1)?.dependsOn ?? [])
      expect(text.slice(span.start, span.end)).toMatch(/^[^\s`,[\]"]([^`,]*[^\s`,[\]".])?$/);
  };

  it('names what a task depends on', () => {
    for (const none of ['none', 'None', 'nothing', 'n/a', '-', '—', '[]', '', 'None - start at once', 'none (first)']) {
      dependsOn(none, []);
    }
    for (const two of [
      'a, b.1',
      '`a`, `b.1`',
      'a and b.1',
      'a & b.1',
      '`a` and `b.1`',
      'a; b.1',
      '[a, b.1]',
      '"a", "b.1"',
    ]) {
      dependsOn(two, ['a', 'b.1']);
    }
    dependsOn('b.1, and a.', ['b.1', 'a']);
    dependsOn('a (its models, too), `b.1` (see `x.ts`)', ['a', 'b.1']);
    dependsOn('a — for its models, b.1', ['a', 'b.1']);
    dependsOn('\n  - a\n  - `b.1`', ['a', 'b.1']);
    dependsOn('a,\n  b.1', ['a', 'b.1']);
    dependsOn('`a` and b.1, `Bake and brew`', ['a', 'b.1']);
    dependsOn('after `a` and `b.1` are merged', ['a', 'b.1']);
    dependsOn('a, a, A', ['a']);
  });

  it('finds tasks by title and number', () => {
    dependsOn('Bake and brew, Cook', ['b.1', 'cook']);
    dependsOn('Task 3', ['cook']);
    dependsOn('Tasks 3 and a', ['cook', 'a']);
    dependsOn('#3', ['cook']);
    dependsOn('Task 3: Cook', ['cook']);
    dependsOn('B.1', ['b.1']);
  });

  const files = (value: string, expected: readonly string[]) =>
    expect(taskOf(`- Files: ${value}`).files, value).toEqual(expected);

  it('names files', () => {
    files('none', []);
    files('src/a.ts', ['src/a.ts']);
    files('`src/a.ts`, `src/**`', ['src/a.ts', 'src/**']);
    files('`src/a.ts` `b.ts`', ['src/a.ts', 'b.ts']);
    files('src/a.ts, **/*.md; b', ['src/a.ts', '**/*.md', 'b']);
    files('src/{a,b}.ts, app/(auth)/[id].tsx', ['src/{a,b}.ts', 'app/(auth)/[id].tsx']);
    files('.\\src\\a.ts, ./b.ts, ./, b.ts', ['src/a.ts', 'b.ts']);
    files('`a file.txt` (new, with `Code`)', ['a file.txt']);
    files('\n  - Create: `src/a.ts`\n  - Modify: b.ts', ['src/a.ts', 'b.ts']);
    files('"a.ts", \'b.ts\'', ['a.ts', 'b.ts']);
    files('src/..hidden, a..b', ['src/..hidden', 'a..b']);
  });

  it('leaves out files outside of the workspace', () => {
    for (const path of [
      '../a',
      'src/../../a',
      '/etc/passwd',
      '~/a',
      'C:\\a',
      'c:/a',
      '\\\\host\\a',
      '{a,../b}',
      '..',
      'a/..',
    ]) {
      const plan = parsePlan(`### a: A\n- Files: ok.ts, ${path}`);
      expect(plan.tasks[0]?.files, path).toEqual(['ok.ts']);
      expect(
        plan.diagnostics.map(({ code }) => code),
        path,
      ).toContain('path-outside-workspace');
    }
  });

  it('names an agent, gates and resources', () => {
    const task = taskOf(
      '- Agent: `codex` (fast)',
      '- Gates: tests, security, tests',
      '- Resources: `postgres`, port 80',
    );
    expect([task.agent, task.gates, task.resources]).toEqual(['codex', ['tests', 'security'], ['postgres', 'port 80']]);
    expect(taskOf('- Gates: none').gates).toEqual([]);
    expect('agent' in taskOf('- Agent: none')).toBe(false);
  });

  it('names what it reads', () => {
    expect(taskOf('- Reads: `docs/a.md`, ./b.md (whole)', '- Reads:', '  - b.md', '  - c.md').reads).toEqual([
      ...['docs/a.md', 'b.md', 'c.md'],
    ]);
    for (const line of ['- Reads: none', '- Estimate: 5 min']) expect('reads' in taskOf(line)).toBe(false);
  });

  it('names the requirements that it meets', () => {
    const met = (...lines: readonly string[]) => taskOf('- Estimate: 5 min', ...lines).requirements;
    expect(met('- Requirements: FR-1, `NFR-2` (fast), FR-1')).toEqual(['FR-1', 'NFR-2']);
    expect(met('- Requirement: US12')).toEqual(['US12']);
    expect(met('- **Requirements**: [REQ-1.2, REQ-3]')).toEqual(['REQ-1.2', 'REQ-3']);
    expect(met('- Requirements: FR-1 and FR-2')).toEqual(['FR-1', 'FR-2']);
    for (const line of ['- Requirements: none', '- Gates: tests']) expect(met(line)).toBeUndefined();
  });

  it('keeps requirements that are written out in its text', () => {
    for (const lines of [
      ['**Requirements**: fast and small'],
      ['**Requirements:**', '- Use Node 20'],
      ['- Requirements: Node 20'],
    ]) {
      const task = taskOf('- Estimate: 5 min', '', ...lines);
      expect(task.requirements).toBeUndefined();
      expect(task.prompt).toBe(lines.join('\n'));
    }
  });

  it('lists what is accepted', () => {
    const accepted = (lines: readonly string[]) =>
      taskOf(...lines).acceptance.map(({ text, done }) => `${done ? 'x' : '-'} ${text}`);
    expect(accepted(['- Acceptance: it works'])).toEqual(['- it works']);
    expect(accepted(['- Acceptance:', '  - [x] one', '  - two,', '    wrapped', '  1. three'])).toEqual([
      'x one',
      '- two, wrapped',
      '- three',
    ]);
    expect(accepted(['- Acceptance:', '- [ ] one', '- [X] two', '- Estimate: 5 min'])).toEqual(['- one', 'x two']);
    expect(accepted(['**Acceptance criteria**:', '', '- [ ] one', '- two'])).toEqual(['- one', '- two']);
    expect(accepted(['Do it.', '#### Acceptance', '', '- [ ] one', '  - in two parts'])).toEqual([
      '- one - in two parts',
    ]);
    expect(accepted(['- Acceptance:', '  - [ ] ', '  - ```', '    x', '    ```'])).toEqual([]);
  });
});

describe('the text of a task', () => {
  const check = (lines: readonly string[], prompt: string, script?: string) => {
    const task = taskOf(...lines);
    expect([task.prompt, task.script], lines.join('\n')).toEqual([prompt, script]);
  };

  it('is what is no field', () => {
    check(['- Estimate: 5 min', '', 'One.', '', '', 'Two.', ''], 'One.\n\n\nTwo.');
    check(['One.', '', '- Estimate: 5 min', '', 'Two.'], 'One.\n\nTwo.');
    check(['- Estimate: 5 min', '- Owner: me', '- Agent: codex', '', 'One.'], '- Owner: me\n\nOne.');
    check(['**Priority**: 1 | **Estimate**: 5 min', '', 'One.'], '**Priority**: 1 | **Estimate**: 5 min\n\nOne.');
    check(['One.', '', '---', '', 'Two.', '', '***'], 'One.\n\nTwo.');
    check(['- Estimate: 5 min', '', '#### How', 'So.'], '#### How\nSo.');
    check(['    indented code', 'and text'], '    indented code\nand text');
  });

  it('gives its run blocks to the script', () => {
    check(['```sh run', 'a', '', 'b', '```', 'One.', '~~~bash run fast', 'c', '~~~'], 'One.', 'a\n\nb\nc');
    check(['- Do:', '', '  ```sh run', '  a', '    b', '  ```'], '- Do:', 'a\n  b');
    check(['```sh', 'a', '```'], '```sh\na\n```');
    check(['```sh running', 'a', '```'], '```sh running\na\n```');
    check(['```sh run', '```'], '', '');
  });
});

describe('layers', () => {
  const check = (text: string, expected: readonly (readonly [string, string | undefined])[]) => {
    const { tasks, layers } = parsePlan(text);
    expect(tasks.map(({ id, layer }) => [id, layer === undefined ? undefined : layers[layer]?.name])).toEqual(expected);
  };

  it('hold the tasks under them', () => {
    check('## Layer 1: One\n### a: A\n- Agent: codex\n#### b: B\n- Estimate: 1 h\n## Layer 2: Two\n### c: C\n## d: D', [
      ['a', 'One'],
      ['b', 'One'],
      ['c', 'Two'],
      ['d', undefined],
    ]);
    check('# Phase 1: One\n## Wave 2: Two\n### a: A\n## b: B', [
      ['a', 'Two'],
      ['b', 'One'],
    ]);
  });

  it('are left out where they hold none', () => {
    expect(parsePlan('## Phase 1: Empty\n## Phase 2: Full\n### a: A').layers.map(({ name }) => name)).toEqual(['Full']);
  });

  it('have gates of their own', () => {
    const { layers } = parsePlan('## Layer 1\nGates: tests, lint\n### a: A\n## Layer 2\n- Gates: `e2e`\n\n### b: B');
    expect(layers.map(({ gates }) => gates)).toEqual([['tests', 'lint'], ['e2e']]);
  });
});

it('gives the text around the tasks as context, without the title', () => {
  const check = (text: string, title: string, context: string) => {
    const plan = parsePlan(text);
    expect([plan.title, plan.context]).toEqual([title, context]);
  };
  check(
    '# T\nOne.\n\n---\n\n## Goals\n\n- Two\n\n## Layer 1\nGates: x\n\n### a: A\nText.\n## End\nThree.',
    'T',
    'One.\n\n## Goals\n\n- Two\n\n## End\n\nThree.',
  );
  check('Zero.\n# T\n## Layer 1\nOnly here.\n### a: A', 'T', 'Zero.\n\n## Layer 1\n\nOnly here.');
  check('---\ntitle: F\n---\n# T\n## a: A', 'F', '');
  check('## a: A', '', '');
});
