import { callOf, chainOf } from './call.ts';
import { CONTROL_FLOW, functionName, isFunction } from './grammar.ts';
import {
  around,
  descendants,
  field,
  isScript,
  parts,
  type Language,
  type Script,
  type SyntaxNode,
  type SyntaxTree,
} from './tree.ts';

export interface DeclaredTest {
  readonly name: string;
  readonly node: SyntaxNode;
  readonly body: SyntaxNode;
  readonly skipped: boolean;
  /** It is declared to fail or to raise: `#[should_panic]`, `@Test(expected = …)`. */
  readonly expectsFailure: boolean;
  /** The name of the object that the runner gives to it: `t`. */
  readonly context: string | undefined;
}

/** The tests that a file declares, in the text's order. */
export function declaredTests(tree: SyntaxTree, language: Language): DeclaredTest[] {
  const declared = isScript(language) ? scriptTest : OTHERS[language];
  const tests: DeclaredTest[] = [];
  for (const node of descendants(tree.root)) {
    const test = declared(node, language);
    if (test !== undefined) tests.push(test);
  }
  return tests;
}

const TESTS = new Set(['it', 'test', 'specify', 'fit', 'xit', 'xtest', 'xspecify']);
const SUITES = new Set(['describe', 'context', 'suite', 'fdescribe', 'xdescribe', 'xcontext']);
const MODIFIERS = new Set([
  ...['only', 'skip', 'todo', 'each', 'for', 'concurrent', 'sequential', 'serial', 'failing', 'fails'],
  ...['skipIf', 'runIf', 'prop', 'effect', 'fixme', 'slow'],
]);
const SKIPS = new Set(['skip', 'todo', 'fixme', 'xit', 'xtest', 'xspecify', 'xdescribe', 'xcontext']);

function scriptTest(node: SyntaxNode, language: Language): DeclaredTest | undefined {
  const call = callOf(node);
  if (call === undefined || node.type !== 'call_expression') return undefined;
  const chain = chainOf(node);
  const [root = '', ...rest] = chain;
  const subtest = chain.length === 2 && /^(\w{0,2}t\d?|ctx|context)$/.test(root) && rest[0] === 'test';
  if (!subtest && (!TESTS.has(root) || !rest.every((name) => MODIFIERS.has(name)))) return undefined;
  const [title, ...others] = call.args;
  if (title === undefined || !TITLES.has(title.type)) return undefined;
  const flow = CONTROL_FLOW[language];
  const body = call.args.find((arg) => [...descendants(arg)].some((below) => isFunction(below, flow)));
  const pending = others.length === 0 || chain.includes('todo');
  if (body === undefined && !pending) return undefined;
  return {
    name: titleOf(title),
    node,
    body: field(node, 'arguments') ?? node,
    skipped: pending || chain.some((name) => SKIPS.has(name)) || others.some(saysSkip) || inSkippedSuite(node),
    expectsFailure: false,
    context: body === undefined || chain.includes('each') ? undefined : firstParameter(body),
  };
}

const TITLES = new Set([
  'string',
  'template_string',
  'binary_expression',
  'identifier',
  'member_expression',
  'call_expression',
]);

function titleOf(title: SyntaxNode): string {
  return /^(['"`])([\s\S]*)\1$/.exec(title.text)?.[2] ?? title.text;
}

function saysSkip(option: SyntaxNode): boolean {
  return (
    option.type === 'object' &&
    parts(option).some(
      (pair) => /^(skip|todo)$/.test(field(pair, 'key')?.text ?? '') && field(pair, 'value')?.text !== 'false',
    )
  );
}

function inSkippedSuite(node: SyntaxNode): boolean {
  return (
    around(node, (outer) => {
      const call = callOf(outer);
      if (call === undefined) return false;
      const chain = chainOf(outer);
      if (!chain.some((name) => SUITES.has(name))) return false;
      return chain.some((name) => SKIPS.has(name)) || call.args.some(saysSkip);
    }) !== undefined
  );
}

/** The name of a function's first parameter, in the ways in which the grammars write one. */
export function firstParameter(definition: SyntaxNode): string | undefined {
  const first = field(definition, 'parameter') ?? parts(field(definition, 'parameters'))[0];
  return (field(first, 'name') ?? field(first, 'pattern') ?? (first?.type === 'identifier' ? first : undefined))?.text;
}

const OTHERS: Readonly<Record<Exclude<Language, Script>, (node: SyntaxNode) => DeclaredTest | undefined>> = {
  python(node) {
    if (node.type !== 'function_definition' || !functionName(node).startsWith('test')) return undefined;
    const holder = around(node, ({ type }) => type === 'function_definition' || type === 'class_definition');
    if (holder !== undefined && !isTestClass(holder)) return undefined;
    const marks = decorators(node);
    if (marks.some((mark) => /\bfixture\b/.test(mark))) return undefined;
    const skips = [...marks, ...(holder === undefined ? [] : decorators(holder))];
    const body = field(node, 'body') ?? node;
    return {
      name: functionName(node),
      node,
      body,
      skipped: skips.some((mark) => /\bskip\b(?!if)/i.test(mark)) || parts(body).some(isSkipCall),
      expectsFailure: marks.some((mark) => mark.includes('expectedFailure')),
      context: 'self',
    };
  },

  go(node) {
    if (node.type !== 'function_declaration' || !/^Test(?![a-z])/.test(functionName(node))) return undefined;
    const parameter = parts(field(node, 'parameters'))[0];
    if (field(parameter, 'type')?.text !== '*testing.T') return undefined;
    const body = field(node, 'body') ?? node;
    const context = field(parameter, 'name')?.text;
    const statements = parts(parts(body)[0]);
    return {
      name: functionName(node),
      node,
      body,
      skipped: statements.some(isSkipCall),
      expectsFailure: false,
      context,
    };
  },

  java(node) {
    if (node.type !== 'method_declaration') return undefined;
    const marks = node.children.find(({ type }) => type === 'modifiers')?.text ?? '';
    if (!/@(Test|ParameterizedTest|RepeatedTest|Property)\b/.test(marks)) return undefined;
    const expectsFailure = /\bexpected\s*=/.test(marks);
    const skipped = /@(Disabled|Ignore)\b/.test(marks);
    return {
      name: functionName(node),
      node,
      body: field(node, 'body') ?? node,
      skipped,
      expectsFailure,
      context: undefined,
    };
  },

  rust(node) {
    if (node.type !== 'function_item') return undefined;
    const marks = attributesOf(node);
    if (!marks.some((mark) => /^#\[(\w+::)*(test|rstest|test_case)\b/.test(mark))) return undefined;
    const says = (what: RegExp): boolean => marks.some((mark) => what.test(mark));
    return {
      name: functionName(node),
      node,
      body: field(node, 'body') ?? node,
      skipped: says(/^#\[ignore\b/),
      expectsFailure: says(/should_panic/),
      context: undefined,
    };
  },
};

function isTestClass(holder: SyntaxNode): boolean {
  if (holder.type !== 'class_definition') return false;
  return functionName(holder).startsWith('Test') || /Test(Case)?\b/.test(field(holder, 'superclasses')?.text ?? '');
}

function decorators(definition: SyntaxNode): string[] {
  const { parent } = definition;
  if (parent?.type !== 'decorated_definition') return [];
  return parent.children.filter(({ type }) => type === 'decorator').map(({ text }) => text);
}

/** `pytest.skip(…)`, `self.skipTest(…)`, `t.Skip(…)` as a statement of the test itself. */
function isSkipCall(statement: SyntaxNode): boolean {
  const expression = parts(statement)[0];
  const call = expression === undefined ? undefined : callOf(expression);
  return statement.type === 'expression_statement' && /^(skip|skipTest|Skip|Skipf|SkipNow)$/.test(call?.name ?? '');
}

/** The attributes right before an item of Rust. */
function attributesOf(node: SyntaxNode): string[] {
  const siblings = node.parent?.children ?? [];
  const marks: string[] = [];
  for (let at = siblings.indexOf(node) - 1; at >= 0; at -= 1) {
    const before = siblings[at];
    if (before === undefined || !/^(attribute_item|line_comment|block_comment)$/.test(before.type)) break;
    if (before.type === 'attribute_item') marks.push(before.text);
  }
  return marks;
}
