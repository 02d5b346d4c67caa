import type { Language, SyntaxNode } from './tree.ts';

/** The node types of a grammar that make its control flow. What is measured on them is the same in every language. */
export interface ControlFlow {
  readonly functions: ReadonlySet<string>;
  readonly ifs: ReadonlySet<string>;
  /** What nests but `if`: loops, switches, conditional expressions, handlers of exceptions. */
  readonly nesting: ReadonlySet<string>;
  /** Jumps that count where they name a label. */
  readonly jumps: ReadonlySet<string>;
  /** Expressions whose operator may be logical. */
  readonly logical: ReadonlySet<string>;
  /** Ways through that are no nesting structure themselves: cases, `elif`, filters of comprehensions. */
  readonly branches: ReadonlySet<string>;
  /** Nesting structures that are no way through by themselves: their cases are. */
  readonly switches: ReadonlySet<string>;
}

const SCRIPT: ControlFlow = {
  functions: new Set([
    'function_declaration',
    'function_expression',
    'arrow_function',
    'method_definition',
    'generator_function',
    'generator_function_declaration',
  ]),
  ifs: new Set(['if_statement']),
  nesting: new Set([
    'for_statement',
    'for_in_statement',
    'while_statement',
    'do_statement',
    'switch_statement',
    'ternary_expression',
    'catch_clause',
  ]),
  jumps: new Set(['break_statement', 'continue_statement']),
  logical: new Set(['binary_expression']),
  branches: new Set(['switch_case']),
  switches: new Set(['switch_statement']),
};

export const CONTROL_FLOW: Readonly<Record<Language, ControlFlow>> = {
  typescript: SCRIPT,
  tsx: SCRIPT,
  javascript: SCRIPT,
  python: {
    functions: new Set(['function_definition', 'lambda']),
    ifs: new Set(['if_statement']),
    nesting: new Set([
      'for_statement',
      'while_statement',
      'match_statement',
      'conditional_expression',
      'except_clause',
    ]),
    jumps: new Set(),
    logical: new Set(['boolean_operator']),
    branches: new Set(['elif_clause', 'case_clause', 'for_in_clause', 'if_clause']),
    switches: new Set(['match_statement']),
  },
  go: {
    functions: new Set(['function_declaration', 'method_declaration', 'func_literal']),
    ifs: new Set(['if_statement']),
    nesting: new Set(['for_statement', 'expression_switch_statement', 'type_switch_statement', 'select_statement']),
    jumps: new Set(['break_statement', 'continue_statement', 'goto_statement']),
    logical: new Set(['binary_expression']),
    branches: new Set(['expression_case', 'type_case', 'communication_case']),
    switches: new Set(['expression_switch_statement', 'type_switch_statement', 'select_statement']),
  },
  java: {
    functions: new Set([
      'method_declaration',
      'constructor_declaration',
      'compact_constructor_declaration',
      'lambda_expression',
    ]),
    ifs: new Set(['if_statement']),
    nesting: new Set([
      'for_statement',
      'enhanced_for_statement',
      'while_statement',
      'do_statement',
      'switch_expression',
      'ternary_expression',
      'catch_clause',
    ]),
    jumps: new Set(['break_statement', 'continue_statement']),
    logical: new Set(['binary_expression']),
    branches: new Set(['switch_label']),
    switches: new Set(['switch_expression']),
  },
  rust: {
    functions: new Set(['function_item', 'closure_expression']),
    ifs: new Set(['if_expression']),
    nesting: new Set(['for_expression', 'while_expression', 'loop_expression', 'match_expression']),
    jumps: new Set(['break_expression', 'continue_expression']),
    logical: new Set(['binary_expression', 'let_chain']),
    branches: new Set(['match_arm']),
    switches: new Set(['match_expression']),
  },
};

/** A keyword may have the type of what it begins (`lambda`), but it is no named node. */
export function isFunction(node: SyntaxNode, flow: ControlFlow): boolean {
  return node.named && flow.functions.has(node.type);
}

const LOGICAL_OPERATORS = new Set(['&&', '||', '??', 'and', 'or']);

/** The logical operators of this very expression; more than one only where a grammar keeps a chain in one node. */
export function logicalOperators(node: SyntaxNode, flow: ControlFlow): SyntaxNode[] {
  if (!flow.logical.has(node.type)) return [];
  return node.children.filter((child) => !child.named && LOGICAL_OPERATORS.has(child.type));
}

/** A case that takes what no other took is no decision of its own. */
export function isDefault(node: SyntaxNode): boolean {
  return /^(default\b|case\s+_\s*(:|->|$)|_\s*=>)/.test(node.text);
}

const LABELS = new Set(['label', 'label_name', 'statement_identifier', 'identifier']);

export function hasLabel(node: SyntaxNode): boolean {
  return node.children.some((child) => LABELS.has(child.type));
}

/** The name under which a function is known: its own, or that of what it is assigned to. */
export function functionName(node: SyntaxNode): string {
  const own = node.children.find((child) => child.field === 'name');
  if (own !== undefined) return own.text;
  const { parent } = node;
  const holder = parent?.type === 'expression_list' ? parent.parent : parent;
  const target = holder?.children.find(
    (child) => child.field !== undefined && HOLDERS.has(child.field) && child !== node && child !== parent,
  );
  return target === undefined || target.text.length > LONGEST_NAME ? '(anonymous)' : target.text;
}

const HOLDERS = new Set(['name', 'key', 'left', 'pattern']);
const LONGEST_NAME = 80;
