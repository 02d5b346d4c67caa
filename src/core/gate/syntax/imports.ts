import { callOf } from './call.ts';
import { descendants, field, isScript, parts, type Language, type SyntaxNode, type SyntaxTree } from './tree.ts';

/** What a local name stands for: `exec` of `child_process`, or the whole module (`*`). */
export interface Import {
  readonly module: string;
  readonly name: string;
}

/** By local name. A module's `node:` is left out. */
export type Imports = ReadonlyMap<string, Import>;

export function importsOf(tree: SyntaxTree, language: Language): Imports {
  const imports = new Map<string, Import>();
  const read = isScript(language) ? readScript : language === 'python' ? readPython : readGo;
  for (const node of descendants(tree.root)) read(node, imports);
  return imports;
}

const LONGEST_NAME = 100;

/** The callee's full name: `subprocess.run` where the program says `sp.run` or `run`. */
export function qualifiedName(callee: SyntaxNode, imports: Imports): string {
  if (callee.text.length > LONGEST_NAME) return '';
  const path = callee.text.replaceAll('?.', '.').replace(/^require\(['"](?:node:)?([^'"]+)['"]\)/, '$1');
  const [first = '', ...rest] = path.split('.');
  const found = imports.get(first);
  if (found === undefined) return path;
  return [found.module, ...(found.name === '*' || found.name === 'default' ? [] : [found.name]), ...rest].join('.');
}

type Growing = Map<string, Import>;

function readScript(node: SyntaxNode, imports: Growing): void {
  if (node.type === 'import_statement') {
    const module = moduleName(field(node, 'source'));
    for (const part of descendants(node)) {
      const [name, alias] = [field(part, 'name'), field(part, 'alias')];
      if (part.type === 'import_specifier' && name !== undefined)
        imports.set((alias ?? name).text, { module, name: name.text });
      else if (part.type === 'identifier' && part.parent?.type === 'namespace_import')
        imports.set(part.text, { module, name: '*' });
      else if (part.type === 'identifier' && part.parent?.type === 'import_clause')
        imports.set(part.text, { module, name: 'default' });
    }
  }
  if (node.type !== 'variable_declarator') return;
  const [target, value] = [field(node, 'name'), field(node, 'value')];
  const required = value === undefined ? undefined : requiredModule(value);
  if (required === undefined || target === undefined) return;
  if (target.type === 'identifier') imports.set(target.text, required);
  for (const part of target.type === 'object_pattern' ? parts(target) : []) {
    const [key, local] = [field(part, 'key'), field(part, 'value')];
    imports.set((local ?? part).text, { module: required.module, name: (key ?? part).text });
  }
}

function requiredModule(value: SyntaxNode): Import | undefined {
  const inner = value.type === 'await_expression' ? (parts(value)[0] ?? value) : value;
  const member = inner.type === 'member_expression' ? field(inner, 'property')?.text : undefined;
  const call = callOf(member === undefined ? inner : (field(inner, 'object') ?? inner));
  const [source] = call?.args ?? [];
  if (call === undefined || source?.type !== 'string' || !/^(require|import)$/.test(call.callee.text)) return undefined;
  return { module: moduleName(source), name: member ?? '*' };
}

function moduleName(source: SyntaxNode | undefined): string {
  return source?.text.slice(1, -1).replace(/^node:/, '') ?? '';
}

function readPython(node: SyntaxNode, imports: Growing): void {
  if (node.type !== 'import_statement' && node.type !== 'import_from_statement') return;
  const module = field(node, 'module_name')?.text;
  for (const part of node.children.filter((child) => child.field === 'name')) {
    const name = (field(part, 'name') ?? part).text;
    const alias = field(part, 'alias')?.text;
    if (module !== undefined) imports.set(alias ?? name, { module, name });
    else
      imports.set(alias ?? name.split('.')[0] ?? name, {
        module: alias === undefined ? (name.split('.')[0] ?? name) : name,
        name: '*',
      });
  }
}

function readGo(node: SyntaxNode, imports: Growing): void {
  if (node.type !== 'import_spec') return;
  const path = field(node, 'path')?.text.slice(1, -1) ?? '';
  const last = path.split('/').findLast((part) => !/^v\d+$/.test(part)) ?? path;
  imports.set(field(node, 'name')?.text ?? last, { module: path, name: '*' });
}
