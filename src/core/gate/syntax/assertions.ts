import type { RawFinding } from '../read/report.ts';
import { callOf, chainOf, words, type Call } from './call.ts';
import { CONTROL_FLOW, functionName, isFunction } from './grammar.ts';
import { isTautology } from './tautology.ts';
import { declaredTests, firstParameter, type DeclaredTest } from './tests.ts';
import {
  around,
  bare,
  descendants,
  field,
  isScript,
  parts,
  type Language,
  type SyntaxNode,
  type SyntaxTree,
} from './tree.ts';

export interface TestMeasure {
  readonly name: string;
  /** 1-based. */
  readonly line: number;
  /** Calls and statements that can fail it; those that hold whatever happens do not count. */
  readonly assertions: number;
  readonly skipped: boolean;
}

export const TEST_WITHOUT_ASSERTION = 'orca/test-without-assertion';

/**
 * The tests of a file in the text's order. Known are `it` and `test` of the runners of JavaScript, pytest and unittest,
 * Go's and Rust's own, and JUnit. A test whose body stands elsewhere is left out. What is named like an assertion, or is
 * a function of the same file that asserts, counts as one. Only for files that are tests: a `test_…` of other code is
 * taken for a test, too.
 */
export function testsOf(tree: SyntaxTree, language: Language): TestMeasure[] {
  const helpers = helpersOf(tree, language);
  const tests = declaredTests(tree, language);
  const contexts = new Set(tests.flatMap(({ context }) => context ?? []));
  return tests.map((test) => ({
    name: test.name,
    line: test.node.line,
    assertions: test.expectsFailure
      ? 1
      : countAssertions(test.body, { language, helpers, contexts, asking: new Set(), test }),
    skipped: test.skipped,
  }));
}

/** One finding a test that runs and asserts nothing. */
export function testFindings(tests: readonly TestMeasure[]): RawFinding[] {
  return tests
    .filter(({ assertions, skipped }) => assertions === 0 && !skipped)
    .map(({ name, line }) => ({
      rule: TEST_WITHOUT_ASSERTION,
      severity: 'warning',
      message: `The test '${name}' has no assertion that is sure to be reached, so it can pass whatever the code does. Assert what the code gives, or remove it.`,
      line,
    }));
}

interface Search {
  readonly language: Language;
  /** The functions of the file by name. */
  readonly helpers: ReadonlyMap<string, SyntaxNode>;
  /** The names of the objects that the runner gives to tests: to the one around another, too. */
  readonly contexts: ReadonlySet<string>;
  /** Helpers that are being looked at, so that recursion ends. */
  readonly asking: ReadonlySet<string>;
  readonly test: DeclaredTest | undefined;
}

function helpersOf(tree: SyntaxTree, language: Language): ReadonlyMap<string, SyntaxNode> {
  const flow = CONTROL_FLOW[language];
  const helpers = new Map<string, SyntaxNode>();
  for (const node of descendants(tree.root)) if (isFunction(node, flow)) helpers.set(functionName(node), node);
  return helpers;
}

function countAssertions(body: SyntaxNode, search: Search): number {
  const end = endOf(body, search);
  const counted = /\bexpect\.(assertions\([1-9]|hasAssertions\()|\.plan\((?!0)/.test(body.text);
  let count = 0;
  for (const node of descendants(body, (below) => below.start < end)) {
    if (node.start >= end || !asserts(node, search)) continue;
    if (counted || !isCaught(node, body) || saysFailure(node)) count += 1;
  }
  return count;
}

/** Where the test returns by a statement of its own: nothing behind it runs. */
function endOf(body: SyntaxNode, { language }: Search): number {
  const flow = CONTROL_FLOW[language];
  const callback = isScript(language) ? parts(body).find((part) => isFunction(part, flow)) : undefined;
  const block = callback === undefined ? body : (field(callback, 'body') ?? body);
  const statements = parts(block).flatMap((part) => (part.type === 'statement_list' ? parts(part) : [part]));
  return statements.find(({ type }) => type === 'return_statement')?.end ?? Infinity;
}

/** In the handler of an exception: it runs only where something is thrown, so it does not say that something is. */
function isCaught(node: SyntaxNode, body: SyntaxNode): boolean {
  const handler = around(node, ({ type }) => type === 'catch_clause' || type === 'except_clause');
  return handler !== undefined && handler.start >= body.start && handler.end <= body.end;
}

function saysFailure(node: SyntaxNode): boolean {
  return RAISES.has(node.type) || chainOf(node).some((name) => words(name).includes('fail'));
}

function asserts(node: SyntaxNode, search: Search): boolean {
  if (!node.named) return false;
  if (node.type === 'assert_statement') return !isTautology(node);
  if (RAISES.has(node.type)) return raisesInTest(node, search);
  if (node.type === 'macro_invocation')
    return FAILING_MACRO.test(field(node, 'macro')?.text ?? '') && !isTautology(node);
  if (node.type === 'expression_statement' && isPropertyAssertion(node)) return !isTautology(node);
  const call = callOf(node);
  if (call === undefined) return false;
  if (!isAssertion(call, search)) return isAssertingHelper(call, search);
  return GO_FAILURE.test(call.name) || !isTautology(node);
}

const RAISES = new Set(['throw_statement', 'raise_statement']);
const FAILING_MACRO = /(^|_)(assert|panic|unreachable|ensure|prop_assert)/;

/** An exception fails a test where the test itself raises it; in a stand-in that a test makes it is a part of the scene. */
function raisesInTest(node: SyntaxNode, { language, test }: Search): boolean {
  const flow = CONTROL_FLOW[language];
  let functions = 0;
  for (let next = node.parent; next !== undefined; next = next.parent) {
    if (isFunction(next, flow)) functions += 1;
    if (next === test?.body || next === test?.node) break;
  }
  const own = isScript(language) || (test !== undefined && isFunction(test.body, flow)) ? 1 : 0;
  return functions <= own;
}

/** chai's and should's words without parentheses: `expect(a).to.be.true;`. */
function isPropertyAssertion(statement: SyntaxNode): boolean {
  const expression = parts(statement)[0];
  if (expression === undefined || bare(expression).type !== 'member_expression') return false;
  const chain = chainOf(expression);
  const last = chain.at(-1) ?? '';
  if (chain[0] === 'expect')
    return /^expect\s*\(/.test(bare(expression).text) && !/^to[A-Z]|^(not|resolves|rejects|to|be)$/.test(last);
  return chain.includes('should') && last !== 'should';
}

const SAYS_ASSERT = new Set(['assert', 'expect', 'should']);
/** What may also name the code under test: an assertion only where nobody looks at its result. */
const SAYS_CHECK = new Set(['verify', 'check', 'ensure', 'validate']);
const COMPARES = new Set([
  ...SAYS_ASSERT,
  ...SAYS_CHECK,
  'require',
  'compare',
  'equal',
  'golden',
  'match',
  'diff',
  'want',
]);
/** Of the object that AVA, tap and node:test give to a test, and of Go's. */
const CONTEXT =
  /^(is|not|equal|equals|notEqual|same|notSame|deepEqual|notDeepEqual|strictEqual|like|ok|notOk|assert|true|false|truthy|falsy|throws|throwsAsync|rejects|notThrows|notThrowsAsync|regex|match|fail|snapshot|matchSnapshot|has|type)$/;
const GO_FAILURE = /^(Error|Errorf|Fatal|Fatalf|Fail|FailNow)$/;

function isAssertion(call: Call, search: Search): boolean {
  const { language, contexts } = search;
  const { node, name, object } = call;
  const chain = chainOf(node);
  const root = chain[0] ?? '';
  const said = words(name);
  const [first = ''] = said;
  if (isScript(language)) {
    if (root === 'expect') return isExpectation(call, chain);
    if (root === 'assert' || root === 'assertType') return true;
    if (chain.includes('should') && name !== 'should') return !isChained(node);
    if (contexts.has(root) && object !== undefined) return chain.includes('assert') || CONTEXT.test(name);
    if (name === 'expect') return object !== undefined;
    if (said.some((word) => SAYS_ASSERT.has(word))) return true;
    return (SAYS_CHECK.has(first) || isHandedOn(call, search)) && isStatement(node);
  }
  if (language === 'python') {
    if (/^(raises|warns|deprecated_call)$/.test(name) || (root === 'pytest' && name === 'fail')) return true;
    if (name.startsWith('assert') || (object?.text === 'self' && name === 'fail')) return true;
    return said.some((word) => SAYS_ASSERT.has(word)) || (SAYS_CHECK.has(first) && isStatement(node));
  }
  if (language === 'go') {
    if (name === 'panic' || GO_FAILURE.test(name)) return object !== undefined || name === 'panic';
    if (root === 'assert' || root === 'require') return true;
    if (first === 'assert') return true;
    if (first === 'expect') return isChained(node);
    return (said.some((word) => COMPARES.has(word)) || isStatement(node)) && isHandedOn(call, search);
  }
  // Mockito's `verify(mock).run()`.
  const checks = SAYS_CHECK.has(first) && (isStatement(node) || isChained(node));
  return checks || name === 'fail' || said.some((word) => SAYS_ASSERT.has(word));
}

/** The test's own context is given to a function that stands elsewhere, which can end the test. */
function isHandedOn(call: Call, { helpers, contexts }: Search): boolean {
  const given = call.args.some(({ text }) => contexts.has(text));
  return given && call.name !== '' && !helpers.has(call.name) && !contexts.has(call.object?.text ?? '');
}

/** `expect(a)` alone asserts nothing, and neither do `expect.assertions(1)` and `expect.any(String)`. */
function isExpectation(call: Call, chain: readonly string[]): boolean {
  if (isChained(call.node)) return false;
  if (call.object === undefined) return false;
  if (chain.length === 2 && bare(call.object).type === 'identifier')
    return call.name === 'fail' || call.name === 'unreachable';
  return true;
}

/** Whether something is taken of it: `a(…)` in `a(…).b`. */
function isChained(node: SyntaxNode): boolean {
  return (
    node.field === 'object' || node.field === 'operand' || (node.field === 'function' && node.parent !== undefined)
  );
}

function isStatement(node: SyntaxNode): boolean {
  let { parent } = node;
  while (parent?.type === 'await_expression' || parent?.type === 'await') parent = parent.parent;
  return parent?.type === 'expression_statement' || (parent?.type === 'arrow_function' && node.field === 'body');
}

function isAssertingHelper(call: Call, search: Search): boolean {
  const found = search.helpers.get(call.name);
  const ours = call.object === undefined || /^(self|this|cls)$/.test(call.object.text);
  const helper = ours || found?.type === 'method_declaration' ? found : undefined;
  if (helper === undefined || call.name === '' || search.asking.has(call.name)) return false;
  const context = firstParameter(helper);
  const test: DeclaredTest = {
    name: call.name,
    node: helper,
    body: helper,
    skipped: false,
    expectsFailure: false,
    context,
  };
  const contexts = new Set([...search.contexts, ...(context === undefined ? [] : [context])]);
  return countAssertions(helper, { ...search, contexts, asking: new Set([...search.asking, call.name]), test }) > 0;
}
