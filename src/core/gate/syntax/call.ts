import { bare, field, parts, type SyntaxNode } from './tree.ts';

/** A call or a construction, in any language. */
export interface Call {
  readonly node: SyntaxNode;
  readonly callee: SyntaxNode;
  /** The last name of the callee: `query` of `db.pool.query(…)`; empty where it is no name. */
  readonly name: string;
  /** What stands before it: `db.pool`. */
  readonly object: SyntaxNode | undefined;
  /** Without keyword arguments. */
  readonly args: readonly SyntaxNode[];
  readonly keywords: ReadonlyMap<string, SyntaxNode>;
}

const CALLS = new Set(['call_expression', 'new_expression', 'call', 'method_invocation']);

/** Undefined for what is no call, tagged templates among it. */
export function callOf(node: SyntaxNode): Call | undefined {
  if (!CALLS.has(node.type)) return undefined;
  const list = field(node, 'arguments');
  if (list?.type === 'template_string') return undefined;
  const callee = field(node, 'function') ?? field(node, 'constructor') ?? field(node, 'name');
  if (callee === undefined) return undefined;
  const keywords = new Map<string, SyntaxNode>();
  const args: SyntaxNode[] = [];
  // A generator that is the only argument stands for the list of arguments in Python.
  for (const part of list?.type === 'generator_expression' ? [list] : parts(list)) {
    const [name, value] = [field(part, 'name'), field(part, 'value')];
    if (part.type === 'keyword_argument' && name !== undefined && value !== undefined) keywords.set(name.text, value);
    else args.push(part);
  }
  const inner = bare(callee);
  const object = field(node, 'object') ?? memberObject(inner);
  return { node, callee: inner, name: lastName(inner), object, args, keywords };
}

/** What a member or an element is taken of: `a.b` of `a.b.c`. */
export function memberObject(node: SyntaxNode): SyntaxNode | undefined {
  return (
    field(node, 'object') ?? field(node, 'operand') ?? (node.type === 'subscript' ? field(node, 'value') : undefined)
  );
}

/** `c` of `a.b.c`; the name itself of a plain name. */
export function lastName(node: SyntaxNode): string {
  const name =
    field(node, 'property') ?? field(node, 'attribute') ?? (hasOperand(node) ? field(node, 'field') : undefined);
  if (name !== undefined) return name.text;
  const index = field(node, 'index');
  if (node.type === 'subscript_expression' && index?.type === 'string') return index.text.slice(1, -1);
  return node.type === 'identifier' || node.type.endsWith('_identifier') ? node.text : '';
}

function hasOperand(node: SyntaxNode): boolean {
  return node.type === 'selector_expression';
}

/** The names in a dotted expression or a chain of calls, the outermost first: `expect, not, toBe` of `expect(a).not.toBe`. */
export function chainOf(node: SyntaxNode): string[] {
  const names: string[] = [];
  let next: SyntaxNode | undefined = bare(node);
  while (next !== undefined) {
    const call = callOf(next);
    const tagged: SyntaxNode | undefined = call === undefined ? field(next, 'function') : undefined;
    if (tagged !== undefined) {
      next = tagged;
      continue;
    }
    const member: SyntaxNode = call === undefined ? next : call.callee;
    names.unshift(lastName(member));
    const object = call === undefined ? memberObject(member) : call.object;
    const called: SyntaxNode | undefined = call !== undefined && CALLS.has(member.type) ? member : undefined;
    if (called !== undefined) names.shift();
    next = object === undefined ? called : bare(object);
  }
  return names;
}

/** `userPasswordHash`, `user_password_hash` -> `user`, `password`, `hash`. */
export function words(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
}
