import {
  CONTROL_FLOW,
  functionName,
  hasLabel,
  isDefault,
  isFunction,
  logicalOperators,
  type ControlFlow,
} from './grammar.ts';
import { bare, descendants, isScript, parts, type Language, type SyntaxNode, type SyntaxTree } from './tree.ts';

export interface FunctionMeasure {
  /** `(anonymous)` where it has none. */
  readonly name: string;
  /** 1-based, both inclusive. */
  readonly startLine: number;
  readonly endLine: number;
  readonly lines: number;
  /** McCabe: 1 and the decisions of the function itself, without those of functions inside it. */
  readonly cyclomatic: number;
  /** Campbell, with functions inside it. */
  readonly cognitive: number;
  /** Whether its cognitive complexity counts already in that of the function around it. */
  readonly nested: boolean;
}

/**
 * The functions of a file in the text's order, each with two complexities.
 *
 * Cyclomatic: T. J. McCabe, "A Complexity Measure", 1976. Decisions are `if`, loops, cases other than the default,
 * handlers of exceptions, conditional expressions and logical operators.
 *
 * Cognitive: G. Ann Campbell, "Cognitive Complexity", SonarSource 2018. What breaks the linear flow costs 1, and 1 more
 * for each level it is nested; `else`, `else if`, jumps to labels and each run of one logical operator cost 1. `??` is
 * free, and so is recursion, which one file does not show. Functions inside a function count in it, one level deeper;
 * but where a function only declares others (a module or suite in JavaScript, a decorator in Python), it costs nothing
 * and they stand for themselves.
 */
export function functionsOf(tree: SyntaxTree, language: Language): FunctionMeasure[] {
  const flow = CONTROL_FLOW[language];
  const measures: FunctionMeasure[] = [];
  const visit = (node: SyntaxNode, nested: boolean): void => {
    let inner = nested;
    if (isFunction(node, flow)) {
      const container = !nested && onlyDeclares(node, language, flow);
      measures.push({
        name: functionName(node),
        startLine: node.line,
        endLine: node.endLine,
        lines: node.endLine - node.line + 1,
        cyclomatic: cyclomatic(node, flow),
        cognitive: cognitive(node, flow, !container),
        nested,
      });
      inner = nested || !container;
    }
    for (const child of node.children) visit(child, inner);
  };
  visit(tree.root, false);
  return measures;
}

function cyclomatic(definition: SyntaxNode, flow: ControlFlow): number {
  let paths = 1;
  for (const node of descendants(definition, (below) => below === definition || !isFunction(below, flow))) {
    if (node !== definition && isFunction(node, flow)) continue;
    if (flow.ifs.has(node.type)) paths += 1;
    else if (flow.nesting.has(node.type)) paths += flow.switches.has(node.type) ? 0 : 1;
    else if (flow.branches.has(node.type)) paths += isDefault(node) ? 0 : 1;
    paths += logicalOperators(node, flow).length;
  }
  return paths;
}

/** Whether a function is there only for the functions in it. */
function onlyDeclares(definition: SyntaxNode, language: Language, flow: ControlFlow): boolean {
  if (isScript(language)) {
    return ![...descendants(definition, (node) => node === definition || !isFunction(node, flow))].some(
      (node) => flow.ifs.has(node.type) || flow.nesting.has(node.type),
    );
  }
  if (language !== 'python') return false;
  const body = parts(definition.children.find((child) => child.field === 'body'));
  return (
    body.some((statement) => DEFINITIONS.has(statement.type)) &&
    body.every((statement) => DEFINITIONS.has(statement.type) || statement.type === 'return_statement')
  );
}

const DEFINITIONS = new Set(['function_definition', 'decorated_definition']);

/** What stands in the head of a structure, and is no deeper than the structure itself. */
const HEAD = new Set(['condition', 'value', 'subject', 'initializer', 'left', 'right', 'update', 'increment', 'init']);

function cognitive(definition: SyntaxNode, flow: ControlFlow, withInner: boolean): number {
  let cost = 0;
  const visitAll = (nodes: readonly SyntaxNode[], nesting: number): void => {
    for (const node of nodes) visit(node, nesting);
  };
  const visitBranches = (node: SyntaxNode, nesting: number): void => {
    for (const child of node.children) {
      if (child.field === 'alternative' && !IS_CONDITIONAL.has(node.type)) visitElse(child, nesting);
      else visit(child, child.field !== undefined && HEAD.has(child.field) ? nesting : nesting + 1);
    }
  };
  const visitElse = (node: SyntaxNode, nesting: number): void => {
    cost += 1;
    const inner = node.type === 'else_clause' ? (parts(node).at(-1) ?? node) : node;
    if (flow.ifs.has(inner.type) || inner.type === 'elif_clause') visitBranches(inner, nesting);
    else visit(inner, nesting + 1);
  };
  const visit = (node: SyntaxNode, nesting: number): void => {
    if (isFunction(node, flow)) {
      if (withInner) visitAll(node.children, nesting + 1);
    } else if (flow.ifs.has(node.type) || flow.nesting.has(node.type)) {
      cost += 1 + nesting;
      visitBranches(node, nesting);
    } else {
      if (flow.jumps.has(node.type) && hasLabel(node)) cost += 1;
      else if (startsSequence(node, flow)) cost += runs(node, flow);
      visitAll(node.children, nesting);
    }
  };
  visitAll(definition.children, 0);
  return cost;
}

/** Expressions with an `alternative` that is no `else`, and bodies of `match`, whose cases have that field. */
const IS_CONDITIONAL = new Set(['ternary_expression', 'conditional_expression', 'match_statement']);

function startsSequence(node: SyntaxNode, flow: ControlFlow): boolean {
  if (logicalOperators(node, flow).length === 0) return false;
  let { parent } = node;
  while (parent?.type === 'parenthesized_expression') parent = parent.parent;
  return parent === undefined || logicalOperators(parent, flow).length === 0;
}

/** How often the logical operator changes along the sequence, read from left to right. */
function runs(start: SyntaxNode, flow: ControlFlow): number {
  let count = 0;
  let before = '';
  const read = (node: SyntaxNode): void => {
    const operators = new Set(logicalOperators(node, flow));
    for (const child of node.children) {
      if (!operators.has(child)) {
        const inner = child.named ? bare(child) : child;
        if (logicalOperators(inner, flow).length > 0) read(inner);
        continue;
      }
      if (child.type !== before && child.type !== '??') count += 1;
      before = child.type;
    }
  };
  read(start);
  return count;
}
