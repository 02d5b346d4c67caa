import { describe, expect, it } from 'vitest';
import type { DiagnosticCode } from '../../../src/core/plan/diagnostic.ts';
import type { Known } from '../../../src/core/plan/dialect/dialect.ts';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import { said } from './reading.ts';

const task = (id: string, ...fields: readonly string[]) =>
  [`### ${id}: Title`, '- Estimate: 5 min', ...fields.map((field) => `- ${field}`), ''].join('\n');

/** A plan of three tasks that depend on what is given. */
const three = (a: string, b: string, c: string) =>
  [task('a', `Depends on: ${a}`), task('b', `Depends on: ${b}`), task('c', `Depends on: ${c}`)].join('\n');

describe('a plan is told', () => {
  const check = (text: string, code: DiagnosticCode, expected: readonly string[], known?: Known) =>
    expect(said(text, [code], known), text).toEqual(expected);

  it('of an id used twice', () => {
    const text = task('a') + task('b') + task('A', 'Agent: codex');
    check(text, 'duplicate-id', [
      'error 5:5 "A": The id `A` is taken: this task is left out. Give it an id of its own.',
    ]);
    const { tasks, diagnostics } = parsePlan(text);
    expect(tasks.map(({ id, agent }) => [id, agent])).toEqual([
      ['a', undefined],
      ['b', undefined],
    ]);
    expect(diagnostics[0]?.related).toEqual([{ message: '`a` is first used here.', span: { start: 4, end: 5 } }]);
  });

  it('of a dependency that is no task', () => {
    const text = task('setup-project') + task('b', 'Depends on: setup-projct, `setup-project` and nobody');
    check(text, 'unknown-dependency', [
      'error 5:15 "setup-projct": No task has the id `setup-projct`. Did you mean `setup-project`?',
      'error 5:49 "nobody": No task has the id `nobody`.',
    ]);
    expect(parsePlan(text).tasks[1]?.dependsOn.map(({ id }) => id)).toEqual(['setup-project']);
    check('### Task 1: Same\n### Task 2: Same\n### c: C\n- Depends on: same, Same', 'unknown-dependency', []);
  });

  it('of a task that depends on itself', () => {
    const text = task('a', 'Depends on: a, A');
    check(text, 'self-dependency', [
      'error 3:15 "a": `a` depends on itself.',
      'error 3:18 "A": `a` depends on itself.',
    ]);
    expect(parsePlan(text).tasks[0]?.dependsOn).toEqual([]);
    check(text, 'cycle', []);
  });

  it('of a cycle, once, with its path', () => {
    const text = three('b', 'c', 'a');
    check(text, 'cycle', ['error 3:15 "b": These tasks wait for each other: a → b → c → a.']);
    const related = parsePlan(text).diagnostics[0]?.related ?? [];
    expect(related.map(({ message, span }) => [message, text.slice(span.start, span.end), span.start])).toEqual([
      ['`a` depends on `b`.', 'b', text.indexOf('on: b') + 4],
      ['`b` depends on `c`.', 'c', text.indexOf('on: c') + 4],
      ['`c` depends on `a`.', 'a', text.indexOf('on: a') + 4],
    ]);
    check(three('none', 'a', 'a, b'), 'cycle', []);
    const two = `${three('b', 'a', 'c')}\n${task('d', 'Needs: e')}\n${task('e', 'After: d')}`;
    check(two, 'cycle', [
      'error 3:15 "b": These tasks wait for each other: a → b → a.',
      'error 15:10 "e": These tasks wait for each other: d → e → d.',
    ]);
  });

  it('of a long cycle in short', () => {
    const ring = Array.from({ length: 100 }, (_, at) => task(`t${at}`, `Depends on: t${(at + 1) % 100}`)).join('');
    check(ring, 'cycle', [
      'error 3:15 "t1": These tasks wait for each other: t0 → t1 → t2 → t3 → t4 → t5 → t6 → t7 → t8 → t9 → t10 → t11 → (88 more) → t0.',
    ]);
    expect(parsePlan(ring).diagnostics[0]?.related).toHaveLength(100);
  });

  it('that it has no tasks', () => {
    const message =
      'No task found. Orca looks for headings such as `### setup: Project structure`, for checkboxes with an id ' +
      '(`- [ ] T001 …`, `- [ ] 1.2 …`, `- [ ] #33 …`) or under a heading such as `## Tasks`, for a table with a column ' +
      '`Task`, for a `tasks.json`, and for the tree of layers that a preview prints.';
    for (const text of [
      '',
      '\uFEFF',
      '\n\n',
      '# Title\n\n- [ ] Do it\n',
      '{"tasks": []}',
      '---\n---',
      '- Estimate: 5 min',
    ]) {
      const { tasks, layers, diagnostics } = parsePlan(text);
      expect([tasks, layers]).toEqual([[], []]);
      expect(diagnostics.map(({ code, severity, message: said }) => [code, severity, said])).toEqual([
        ['no-tasks', 'error', message],
      ]);
    }
    check('# Title\n\nText', 'no-tasks', [`error 1:1 "# Title": ${message}`]);
  });

  it('that it is too large to be read', () => {
    const line = '### a: A\n';
    const text = line.repeat(Math.ceil(4_000_001 / line.length));
    const { tasks, diagnostics } = parsePlan(text);
    expect(tasks).toEqual([]);
    expect(diagnostics.map(({ code, severity, span }) => [code, severity, text.slice(span.start, span.end)])).toEqual([
      ['too-large', 'error', '### a: A'],
    ]);
  });

  it('of an estimate that is missing, absurd or junk, but of one only', () => {
    const all: DiagnosticCode[] = ['missing-estimate', 'absurd-estimate', 'invalid-value'];
    const estimate = (line: string) => said(`### a: A\n${line}\n`, all);
    expect(estimate('')).toEqual(['warning 1:5 "a": This task has no estimate: add `- Estimate: 30 min`.']);
    expect(estimate('- Estimate:')).toEqual(estimate(''));
    expect(estimate('- Estimate: 0 min')).toEqual(['warning 2:13 "0 min": A task takes more than no time.']);
    expect(estimate('- Estimate: -1 h')).toHaveLength(1);
    expect(estimate('- Estimate: 41 h')).toEqual([
      'warning 2:13 "41 h": More than 40 hours is too long for one task: split it.',
    ]);
    expect(estimate('- Estimate: 40 h')).toEqual([]);
    expect(estimate('**Estimate:** soon | **Agent:** codex')).toEqual([
      'warning 2:15 "soon": This is no time that Orca reads: write it as `25 min`, `1.5 h`, `2-3 hours` or `half a day`.',
    ]);
  });

  it('of a dependency in a later layer', () => {
    const text = `## Layer 1\n${task('a', 'Depends on: b, c')}${task('b')}## Layer 2\n${task('c', 'Depends on: a')}`;
    check(text, 'layer-order', ['information 4:18 "c": `a` waits for `c`, which stands in a later layer.']);
    check(`## Layer 1\n${task('a', 'Depends on: c')}## End\n${task('c')}`, 'layer-order', []);
  });

  it('of names that the workspace does not know', () => {
    const known = { agents: ['claude', 'codex'], gates: ['tests', 'security'] };
    const text = `---\nagent: Claud\ngates: [tests, securty]\n---\n## Layer 1\nGates: test\n${task('a', 'Agent: codx', 'Gates: lint, `Tests`')}`;
    check(
      text,
      'unknown-agent',
      [
        'warning 2:8 "Claud": No agent is named `Claud`. Did you mean `claude`?',
        'warning 9:10 "codx": No agent is named `codx`. Did you mean `codex`?',
      ],
      known,
    );
    check(
      text,
      'unknown-gate',
      [
        'warning 3:16 "securty": No gate is named `securty`. Did you mean `security`?',
        'warning 6:8 "test": No gate is named `test`. Did you mean `tests`?',
        'warning 10:10 "lint": No gate is named `lint`.',
      ],
      known,
    );
    expect(said(text, ['unknown-agent', 'unknown-gate'])).toEqual([]);
    expect(parsePlan(text, known).tasks[0]?.gates).toEqual(['lint', 'tests']);
  });

  it('of fields that are misspelt', () => {
    check(
      task('a', 'Dependson: b', 'Accpetance: c', 'Resurces: d', 'Priority: high', 'Owner: me', 'Dates: e'),
      'unknown-field',
      [
        'hint 3:3 "Dependson": `Dependson` is no field of a task. Did you mean `depends on`?',
        'hint 4:3 "Accpetance": `Accpetance` is no field of a task. Did you mean `acceptance`?',
        'hint 5:3 "Resurces": `Resurces` is no field of a task. Did you mean `resources`?',
      ],
    );
    check('### a: A\nText.\n\n- Dependson: b\n- Estmate: 5 min', 'unknown-field', []);
  });

  it('of files outside of the workspace', () => {
    check(task('a', 'Files: `src`, `../b`'), 'path-outside-workspace', [
      'error 3:18 "../b": `../b` is outside the workspace: name files relative to its folder, without `..`.',
    ]);
  });

  it('of a run block that swallows the rest', () => {
    const text = `${task('a')}\n\`\`\`sh run\necho\n\n${task('b')}`;
    check(text, 'invalid-value', [
      'error 4:1 "```sh run": This run block is never closed, so it is not run: end it with a line of ```.',
    ]);
    expect(parsePlan(text).tasks.map(({ script }) => script)).toEqual([undefined]);
  });

  it('in the order of the text', () => {
    const { diagnostics } = parsePlan(three('x', 'c', 'b, y') + task('a'));
    expect(diagnostics.map(({ code }) => code)).toEqual([
      'unknown-dependency',
      'cycle',
      'unknown-dependency',
      'duplicate-id',
    ]);
  });
});

describe('front matter', () => {
  const read = (lines: string, known?: Known) => {
    const text = `---\n${lines}\n---\n### a: A\n- Estimate: 5 min\n`;
    const codes: DiagnosticCode[] = ['invalid-front-matter', 'unknown-strategy', 'invalid-value', 'unknown-field'];
    return { ...parsePlan(text, known), said: said(text, codes) };
  };
  const check = (lines: string, settings: object, expected: readonly string[] = []) => {
    const plan = read(lines);
    expect(plan.settings, lines).toEqual(settings);
    expect(plan.said, lines).toEqual(expected);
    expect(plan.tasks.map(({ id }) => id)).toEqual(['a']);
  };

  it('holds the settings', () => {
    check('strategy: hybrid # a remark\nagents: 3\nagent: codex\ngates: [tests, "lint"]', {
      strategy: 'hybrid',
      agents: 3,
      agent: 'codex',
      gates: ['tests', 'lint'],
    });
    check('strategy: Aggressive\nagents: "2"\ngates:\n- tests\n', {
      strategy: 'aggressive',
      agents: 2,
      gates: ['tests'],
    });
    check('gates: []', { gates: [] });
    check('gates: tests', { gates: ['tests'] });
    check('', {});
    check('title: x\nstatus: done\nlabels: {a: [b]}\n? [c]\n: d', {});
    check('agents: 1\nagents: 2', { agents: 1 });
    expect(read('title: A: B').title).toBe('');
    expect(read('title: "A: B"').title).toBe('A: B');
    expect(read('title: 2026').title).toBe('2026');
  });

  it('tells what it does not understand', () => {
    check('strategy: hybird', {}, [
      'warning 2:11 "hybird": No strategy is named `hybird`: there are sequential, conservative, hybrid, aggressive. Did you mean `hybrid`?',
    ]);
    check('agents: many', {}, ['warning 2:9 "many": The number of agents is 1 or more.']);
    check('agents: 0', {}, ['warning 2:9 "0": The number of agents is 1 or more.']);
    check('stratgy: hybrid', {}, ['hint 2:1 "stratgy": `stratgy` is no setting of a plan. Did you mean `strategy`?']);
    check('- a\n- b', {}, ['warning 2:1 "- a\n- b": Front matter is `key: value` lines, such as `strategy: hybrid`.']);
    expect(read('a: [').said[0]).toMatch(/^error 2:4 "\[": This front matter is no YAML: /);
    expect(read('a: "').said[0]).toMatch(/^error 2:4 /);
    expect(read('['.repeat(300)).said[0]).toMatch(/nested too deeply/);
  });

  it('begins the text and ends', () => {
    const settings = (text: string) => parsePlan(text).settings;
    expect(settings('\uFEFF---\r\nagents: 2\r\n---\r\n')).toEqual({ agents: 2 });
    expect(settings('---\nagents: 2\n...\n')).toEqual({ agents: 2 });
    expect(settings('--- \nagents: 2\n---')).toEqual({ agents: 2 });
    expect(settings('\n---\nagents: 2\n---\n')).toEqual({});
    expect(settings('---\nagents: 2\n')).toEqual({});
    expect(said('---\nagents: 2\n### a: A\n- Estimate: 5 min', ['invalid-front-matter'])).toEqual([
      'error 1:1 "---": This front matter is never closed: end it with a line of `---`.',
    ]);
    expect(said('---\n# A rule above\n', ['invalid-front-matter'])).toEqual([]);
  });
});
