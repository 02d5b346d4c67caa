import { Language as Grammar, Parser, type TreeCursor } from '@vscode/tree-sitter-wasm';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Language, SyntaxNode, SyntaxTree } from '../../core/gate/syntax/tree.ts';

/** A file that could not be read says why: it is never taken for one without faults. */
export type Parsed =
  { readonly kind: 'tree'; readonly tree: SyntaxTree } | { readonly kind: 'not-read'; readonly why: string };

export interface SyntaxParser {
  /** Loads the language's grammar at its first use. Does not reject. */
  parse(language: Language, text: string): Promise<Parsed>;
  /** Frees the parser; no `parse` after it. */
  close(): void;
}

/** In UTF-16 code units. Larger ones are data or made by programs. */
export const LARGEST_FILE = 1_000_000;

/** What walks a tree does so by recursion, which a hostile file must not exhaust. */
const DEEPEST = 1000;

/**
 * A parser whose grammars are the `.wasm` files in `wasmFolder`. Trees are copied out of it and freed at once. Rejects
 * where `tree-sitter.wasm` cannot be loaded.
 */
export async function openParser(wasmFolder: string): Promise<SyntaxParser> {
  await Parser.init({ locateFile: (file) => join(wasmFolder, file) });
  const parser = new Parser();
  const grammars = new Map<Language, Promise<Grammar>>();
  const grammarOf = (language: Language): Promise<Grammar> => {
    const loaded =
      grammars.get(language) ??
      readFile(join(wasmFolder, `tree-sitter-${language}.wasm`)).then((bytes) => Grammar.load(bytes));
    grammars.set(language, loaded);
    return loaded;
  };

  return {
    async parse(language, text) {
      if (text.length > LARGEST_FILE) return notRead(`larger than ${LARGEST_FILE / 1_000_000} MB`);
      let grammar: Grammar;
      try {
        grammar = await grammarOf(language);
      } catch (error) {
        return notRead(`no grammar for ${language}: ${error instanceof Error ? error.message : String(error)}`);
      }
      return parseWith(parser.setLanguage(grammar), language, text);
    },
    close: () => parser.delete(),
  };
}

function parseWith(parser: Parser, language: Language, text: string): Parsed {
  const tree = parser.parse(text);
  if (tree === null) return notRead('the parser gave up');
  try {
    const damaged = tree.rootNode.hasError;
    const cursor = tree.walk();
    const root = copy(cursor, text);
    cursor.delete();
    if (root === undefined) return notRead(`nested more than ${DEEPEST} deep`);
    if (damaged && unparsed(root) * 2 > text.trim().length) return notRead(`most of it is not ${language}`);
    return { kind: 'tree', tree: { root, damaged } };
  } finally {
    tree.delete();
  }
}

function notRead(why: string): Parsed {
  return { kind: 'not-read', why };
}

type Growing = Omit<SyntaxNode, 'children'> & { readonly children: SyntaxNode[] };

/** Undefined where the tree is too deep. */
function copy(cursor: TreeCursor, text: string): SyntaxNode | undefined {
  const root = nodeAt(cursor, text, undefined);
  let node = root;
  let depth = 0;
  for (;;) {
    if (cursor.gotoFirstChild()) {
      depth += 1;
      if (depth > DEEPEST) return undefined;
      node = childOf(node, cursor, text);
      continue;
    }
    while (!cursor.gotoNextSibling()) {
      if (!cursor.gotoParent()) return root;
      depth -= 1;
      node = node.parent as Growing;
    }
    node = childOf(node.parent as Growing, cursor, text);
  }
}

function childOf(parent: Growing, cursor: TreeCursor, text: string): Growing {
  const child = nodeAt(cursor, text, parent);
  parent.children.push(child);
  return child;
}

function nodeAt(cursor: TreeCursor, text: string, parent: SyntaxNode | undefined): Growing {
  const { startIndex: start, endIndex: end, startPosition, endPosition } = cursor;
  return {
    type: cursor.nodeType,
    named: cursor.nodeIsNamed,
    field: cursor.currentFieldName ?? undefined,
    text: text.slice(start, end),
    start,
    end,
    line: startPosition.row + 1,
    column: startPosition.column + 1,
    endLine: endPosition.row + 1,
    endColumn: endPosition.column + 1,
    parent,
    children: [],
  };
}

/** How much of the text is in ERROR nodes at the root or right below it, in UTF-16 code units. */
function unparsed(root: SyntaxNode): number {
  if (root.type === 'ERROR') return root.text.length;
  return root.children.reduce((sum, child) => sum + (child.type === 'ERROR' ? child.text.length : 0), 0);
}
