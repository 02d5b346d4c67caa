import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../src/core/graph/build.ts';
import type { DiagnosticCode } from '../../../src/core/plan/diagnostic.ts';
import { hasErrors } from '../../../src/core/plan/diagnostic.ts';
import { applyEdits } from '../../../src/core/plan/edit/edits.ts';
import { fixesFor } from '../../../src/core/plan/edit/fixes.ts';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { withRemarks } from '../../../src/core/plan/remarks.ts';

const known = { agents: ['claude', 'codex'], gates: ['tests', 'security'] };

function read(text: string): Plan {
  const plan = parsePlan(text, known);
  return withRemarks(plan, buildGraph(plan));
}

/** What each fix of the first diagnostic of a code makes of a plan. */
function fixed(text: string, code: DiagnosticCode): { readonly title: string; readonly text: string }[] {
  const plan = read(text);
  const diagnostic = plan.diagnostics.find((own) => own.code === code);
  if (diagnostic === undefined) throw new Error(`no ${code}: ${plan.diagnostics.map((own) => own.code).join()}`);
  return fixesFor(plan, text, diagnostic).map(({ title, edits }) => ({ title, text: applyEdits(text, edits) }));
}

/** Each of them leaves a plan that can be executed, and that no longer says it. */
function check(
  text: string,
  code: DiagnosticCode,
  ...expected: readonly (readonly [title: string, changed: string])[]
): void {
  const all = fixed(text, code);
  expect(all.map(({ title }) => title)).toEqual(expected.map(([title]) => title));
  for (const [i, [, changed]] of expected.entries()) expect(all[i]?.text).toBe(changed);
  for (const { text: changed } of all) {
    const before = read(text).diagnostics.filter((own) => own.code === code).length;
    const after = read(changed);
    expect(after.diagnostics.filter((own) => own.code === code).length).toBeLessThan(before);
    expect(hasErrors(after.diagnostics)).toBe(false);
    expect(after.tasks.length).toBeGreaterThanOrEqual(read(text).tasks.length);
  }
}

const plan = (...lines: readonly string[]): string => lines.join('\n');

describe('a quick fix', () => {
  it('of a dependency that does not exist takes the nearest id, or none', () => {
    const with_ = (value: string): string =>
      plan('### set-up: A', '- Estimate: 5 min', '', '### b: B', '- Estimate: 5 min', `- Depends on: ${value}`, '');
    check(
      with_('set-pu'),
      'unknown-dependency',
      ['Change to `set-up`', with_('set-up')],
      ['Remove the Dependency on `set-pu`', with_('none')],
    );
    check(with_('`zebra`, set-up'), 'unknown-dependency', ['Remove the Dependency on `zebra`', with_('set-up')]);
    check(with_('set-up, zebra'), 'unknown-dependency', ['Remove the Dependency on `zebra`', with_('set-up')]);
    check(with_('set-up and zebra'), 'unknown-dependency', ['Remove the Dependency on `zebra`', with_('set-up')]);
    check(with_('zebra'), 'unknown-dependency', ['Remove the Dependency on `zebra`', with_('none')]);
  });

  it('of a list of dependencies takes out a line', () => {
    const before = plan('### a: A', '', '### b: B', '- Depends on:', '  - a', '  - zebra', '- Files: x.ts', '');
    check(before, 'unknown-dependency', ['Remove the Dependency on `zebra`', before.replace('  - zebra\n', '')]);
  });

  it('of a task that waits for itself', () => {
    check('### a: A\n- Depends on: a\n', 'self-dependency', [
      'Remove the Dependency on `a`',
      '### a: A\n- Depends on: none\n',
    ]);
  });

  it('of a cycle breaks it where it goes against the text, and offers the others', () => {
    const text = plan(
      '### a: A',
      '- Depends on: c',
      '',
      '### b: B',
      '- Depends on: a',
      '',
      '### c: C',
      '- Depends on: b',
      '',
    );
    check(
      text,
      'cycle',
      ['Break the Cycle: `a` No Longer Depends on `c`', text.replace('on: c', 'on: none')],
      ['Break the Cycle: `b` No Longer Depends on `a`', text.replace('on: a', 'on: none')],
      ['Break the Cycle: `c` No Longer Depends on `b`', text.replace('on: b', 'on: none')],
    );
    const preferred = read(text)
      .diagnostics.filter(({ code }) => code === 'cycle')
      .flatMap((cycle) => fixesFor(read(text), text, cycle).map((fix) => fix.preferred));
    expect(preferred).toEqual([true, undefined, undefined]);
  });

  it('of two cycles breaks the cheaper edge: the one that leaves the shorter critical path', () => {
    const text = plan(
      ...[
        '### long: L',
        '- Estimate: 4 h',
        '- Depends on: short',
        '',
        '### short: S',
        '- Estimate: 5 min',
        '- Depends on: long, other',
        '',
      ],
      ...['### other: O', '- Estimate: 3 h', ''],
    );
    expect(fixed(text, 'cycle')[0]?.title).toBe('Break the Cycle: `long` No Longer Depends on `short`');
  });

  it('of an id that is taken', () => {
    check('### a: A\n\n### b-2: B\n\n### a: C\n', 'duplicate-id', [
      'Call This Task `a-2`',
      '### a: A\n\n### b-2: B\n\n### a-2: C\n',
    ]);
  });

  it('of names that are misspelt', () => {
    check('### a: A\n- Agent: cluade\n', 'unknown-agent', ['Change to `claude`', '### a: A\n- Agent: claude\n']);
    check('### a: A\n- Gates: tets\n', 'unknown-gate', ['Change to `tests`', '### a: A\n- Gates: tests\n']);
    check('---\nstrategy: hybrd\n---\n### a: A\n', 'unknown-strategy', [
      'Change to `hybrid`',
      '---\nstrategy: hybrid\n---\n### a: A\n',
    ]);
    check('### a: A\n- Estimate: 1 h\n- Dependz on: none\n', 'unknown-field', [
      'Change to `Depends on`',
      '### a: A\n- Estimate: 1 h\n- Depends on: none\n',
    ]);
  });

  it('of a path that leads out of the workspace', () => {
    check('### a: A\n- Files: `../lib/a.ts`\n', 'path-outside-workspace', [
      'Change to `lib/a.ts`',
      '### a: A\n- Files: `lib/a.ts`\n',
    ]);
    check('### a: A\n- Files: /etc/hosts\n', 'path-outside-workspace', [
      'Change to `etc/hosts`',
      '### a: A\n- Files: etc/hosts\n',
    ]);
  });

  it('of a missing estimate puts in what the others take', () => {
    const one = ['### a: A', '- Estimate: 40 min', '', '### b: B'];
    check(plan(...one, 'Text.'), 'missing-estimate', [
      'Add `Estimate: 40 min`',
      plan(...one, '- Estimate: 40 min', '', 'Text.'),
    ]);
    check(plan(...one, ''), 'missing-estimate', ['Add `Estimate: 40 min`', plan(...one, '- Estimate: 40 min', '')]);
    check(plan(...one), 'missing-estimate', ['Add `Estimate: 40 min`', plan(...one, '- Estimate: 40 min')]);
    check(plan(...one, '* Files: x', ''), 'missing-estimate', [
      'Add `Estimate: 40 min`',
      plan(...one, '* Estimate: 40 min', '* Files: x', ''),
    ]);
    check(plan(...one, '', '- Files: x', ''), 'missing-estimate', [
      'Add `Estimate: 40 min`',
      plan(...one, '', '- Estimate: 40 min', '- Files: x', ''),
    ]);
    check(plan(...one, '**Files**: x', ''), 'missing-estimate', [
      'Add `Estimate: 40 min`',
      plan(...one, '- Estimate: 40 min', '', '**Files**: x', ''),
    ]);
    const crlf = '### a: A\r\n- Estimate: 1 h\r\n\r\n### b: B\r\n- Files: x\r\n';
    check(crlf, 'missing-estimate', [
      'Add `Estimate: 60 min`',
      crlf.replace('- Files', '- Estimate: 60 min\r\n- Files'),
    ]);
    check('### a: A\n\n### b: B\n', 'missing-estimate', [
      'Add `Estimate: 30 min` to All 2 Tasks Without One',
      '### a: A\n- Estimate: 30 min\n\n### b: B\n- Estimate: 30 min\n',
    ]);
    check('Layer 1:\n├── a (5 min)\n└── b\n', 'missing-estimate', [
      'Add `Estimate: 5 min`',
      'Layer 1:\n├── a (5 min)\n└── b (5 min)\n',
    ]);
  });

  it('of two tasks that write one file lets one wait', () => {
    const text = (more: string): string =>
      plan('### a: A', '- Files: x.ts', '', '### b: B', '- Files: x.ts', ...(more === '' ? [] : [more]), '');
    check(text(''), 'shared-file', [
      'Let `b` Wait for `a`',
      plan('### a: A', '- Files: x.ts', '', '### b: B', '- Depends on: a', '- Files: x.ts', ''),
    ]);
    check(text('- Depends on: none'), 'shared-file', ['Let `b` Wait for `a`', text('- Depends on: a')]);
    const third = plan('### c: C', '', text('- Depends on: `c`'));
    check(third, 'shared-file', ['Let `b` Wait for `a`', third.replace('`c`', '`c`, `a`')]);
    const listed = plan('### c: C', '', text('- Depends on:\n  - c'));
    check(listed, 'shared-file', ['Let `b` Wait for `a`', listed.replace('  - c', '  - c\n  - a')]);
  });

  it('of a false [P] takes it away', () => {
    const text = '- [ ] T001 [P] Write a in src/a.ts\n- [ ] T002 [P] Write b in src/a.ts\n';
    check(
      text,
      'shared-file',
      ['Remove `[P]`', text.replace('T002 [P]', 'T002')],
      ['Let `T002` Wait for `T001`', text.replace('b in src/a.ts', 'b in src/a.ts (depends on T001)')],
    );
  });

  it('of a task that is too large makes several of it', () => {
    const text = plan(
      '### a: Build it',
      '- Estimate: 10 h',
      '- Files: `src/**`',
      '',
      'Text.',
      '',
      '### b: B',
      '- Estimate: 5 min',
      '- Depends on: a',
      '',
    );
    const [split] = fixed(text, 'large-task');
    expect(split?.title).toBe('Split `a` into 3 Tasks of 200 min');
    expect(
      parsePlan(split?.text ?? '').tasks.map(({ id, estimate, dependsOn, files }) => [
        id,
        estimate?.minutes,
        dependsOn.map((own) => own.id),
        files,
      ]),
    ).toEqual([
      ['a', 200, [], ['src/**']],
      ['a-2', 200, ['a'], ['src/**']],
      ['a-3', 200, ['a-2'], ['src/**']],
      ['b', 5, ['a-3'], []],
    ]);
    check('### a: A\n- Estimate: 1-8 h\n', 'large-task', [
      'Split `a` into 2 Tasks of 135 min',
      fixed('### a: A\n- Estimate: 1-8 h\n', 'large-task')[0]?.text ?? '',
    ]);
    check('### a: A\n- Estimate: 41 h\n', 'absurd-estimate', [
      'Split `a` into 11 Tasks of 224 min',
      fixed('### a: A\n- Estimate: 41 h\n', 'absurd-estimate')[0]?.text ?? '',
    ]);
  });
});
