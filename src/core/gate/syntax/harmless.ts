import type { Bindings } from './bindings.ts';
import { callOf } from './call.ts';
import { CONTROL_FLOW, isFunction } from './grammar.ts';
import { around, bare, descendants, field, parts, type SyntaxNode } from './tree.ts';

/** By convention: `TABLE`, `DEFAULT_ORDER`. */
export function isConstantName(name: string): boolean {
  return /^_?[A-Z][A-Z\d]*(_[A-Z\d]+)*$/.test(name) && name.length > 1;
}

const HARMLESS_TYPE =
  /^(number|bigint|boolean|int|int8|int16|int32|int64|uint|uint8|uint16|uint32|uint64|float|float32|float64|bool|Date|UUID|uuid\.UUID|Literal\[.*\]|['"][^'"]*['"](\s*\|\s*['"][^'"]*['"])*)$/;

/** Whether a parameter's declared type has no room for syntax: numbers, and texts that are listed. */
export function isHarmlessType(parameter: SyntaxNode): boolean {
  const type = field(parameter, 'type')?.text.replace(/^:\s*/, '').replace(/^\|/, '').trim() ?? '';
  return HARMLESS_TYPE.test(type);
}

/** Whether the function compares the value with a fixed list or with an anchored pattern, wherever it does so. */
export function isAllowListed(value: SyntaxNode, at: SyntaxNode, bindings: Bindings): boolean {
  const flow = CONTROL_FLOW[bindings.language];
  const scope = around(at, (node) => isFunction(node, flow));
  if (scope === undefined) return false;
  const checked = CHECKED.get(scope) ?? checkedIn(scope, bindings);
  CHECKED.set(scope, checked);
  return checked.has(value.text);
}

/** By function: a large one is asked about often. */
const CHECKED = new WeakMap<SyntaxNode, ReadonlySet<string>>();

function checkedIn(scope: SyntaxNode, bindings: Bindings): ReadonlySet<string> {
  const checked = new Set<string>();
  for (const node of descendants(scope)) {
    const value = node.named ? checkedBy(node, bindings) : undefined;
    if (value !== undefined) checked.add(value.text);
  }
  return checked;
}

/** The value that a check lets through only where it is one of a list. */
function checkedBy(node: SyntaxNode, bindings: Bindings): SyntaxNode | undefined {
  const call = callOf(node);
  if (call !== undefined) {
    const [first, second] = call.args;
    if (first === undefined) return undefined;
    if (call.name === 'Contains') return isFixedList(first, bindings) ? second : undefined;
    if (call.name === 'fullmatch') return second;
    if (call.name === 'match' && second !== undefined) return /\$["']$/.test(first.text) ? second : undefined;
    if (call.object === undefined) return undefined;
    if (call.name === 'has' || call.name === 'includes') return isFixedList(call.object, bindings) ? first : undefined;
    return call.name === 'test' && isAnchored(call.object, bindings) ? first : undefined;
  }
  if (node.type === 'comparison_operator') {
    const [left, right] = parts(node);
    const isIn = node.children.some(({ type }) => type === 'in' || type === 'not in');
    return isIn && right !== undefined && isFixedList(right, bindings) ? left : undefined;
  }
  if (node.type !== 'index_expression') return undefined;
  const list = field(node, 'operand');
  return list !== undefined && isFixedList(list, bindings) ? field(node, 'index') : undefined;
}

const LISTS = new Set(['array', 'object', 'list', 'tuple', 'set', 'dictionary', 'composite_literal']);

/** `further`: how many names may still be followed, which can stand for each other in circles. */
function isFixedList(node: SyntaxNode, bindings: Bindings, further = 5): boolean {
  const inner = bare(node);
  if (LISTS.has(inner.type)) return true;
  const call = callOf(inner);
  if (call !== undefined) return call.args[0] !== undefined && isFixedList(call.args[0], bindings, further);
  if (isConstantName(inner.text)) return true;
  const found = inner.type === 'identifier' && further > 0 ? bindings.of(inner.text, inner) : [];
  return (
    found.length > 0 &&
    found.every(({ kind, node: value }) => kind === 'value' && isFixedList(value, bindings, further - 1))
  );
}

function isAnchored(node: SyntaxNode, bindings: Bindings): boolean {
  const inner = bare(node);
  if (inner.type === 'regex') return /^\/\^.*\$\/[a-z]*$/.test(inner.text);
  const found = inner.type === 'identifier' ? bindings.of(inner.text, inner) : [];
  return found.length > 0 && found.every(({ node: value }) => value.type === 'regex' && isAnchored(value, bindings));
}
