import { callOf, type Call } from './call.ts';
import { qualifiedName } from './imports.ts';
import { builtOf, type Source } from './source.ts';
import { bare, field, isScript, parts, type SyntaxNode } from './tree.ts';

/** Where the check of a server's certificate is switched off. */
export function uncheckedTls(node: SyntaxNode, source: Source): SyntaxNode | undefined {
  if (isScript(source.language)) return isOffInScript(node, source) ? node : undefined;
  if (source.language === 'python') return ofPython(node, source);
  return source.language === 'go' && isOffInGo(node) ? node : undefined;
}

const OFF: Readonly<Record<string, RegExp>> = {
  rejectUnauthorized: /^false$/,
  strictSSL: /^false$/,
  NODE_TLS_REJECT_UNAUTHORIZED: /^0$/,
};

function isOffInScript(node: SyntaxNode, source: Source): boolean {
  const isPair = node.type === 'pair';
  if (!isPair && node.type !== 'assignment_expression') return false;
  const target = field(node, isPair ? 'key' : 'left');
  const value = field(node, isPair ? 'value' : 'right');
  if (target === undefined || value === undefined) return false;
  const name = /([A-Za-z_$][\w$]*)['"]?\]?$/.exec(target.text)?.[1] ?? '';
  if (name === 'checkServerIdentity') return /^\(?\w*\)?\s*=>\s*(undefined|null|\{\s*\}|void 0)$/.test(value.text);
  const off = Object.hasOwn(OFF, name) ? OFF[name] : undefined;
  return off?.test(constantOf(value, source)) === true;
}

/** `false` of a name that is `false` wherever it is set, and `0` of a quoted one. */
function constantOf(value: SyntaxNode, source: Source): string {
  const inner = bare(value);
  if (inner.type === 'string' || inner.type === 'template_string') return builtOf(inner, source).text;
  const found = inner.type === 'identifier' ? source.bindings.of(inner.text, inner) : [];
  const [only] = found;
  return only?.kind === 'value' && found.length === 1 ? only.node.text.replace(/^['"](.*)['"]$/, '$1') : inner.text;
}

const CLIENTS =
  /^(get|post|put|patch|delete|head|options|request|stream|send|Session|Client|AsyncClient|ClientSession|TCPConnector|ws_connect|HTTPTransport|AsyncHTTPTransport|urlopen|AsyncHTTPProvider|Redis|connect)$/;
const NO_CERTIFICATE = /^(ssl\.)?CERT_NONE$|^['"]CERT_NONE['"]$|^ssl\.VerifyMode\.CERT_NONE$/;

function ofPython(node: SyntaxNode, source: Source): SyntaxNode | undefined {
  if (node.type === 'assignment') return isOffAssignment(node, source) ? node : undefined;
  const call = callOf(node);
  if (call === undefined) return undefined;
  if (/^ssl\._create_unverified_context$/.test(qualifiedName(call.callee, source.imports))) return node;
  return offKeyword(call, source);
}

function offKeyword(call: Call, source: Source): SyntaxNode | undefined {
  for (const [name, value] of call.keywords) {
    const isFalse = constantOf(value, source) === 'False';
    const off =
      (name === 'verify' && isFalse && CLIENTS.test(call.name) && !/jwt/i.test(call.callee.text)) ||
      ((name === 'ssl' || name === 'verify_ssl') && isFalse && CLIENTS.test(call.name)) ||
      (name === 'verify_certs' && isFalse) ||
      (/^(ssl_)?cert_reqs$/.test(name) && NO_CERTIFICATE.test(value.text));
    if (off) return value;
  }
  return undefined;
}

function isOffAssignment(node: SyntaxNode, source: Source): boolean {
  const [left, right] = [field(node, 'left'), field(node, 'right')];
  if (left === undefined || right === undefined) return false;
  const name = /\.(\w+)$/.exec(left.text)?.[1];
  const holder = left.text.slice(0, -(name?.length ?? 0));
  if (name === 'verify_mode') return NO_CERTIFICATE.test(right.text);
  if (name === 'check_hostname') return right.text === 'False';
  if (name === 'verify') return right.text === 'False' && /session|client|requests|http/i.test(holder);
  if (name === '_create_default_https_context')
    return qualifiedName(right, source.imports) === 'ssl._create_unverified_context';
  return left.text.includes('PYTHONHTTPSVERIFY') && /^['"]0['"]$/.test(right.text);
}

/** Not where the program checks the certificate itself. */
function isOffInGo(node: SyntaxNode): boolean {
  if (node.type === 'keyed_element') {
    if (field(node, 'key')?.text !== 'InsecureSkipVerify' || field(node, 'value')?.text !== 'true') return false;
    const others = parts(node.parent).map((element) => field(element, 'key')?.text);
    return !others.some((key) => key === 'VerifyPeerCertificate' || key === 'VerifyConnection');
  }
  if (node.type !== 'assignment_statement') return false;
  return (field(node, 'left')?.text ?? '').endsWith('.InsecureSkipVerify') && field(node, 'right')?.text === 'true';
}
