import { callOf, type Call } from './call.ts';
import { withForwarders } from './forward.ts';
import { qualifiedName } from './imports.ts';
import { builtOf, type Source } from './source.ts';
import { bare, field, isScript, parts, type SyntaxNode } from './tree.ts';

/** Where a command line that is put together from values is given to a shell. */
export function shellInjection(node: SyntaxNode, source: Source): SyntaxNode | undefined {
  const call = callOf(node);
  if (call === undefined) return undefined;
  return readByShell(call, source).find((command) => builtOf(command, source).injected);
}

const readByShell = withForwarders(commandsOf);

/** What of the call's arguments a shell reads. */
function commandsOf(call: Call, source: Source): SyntaxNode[] {
  if (isScript(source.language)) return ofScript(call, source);
  if (source.language === 'python') return ofPython(call, source);
  return source.language === 'go' ? ofGo(call, source) : [];
}

const SCRIPT_SHELLS =
  /^(child_process\.exec(Sync)?|shelljs\.exec|execa\.(command|commandSync|execaCommand|execaCommandSync))$/;
const SCRIPT_STARTS = /^(child_process\.(spawn|execFile)(Sync)?|execa(\.execa(Sync)?)?|cross-spawn(\.sync)?)$/;

function ofScript(call: Call, source: Source): SyntaxNode[] {
  const name = promised(qualifiedName(call.callee, source.imports), call.callee, source);
  const [program, args] = call.args;
  if (program === undefined) return [];
  if (SCRIPT_SHELLS.test(name)) return [program];
  if (!SCRIPT_STARTS.test(name)) return [];
  const inShell = call.args.some(
    (arg) =>
      arg.type === 'object' &&
      parts(arg).some((pair) => field(pair, 'key')?.text === 'shell' && field(pair, 'value')?.text !== 'false'),
  );
  if (inShell) return [program, ...(args === undefined || args.type === 'object' ? [] : [args])];
  return args === undefined ? [] : ofShellProgram([program, ...elementsOf(args, source)], source);
}

/** `child_process.exec` for `run` of `const run = promisify(exec)`. */
function promised(name: string, callee: SyntaxNode, { bindings, imports }: Source): string {
  if (callee.type !== 'identifier' || imports.has(callee.text)) return name;
  for (const { node } of bindings.of(callee.text, callee)) {
    const call = callOf(bare(node));
    const [wrapped] = call?.args ?? [];
    if (call !== undefined && call.name.includes('promisify') && wrapped !== undefined)
      return qualifiedName(wrapped, imports);
  }
  return name;
}

const PYTHON_SHELLS =
  /^(os\.(system|popen)|subprocess\.(getoutput|getstatusoutput)|commands\.getoutput|asyncio\.create_subprocess_shell|(asyncio\.)?subprocess\.create_subprocess_shell)$/;
const PYTHON_STARTS =
  /^(subprocess\.(run|call|check_call|check_output|Popen)|asyncio\.create_subprocess_exec|os\.exec[lv]p?e?)$/;

function ofPython(call: Call, source: Source): SyntaxNode[] {
  const name = qualifiedName(call.callee, source.imports);
  const command = call.args[0] ?? call.keywords.get('args') ?? call.keywords.get('cmd');
  if (command === undefined) return [];
  if (PYTHON_SHELLS.test(name)) return [command];
  if (!PYTHON_STARTS.test(name)) return [];
  const shell = call.keywords.get('shell')?.text;
  if (shell !== undefined && shell !== 'False' && shell !== '0') return [command];
  return ofShellProgram(call.args.length > 1 ? call.args : elementsOf(command, source), source);
}

function ofGo(call: Call, source: Source): SyntaxNode[] {
  if (!/^os\/exec\.Command(Context)?$/.test(qualifiedName(call.callee, source.imports))) return [];
  const argv = call.args.flatMap((arg) => (arg.type === 'variadic_argument' ? elementsOf(arg, source) : [arg]));
  return ofShellProgram(call.name === 'CommandContext' ? argv.slice(1) : argv, source);
}

/** `sh -c COMMAND`: what comes after is data for it. */
function ofShellProgram(argv: readonly SyntaxNode[], source: Source): SyntaxNode[] {
  const [program, option, command] = argv;
  if (program === undefined || option === undefined || command === undefined) return [];
  const isShell = /(^|[/\\])((ba|da|z|k)?sh|cmd|powershell|pwsh)(\.exe)?$/i.test(builtOf(program, source).text);
  return isShell && /^(-\w*c|\/c|-command)$/i.test(builtOf(option, source).text) ? [command] : [];
}

/** Of a list that is written there, or of the variable's only value. */
function elementsOf(list: SyntaxNode, { bindings }: Source): SyntaxNode[] {
  const inner = list.type === 'variadic_argument' ? (parts(list)[0] ?? list) : bare(list);
  const [only, ...others] = inner.type === 'identifier' ? bindings.of(inner.text, inner) : [];
  const value = only === undefined || others.length > 0 ? inner : bare(only.node);
  if (value.type === 'array' || value.type === 'list') return parts(value);
  return parts(field(value, 'body')).flatMap((element) => parts(element));
}
