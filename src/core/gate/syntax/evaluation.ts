import { callOf, type Call } from './call.ts';
import { qualifiedName } from './imports.ts';
import { builtOf, type Source } from './source.ts';
import { bare, isScript, type SyntaxNode } from './tree.ts';

/** Where a text that is not constant is run as a program. */
export function evaluation(node: SyntaxNode, source: Source): SyntaxNode | undefined {
  const call = callOf(node);
  if (call === undefined) return undefined;
  if (isScript(source.language)) return ofScript(call, source);
  return source.language === 'python' ? ofPython(call, source) : undefined;
}

const EVALS = /^((window|globalThis|self|global)\.)?(eval|Function)$|^\d+, *eval$/;
const MACHINES = /^vm\.(runInThisContext|runInNewContext|runInContext|compileFunction|Script)$/;
const TIMERS = /^(window\.|globalThis\.)?set(Timeout|Interval)$/;

function ofScript(call: Call, source: Source): SyntaxNode | undefined {
  const name = qualifiedName(call.callee, source.imports);
  const [first] = call.args;
  if (first === undefined || isOwn(call, source)) return undefined;
  if (TIMERS.test(name)) return isText(first) && !builtOf(first, source).constant ? first : undefined;
  if (MACHINES.test(name)) return builtOf(first, source).constant ? undefined : first;
  return EVALS.test(name) ? call.args.find((arg) => !builtOf(arg, source).constant) : undefined;
}

/** A timer's first argument is a function but where somebody builds it. */
function isText(node: SyntaxNode): boolean {
  const inner = bare(node);
  return inner.type === 'template_string' || (inner.type === 'binary_expression' && /['"`]/.test(inner.text));
}

function ofPython(call: Call, source: Source): SyntaxNode | undefined {
  const [first] = call.args;
  if (first === undefined || isOwn(call, source)) return undefined;
  if (!/^(builtins\.|__builtins__\.)?(eval|exec)$/.test(qualifiedName(call.callee, source.imports))) return undefined;
  return builtOf(first, source).constant ? undefined : first;
}

/** The program has a function of its own with that name. */
function isOwn({ callee }: Call, { bindings }: Source): boolean {
  return (
    callee.type === 'identifier' && (bindings.of(callee.text, callee).length > 0 || bindings.declares(callee.text))
  );
}
