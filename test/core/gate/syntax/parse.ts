import { join } from 'node:path';
import type { Language, SyntaxTree } from '../../../../src/core/gate/syntax/tree.ts';
import { openParser } from '../../../../src/engine/measure/syntax.ts';

export const WASM = join(import.meta.dirname, '../../../../node_modules/@vscode/tree-sitter-wasm/wasm');
const opened = openParser(WASM);

/** The tree of a text that is expected to parse. */
export async function parse(language: Language, text: string): Promise<SyntaxTree> {
  const parsed = await (await opened).parse(language, text);
  if (parsed.kind !== 'tree') throw new Error(`${language}: ${parsed.why}`);
  return parsed.tree;
}
