import type { Bindings } from './bindings.ts';
import { callOf } from './call.ts';
import { CONTROL_FLOW, isFunction } from './grammar.ts';
import { around, bare, descendants, field, parts, type SyntaxNode } from './tree.ts';

/** By convention: `TABLE`, `DEFAULT_ORDER`. */
export function isConstantName(name: string): boolean {
  return /^_?[A-Z][A-Z\d]*(_[A-Z\d]+)*$/.test(name) && name.length > 1;
}

const HARMLESS_TYPE =
  /^(number|bigint|boolean|int|int8|int16|int32|int64|uint|uint8|uint16|uint32|uint64|float|float32|float64|bool|Date|UUID|uuid\.UUID|Literal\[.*\]|(['"][^'"]*['"]\s*\|?\s*)+)$/;

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
  for (const node of descendants(scope)) if (node.named && checks(node, value.text, bindings)) return true;
  return false;
}

function checks(node: SyntaxNode, value: string, bindings: Bindings): boolean {
  const call = callOf(node);
  if (call !== undefined) {
    const [first, second] = call.args;
    if (call.name === 'Contains' && second?.text === value) return first !== undefined && isFixedList(first, bindings);
    if (/^(fullmatch|match)$/.test(call.name) && second?.text === value)
      return call.name === 'fullmatch' || /\$["']$/.test(first?.text ?? '');
    if (first?.text !== value || call.object === undefined) return false;
    if (call.name === 'has' || call.name === 'includes') return isFixedList(call.object, bindings);
    return call.name === 'test' && isAnchored(call.object, bindings);
  }
  if (node.type === 'comparison_operator') {
    const [left, right] = parts(node);
    const isIn = node.children.some(({ type }) => type === 'in' || type === 'not in');
    return isIn && left?.text === value && right !== undefined && isFixedList(right, bindings);
  }
  if (node.type !== 'index_expression' || field(node, 'index')?.text !== value) return false;
  const list = field(node, 'operand');
  return list !== undefined && isFixedList(list, bindings);
}

const LISTS = new Set(['array', 'object', 'list', 'tuple', 'set', 'dictionary', 'composite_literal']);

function isFixedList(node: SyntaxNode, bindings: Bindings): boolean {
  const inner = bare(node);
  if (LISTS.has(inner.type)) return true;
  const call = callOf(inner);
  if (call !== undefined) return call.args[0] !== undefined && isFixedList(call.args[0], bindings);
  if (isConstantName(inner.text)) return true;
  const found = inner.type === 'identifier' ? bindings.of(inner.text, inner) : [];
  return (
    found.length > 0 &&
    found.every(
      (binding) =>
        binding.kind === 'value' && !binding.node.text.includes(inner.text) && isFixedList(binding.node, bindings),
    )
  );
}

function isAnchored(node: SyntaxNode, bindings: Bindings): boolean {
  const inner = bare(node);
  if (inner.type === 'regex') return /^\/\^.*\$\/[a-z]*$/.test(inner.text);
  const found = inner.type === 'identifier' ? bindings.of(inner.text, inner) : [];
  return found.length > 0 && found.every(({ node: value }) => value.type === 'regex' && isAnchored(value, bindings));
}
