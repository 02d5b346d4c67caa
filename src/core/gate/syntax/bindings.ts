import { callOf } from './call.ts';
import { CONTROL_FLOW, functionName, isFunction } from './grammar.ts';
import type { Imports } from './imports.ts';
import { around, bare, descendants, field, parts, type Language, type SyntaxNode, type SyntaxTree } from './tree.ts';

/** One place where a name gets a value. */
export interface Binding {
  /**
   * `value`: the expression; `element`: an element of it; `index`: the number of one; `parameter`: from a caller, with
   * its declared type.
   */
  readonly kind: 'value' | 'element' | 'index' | 'parameter';
  readonly node: SyntaxNode;
  /** Of a value: what was there before is still in it: `+=`, `push`. */
  readonly adds?: boolean;
}

export interface Bindings {
  readonly language: Language;
  readonly imports: Imports;
  /**
   * What the name is bound to in the nearest scope around `at` that binds it, in the text's order; in the function of
   * `at` itself only what can still be there.
   */
  of(name: string, at: SyntaxNode): readonly Binding[];
  /** Whether the file has a function of that name. */
  declares(name: string): boolean;
}

/**
 * The names of a file by the functions in which they are bound. The order of execution is taken to be the text's. Fields of
 * classes are bound as `this.name`, once for the whole file.
 */
export function bindingsOf(tree: SyntaxTree, language: Language, imports: Imports): Bindings {
  const flow = CONTROL_FLOW[language];
  const functions = new Set<string>();
  const scopes = new Map<SyntaxNode, Map<string, Binding[]>>();
  const scopeOf = (node: SyntaxNode): SyntaxNode => {
    let next = node.parent;
    while (next?.parent !== undefined && !isFunction(next, flow)) next = next.parent;
    return next ?? node;
  };
  const bind = (scope: SyntaxNode, name: string, binding: Binding): void => {
    const names = scopes.get(scope) ?? new Map<string, Binding[]>();
    scopes.set(scope, names);
    const found = names.get(name);
    if (found === undefined) names.set(name, [binding]);
    else found.push(binding);
  };
  const assigned = (
    node: SyntaxNode,
    target: SyntaxNode | undefined,
    value: SyntaxNode | undefined,
    adds = false,
  ): void => {
    const name = target === undefined ? undefined : boundName(target);
    if (name === undefined || value === undefined) return;
    const scope = name.startsWith('this.') ? tree.root : declaringScope(name, scopeOf(node));
    bind(scope, name, { kind: 'value', node: value, adds });
  };
  /** An assignment changes the variable of the outer function where there is one. Python's makes one of its own. */
  const declaringScope = (name: string, from: SyntaxNode): SyntaxNode => {
    if (language === 'python') return from;
    for (let scope = from; ; scope = scopeOf(scope)) {
      if (scopes.get(scope)?.has(name) === true) return scope;
      if (scope.parent === undefined) return from;
    }
  };

  for (const node of descendants(tree.root)) {
    if (!node.named) continue;
    if (isFunction(node, flow)) {
      if (node.type !== 'method_definition') functions.add(functionName(node));
      for (const parameter of parametersOf(node))
        bind(node, parameter.name, { kind: 'parameter', node: parameter.node });
    }
    switch (node.type) {
      case 'variable_declarator':
      case 'public_field_definition':
      case 'field_definition': {
        const name = field(node, 'name') ?? field(node, 'property');
        const value = field(node, 'value');
        if (name === undefined || value === undefined) break;
        if (node.type === 'variable_declarator') bind(scopeOf(node), name.text, { kind: 'value', node: value });
        else bind(tree.root, `this.${name.text}`, { kind: 'value', node: value });
        break;
      }
      case 'assignment_expression':
      case 'augmented_assignment_expression':
      case 'augmented_assignment':
      case 'named_expression':
        assigned(
          node,
          field(node, 'left') ?? field(node, 'name'),
          field(node, 'right') ?? field(node, 'value'),
          node.type.startsWith('augmented'),
        );
        break;
      case 'assignment': {
        const [left, right] = [field(node, 'left'), field(node, 'right')];
        if (node.parent?.parent?.parent?.type === 'class_definition' && left !== undefined && right !== undefined)
          bind(tree.root, `this.${left.text}`, { kind: 'value', node: right });
        assigned(node, left, right);
        break;
      }
      case 'enum_declaration': {
        const [name, body] = [field(node, 'name'), field(node, 'body')];
        if (name !== undefined && body !== undefined) bind(tree.root, name.text, { kind: 'value', node: body });
        break;
      }
      case 'short_var_declaration':
      case 'assignment_statement':
      case 'var_spec':
      case 'const_spec': {
        const names = node.children.filter((child) => child.field === 'name');
        const left = names.length > 0 ? names : parts(field(node, 'left'));
        const right = parts(field(node, 'right') ?? field(node, 'value'));
        for (const [at, target] of left.entries()) {
          const value = right[at] ?? right[0];
          if (value === undefined) continue;
          if (node.type === 'assignment_statement')
            assigned(node, target, value, !node.children.some(({ type }) => type === '='));
          else bind(scopeOf(node), target.text, { kind: 'value', node: value });
        }
        break;
      }
      case 'for_in_statement':
      case 'for_statement':
      case 'for_in_clause':
      case 'range_clause': {
        const [left, right] = [field(node, 'left'), field(node, 'right')];
        if (left === undefined || right === undefined) break;
        const targets = left.type === 'expression_list' || left.type === 'pattern_list' ? parts(left) : [left];
        const counted = node.type === 'range_clause' || right.text.startsWith('enumerate(');
        for (const [at, target] of targets.entries())
          bind(scopeOf(node), target.text, { kind: counted && at === 0 ? 'index' : 'element', node: right });
        break;
      }
      default: {
        const call = callOf(node);
        if (call === undefined || !/^(push|append|extend|WriteString|write)$/.test(call.name)) break;
        for (const value of call.args) assigned(node, call.object, value, true);
      }
    }
  }

  return {
    language,
    imports,
    declares: (name) => functions.has(name),
    of(name, at) {
      const wanted = name.replace(/^self\./, 'this.');
      const own = scopeOf(at);
      for (let scope: SyntaxNode | undefined = own; scope !== undefined;) {
        const found = scopes.get(scope)?.get(wanted);
        if (found !== undefined) return scope === own && !wanted.startsWith('this.') ? reaching(found, at) : found;
        scope = scope.parent === undefined ? undefined : scopeOf(scope);
      }
      return [];
    },
  };
}

/** Without what is bound after the use, and without what a later assignment that runs whenever the use does has replaced. */
function reaching(bindings: readonly Binding[], at: SyntaxNode): readonly Binding[] {
  const before = bindings.filter(({ kind, node }) => kind !== 'value' || node.end <= at.start);
  const last = before.findLastIndex(({ kind, node, adds }) => {
    if (kind !== 'value' || adds === true) return false;
    const block = around(node, ({ type }) => BRANCHES.test(type));
    return block === undefined || (block.start <= at.start && at.end <= block.end);
  });
  return before.length === 0 ? bindings : before.slice(Math.max(0, last));
}

/** What may run or not, or more than once, and what holds it. */
const BRANCHES =
  /^(program|module|source_file|(if|for|for_in|while|do)_statement)$|block$|body$|clause$|case$|statement_list$/;

function boundName(target: SyntaxNode): string | undefined {
  const inner = bare(target);
  if (inner.type === 'identifier') return inner.text;
  return /^(this|self)\.#?\w+$/.test(inner.text) ? inner.text.replace(/^self\./, 'this.') : undefined;
}

function parametersOf(definition: SyntaxNode): { name: string; node: SyntaxNode }[] {
  const single = field(definition, 'parameter');
  const list = single === undefined ? parts(field(definition, 'parameters')) : [single];
  return list.flatMap((node) => {
    const names = node.children.filter((child) => child.field === 'name' || child.field === 'pattern');
    const plain = node.type === 'identifier' ? node : node.children.find(({ type }) => type === 'identifier');
    return (names.length > 0 ? names : plain === undefined ? [] : [plain]).map(({ text }) => ({ name: text, node }));
  });
}
