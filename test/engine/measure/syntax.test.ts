import { mkdtempSync, rmSync, copyFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { descendants, type Language } from '../../../src/core/gate/syntax/tree.ts';
import { LARGEST_FILE, openParser } from '../../../src/engine/measure/syntax.ts';

const WASM = join(import.meta.dirname, '../../../node_modules/@vscode/tree-sitter-wasm/wasm');
const parser = await openParser(WASM);
afterAll(() => parser.close());

describe('the parser', () => {
  const texts: readonly [Language, string][] = [
    ['typescript', 'const a: number = <number>b;'],
    ['tsx', 'const a = <A b={1} />;'],
    ['javascript', 'const a = <A b={1} />;'],
    ['python', 'def f(a: int) -> str: ...'],
    ['go', 'package p\nfunc f() {}'],
    ['java', 'class A { record R(int a) {} }'],
    ['rust', 'fn f() -> i32 { 1 }'],
  ];
  it.each(texts)('reads %s', async (language, text) => {
    const parsed = await parser.parse(language, text);
    expect(parsed.kind === 'tree' && { damaged: parsed.tree.damaged, text: parsed.tree.root.text }).toEqual({
      damaged: false,
      text,
    });
  });

  const unread: readonly [what: string, language: Language, text: string, why: RegExp][] = [
    ['a large file', 'typescript', 'a;'.repeat(LARGEST_FILE / 2 + 1), /larger than 1 MB/],
    ['what is another language', 'go', '<html><body>no program, only words and words</body></html>', /is not go/],
    ['what is nested too deeply', 'javascript', `${'['.repeat(2000)}${']'.repeat(2000)}`, /nested more than 1000 deep/],
    ['what is a long sum', 'javascript', `x = ${'a + '.repeat(5000)}a;`, /nested more than 1000 deep/],
  ];
  it.each(unread)('says why it does not read %s', async (_what, language, text, why) => {
    expect(await parser.parse(language, text)).toEqual({
      kind: 'not-read',
      why: expect.stringMatching(why) as string,
    });
  });

  it('reads the rest of a file that is damaged', async () => {
    const parsed = await parser.parse(
      'typescript',
      'function f() { return 1; }\n'.repeat(9) + 'function g( {\nfunction h() { return 2; }\n',
    );
    expect(parsed.kind === 'tree' && parsed.tree.damaged).toBe(true);
  });

  it('gives an empty file a tree', async () => {
    for (const text of ['', '\n', '\uFEFF', '// only words\n'])
      expect((await parser.parse('typescript', text)).kind).toBe('tree');
  });

  it('counts places as an editor does: UTF-16 columns, CRLF', async () => {
    const text = "const a = '😀'; b();\r\nc();";
    const parsed = await parser.parse('typescript', text);
    const calls =
      parsed.kind === 'tree' ? [...descendants(parsed.tree.root)].filter(({ type }) => type === 'call_expression') : [];
    expect(calls.map(({ line, column, start, endColumn }) => ({ line, column, start, endColumn }))).toEqual([
      { line: 1, column: 17, start: 16, endColumn: 20 },
      { line: 2, column: 1, start: 22, endColumn: 4 },
    ]);
  });

  it('says that a grammar is missing, and goes on', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'orca-wasm-'));
    copyFileSync(join(WASM, 'tree-sitter.wasm'), join(folder, 'tree-sitter.wasm'));
    copyFileSync(join(WASM, 'tree-sitter-go.wasm'), join(folder, 'tree-sitter-go.wasm'));
    const few = await openParser(folder);
    expect(await few.parse('rust', 'fn f() {}')).toEqual({
      kind: 'not-read',
      why: expect.stringMatching(/^no grammar for rust/) as string,
    });
    expect((await few.parse('go', 'package p\n')).kind).toBe('tree');
    few.close();
    rmSync(folder, { recursive: true });
  });

  it('keeps no memory of the trees it gave away', async () => {
    const text = 'function f(a) { return a + 1; }\n'.repeat(2000);
    const parseOften = async (count: number): Promise<void> => {
      for (let at = 0; at < count; at += 1) await parser.parse('javascript', text);
    };
    await parseOften(5);
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().external;
    await parseOften(40);
    const after = process.memoryUsage().arrayBuffers + process.memoryUsage().external;
    expect(after - before).toBeLessThan(20_000_000);
  });
});
