/** A language whose files are parsed. JavaScript's grammar reads JSX, TypeScript has one grammar with it and one without. */
export type Language = 'typescript' | 'tsx' | 'javascript' | 'python' | 'go' | 'java' | 'rust';

/**
 * A node of a tree-sitter tree, copied out of the parser's memory: it lives as long as somebody holds it and nobody has
 * to free it. Types and fields are those of the language's grammar.
 */
export interface SyntaxNode {
  readonly type: string;
  /** Punctuation and keywords are nodes, too, but not named ones. */
  readonly named: boolean;
  /** The name that the parent's rule gives this child, if any. */
  readonly field: string | undefined;
  readonly text: string;
  /** UTF-16 offsets in the text; half-open. */
  readonly start: number;
  readonly end: number;
  /** 1-based; columns in UTF-16 code units, `endColumn` behind the last character. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly parent: SyntaxNode | undefined;
  readonly children: readonly SyntaxNode[];
}

/** A file's tree. Where `damaged`, parts of the text did not parse and are ERROR nodes; the rest can be measured. */
export interface SyntaxTree {
  readonly root: SyntaxNode;
  readonly damaged: boolean;
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  ts: 'typescript',
  mts: 'typescript',
  cts: 'typescript',
  tsx: 'tsx',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  jsx: 'javascript',
  py: 'python',
  go: 'go',
  java: 'java',
  rs: 'rust',
};

/** By the ending of a path's name; undefined for a language that is not parsed. */
export function languageOf(path: string): Language | undefined {
  const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase();
  return ending !== undefined && Object.hasOwn(LANGUAGES, ending) ? LANGUAGES[ending] : undefined;
}

export type Script = 'typescript' | 'tsx' | 'javascript';

export function isScript(language: Language): language is Script {
  return language === 'typescript' || language === 'tsx' || language === 'javascript';
}

/** The first child of that field. */
export function field(node: SyntaxNode | undefined, name: string): SyntaxNode | undefined {
  return node?.children.find((child) => child.field === name);
}

/** Named children but comments and Python's backslashes at the ends of lines. */
export function parts(node: SyntaxNode | undefined): SyntaxNode[] {
  return node === undefined ? [] : node.children.filter((child) => child.named && !isComment(child));
}

function isComment(node: SyntaxNode): boolean {
  return EXTRAS.has(node.type);
}

const EXTRAS = new Set(['comment', 'line_comment', 'block_comment', 'line_continuation']);

/** The node and all below it in the text's order. `enter` false: what is below a node is left out. */
export function* descendants(
  node: SyntaxNode,
  enter: (node: SyntaxNode) => boolean = () => true,
): Generator<SyntaxNode, void, undefined> {
  const stack = [node];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    yield next;
    if (!enter(next)) continue;
    for (let at = next.children.length - 1; at >= 0; at -= 1) {
      const child = next.children[at];
      if (child !== undefined) stack.push(child);
    }
  }
}

/** The nearest node around it for which `wanted` holds. */
export function around(node: SyntaxNode, wanted: (node: SyntaxNode) => boolean): SyntaxNode | undefined {
  let next = node.parent;
  while (next !== undefined && !wanted(next)) next = next.parent;
  return next;
}

/** The expression itself, without the parentheses, casts and assertions that do not change its value. */
export function bare(node: SyntaxNode): SyntaxNode {
  let inner = node;
  while (TRANSPARENT.has(inner.type)) {
    const next = parts(inner)[0];
    if (next === undefined) break;
    inner = next;
  }
  return inner;
}

const TRANSPARENT = new Set([
  'parenthesized_expression',
  'as_expression',
  'satisfies_expression',
  'non_null_expression',
  'await_expression',
  'await',
]);
