import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testsOf } from '../../../../src/core/gate/syntax/assertions.ts';
import { functionsOf } from '../../../../src/core/gate/syntax/complexity.ts';
import { hasSecurityRules, securityFindings } from '../../../../src/core/gate/syntax/rules.ts';
import { languageOf, type Language } from '../../../../src/core/gate/syntax/tree.ts';
import { openParser } from '../../../../src/engine/measure/syntax.ts';
import { parse, WASM } from './parse.ts';

describe('a finding', () => {
  it('has its place, its way out and where to read more', async () => {
    const tree = await parse('typescript', '\n  db.query(`SELECT * FROM t WHERE id = ${id}`);\n');
    expect(securityFindings(tree, 'typescript')).toEqual([
      {
        rule: 'orca/sql-injection',
        severity: 'error',
        message: expect.stringMatching(/parameters.*\(CWE-89\)$/) as string,
        line: 2,
        column: 12,
        endLine: 2,
        endColumn: 46,
        helpUri: 'https://cwe.mitre.org/data/definitions/89.html',
      },
    ]);
  });

  it('is given where another part of the file does not parse', async () => {
    const tree = await parse('python', 'def f(:\n  pass\n\ndef g(a):\n  return eval(a)\n');
    expect(securityFindings(tree, 'python').map(({ rule, line }) => `${rule}@${line ?? 0}`)).toEqual(['orca/eval@5']);
  });

  it('is not to be had for a language without rules, which can be asked', async () => {
    expect(hasSecurityRules('rust')).toBe(false);
    expect(securityFindings(await parse('rust', 'fn f() {}'), 'rust')).toEqual([]);
    expect((['typescript', 'tsx', 'javascript', 'python', 'go'] as const).every(hasSecurityRules)).toBe(true);
  });
});

describe('text of any kind', () => {
  const corpus = join(import.meta.dirname, '../../../corpus/security/true');
  const files = readdirSync(corpus).map((file) => ({
    language: languageOf(file.replace(/\.txt$/, '')),
    text: readFileSync(join(corpus, file), 'utf8'),
  }));

  it('is measured without an exception, cut off anywhere', async () => {
    const parser = await openParser(WASM);
    let trees = 0;
    for (const { language, text } of files) {
      if (language === undefined) continue;
      for (let end = 0; end < text.length; end += 37) {
        const parsed = await parser.parse(language, text.slice(0, end));
        if (parsed.kind !== 'tree') continue;
        trees += 1;
        securityFindings(parsed.tree, language);
        testsOf(parsed.tree, language);
        functionsOf(parsed.tree, language);
      }
    }
    expect(trees).toBeGreaterThan(400);
    parser.close();
  });

  const circles: readonly [string, Language, string][] = [
    ['names that stand for each other', 'javascript', `let a = b + b, b = c + c, c = a + a; eval(a);`],
    [
      'a list in a circle',
      'javascript',
      `function f(x) { let a = b, b = a; if (a.includes(x)) db.query('SELECT ' + x); }`,
    ],
    [
      'functions that call each other',
      'python',
      'def check_a():\n  check_b()\ndef check_b():\n  check_a()\ndef test_x():\n  check_a()\n',
    ],
    [
      'a name with many values',
      'javascript',
      `function f(x) { let a = x;\n${Array.from({ length: 400 }, () => 'a = a + (a + x); a += a;').join('\n')}\ndb.query('SELECT ' + a); }`,
    ],
  ];
  it.each(circles)('ends for %s', async (_what, language, text) => {
    const tree = await parse(language, text);
    const started = process.cpuUsage();
    securityFindings(tree, language);
    testsOf(tree, language);
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(2000);
  });
});
