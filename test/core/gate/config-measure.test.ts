import { describe, expect, it } from 'vitest';
import { BUILT_IN, readGateConfig, withBuiltIn } from '../../../src/core/gate/config.ts';
import { DEFAULT_LIMITS } from '../../../src/core/gate/config-measure.ts';
import { kindOf, type FigureSpec, type Measure } from '../../../src/core/gate/gate.ts';

const read = (gate: string) => readGateConfig(`gates:\n  g: { ${gate} }\n`);
const TDD = { kind: 'tdd', reports: ['lcov.info'], testsFirst: 'shown', assertions: true } as const;
const SECURITY = { kind: 'security', reports: [], secrets: true, rules: true, failOn: 'warning' } as const;
const QUALITY = { kind: 'quality', reports: [], limits: DEFAULT_LIMITS, failOn: 'warning' } as const;
const FIGURE: FigureSpec = { name: 'f', json: '$.f', limit: 5, better: 'lower' };
const performance = (...figures: readonly FigureSpec[]): Measure => ({ kind: 'performance', figures, samples: 5 });
const tdd = 'kind: tdd, commands: [make], report: lcov.info';
const figure = (text: string): string => `kind: performance, commands: [bench], figures: [{ ${text} }]`;

describe('what a gate measures', () => {
  it.each<[string, Measure]>([
    ['kind: tests, commands: [make]', { kind: 'tests', reports: [] }],
    ['kind: tests, commands: [make], report: a.xml', { kind: 'tests', reports: ['a.xml'] }],
    ['kind: tests, commands: [make], report: [a.xml, "b/*.xml"]', { kind: 'tests', reports: ['a.xml', 'b/*.xml'] }],
    [tdd, TDD],
    [`${tdd}, coverage: { changed: 80 }`, { ...TDD, changed: 80 }],
    [`${tdd}, coverage: { changed: 80 %, total: "62.5" }`, { ...TDD, changed: 80, total: 62.5 }],
    [`${tdd}, coverage: { changed: 0, total: 100 }`, { ...TDD, changed: 0, total: 100 }],
    [`${tdd}, testsFirst: required, assertions: false`, { ...TDD, testsFirst: 'required', assertions: false }],
    [`${tdd}, testsFirst: off`, { ...TDD, testsFirst: 'off' }],
    ['kind: security', SECURITY],
    [
      'kind: security, secrets: false, rules: false, failOn: error',
      { ...SECURITY, secrets: false, rules: false, failOn: 'error' },
    ],
    [
      'kind: security, commands: [scan], report: s.sarif, failOn: information',
      { ...SECURITY, reports: ['s.sarif'], failOn: 'information' },
    ],
    [figure('name: f, json: $.f, limit: 5'), performance(FIGURE)],
    [
      `${figure('name: f, regex: "(\\\\d+)", file: out.txt, unit: ms, better: higher, tolerance: 5')}, samples: 3`,
      {
        kind: 'performance',
        figures: [{ name: 'f', regex: '(\\d+)', file: 'out.txt', unit: 'ms', better: 'higher', tolerance: 5 }],
        samples: 3,
      },
    ],
    ['kind: quality', QUALITY],
    [
      'kind: quality, limits: { cognitive: 9, fileLines: false }',
      { ...QUALITY, limits: { cognitive: 9, cyclomatic: 15, functionLines: 100, duplicatedLines: 20 } },
    ],
    ['kind: quality, commands: [lint], matcher: $tsc', { ...QUALITY, matcher: '$tsc' }],
    [
      'kind: quality, commands: [lint], matcher: { regexp: "^(.*):(\\\\d+): (.*)$", file: 1, line: 2, message: 3 }',
      { ...QUALITY, matcher: { regexp: '^(.*):(\\d+): (.*)$', file: 1, line: 2, message: 3 } },
    ],
  ])('%s', (text, measure) => {
    const { gates, problems } = read(text);
    expect(problems).toEqual([]);
    expect(gates.map((gate) => [gate.measure, kindOf(gate)])).toEqual([[measure, measure.kind]]);
    expect(gates[0]?.blocking).toBe(measure.kind !== 'quality');
  });

  it.each<[string, string]>([
    ['kind: speed', '`kind` is one of command, review, tests, tdd, security, performance, quality.'],
    ['kind: tests', '`commands` is to be a list with at least one command.'],
    ['kind: tests, commands: []', '`commands` is to be a list with at least one command.'],
    ['kind: security, commands: []', '`commands` is to be a list.'],
    ['kind: tests, commands: [[]]', 'each command is to be a list of strings, the program first.'],
    ['kind: tests, commands: [[{}]]', 'each command is to be a list of strings, the program first.'],
    ['kind: tests, commands: [""]', 'each command is to be a list of strings, the program first.'],
    ['kind: tests, commands: [make], reports: a.xml', 'unknown setting "reports"; this kind has commands, report.'],
    ...['/a.xml', '../a.xml', 'a/../../b.xml', 'C:\\a.xml', '""', '{}', '[a.xml, /b.xml]', '[{}]'].map(
      (report): [string, string] => [
        `kind: tests, commands: [make], report: ${report}`,
        '`report` is a path in the repository, or a list of them; `*` stands for any text of a file name.',
      ],
    ),
    ['kind: security, report: a.sarif', 'a `report` or `matcher` needs `commands` that write it.'],
    ['kind: quality, matcher: $tsc', 'a `report` or `matcher` needs `commands` that write it.'],
    ['kind: tdd, commands: [make], coverage: { changed: 80 }', '`coverage` needs a `report` that the commands write.'],
    ...['101', '-1', 'much', '80 % or so', '[80]'].map((value): [string, string] => [
      `${tdd}, coverage: { changed: "${value}" }`,
      '`changed` is a percentage from 0 to 100.',
    ]),
    [`${tdd}, coverage: 80`, '`coverage` has the settings changed, total.'],
    [`${tdd}, coverage: { lines: 80 }`, 'unknown setting "lines" of `coverage`; there are changed, total.'],
    [`${tdd}, testsFirst: true`, '`testsFirst` is required, shown, off.'],
    [`${tdd}, assertions: some`, '`assertions` is true or false.'],
    ['kind: security, failOn: hint', '`failOn` is error, warning, information.'],
    ['kind: security, secrets: 1', '`secrets` is true or false.'],
    ['kind: performance, commands: [bench]', '`figures` is to be a list with at least one figure.'],
    ['kind: performance, commands: [bench], figures: []', '`figures` is to be a list with at least one figure.'],
    ...['0', '101', '1.5', 'many'].map((samples): [string, string] => [
      `${figure('name: f, json: $.f, limit: 5')}, samples: ${samples}`,
      '`samples` is a whole number from 1 to 100.',
    ]),
    [figure('json: $.f, limit: 5'), 'each of `figures` has a `name`.'],
    [
      figure('name: f, json: $.f, limit: 5, max: 1'),
      'unknown setting "max" of a figure; there are name, json, regex, file, unit, better, limit, tolerance.',
    ],
    ...['limit: 5', 'json: $.f, regex: "(x)", limit: 5', 'json: 5, regex: "(x)", limit: 5', 'json: "", limit: 5'].map(
      (text): [string, string] => [
        figure(`name: f, ${text}`),
        'a figure is read by `json`, a path, or by `regex`, with one group.',
      ],
    ),
    [figure('name: f, regex: "(", limit: 5'), '`regex` of a figure is not a regular expression.'],
    [figure('name: f, json: $, file: ../x, limit: 5'), '`file` of a figure is a path in the repository.'],
    [figure('name: f, json: $, unit: 5, limit: 5'), '`unit` of a figure is a text.'],
    [figure('name: f, json: $, better: more, limit: 5'), '`better` of a figure is lower or higher.'],
    [figure('name: f, json: $, limit: "5"'), '`limit` of a figure is a number.'],
    [figure('name: f, json: $, limit: .inf'), '`limit` of a figure is a number.'],
    [
      figure('name: f, json: $, tolerance: -5'),
      '`tolerance` of a figure is a percentage: how much worse it may be than before.',
    ],
    [figure('name: f, json: $'), 'a figure has a `limit`, a `tolerance`, or both.'],
    ['kind: quality, limits: { cognitive: 1.5 }', '`cognitive` of `limits` is a whole number, or false for no limit.'],
    ['kind: quality, limits: { cognitive: -1 }', '`cognitive` of `limits` is a whole number, or false for no limit.'],
    ['kind: quality, limits: { cognitive: true }', '`cognitive` of `limits` is a whole number, or false for no limit.'],
    [
      'kind: quality, limits: { depth: 3 }',
      'unknown setting "depth" of `limits`; there are cognitive, cyclomatic, functionLines, fileLines, duplicatedLines.',
    ],
    [
      'kind: quality, limits: 15',
      '`limits` has the settings cognitive, cyclomatic, functionLines, fileLines, duplicatedLines.',
    ],
    ['commands: [make], when: always', '`when` is task, layer or end.'],
    ['commands: [make], blocking: yes please', '`blocking` is true or false.'],
    ['commands: [make], always: 1', '`always` is true or false.'],
    ...['10', '10 days', '0 s', 'soon', '-1 s'].map((timeout): [string, string] => [
      `commands: [make], timeout: ${timeout}`,
      '`timeout` is a duration: 90 s, 10 min, 1 h.',
    ]),
    ...['0', '-1', '"2"', '.nan'].map((weight): [string, string] => [
      `commands: [make], weight: ${weight}`,
      '`weight` is a number above 0.',
    ]),
  ])('%s is none', (text, problem) => {
    expect(read(text)).toEqual({ gates: [], problems: [`.orca/gates.yaml: gate "g": ${problem}`] });
  });

  it.each<[string, string]>([
    ['gates: [make]', 'expected `gates:` with one entry a gate.'],
    ['gates:\n', 'expected `gates:` with one entry a gate.'],
    ['make', 'expected `gates:` with one entry a gate.'],
    ['{}', 'expected `gates:` with one entry a gate.'],
    ['gates:\n  g: *none\n', 'Unresolved alias (the anchor must be set before the alias): none'],
    ['gates:\n  g: make\n', 'gate "g": expected `kind:` or `commands:` and its settings.'],
    ['gates:\n  "a b": { commands: [make] }\n', 'gate "a b": a name is letters, digits, - and _.'],
    ['gates:\n  ../x: { commands: [make] }\n', 'gate "../x": a name is letters, digits, - and _.'],
  ])('a file with %j has no gate', (text, problem) => {
    expect(readGateConfig(text)).toEqual({ gates: [], problems: [`.orca/gates.yaml: ${problem}`] });
  });

  it.each<[string, string]>([
    ['twice the same gate', 'gates:\n  g: { commands: [a] }\n  g: { commands: [b] }\n'],
    ['no end', 'gates: { g: { commands: ['],
    ['two documents', 'gates: {}\n---\ngates: {}\n'],
    [
      'aliases of aliases of aliases',
      `${['b', 'c', 'd', 'e'].reduce(
        (text, name, i) =>
          `${text}${name}: &${name} [${Array(10)
            .fill(`*${'abcd'[i] ?? ''}`)
            .join(', ')}]\n`,
        'a: &a [1, 1, 1]\n',
      )}gates: { g: *e }\n`,
    ],
  ])('a file with %s is told, and not thrown', (_, text) => {
    const { gates, problems } = readGateConfig(text);
    expect(gates).toEqual([]);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every((problem) => problem.startsWith('.orca/gates.yaml: '))).toBe(true);
  });

  it.each(['', '# nothing yet\n', 'gates: {}\n'])('a file with %j has no gate and no problem', (text) => {
    expect(readGateConfig(text)).toEqual({ gates: [], problems: [] });
  });
});

describe('the gates that need no declaration', () => {
  it('are there when they are named, and as they are declared where they are', () => {
    const { gates } = readGateConfig('gates:\n  quality: { kind: quality, blocking: true }\n');
    expect(withBuiltIn([], []).map(({ name }) => name)).toEqual([]);
    expect(withBuiltIn([], ['security', 'lint']).map(({ name, blocking }) => [name, blocking])).toEqual([
      ['security', true],
    ]);
    expect(withBuiltIn(gates, BUILT_IN).map(({ name, blocking }) => [name, blocking])).toEqual([
      ['quality', true],
      ['security', true],
    ]);
  });
});
