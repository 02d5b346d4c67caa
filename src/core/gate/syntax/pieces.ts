import { unreachable } from '../../unreachable.ts';
import type { Binding, Bindings } from './bindings.ts';
import { callOf, lastName, memberObject, words, type Call } from './call.ts';
import { isAllowListed, isConstantName, isHarmlessType } from './harmless.ts';
import { bare, field, parts, type SyntaxNode } from './tree.ts';

/** A part of a text that a program builds: what is written in the program, or an expression that nobody can read ahead. */
export type Piece = string | SyntaxNode;

/** What stands for a value that cannot carry syntax: a number, an escaped text. */
const HARMLESS = '0';

/** How far names are followed to their values. */
const FURTHEST = 12;
const MOST_READ = 5000;

/**
 * What the value of an expression is built of, through concatenation, templates, formats, joins and the local variables
 * on the way. Without an expression among the pieces the value is constant, as far as can be seen. Where a variable has
 * several values the pieces are those of all.
 */
export function piecesOf(node: SyntaxNode, bindings: Bindings): Piece[] {
  return read(node, { bindings, at: node, depth: 0, budget: { left: MOST_READ } });
}

export function holesOf(pieces: readonly Piece[]): SyntaxNode[] {
  return pieces.filter((piece) => typeof piece !== 'string');
}

/** The text with one character for each expression in it. */
export function textOf(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : '\u0000')).join('');
}

interface Reading {
  readonly bindings: Bindings;
  /** The expression that is asked about: where checks before its use are looked for. */
  readonly at: SyntaxNode;
  readonly depth: number;
  /** Expressions that may still be read: names can stand for each other in circles. */
  readonly budget: { left: number };
}

function readAll(nodes: readonly (SyntaxNode | undefined)[], reading: Reading): Piece[] {
  return nodes.flatMap((node) => (node === undefined ? [] : read(node, reading)));
}

function read(outer: SyntaxNode, reading: Reading): Piece[] {
  const node = bare(outer);
  reading.budget.left -= 1;
  if (reading.budget.left < 0) return [node];
  switch (node.type) {
    case 'string':
    case 'template_string':
      return readQuoted(node, reading);
    case 'concatenated_string':
    case 'array':
    case 'list':
    case 'tuple':
    case 'set':
    case 'enum_body':
    case 'expression_list':
    case 'literal_value':
    case 'literal_element':
      return readAll(parts(node), reading);
    case 'object':
    case 'dictionary':
      return readAll(
        parts(node).map((pair) => field(pair, 'value') ?? pair),
        reading,
      );
    case 'property_identifier':
      return [node.text];
    case 'enum_assignment':
    case 'keyed_element':
      return readAll([field(node, 'value')], reading);
    case 'composite_literal':
      return readAll([field(node, 'body')], reading);
    case 'interpreted_string_literal':
    case 'raw_string_literal':
      return [node.text.slice(1, -1)];
    case 'rune_literal':
    case 'number':
    case 'integer':
    case 'float':
    case 'int_literal':
    case 'float_literal':
    case 'true':
    case 'false':
    case 'null':
    case 'none':
    case 'nil':
    case 'undefined':
    case 'regex':
    case 'arrow_function':
    case 'comparison_operator':
    case 'not_operator':
    case 'unary_expression':
    case 'update_expression':
      return [HARMLESS];
    case 'binary_expression':
    case 'binary_operator':
    case 'boolean_operator':
      return readOperation(node, reading);
    case 'ternary_expression':
      return readAll([field(node, 'consequence'), field(node, 'alternative')], reading);
    case 'conditional_expression':
      return readAll([parts(node)[0], parts(node)[2]], reading);
    case 'named_expression':
      return readAll([field(node, 'value')], reading);
    case 'list_comprehension':
    case 'generator_expression':
      return readAll([field(node, 'body')], reading);
    case 'spread_element':
    case 'list_splat':
    case 'variadic_argument':
      return readAll(parts(node), reading);
    case 'type_conversion_expression':
      return readAll([field(node, 'operand')], reading);
    case 'subscript':
    case 'subscript_expression':
    case 'index_expression':
      return readElement(node, reading);
    case 'identifier':
    case 'member_expression':
    case 'attribute':
    case 'selector_expression':
      return readName(node, reading);
    default: {
      const call = callOf(node);
      return call === undefined ? [node] : readCall(call, reading);
    }
  }
}

function readQuoted(node: SyntaxNode, reading: Reading): Piece[] {
  const raw = node.children.some(({ named }) => named) ? undefined : node.text.slice(1, -1);
  if (raw !== undefined) return [raw];
  return node.children.flatMap((child): Piece[] => {
    if (child.type === 'template_substitution') return readAll(parts(child).slice(0, 1), reading);
    if (child.type === 'interpolation') {
      const format = parts(child).find(({ type }) => type === 'format_specifier')?.text ?? '';
      return /[dfegxobn%]$/i.test(format) ? [HARMLESS] : readAll([field(child, 'expression')], reading);
    }
    return QUOTES.has(child.type) || !child.named ? [] : [child.text];
  });
}

const QUOTES = new Set(['string_start', 'string_end']);

function readOperation(node: SyntaxNode, reading: Reading): Piece[] {
  const [left, right] = [field(node, 'left'), field(node, 'right')];
  const operator = node.children.find((child) => !child.named)?.type;
  if (operator === '+' || operator === '||' || operator === '??' || operator === 'or' || operator === 'and')
    return readAll([left, right], reading);
  if (operator === '%' && left !== undefined && right !== undefined && reading.bindings.language === 'python')
    return readFormat(read(left, reading), right.type === 'tuple' ? parts(right) : [right], reading);
  // A text times a number, in Python.
  if (operator === '*') return [...readAll([left], reading)].filter((piece) => typeof piece === 'string');
  return [HARMLESS];
}

const VERB = /%(?:\((\w+)\))?[-#0 +]*(?:\d+|\*)?(?:\.\d+)?([a-zA-Z])/g;
const NUMERIC_VERBS = 'bcdeEfFgGioxXuUt';

/** A format of C's kind, with the arguments in the place of its verbs; numbers are harmless. */
function readFormat(format: readonly Piece[], args: readonly SyntaxNode[], reading: Reading): Piece[] {
  const values = args.flatMap((arg) => (arg.type === 'dictionary' ? parts(arg) : [arg]));
  let next = 0;
  return format.flatMap((piece): Piece[] => {
    if (typeof piece !== 'string') return [piece];
    const pieces: Piece[] = [];
    let from = 0;
    for (const match of piece.matchAll(VERB)) {
      pieces.push(piece.slice(from, match.index));
      from = match.index + match[0].length;
      const named = values.find(
        (value) => match[1] !== undefined && field(value, 'key')?.text.slice(1, -1) === match[1],
      );
      const value = named === undefined ? values[Math.min(next, values.length - 1)] : (field(named, 'value') ?? named);
      next += 1;
      if (NUMERIC_VERBS.includes(match[2] ?? '') || value === undefined) pieces.push(HARMLESS);
      else pieces.push(...read(value, reading));
    }
    return [...pieces, piece.slice(from)];
  });
}

function readName(node: SyntaxNode, reading: Reading): Piece[] {
  const { bindings, at, depth } = reading;
  const name = lastName(node);
  if (AMBIENT.test(node.text) || name === 'length') return [HARMLESS];
  const found = depth < FURTHEST ? bindings.of(node.text, node) : [];
  const known = found.filter(({ node: value }) => !contains(value, node));
  const pieces = known.flatMap((binding) => readBinding(binding, node, { ...reading, depth: depth + 1 }));
  if (known.length > 0 && holesOf(pieces).length === 0) return pieces;
  const whole = memberObject(node);
  const constant = isConstantName(name) && !/^(req|request|r|ctx)$/.test(whole?.text ?? '');
  if (constant || isAllowListed(node, at, bindings)) return [HARMLESS];
  if (known.length > 0) return pieces;
  return whole?.type === 'identifier' ? readElement(node, reading) : [node];
}

function readBinding({ kind, node: value }: Binding, name: SyntaxNode, reading: Reading): Piece[] {
  switch (kind) {
    case 'index':
      return [HARMLESS];
    case 'value':
      return read(value, reading);
    case 'element': {
      // What an element is cannot be seen in what the whole is built of, but a constant whole has constant elements.
      const pieces = read(value, reading);
      return holesOf(pieces).length === 0 ? pieces : [name];
    }
    case 'parameter': {
      if (isHarmlessType(value)) return [HARMLESS];
      const given = givenByArray(value);
      if (given === 'index') return [HARMLESS];
      const pieces = given === undefined ? [name] : read(given, reading);
      return holesOf(pieces).length === 0 ? pieces : [name];
    }
    default:
      return unreachable(kind);
  }
}

/** Of a parameter of a function that an array's method calls: the array, or that it is the number of an element. */
function givenByArray(parameter: SyntaxNode): SyntaxNode | 'index' | undefined {
  const list = parameter.field === 'parameter' ? undefined : parameter.parent;
  const callback = list === undefined ? parameter.parent : list.parent;
  const call = callback?.parent?.parent === undefined ? undefined : callOf(callback.parent.parent);
  if (call?.args[0] !== callback || !/^(map|flatMap|filter|forEach|some|every)$/.test(call?.name ?? ''))
    return undefined;
  return parts(list)[1] === parameter ? 'index' : call?.object;
}

/** Of the program's own place and process. */
const AMBIENT = /^(__dirname|__filename|__file__|process\.(pid|execPath)|sys\.executable)$/;

/** A variable is not looked for in its own value: `sql = sql + …`. */
function contains(value: SyntaxNode, node: SyntaxNode): boolean {
  return value.start <= node.start && node.end <= value.end;
}

/** An element of a constant table is constant, whatever the key. */
function readElement(node: SyntaxNode, reading: Reading): Piece[] {
  const whole = memberObject(node);
  if (whole === undefined || isAllowListed(node, reading.at, reading.bindings)) return [HARMLESS];
  const pieces = read(whole, reading);
  return holesOf(pieces).length === 0 ? pieces : [node];
}

/** Calls that give their subject on, as a text or changed a little. */
const PASSES_ON = new Set([
  ...['String', 'str', 'toString', 'trim', 'trimEnd', 'trimStart', 'strip', 'rstrip', 'lstrip', 'toLowerCase', 'lower'],
  ...['toUpperCase', 'upper', 'encode', 'decode', 'dedent', 'cleandoc', 'slice', 'substring', 'replace', 'replaceAll'],
  ...[
    'concat',
    'format',
    'join',
    'Join',
    'Repeat',
    'repeat',
    'append',
    'map',
    'filter',
    'flatMap',
    'fill',
    'list',
    'tuple',
  ],
  ...['sorted', 'set', 'Set', 'Map', 'Array', 'from', 'of', 'freeze', 'frozenset', 'text', 'TrimSpace', 'TrimSuffix'],
  ...['TrimRight', 'ToUpper', 'ToLower', 'Sprint', 'Sprintln', 'String', 'keys', 'values', 'reverse', 'sort', 'Buffer'],
]);
const GIVES_NUMBER = new Set([
  ...['Number', 'parseInt', 'parseFloat', 'BigInt', 'int', 'float', 'bool', 'len', 'Itoa', 'FormatInt', 'abs', 'round'],
  ...['sum', 'now', 'Unix', 'UnixNano', 'getTime', 'toFixed', 'floor', 'ceil', 'indexOf', 'hash', 'time', 'randomUUID'],
  ...['uuid4', 'int64', 'int32', 'uint', 'uint64', 'float64', 'isoformat', 'toISOString', 'bigint', 'Boolean'],
]);
/** What is called so makes a text fit for where it goes. */
const MAKES_SAFE = new Set([
  'escape',
  'quote',
  'sanitize',
  'sanitized',
  'placeholder',
  'placeholders',
  'identifier',
  'ident',
  'literal',
]);

/** Libraries whose formats quote what they put in. */
const QUOTES_ALL = /^(pg-format|sqlstring|shell-quote)$/;

function readCall(call: Call, reading: Reading): Piece[] {
  const { name, node, object, args } = call;
  const { bindings } = reading;
  if (GIVES_NUMBER.has(name)) return [HARMLESS];
  if (QUOTES_ALL.test(bindings.imports.get(call.callee.text)?.module ?? '')) return [HARMLESS];
  if (words(name).some((word) => MAKES_SAFE.has(word))) return [HARMLESS];
  if (name === 'Sprintf' && args[0] !== undefined) return readFormat(read(args[0], reading), args.slice(1), reading);
  if (!PASSES_ON.has(name)) return [node];
  if (name === 'map' || name === 'flatMap') {
    const [callback] = args;
    const body = callback === undefined ? undefined : field(callback, 'body');
    return body === undefined || body.type === 'statement_block' ? [node] : read(body, reading);
  }
  const isModule = object !== undefined && (bindings.imports.has(object.text) || /^[A-Z][a-z]+$/.test(object.text));
  const subject = object === undefined || isModule ? [] : [object];
  if (name === 'keys' && subject.length > 0) return [node];
  return readAll([...subject, ...args, ...call.keywords.values()], reading);
}
