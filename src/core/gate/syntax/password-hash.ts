import { callOf, words, type Call } from './call.ts';
import { CONTROL_FLOW, functionName, isFunction } from './grammar.ts';
import { qualifiedName } from './imports.ts';
import { builtOf, type Source } from './source.ts';
import { around, descendants, field, isScript, type SyntaxNode } from './tree.ts';

/** Where a password or a secret is hashed with a function that is made to be quick and is broken. */
export function weakPasswordHash(node: SyntaxNode, source: Source): SyntaxNode | undefined {
  const call = callOf(node);
  if (call === undefined || !isWeak(call, source)) return undefined;
  return hashesSecret(node, source) ? node : undefined;
}

const WEAK = /^(md[245]|sha-?1|ripemd160|rmd160)$/i;

function isWeak(call: Call, source: Source): boolean {
  const name = qualifiedName(call.callee, source.imports);
  const [first] = call.args;
  const isNamed = (): boolean => first !== undefined && WEAK.test(builtOf(first, source).text);
  if (isScript(source.language)) {
    if (call.name === 'createHash' || call.name === 'digest') return isNamed();
    return (
      WEAK.test(call.name) ||
      (/^(md5|sha1|js-md5|js-sha1|blueimp-md5)\b/.test(name) && call.callee.type === 'identifier')
    );
  }
  if (source.language === 'python') {
    if (call.keywords.get('usedforsecurity')?.text === 'False') return false;
    if (name === 'hashlib.new') return isNamed();
    return /^hashlib\.(md5|sha1)$/.test(name) || /\b(MD5|SHA1?|SHA)\.new$/.test(name);
  }
  return source.language === 'go' && /^crypto\/(md5|sha1)\.(Sum|New)$/.test(name);
}

/** The names of the function and the class around it, of what stands in its statement, and of what is given to the hash later. */
function hashesSecret(node: SyntaxNode, source: Source): boolean {
  const flow = CONTROL_FLOW[source.language];
  const definition = around(node, (outer) => isFunction(outer, flow) && functionName(outer) !== '(anonymous)');
  const owner = around(node, ({ type }) => /^class_(declaration|definition)$/.test(type));
  if ([definition, owner].some((holder) => holder !== undefined && namesSecret(functionName(holder)))) return true;
  const statement = around(node, ({ type }) => STATEMENTS.has(type));
  const names = statement === undefined ? [] : identifiersIn(statement);
  const variable = statement === undefined ? undefined : assignedName(statement);
  if (variable !== undefined && definition !== undefined) names.push(...givenTo(variable, definition));
  return names.some(namesSecret);
}

const STATEMENTS = new Set([
  ...['expression_statement', 'lexical_declaration', 'variable_declaration', 'return_statement', 'if_statement'],
  ...['assignment', 'short_var_declaration', 'assignment_statement', 'var_declaration', 'public_field_definition'],
  'pair',
]);

/** Not what stands in a block of it: the statement may be an `if`. */
function identifiersIn(statement: SyntaxNode): string[] {
  const names: string[] = [];
  for (const node of descendants(statement, ({ type }) => !/block|statement_list|_body$/.test(type)))
    if (node.type.endsWith('identifier')) names.push(node.text);
  return names;
}

function assignedName(statement: SyntaxNode): string | undefined {
  const target =
    field(statement, 'left') ??
    field(
      statement.children.find(({ type }) => type === 'variable_declarator'),
      'name',
    );
  return target?.text;
}

/** `hash.update(password)`, `h.Write([]byte(password))`, `io.WriteString(h, password)`. */
function givenTo(variable: string, definition: SyntaxNode): string[] {
  return [...descendants(definition)].flatMap((node) => {
    const call = callOf(node);
    if (call === undefined || !/^(update|write|Write|WriteString)$/.test(call.name)) return [];
    if (call.object?.text !== variable && call.args[0]?.text !== variable) return [];
    return call.args.flatMap(identifiersIn);
  });
}

const SECRETS = new Set([
  'password',
  'passwords',
  'passwd',
  'pwd',
  'pw',
  'passphrase',
  'passcode',
  'secret',
  'credential',
  'credentials',
]);
/** What is named after a secret and is none. */
const NOT_ITSELF = new Set([
  'file',
  'path',
  'url',
  'uri',
  'id',
  'name',
  'field',
  'length',
  'version',
  'policy',
  'page',
  'form',
  'list',
]);

function namesSecret(name: string): boolean {
  const said = words(name);
  return said.some((word) => SECRETS.has(word)) && !NOT_ITSELF.has(said.at(-1) ?? '');
}
