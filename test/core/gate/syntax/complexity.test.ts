import { describe, expect, it } from 'vitest';
import { functionsOf } from '../../../../src/core/gate/syntax/complexity.ts';
import { languageOf, type Language } from '../../../../src/core/gate/syntax/tree.ts';
import { parse } from './parse.ts';

/** `name: cognitive` of the functions that stand for themselves. */
async function cognitiveOf(language: Language, text: string): Promise<string[]> {
  const functions = functionsOf(await parse(language, text), language);
  return functions.filter(({ nested }) => !nested).map(({ name, cognitive }) => `${name}: ${cognitive}`);
}

describe('cognitive complexity as in the white paper', () => {
  const examples: readonly [what: string, language: Language, text: string, expected: readonly string[]][] = [
    [
      'sumOfPrimes',
      'java',
      `class A { int sumOfPrimes(int max) {
        int total = 0;
        OUT: for (int i = 1; i <= max; ++i) {
          for (int j = 2; j < i; ++j) {
            if (i % j == 0) { continue OUT; }
          }
          total += i;
        }
        return total;
      } }`,
      ['sumOfPrimes: 7'],
    ],
    [
      'getWords',
      'java',
      `class A { String getWords(int number) {
        switch (number) { case 1: return "one"; case 2: return "a couple"; default: return "lots"; }
      } }`,
      ['getWords: 1'],
    ],
    [
      'a sequence of operators',
      'java',
      `class A { void m() { if (a && b && c || d || e && f) {} } void n() { if (a && !(b && c)) {} } }`,
      ['m: 4', 'n: 3'],
    ],
    [
      'nesting and catch',
      'java',
      `class A { void myMethod() {
        try {
          if (condition1) { for (int i = 0; i < 10; i++) { while (condition2) { } } }
        } catch (ExcepType1 | ExcepType2 e) {
          if (condition2) { }
        }
      } }`,
      ['myMethod: 9'],
    ],
    ['a lambda', 'java', `class A { void myMethod2() { Runnable r = () -> { if (c) { } }; } }`, ['myMethod2: 2']],
    [
      'overriddenSymbolFrom',
      'java',
      `class A { private MethodJavaSymbol overriddenSymbolFrom(ClassJavaType classType) {
        if (classType.isUnknown()) { return Symbols.unknownMethodSymbol; }
        boolean unknownFound = false;
        for (JavaSymbol overrideSymbol : symbols) {
          if (overrideSymbol.isKind(JavaSymbol.MTH) && !overrideSymbol.isStatic()) {
            if (canOverride(methodJavaSymbol)) {
              Boolean overriding = checkOverridingParameters(methodJavaSymbol, classType);
              if (overriding == null) {
                if (!unknownFound) { unknownFound = true; }
              } else if (overriding) {
                return methodJavaSymbol;
              }
            }
          }
        }
        if (unknownFound) { return Symbols.unknownMethodSymbol; }
        return null;
      } }`,
      ['overriddenSymbolFrom: 19'],
    ],
    [
      'addVersion',
      'java',
      `class A { private void addVersion(final Entry entry, final Transaction txn) throws X {
        while (true) {
          try {
            synchronized (this) {
              if (frst != null) {
                if (frst.getVersion() > entry.getVersion()) { throw new RollbackException(); }
                if (txn.isActive()) {
                  for (Entry e = frst; e != null; e = e.getPrevious()) {
                    if (depends == TIMED_OUT) { throw new WWRetryException(version); }
                    if (depends != 0 && depends != ABORTED) { throw new RollbackException(); }
                  }
                }
              }
              break;
            }
          } catch (final WWRetryException re) {
            try {
              if (depends != 0 && depends != ABORTED) { throw new RollbackException(); }
            } catch (final InterruptedException ie) {
              throw new PersistitInterruptedException(ie);
            }
          } catch (final InterruptedException ie) {
            throw new PersistitInterruptedException(ie);
          }
        }
      } }`,
      ['addVersion: 35'],
    ],
    [
      'toRegexp',
      'java',
      `class A { private static String toRegexp(String antPattern, String directorySeparator) {
        int i = antPattern.startsWith("/") || antPattern.startsWith("\\\\") ? 1 : 0;
        while (i < antPattern.length()) {
          if (SPECIAL_CHARS.indexOf(ch) != -1) {
            sb.append(ch);
          } else if (ch == '*') {
            if (i + 1 < antPattern.length() && antPattern.charAt(i + 1) == '*') {
              if (i + 2 < antPattern.length() && isSlash(antPattern.charAt(i + 2))) { i += 2; } else { i += 1; }
            } else {
              sb.append("[^");
            }
          } else if (ch == '?') {
            sb.append("[^");
          } else if (isSlash(ch)) {
            sb.append(escapedDirectorySeparator);
          } else {
            sb.append(ch);
          }
          i++;
        }
        return sb.toString();
      } }`,
      ['toRegexp: 20'],
    ],
    [
      'a function that only declares',
      'javascript',
      `const outer = function () { var foo; bar.myFun = function () { if (condition) { } } }`,
      ['outer: 0', 'bar.myFun: 1'],
    ],
    [
      'a function that declares and does',
      'javascript',
      `const outer = function () { var foo; if (condition) { } bar.myFun = function () { if (condition) { } } }`,
      ['outer: 3'],
    ],
    [
      'a decorator',
      'python',
      'def a_decorator(a, b):\n  def inner(func):\n    if condition:\n      print(b)\n    func()\n  return inner\n',
      ['a_decorator: 0', 'inner: 1'],
    ],
    [
      'no decorator',
      'python',
      'def no_decorator(a, b):\n  v = a * b\n  def inner(func):\n    if condition:\n      print(b)\n  return inner\n',
      ['no_decorator: 2'],
    ],
  ];
  it.each(examples)('%s (%s)', async (_what, language, text, expected) => {
    expect(await cognitiveOf(language, text)).toEqual(expected);
  });
});

describe('the same control flow costs the same in every language', () => {
  // if (1) with a run of operators (1), else if (1), else (1), a loop (1), in it a switch of two cases and a default (2).
  const same: readonly [Language, string][] = [
    [
      'typescript',
      `function f(a: number) { if (a && b) {} else if (c) {} else {} for (const x of y) { switch (x) { case 1: g(); break; case 2: h(); default: k(); } } }`,
    ],
    [
      'tsx',
      `const f = (a: number) => { if (a && b) {} else if (c) {} else {} while (y) { switch (x) { case 1: g(); break; case 2: h(); default: <A/>; } } }`,
    ],
    [
      'javascript',
      `const o = { f(a) { if (a && b) {} else if (c) {} else {} do { switch (x) { case 1: g(); case 2: h(); default: k(); } } while (1) } }`,
    ],
    [
      'python',
      'def f(a):\n  if a and b: pass\n  elif c: pass\n  else: pass\n  for x in y:\n    match x:\n      case 1: g()\n      case 2: h()\n      case _: k()\n',
    ],
    [
      'go',
      'package p\nfunc f(a int) { if a && b { } else if c { } else { }\n for _, x := range y { switch x { case 1: g(); case 2: h(); default: k() } } }',
    ],
    [
      'java',
      `class A { void f(int a) { if (a && b) {} else if (c) {} else {} for (int x : y) { switch (x) { case 1 -> g(); case 2 -> h(); default -> k(); } } } }`,
    ],
    [
      'rust',
      'fn f(a: i32) { if a && b {} else if c {} else {} for x in y { match x { 1 => g(), 2 => h(), _ => k() } } }',
    ],
  ];
  it.each(same)('%s', async (language, text) => {
    const functions = functionsOf(await parse(language, text), language);
    expect(functions.map(({ name, cyclomatic, cognitive }) => ({ name, cyclomatic, cognitive }))).toEqual([
      { name: 'f', cyclomatic: 7, cognitive: 7 },
    ]);
  });
});

describe('what is one function', () => {
  it('has its lines and its name, and decisions of functions in it are theirs', async () => {
    const text = [
      'class A {',
      '  run(a) {',
      '    if (a) return;',
      '    return list.map((x) => x ?? 1);',
      '  }',
      '  handler = async () => 1;',
      '}',
    ].join('\n');
    expect(functionsOf(await parse('typescript', text), 'typescript')).toEqual([
      { name: 'run', startLine: 2, endLine: 5, lines: 4, cyclomatic: 2, cognitive: 1, nested: false },
      { name: '(anonymous)', startLine: 4, endLine: 4, lines: 1, cyclomatic: 2, cognitive: 0, nested: true },
      { name: 'handler', startLine: 6, endLine: 6, lines: 1, cyclomatic: 1, cognitive: 0, nested: false },
    ]);
  });

  it('is measured where another part of the file does not parse', async () => {
    const tree = await parse('python', 'def f(a):\n  if a: pass\n\ndef g(:\n  pass\n');
    expect(tree.damaged).toBe(true);
    expect(functionsOf(tree, 'python')[0]).toMatchObject({ name: 'f', cyclomatic: 2 });
  });

  const names: readonly [Language, string, string][] = [
    ['go', 'package p\nvar f = func() {}\n', 'f'],
    ['go', 'package p\nfunc (s *S) Serve() {}\n', 'Serve'],
    ['go', 'package p\nfunc g() { h := func() {}; _ = h }\n', 'h'],
    ['python', 'f = lambda x: x\n', 'f'],
    ['rust', 'fn g() { let f = |x| x; }', 'f'],
    ['typescript', 'export default () => 1;', '(anonymous)'],
    ['typescript', 'exports.run = () => 1;', 'exports.run'],
  ];
  it.each(names)('%s: %s', async (language, text, name) => {
    expect(functionsOf(await parse(language, text), language).at(-1)?.name).toBe(name);
  });
});

describe('which language a file is in', () => {
  const paths: readonly [string, Language | undefined][] = [
    ['src/a.ts', 'typescript'],
    ['a.d.mts', 'typescript'],
    ['a.TSX', 'tsx'],
    ['a.cjs', 'javascript'],
    ['a/b.py', 'python'],
    ['main.go', 'go'],
    ['A.java', 'java'],
    ['lib.rs', 'rust'],
    ['ts', undefined],
    ['a.constructor', undefined],
    ['a.md', undefined],
  ];
  it.each(paths)('%s: %s', (path, language) => expect(languageOf(path)).toBe(language));
});
