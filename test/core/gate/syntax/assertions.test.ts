import { describe, expect, it } from 'vitest';
import { testFindings, testsOf } from '../../../../src/core/gate/syntax/assertions.ts';
import type { Language } from '../../../../src/core/gate/syntax/tree.ts';
import { parse } from './parse.ts';

/** `name@line: assertions`, or `name@line: skipped`. */
async function told(language: Language, text: string): Promise<string[]> {
  const tests = testsOf(await parse(language, text), language);
  return tests.map(
    ({ name, line, assertions, skipped }) => `${name}@${line}: ${skipped ? 'skipped' : String(assertions)}`,
  );
}

describe('the tests of a file', () => {
  const table: readonly [what: string, language: Language, text: string, expected: readonly string[]][] = [
    [
      'each assertion counts once, however long its chain',
      'typescript',
      `it('a', async () => {
         expect(f()).not.toBe(1);
         await expect(g()).resolves.toMatchObject({ a: expect.any(String) });
         assert.deepEqual(f(), [1]);
         expect(f()).to.be.true;
       });`,
      ['a@1: 4'],
    ],
    [
      'suites are no tests, and what they skip is skipped',
      'javascript',
      `describe('s', () => { it('a', () => { expect(f()).toBe(1); }); });
       describe.skip('t', () => { it('b', () => { expect(f()).toBe(1); }); });
       test.only('c', () => {});
       test('d', { skip: 'no database' }, () => {});
       test('e', { todo: false }, () => {});
       it('f');`,
      ['a@1: 1', 'b@2: skipped', 'c@3: 0', 'd@4: skipped', 'e@5: 0', 'f@6: skipped'],
    ],
    [
      'an outer test has what its inner tests assert',
      'javascript',
      `test('a', async (t) => { await t.test('b', (st) => { st.assert.equal(f(), 1); }); });`,
      ['a@1: 1', 'b@1: 1'],
    ],
    [
      'a table of cases',
      'typescript',
      'it.each`a | b\n${1} | ${2}`("adds $a", ({ a, b }) => { expect(a).toBe(b); });',
      ['adds $a@1: 1'],
    ],
    [
      'nothing behind a return counts, nor in a handler',
      'typescript',
      `it('a', () => { if (x) return; expect(f()).toBe(1); });
       it('b', () => { return; expect(f()).toBe(1); });
       it('c', () => { try { f(); } catch (e) { expect(e).toBe(1); } });
       it('d', () => { expect.assertions(1); try { f(); } catch (e) { expect(e).toBe(1); } });
       it('e', () => { return expect(f()).resolves.toBe(1); });`,
      ['a@1: 1', 'b@2: 0', 'c@3: 0', 'd@4: 1', 'e@5: 1'],
    ],
    [
      'classes and marks of Python',
      'python',
      [
        '@pytest.mark.skip(reason="slow")',
        'class TestSlow:',
        '    def test_a(self):',
        '        assert f()',
        '@pytest.mark.skipif(sys.platform == "win32", reason="")',
        'def test_b():',
        '    assert f() == 1, "one"',
        'class Rig(unittest.TestCase):',
        '    def setUp(self):',
        '        self.assertTrue(f())',
        '    def testC(self):',
        '        with self.assertRaises(ValueError):',
        '            f()',
        '    async def test_d(self):',
        '        self.skipTest("later")',
      ].join('\n'),
      ['test_a@3: skipped', 'test_b@6: 1', 'testC@11: 1', 'test_d@14: skipped'],
    ],
    [
      'Go',
      'go',
      'package p\nfunc TestA(t *testing.T) {\n\tif f() != 1 {\n\t\tt.Fatalf("got %d", f())\n\t}\n\tt.Error("no")\n}\nfunc BenchmarkA(b *testing.B) {}\n',
      ['TestA@2: 2'],
    ],
    [
      'JUnit',
      'java',
      `class T {
         @Test void a() { assertEquals(1, f()); verify(mock).run(); assertTrue(true); }
         @Test(expected = E.class) public void b() { f(); }
         @Disabled @Test void c() { }
         @ParameterizedTest @ValueSource(ints = {1}) void d(int n) { f(n); }
         void e() { assertEquals(1, 1); }
         @Test void g() { assertThat(f()).isEqualTo(1); }
       }`,
      ['a@2: 2', 'b@3: 1', 'c@4: skipped', 'd@5: 0', 'g@7: 1'],
    ],
    [
      'Rust',
      'rust',
      '#[test]\nfn a() { assert_eq!(f(), 1); assert!(true); }\n#[test]\n#[should_panic]\nfn b() { f(); }\n#[tokio::test]\nasync fn c() { f().await; }\n#[test]\n#[ignore]\nfn d() {}\nfn e() { assert!(f()); }\n',
      ['a@2: 1', 'b@5: 1', 'c@7: 0', 'd@10: skipped'],
    ],
  ];
  it.each(table)('%s (%s)', async (_what, language, text, expected) => {
    expect(await told(language, text)).toEqual(expected);
  });

  it('that run and assert nothing are findings', async () => {
    const tree = await parse(
      'typescript',
      `it('a', () => {});\nit.skip('b', () => {});\nit('c', () => expect(f()).toBe(1));`,
    );
    expect(testFindings(testsOf(tree, 'typescript'))).toEqual([
      {
        rule: 'orca/test-without-assertion',
        severity: 'warning',
        message: expect.stringContaining("'a'") as string,
        line: 1,
      },
    ]);
  });
});
