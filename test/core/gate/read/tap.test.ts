import { Parser } from 'tap-parser';
import { describe, expect, it } from 'vitest';
import { readTap } from '../../../../src/core/gate/read/tap.ts';
import { fixture, showTests } from './reading.ts';

const NODE = [
  'passed total › adds up',
  'failed total › with a discount › rounds "half" <up> & down @ file:///repo/test/cart.test.js:12 – Expected values to be strictly equal: 50 !== 49',
  'skipped total › with a discount › refuses more than all',
  'failed a price below zero @ file:///repo/test/cart.test.js:19 – a price below zero: -1',
  'skipped a later one @ /repo/test/cart.test.js:22',
];
const TAPE = [
  'passed two of one',
  'failed half a cent @ file:///repo/tape.js:9 – expected 49, actual 50',
  'skipped more than all',
  'skipped currencies @ file:///repo/tape.js:14',
];

/** Name, text, and what is read of it. */
const SOUND: [string, string, string[]][] = [
  ['of Node', fixture('node/report.tap'), NODE],
  ['of tape', fixture('tape/report.tap'), TAPE],
  ['of two runs', `${fixture('tape/report.tap')}${fixture('node/report.tap')}`, [...TAPE, ...NODE]],
  ['with its plan first', '1..2\nok 1 - a\nok 2 - b\n', ['passed a', 'passed b']],
  ['without a version, numbers and names', 'ok\nnot ok\n1..2', ['passed ', 'failed ']],
  ['with CRLF', 'TAP version 14\r\nok 1 - a\r\n1..1\r\n', ['passed a']],
  ['with a # in a name', 'ok 1 - issue \\#7 in C#\n1..1', ['passed issue #7 in C#']],
  ['with directives in any case', 'ok 1 - a # Skip: no\nnot ok 2 - b # todo\n1..2', ['skipped a', 'skipped b']],
  ['that all is skipped', '1..0 # SKIP no database', []],
  ['with output of the tests', 'hello\n  ok, fine\nok 1 - a\n    world\n1..1', ['passed a']],
  ['of an empty suite', 'TAP version 13\n# Subtest: s\n    1..0\nok 1 - s\n1..1', []],
  [
    'with subtests in braces',
    'TAP version 14\nnot ok 1 - s # time=5ms {\n    ok 1 - a\n    not ok 2 - b\n      ---\n      message: no\n      at:\n        fileName: t/b.js\n        lineNumber: 4\n      ...\n    1..2\n}\n1..1\n',
    ['passed s › a', 'failed s › b @ t/b.js:4 – no'],
  ],
  [
    'with what is told before the braces',
    'TAP version 14\nnot ok 1 - s\n  ---\n  duration_ms: 3\n  ...\n{\n    not ok 1 - a\n    1..1\n}\n1..1\n',
    ['failed s › a'],
  ],
  [
    'with a suite that failed by itself',
    "ok 1 - x\n# Subtest: s\n    ok 1 - a\n    1..1\nnot ok 2 - s\n  ---\n  error: 'the hook failed'\n  ...\n1..2",
    ['passed x', 'passed s › a', 'failed s – the hook failed'],
  ],
  [
    'of Perl',
    "not ok 1 - sums up\n#   Failed test 'sums up'\n#   at t/cart.t line 12.\n#          got: '1'\n1..1",
    ["failed sums up @ t/cart.t:12 – Failed test 'sums up'"],
  ],
  ['with YAML that is endless', 'not ok 1 - a\n  ---\n  expected: &x [*x]\n  actual: 1\n  ...\n1..1', ['failed a']],
  [
    'of bats',
    "1..1\nnot ok 1 adds up\n# (in test file test/cart.bats, line 4)\n#   `[ 1 -eq 2 ]' failed\n",
    ['failed adds up @ test/cart.bats:4 – (in test file test/cart.bats, line 4)'],
  ],
  ['with YAML that is none', 'not ok 1 - a\n  ---\n  error: "open\n  ...\n1..1', ['failed a']],
];

describe('TAP', () => {
  it.each(SOUND)('%s', (_, text, expected) => {
    expect(showTests(readTap(text))).toEqual(expected);
  });

  // A second opinion on which tests there are and how they ended. It knows one document a text, and counts a suite that
  // is empty or failed by itself another way.
  it.each(SOUND.filter(([name]) => !/two runs|empty suite|failed by itself/.test(name)))(
    '%s, as tap-parser reads it',
    (_, text) => {
      const read = readTap(text);
      const ours = read.ok
        ? read.value.tests.map(({ suites, name, outcome }) => `${outcome} ${[...suites, name].join(' > ')}`)
        : [];
      const theirs = Parser.parse(text, { flat: true }).flatMap((entry) => {
        const [event, test] = entry as [
          string,
          { ok: boolean; skip: unknown; todo: unknown; name: string; fullname: string },
        ];
        if (event !== 'assert') return [];
        const isSkipped = test.skip !== false || test.todo !== false;
        return [`${isSkipped ? 'skipped' : test.ok ? 'passed' : 'failed'} ${test.name}`];
      });
      expect(ours).toEqual(theirs);
    },
  );

  it('keeps what a failure says at length, and how long a test took', () => {
    const read = readTap(fixture('node/report.tap'));
    const [, test] = read.ok ? read.value.tests : [];
    expect(test?.details).toMatch(/^duration_ms[\s\S]*operator: 'strictEqual'\nstack: \|-\n {2}TestContext/);
    expect(test?.seconds).toBeCloseTo(0.002238);
  });

  it.each<[string, string, RegExp]>([
    ['empty', ' \n', /^it is empty$/],
    ['words', 'All is well.\n', /no TAP/],
    ['another report', fixture('c8/lcov.info'), /no TAP/],
    ['without a plan', 'ok 1 - a\n', /no plan/],
    ['with fewer tests than planned', '1..3\nok 1 - a\nok 2 - b\n', /plan is 3, the tests are 2/],
    ['with more tests than planned', '1..1\nok 1 - a\nok 2 - b\n', /plan is 1, the tests are 2/],
    ['with a test twice', '1..2\nok 1 - a\nok 1 - a\n', /test 1 is there twice/],
    ['with two plans', '1..1\nok 1 - a\n1..1\n', /two plans/],
    ['that bailed out', 'ok 1 - a\nBail out! No database.\n1..1\n', /bailed out: No database\./],
    ['that bailed out within', '    ok 1 - a\n    Bail out!\n', /bailed out: no reason/],
    ['with subtests without a plan', '    ok 1 - a\nok 1 - s\n1..1\n', /of "s" have no plan/],
    ['with subtests without a result', '    ok 1 - a\n    1..1\n1..0\n', /subtests have no result/],
    ['with braces that are open', 'ok 1 - s {\n    ok 1 - a\n    1..1\n', /"s" have no end/],
    ['whose second run is cut off', 'TAP version 13\nok 1\n1..1\nTAP version 13\nok 1\n', /no plan/],
  ])('is a problem: %s', (_, text, expected) => {
    const read = readTap(text);
    expect(read.ok ? 'read' : read.problem).toMatch(expected);
  });
});
