import { describe, expect, it } from 'vitest';
import { matchProblems, type Matcher } from '../../../../src/core/gate/read/matcher.ts';
import { fixture, showFindings } from './reading.ts';

const TSC = [
  "error TS2322 bad.ts:1:7 Type 'string' is not assignable to type 'number'.",
  "error TS2339 bad.ts:3:12 Property 'size' does not exist on type 'string'.",
];
const ESLINT = [
  "error eqeqeq /repo/src/cart.js:14:23 Expected '===' and instead saw '=='",
  'warning no-var /repo/src/run.js:2:3 Unexpected var, use let or const instead',
  'error no-eval /repo/src/run.js:2:16 `eval` can be harmful',
  "warning no-debugger /repo/src/run.js:3:3 Unexpected 'debugger' statement",
];

describe('a built-in matcher', () => {
  it.each<[string, string, string[]]>([
    ['$tsc', fixture('tsc/plain.txt'), TSC],
    ['$tsc', fixture('tsc/pretty.txt'), TSC],
    ['$eslint-stylish', fixture('eslint/stylish.txt'), ESLINT],
    ['$eslint-compact', fixture('eslint/compact.txt'), ESLINT.map((line) => `${line}.`)],
    [
      '$gcc',
      fixture('gcc/warnings.txt'),
      [
        'error gcc shop.c:9:11 expected ‘;’ before ‘}’ token',
        'warning -Wunused-variable shop.c:6:7 unused variable ‘unused’',
      ],
    ],
    [
      '$go',
      fixture('go/build.txt'),
      [
        'error go main/main.go:4:14 cannot use "a" (untyped string constant) as int value in variable declaration',
        'error go main/main.go:5:2 undefined: undefined',
      ],
    ],
    [
      '$go',
      fixture('go/vet.txt'),
      ['error go main/main.go:4:14 cannot use "a" (untyped string constant) as int value in variable declaration'],
    ],
    [
      '$flake8',
      fixture('flake8/report.txt'),
      [
        'error E501 shop/db.py:9:80 line too long (80 > 79 characters)',
        "error F821 shop/db.py:19:20 undefined name 'undefined_name'",
      ],
    ],
    [
      '$ruff',
      'shop/db.py:1:8: F401 [*] `os` imported but unused\nshop/db.py:9:1: SyntaxError: Expected an indented block\nFound 2 errors.',
      [
        'error F401 shop/db.py:1:8 `os` imported but unused',
        'error SyntaxError shop/db.py:9:1 Expected an indented block',
      ],
    ],
    [
      '$mypy',
      `${fixture('mypy/report.txt')}a.py:3:5:3:9: note: See here\n`,
      [
        'error name-defined shop/db.py:19 Name "undefined_name" is not defined',
        'error name-defined shop/db.py:19:20 Name "undefined_name" is not defined',
        'information mypy a.py:3:5-3:9 See here',
      ],
    ],
    [
      '$rustc',
      'error[E0308]: mismatched types\n --> src/lib.rs:3:5\n  |\nwarning: unused variable: `x`\n  --> src/lib.rs:9:1\nerror: could not compile',
      ['error E0308 src/lib.rs:3:5 mismatched types', 'warning rustc src/lib.rs:9:1 unused variable: `x`'],
    ],
    ['$tsc', 'C:\\repo\\a.ts(1,7): error TS1: no', ['error TS1 C:\\repo\\a.ts:1:7 no']],
    ['$gcc', 'C:\\repo\\a.c:1: fatal error: no', ['error gcc C:\\repo\\a.c:1 no']],
    ['$tsc', 'All is well.\n', []],
    [
      '$cobol',
      '',
      [
        'problem: there is no matcher $cobol; there are $tsc, $eslint-compact, $eslint-stylish, $gcc, $go, $ruff, $flake8, $mypy, $rustc',
      ],
    ],
    [
      'toString',
      '',
      [
        'problem: there is no matcher toString; there are $tsc, $eslint-compact, $eslint-stylish, $gcc, $go, $ruff, $flake8, $mypy, $rustc',
      ],
    ],
  ])('%s over %j', (name, text, expected) => {
    expect(showFindings(matchProblems(text, name))).toEqual(expected);
  });
});

describe('a matcher of one’s own', () => {
  it.each<[string, Matcher, string, string[]]>([
    [
      'with a place',
      { regexp: '^(.+)@(\\d+): (.+)$', file: 1, line: 2, message: 3 },
      'a.js@3: no',
      ['error problem a.js:3 no'],
    ],
    ['without a place', { regexp: '^ERR (.+)$', message: 1 }, 'ERR no', ['error problem  no']],
    [
      'with a line of 0',
      { regexp: '^(.+)@(\\d+): (.+)$', file: 1, line: 2, message: 3 },
      'a.js@0: no',
      ['error problem a.js no'],
    ],
    [
      'with severities',
      { regexp: '^(\\w): (.+)$', severity: 1, message: 2 },
      'W: a\nE: b\nI: c\nX: d',
      ['warning problem  a', 'error problem  b', 'information problem  c', 'error problem  d'],
    ],
    ['without a message', { regexp: '^(.+)@(\\d+):(.*)$', file: 1, line: 2, message: 3 }, 'a.js@3:', []],
    ['of a group that there is not', { regexp: '^ERR (.+)$', message: 1, file: 9 }, 'ERR no', ['error problem  no']],
    [
      'of two lines',
      [
        { regexp: '^in (.+)$', file: 1 },
        { regexp: '^  (\\d+) (.+)$', line: 1, message: 2 },
      ],
      'in a\nin b\n  3 no\n  4 none',
      ['error problem b:3 no'],
    ],
    [
      'of two lines, looped',
      [
        { regexp: '^in (.+)$', file: 1 },
        { regexp: '^  (\\d+) (.+)$', line: 1, message: 2, loop: true },
      ],
      'in a\n  3 b\n  4 c\nin d\n  5 e',
      ['error problem a:3 b', 'error problem a:4 c', 'error problem d:5 e'],
    ],
    [
      'of a line that is long',
      { regexp: '^(.+)$', message: 1 },
      'x'.repeat(5000),
      [`error problem  ${'x'.repeat(1000)}`],
    ],
    ['of colours', { regexp: '^no (.+)$', message: 1 }, '\u001b[31mno\u001b[0m way', ['error problem  way']],
    ['that fits nothing but emptiness', { regexp: '^()$', message: 1 }, '\n\n', []],
    ['that is none', { regexp: '(', message: 1 }, 'a', ['problem: /(/ is no regular expression']],
    ['of no pattern', [], 'a', ['problem: a matcher has a pattern']],
  ])('%s', (_, matcher, text, expected) => {
    expect(showFindings(matchProblems(text, matcher))).toEqual(expected);
  });
});
