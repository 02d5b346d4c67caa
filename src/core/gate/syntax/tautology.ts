import { callOf, chainOf, words } from './call.ts';
import { bare, field, parts, type SyntaxNode } from './tree.ts';

/** Whether an assertion holds whatever the code does: of literals only, of a thing and itself, of a tuple in Python. */
export function isTautology(node: SyntaxNode): boolean {
  if (node.type === 'assert_statement') {
    const [condition] = parts(node);
    return condition !== undefined && isAlwaysTrue(condition);
  }
  if (node.type === 'macro_invocation') return /^\(\s*true\s*[,)]/.test(parts(node).at(-1)?.text ?? '');
  const expression = node.type === 'expression_statement' ? parts(node)[0] : node;
  if (expression === undefined || !isStandard(expression)) return false;
  const subjects = subjectsOf(expression);
  const name = chainOf(expression).at(-1) ?? '';
  const [first, second] = subjects;
  // `assert(false)` fails always: it says that nobody comes here.
  if (SAME.test(name))
    return first?.text === second?.text && (subjects.every(isLiteral) || subjects.every(isPlainName));
  return subjects.every(isLiteral) && (!FALSE.test(first?.text ?? '') || /fals|not/i.test(name));
}

/** An assertion of a library: a helper with a name of its own may do with literals what it likes. */
function isStandard(expression: SyntaxNode): boolean {
  if (expression.children.some(({ type }) => type === 'type_arguments')) return false;
  const chain = chainOf(expression);
  if (chain.some((name) => words(name).some((word) => word === 'fail' || word === 'unreachable'))) return false;
  return /^(expect|assert|t)$/.test(chain[0] ?? '') || /^assert(True|False|Equals?|Is)$/.test(chain.at(-1) ?? '');
}

const FALSE = /^(False|None|0|""|''|\[\]|\{\}|false|null|undefined)$/;

function isAlwaysTrue(condition: SyntaxNode): boolean {
  if (condition.type === 'tuple') return parts(condition).length > 0;
  const inner = bare(condition);
  if (inner.type === 'comparison_operator') {
    const sides = parts(inner);
    return sides.every(isLiteral) || (sides.every(isPlainName) && new Set(sides.map(({ text }) => text)).size === 1);
  }
  return isLiteral(inner) && !FALSE.test(inner.text);
}

/** What an assertion looks at; a fluent one looks at the arguments of its first call, too. */
function subjectsOf(expression: SyntaxNode): SyntaxNode[] {
  const subjects: SyntaxNode[] = [];
  let next: SyntaxNode | undefined = bare(expression);
  while (next !== undefined) {
    const call = callOf(next);
    if (call !== undefined) subjects.push(...call.args);
    next = call === undefined ? field(next, 'object') : call.object;
  }
  return subjects.length === 0 ? [expression] : subjects;
}

/** `expect(a).toBe(a)`, `assertEqual(a, a)`. */
const SAME = /^(to(Be|Equal|StrictEqual)|equals?|eql|(deep)?(strict)?equal|assert(Equals?|Is))$/i;

function isPlainName(node: SyntaxNode): boolean {
  return node.type === 'identifier';
}

const LITERALS = new Set([
  'string',
  'number',
  'integer',
  'float',
  'true',
  'false',
  'null',
  'none',
  'undefined',
  'int_literal',
  'interpreted_string_literal',
  'decimal_integer_literal',
  'string_literal',
]);

function isLiteral(node: SyntaxNode): boolean {
  const inner = bare(node);
  if (inner.type === 'array' || inner.type === 'list') return parts(inner).every(isLiteral);
  if (inner.type === 'string') return !inner.children.some(({ type }) => type === 'interpolation');
  return LITERALS.has(inner.type) || (inner.type === 'template_string' && !inner.text.includes('${'));
}
