import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../../src/core/graph/build.ts';
import { parsePlan } from '../../../src/core/plan/parse.ts';
import { readinessOf, taskReadiness, type Lack } from '../../../src/core/plan/readiness.ts';
import { withRemarks } from '../../../src/core/plan/remarks.ts';
import { onlyTask } from './reading.ts';

const SOUND = [
  '### a: Write the parser',
  '- Estimate: 30 min',
  '- Files: src/parser.ts',
  '- Acceptance: `npm test` passes',
  '',
  'Reads the format that docs/format.md describes.',
];

function check(lines: readonly string[], ...lacks: readonly Lack[]): void {
  expect(taskReadiness(onlyTask(lines.join('\n'))).lacks.map(({ lack }) => lack)).toEqual(lacks);
}

describe('a task', () => {
  const without = (label: string): string[] => SOUND.filter((line) => !line.startsWith(`- ${label}`));
  const saying = (text: string): string[] => [...SOUND.slice(0, -1), text];

  it('is ready where nothing is left to guess', () => check(SOUND));

  it.each([
    ['Estimate', 'no-estimate'],
    ['Files', 'no-files'],
    ['Acceptance', 'no-acceptance'],
  ] as const)('without %s', (label, lack) => check(without(label), lack));

  it('is done when its gates pass, or its script', () => {
    check([...without('Acceptance').slice(0, 3), '- Gates: tests', '', SOUND[5] ?? '']);
    check(['### a: A', '- Estimate: 5 min', '- Files: x', '', '```sh run', 'true', '```']);
  });

  it('says nothing', () =>
    check(['### a: A', '- Estimate: 5 min', '- Files: x', '- Acceptance: ok'], 'no-description'));
  it('says enough in another script', () =>
    check([
      '### a: 設定画面',
      '- Estimate: 5 min',
      '- Files: x',
      '- Acceptance: ok',
      '',
      '設定画面にテーマ切替ボタンを追加して保存する。',
    ]));

  it.each([
    'Use the layout as discussed.',
    'Do the same as before for users, and for orders.',
    'The format is described above, in the chat.',
    'The names are TBD, ask around for them before.',
    'Mend the error of the previous conversation about it.',
    'Use [NEEDS CLARIFICATION: which?] as the database here.',
  ])('points outside of itself: %s', (text) => check(saying(text), 'outside-context'));

  it.each([
    'Draw the box above the list of the found items.',
    'Handle the same error as the server does, in the client.',
  ])('does not: %s', (text) => check(saying(text)));

  it.each([
    ['4 h', []],
    ['241 min', ['too-large']],
    ['1-3 h', []],
    ['1-4 h', ['too-large']],
  ] as const)('of %s', (estimate, lacks) =>
    check([SOUND[0] ?? '', `- Estimate: ${estimate}`, ...SOUND.slice(2)], ...lacks),
  );
});

describe('a plan', () => {
  it('is as ready as the least ready of its open tasks', () => {
    const level = (text: string): unknown => {
      const { level: worst, counts } = readinessOf(parsePlan(text));
      return [worst, counts.ready, counts.enhancement, counts.attention];
    };
    const sound = SOUND.join('\n');
    expect(level(sound)).toEqual(['ready', 1, 0, 0]);
    expect(level(`${sound}\n\n### [x] b: B\n`)).toEqual(['ready', 1, 0, 0]);
    expect(level(`${sound}\n\n### b: B\n`)).toEqual(['attention', 1, 0, 1]);
    expect(level(`${sound}\n\n### b: Write everything that the parser reads into the database\n`)).toEqual([
      'enhancement',
      1,
      1,
      0,
    ]);
  });

  it('is told of two tasks that may write one file at once, each of the later ones once', () => {
    const said = (text: string): string[] => {
      const plan = parsePlan(text);
      return withRemarks(plan, buildGraph(plan)).diagnostics.flatMap(({ code, severity, span, related }) =>
        code === 'shared-file'
          ? [
              `${severity} ${text.slice(span.start, span.end)} ${text.slice(related?.[0]?.span.start, related?.[0]?.span.end)}`,
            ]
          : [],
      );
    };
    const kit = (...lines: readonly string[]): string =>
      `## Phase 1: A\n\n${lines.map((line) => `- [ ] ${line}`).join('\n')}\n`;
    expect(
      said(kit('T013 [P] in tests/a.py', 'T014 [P] in tests/a.py', 'T015 [P] in tests/a.py', 'T016 [P] in tests/a.py')),
    ).toEqual(['warning [P] T013', 'warning [P] T014', 'warning [P] T015']);
    expect(said(kit('T013 [P] in tests/a.py', 'T014 in tests/a.py', 'T015 [P] in tests/b.py'))).toEqual([]);
    expect(said(kit('T013 [P] in tests/a.py', 'T014 [P] in tests/'))).toEqual(['information [P] T013']);
    expect(said(`${kit('T1 x', 'T001 in a.py')}\n## Phase 2: B\n\n- [ ] T002 in a.py\n`)).toEqual([]);
    expect(
      said('### a: A\n- Files: x\n\n### b: B\n- Files: x\n- Depends on: c\n\n### c: C\n- Depends on: a\n'),
    ).toEqual([]);
    expect(said('### a: A\n- Files: x\n\n### b: B\n- Files: x\n- Depends on: c\n\n### c: C\n')).toEqual([
      'warning b a',
    ]);
    expect(said('### [x] a: A\n- Files: x\n\n### b: B\n- Files: x\n')).toEqual([]);
  });
});
